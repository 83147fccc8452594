"""What a contract asks outside its quality section: the standard's options of a type, and its service levels."""

from collections.abc import Iterator

from lingnan.govern.rules.sentences import sentence
from lingnan.standards import Contract, Property, Quality

_OPTIONS = {
    "length": {"minLength": "min", "maxLength": "max"},
    "in_range": {
        "minimum": "min", "maximum": "max", "exclusiveMinimum": "above", "exclusiveMaximum": "below", "multipleOf": "multiple_of",
    },
}
_HOURS = {
    **dict.fromkeys(("d", "day", "days"), 24.0), **dict.fromkeys(("h", "hr", "hour", "hours"), 1.0),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 1 / 60), **dict.fromkeys(("y", "yr", "year", "years"), 8760.0),
}


def default_rule(kind: str, args: dict[str, object], dimension: str, rule_id: str, severity: str = "error") -> Quality:
    """A rule of ours with its usual words, as a contract would have written it."""
    zh, en = sentence(kind, args)
    return Quality(rule_id, "custom", kind, args, dimension, severity, zh, en)


def by_options(each: Property) -> Iterator[Quality]:
    """What the standard's logicalTypeOptions ask of a column's values."""
    options = each.other.get("logicalTypeOptions") or {}
    if options.get("pattern"):
        zh, en = sentence("pattern", {})
        arguments = {"arguments": {"pattern": options["pattern"]}}
        yield Quality(f"{each.name}_pattern_option", "library", "invalidValues", arguments, "conformity", "error", zh, en)
    for kind, names in _OPTIONS.items():
        args = {ours: options[name] for name, ours in names.items() if options.get(name) is not None}
        if args:
            yield default_rule(kind, args, "conformity", f"{each.name}_{kind}_option")


def by_agreement(contract: Contract) -> Iterator[tuple[str, Quality]]:
    """What the contract's service levels ask: how fresh the newest value is, and how old the oldest may be."""
    for level in contract.other.get("slaProperties", ()):
        column, hours = str(level.get("element", "")).split(".")[-1], _HOURS.get(str(level.get("unit", "d")).lower())
        value = level.get("value")
        if contract.named(column) is None or hours is None or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if level["property"] in ("freshness", "latency", "ly"):
            yield "", default_rule("fresh", {"column": column, "hours": value * hours}, "timeliness", f"{column}_freshness")
        elif level["property"] in ("retention", "re"):
            yield column, default_rule("retained", {"hours": value * hours}, "timeliness", f"{column}_retention")
