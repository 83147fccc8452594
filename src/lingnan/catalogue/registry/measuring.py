"""Counts, in the engine, how many values of a table fit their columns' data elements: type, length, pattern, range, codes, identifier."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lingnan.catalogue.registry.shapes import ColumnMeasure
from lingnan.lake import EngineSession
from lingnan.standards import IDENTIFIERS, SHIPPED, DataElement, Vocabulary

REJECTED = "rejected"
"""The fault of values that governing put into quarantine."""


@dataclass(frozen=True)
class Mapped:
    """A column and its element; `text` says that the table holds it as text and not in the element's own type."""

    name: str
    element: DataElement
    text: bool


def measure_accepted(
    session: EngineSession, table: str, columns: Sequence[Mapped], checked: Collection[str] = (), vocabulary: Vocabulary = SHIPPED
) -> list[ColumnMeasure]:
    """What the table holds; `checked` are ids of rules that let no row in that breaks them, so their conditions are not asked again.

    `vocabulary` gives the code lists of their elements.
    """
    if not columns:
        return []
    lists = sorted({each.element.code_list for each in columns if each.element.code_list})
    for name in lists:
        session.add_arrow(_codes(name), vocabulary.list_of(name).arrow().select(["code"]))
    asked = [(at, each, dict(_conditions(each, checked))) for at, each in enumerate(columns)]
    judged = ", ".join(
        f"{_quoted(each.name)} as c{at}" + "".join(f", ({sql}) as {fault}{at}" for fault, sql in conditions.items())
        for at, each, conditions in asked
    )
    counted = ", ".join(part for at, _each, conditions in asked for part in _counts(at, conditions))
    row = session.query(f"select {counted} from (select {judged} from {_table(table)}) as judged").to_pylist()[0]
    return [_measure(row, at, each, conditions) for at, each, conditions in asked]


def measure_rejected(session: EngineSession, table: str, columns: Sequence[Mapped], rules: Mapping[str, Sequence[str]]) -> list[ColumnMeasure]:
    """What quarantine holds, as delivered: a value fits unless one of its column's `rules` (ids) turned the row away, or its length is wrong."""
    if not columns:
        return []
    judged, counted = [], []
    for at, each in enumerate(columns):
        value = f"nullif(trim({_quoted(each.name)}), '')"
        ids = ", ".join(_literal(rule) for rule in rules.get(each.name, ()))
        refused = f"list_has_any(_rules, [{ids}])" if ids else "false"
        judged.append(f"{value} as c{at}, {refused} as r{at}, coalesce({_wrong_length(each, value)}, false) as l{at}")
        counted.append(
            f"count(c{at}) as f{at}, count(*) filter (c{at} is not null and (r{at} or l{at})) as b{at}, "
            f"count(*) filter (c{at} is not null and r{at}) as n{at}"
        )
    row = session.query(f"select {', '.join(counted)} from (select {', '.join(judged)} from {_table(table)}) as judged").to_pylist()[0]
    return [_rejected(row, at, each) for at, each in enumerate(columns)]


def _rejected(row: Mapping[str, int], at: int, each: Mapped) -> ColumnMeasure:
    filled, broken, refused = row[f"f{at}"], row[f"b{at}"], row[f"n{at}"]
    faults = {name: count for name, count in ((REJECTED, refused), ("length", broken - refused)) if count}
    return ColumnMeasure(item=each.name, element=each.element.id, filled=filled, conforming=filled - broken, faults=faults)


def _wrong_length(each: Mapped, value: str) -> str:
    """Whether a delivered text is too long or too short; what identifiers, codes and dates may look like before they are standardised, rules say."""
    if each.element.identifier or each.element.code_list:
        return "false"
    return dict(_format_conditions(each, value, value)).get("length", "false")


def added(first: Iterable[ColumnMeasure], second: Iterable[ColumnMeasure]) -> list[ColumnMeasure]:
    """Both together, column by column."""
    others = {each.item: each for each in second}
    found = []
    for each in first:
        other = others.get(each.item)
        found.append(each if other is None else ColumnMeasure(
            item=each.item, element=each.element, filled=each.filled + other.filled, conforming=each.conforming + other.conforming,
            faults={name: each.faults.get(name, 0) + other.faults.get(name, 0) for name in sorted({*each.faults, *other.faults})},
        ))
    return found


def _measure(row: Mapping[str, int], at: int, each: Mapped, conditions: Mapping[str, str]) -> ColumnMeasure:
    broken = {fault: row[f"n_{fault}{at}"] for fault in conditions if row[f"n_{fault}{at}"]}
    return ColumnMeasure(item=each.name, element=each.element.id, filled=row[f"f{at}"], conforming=row[f"f{at}"] - row[f"b{at}"], faults=broken)


def _counts(at: int, conditions: Mapping[str, str]) -> Iterator[str]:
    some = " or ".join(f"coalesce({fault}{at}, false)" for fault in conditions) or "false"
    yield f"count(c{at}) as f{at}"
    yield f"count(*) filter ({some}) as b{at}"
    for fault in conditions:
        yield f"count(*) filter ({fault}{at}) as n_{fault}{at}"


def _conditions(each: Mapped, checked: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each fault with the condition, over the column, that a value has it; null for no value."""
    element, domain, column = each.element, each.element.value_domain, _quoted(each.name)
    text = f"cast({column} as varchar)"
    if element.identifier:
        if f"{each.name}_identifier" not in checked:
            yield "identifier", f"not ({IDENTIFIERS[element.identifier].sql(text)})"
    elif element.code_list:
        if f"{each.name}_code_valid" not in checked:
            yield "codes", f"{column} is not null and {text} not in (select code from {_codes(element.code_list)})"
    else:
        yield from _format_conditions(each, column, text)
    if domain.pattern and f"{each.name}_pattern" not in checked:
        yield "pattern", f"not regexp_full_match({text}, {_literal(domain.pattern)})"
    number = f"try_cast({column} as double)"
    limits = [f"{number} {sign} {limit!r}" for sign, limit in (("<", domain.minimum), (">", domain.maximum)) if limit is not None]
    if limits and f"{each.name}_in_range" not in checked and domain.datatype in ("integer", "number"):
        yield "range", " or ".join(limits)


def _format_conditions(each: Mapped, column: str, text: str) -> Iterator[tuple[str, str]]:
    read = each.element.format
    if read.kind == "number" and not each.text:
        if read.longest:
            yield "length", f"abs(try_cast({column} as double)) >= {10 ** read.longest}"
    elif read.kind == "text" and not read.canonical.startswith("an"):
        longest = f" or length({text}) > {read.longest}" if read.longest is not None else ""
        yield "length", f"length({text}) < {read.shortest}{longest}"
    elif each.text or read.logical == "string":
        yield "type" if read.kind != "text" else "format", f"not regexp_full_match({text}, {_literal(read.pattern)})"


def shares_of(element: DataElement, profile: Mapping[str, Any]) -> float | None:
    """The share of a sample's filled values that fit, where the profile of a discovered column tells it; None where it does not."""
    shares = profile.get("shares") or {}
    if not int(profile.get("filled", 0)):
        return None
    asked = element.identifier or element.code_list or {"date": "date", "timestamp": "timestamp", "integer": "integer", "number": "number"}.get(
        element.logical_type, ""
    )
    if asked:
        return float(shares.get(asked, 0.0))
    longest = element.format.longest
    return 1.0 if longest is None or int(profile.get("longest", 0)) <= longest else None


def _codes(name: str) -> str:
    return "codes_" + name.replace("-", "_")


def _table(name: str) -> str:
    return ".".join(_quoted(part) for part in name.split(".", 1))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
