"""The library metrics of the Open Data Contract Standard 3.1 as conditions over rows, and their operators over counts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lingnan.base import BadInput
from lingnan.govern.rules.conditions import Condition, Draft, condition
from lingnan.govern.rules.plan import Limit
from lingnan.govern.rules.quoting import quoted

OPERATORS = (
    "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo", "mustBeBetween",
    "mustNotBeBetween",
)


def metric_condition(draft: Draft, metric: str, args: Mapping[str, Any], column: str, rule_id: str) -> Condition:
    """The condition that a row fails when the metric counts it; BadInput for a metric the standard does not have."""
    given = args.get("arguments") or {}
    if metric == "duplicateValues":
        return condition(draft, "duplicate_key", {"columns": given.get("properties", column)}, column, rule_id)
    name = column or str(given.get("property", ""))
    if metric == "nullValues":
        # A value that is there but cannot be converted fails `type`, and is not also missing.
        text = draft.columns[name].text if name in draft.columns else quoted(name)
        return Condition(f"{text} is not null", (name,))
    if metric == "missingValues":
        return Condition(_present(draft, name, given.get("missingValues", [None, ""])), (name,))
    if metric == "invalidValues":
        return Condition(_valid(draft, name, given), (name,))
    known = "nullValues、missingValues、invalidValues、duplicateValues、rowCount"
    raise BadInput(f"没有指标“{metric}”。标准中有：{known}。", f"There is no metric “{metric}”. The standard has: {known}.", metric=metric)


def _present(draft: Draft, name: str, missing: list[Any]) -> str:
    # What stands for "no value" is written in the delivered text: N/A would not survive the cast to a date.
    column = draft.columns.get(name)
    text = column.delivered_text if column else quoted(name)
    values = ", ".join(draft.plan.binder.bind(str(value)) for value in missing if value is not None)
    # A null is missing whether or not the list says so, as the standard's reference implementation counts.
    present = [f"{text} is not null"]
    if values:
        present.append(f"coalesce(trim({text}) not in ({values}), true)")
    return " and ".join(present)


def _valid(draft: Draft, name: str, given: Mapping[str, Any]) -> str:
    sides = []
    if given.get("validValues"):
        allowed = [draft.bind(value, name) for value in given["validValues"] if value is not None]
        sides.append(f"{quoted(name)} in ({', '.join(allowed)})" if allowed else f"{quoted(name)} is null")
    if given.get("pattern"):
        # The standard's patterns are found anywhere in the value unless they are anchored; our own rule `pattern` takes the whole value.
        sides.append(f"regexp_matches(cast({quoted(name)} as varchar), {draft.plan.binder.bind(given['pattern'])})")
    if given.get("minLength") is not None or given.get("maxLength") is not None:
        sides.append(condition(draft, "length", {"min": given.get("minLength"), "max": given.get("maxLength")}, name, name).passes)
    return " and ".join(f"({side})" for side in sides) or "true"


def limit_of(args: Mapping[str, Any]) -> Limit | None:
    """The operator of a quality rule; None when it asks for none at all, which is what zero means too."""
    operator = next((name for name in OPERATORS if name in args), None)
    if operator is None:
        return None
    percent = args.get("unit") == "percent"
    value = args[operator]
    if not isinstance(value, list | str) and value == 0 and operator in ("mustBe", "mustBeLessOrEqualTo"):
        return None
    return Limit(operator, value, percent)


def within(limit: Limit, observed: int | float | Decimal, rows: int) -> bool:
    """Whether the count keeps to the limit; percent is of the table's rows, of none it is zero."""
    value: Any = (100 * observed / rows if rows else 0) if limit.percent else observed
    wanted = limit.value
    if limit.operator in ("mustBeBetween", "mustNotBeBetween"):
        inside = bool(wanted[0] <= value <= wanted[1])
        return inside if limit.operator == "mustBeBetween" else not inside
    return bool({
        "mustBe": lambda: value == wanted, "mustNotBe": lambda: value != wanted, "mustBeGreaterThan": lambda: value > wanted,
        "mustBeGreaterOrEqualTo": lambda: value >= wanted, "mustBeLessThan": lambda: value < wanted, "mustBeLessOrEqualTo": lambda: value <= wanted,
    }[limit.operator]())
