"""Which rows: conditions on a table's rows whose values are bound, as SQL for the engine and as Python for one row."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lingnan.base import WrongUse
from lingnan.lake import bound, keyed_hash
from lingnan.trust.keys.hub_key import PSEUDONYM_DIGITS
from lingnan.trust.policy.masks import is_text, quoted
from lingnan.trust.policy.shapes import RowFilter
from lingnan.trust.shapes import Classified, Column, Subject

_OPERANDS = {"in": (1, 1000), "starts_with": (1, 1), "at_least": (1, 1), "at_most": (1, 1), "between": (2, 2)}
"""Fewest and most values of each operator."""


@dataclass(frozen=True)
class Condition:
    """What rows must meet; equal conditions have equal `sql`, since the name of a bound value is a hash of it."""

    sql: str
    name: str = field(default="", compare=False)
    values: tuple[tuple[str, Any], ...] = field(default=(), repr=False, compare=False)
    pseudonyms: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)
    """Keys that it hashes by: the name in the view, and the kind of pseudonym."""


CITIZEN, CITIZEN_KEY = "citizen", "own_citizen"
CITIZEN_ELEMENTS = ("citizen_number", "applicant_number")
"""Data elements whose values are, or may be, citizen numbers."""
NOWHERE = Condition("false", "nowhere")


def compile_filters(filters: Iterable[RowFilter], table: Classified) -> Condition | None:
    """The condition of all filters together, None when there are none; WrongUse when one does not fit the table."""
    parts = [_compiled(each, table) for each in filters]
    if not parts:
        return None
    values = dict(value for part in parts for value in part.values)
    return Condition(" and ".join(f"({part.sql})" for part in parts), "grant", tuple(values.items()))


def row_scope(name: str, subject: Subject, table: Classified) -> Condition | None:
    """The condition of a policy's `@rows`, None for all rows; nothing is shown where the table or subject has not what it takes."""
    return ROW_SCOPES[name](subject, table) if name else None


def division_column(table: Classified) -> str:
    """The column that tells each row's division: named so, else the first of that data element; empty when there is none."""
    named = next((column.name for column in table.columns if column.name == "division"), "")
    return named or next((column.name for column in table.columns if column.element == "division"), "")


def meets(filters: Iterable[RowFilter], row: Mapping[str, Any], table: Classified) -> bool:
    """Whether one row meets all filters: the same answer as the engine's, for rows that do not come from one."""
    kinds = {column.name: column for column in table.columns}
    return all(_meets(each, row.get(each.column), kinds[each.column]) for each in filters)


def _meets(given: RowFilter, value: Any, column: Column) -> bool:
    if value is None:
        return False
    operands = [_typed(each, column) for each in given.values]
    if given.operator == "in":
        return value in operands
    if given.operator == "starts_with":
        return str(value).startswith(str(operands[0]))
    low = operands[0] if given.operator in ("at_least", "between") else value
    high = operands[-1] if given.operator in ("at_most", "between") else value
    return bool(low <= value <= high)


def _compiled(given: RowFilter, table: Classified) -> Condition:
    column = next((each for each in table.columns if each.name == given.column), None)
    fewest, most = _OPERANDS.get(given.operator, (1, 0))
    if column is None or not fewest <= len(given.values) <= most or (given.operator == "starts_with" and not is_text(column)):
        raise _unfit(given, table.table)
    operands = [_typed(value, column) for value in given.values]
    name = quoted(column.name)
    if given.operator == "in":
        # A list of texts compares as texts; the cast gives numbers and dates the column's own type.
        listed = _bind([_storable(each) for each in operands])
        return Condition(f"list_contains(cast({bound(listed[0])} as {column.type}[]), {name})", values=(listed,))
    held = [_bind(_storable(each)) for each in operands]
    texts = [f"cast({bound(each[0])} as {column.type})" for each in held]
    sql = {
        "starts_with": f"starts_with({name}, {texts[0]})", "at_least": f"{name} >= {texts[0]}", "at_most": f"{name} <= {texts[-1]}",
        "between": f"{name} between {texts[0]} and {texts[-1]}",
    }[given.operator]
    return Condition(sql, values=tuple(held))


def _typed(value: str | int | float, column: Column) -> Any:
    kind = column.type.upper()
    try:
        if kind == "DATE":
            return date.fromisoformat(str(value))
        if kind.startswith("TIMESTAMP"):
            return datetime.fromisoformat(str(value))
        if kind.startswith(("DECIMAL", "NUMERIC")):
            return Decimal(str(value))
        if kind in ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT"):
            return int(value)
        if kind in ("DOUBLE", "FLOAT", "REAL"):
            return float(value)
    except (ValueError, InvalidOperation) as error:
        raise WrongUse(
            f"行条件的取值“{value}”与列 {column.name}（{column.type}）的类型不符。",
            f"The value “{value}” of a row condition does not fit column {column.name} ({column.type}).", column=column.name,
        ) from error
    return str(value)


def _storable(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _bind(value: Any) -> tuple[str, Any]:
    return "v_" + hashlib.sha256(repr(value).encode()).hexdigest()[:24], value


def _own_division(subject: Subject, table: Classified) -> Condition | None:
    column, code = division_column(table), subject.division[:6]
    if not column or len(code) != 6:
        return NOWHERE
    # GB/T 2260: two digits each for province, city, county; trailing pairs of zeros mean the whole of what stands before.
    prefix = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    held = _bind(prefix)
    return Condition(f"starts_with({quoted(column)}, {bound(held[0])})", "own_division", (held,))


def _own_enterprise(subject: Subject, table: Classified) -> Condition | None:
    column = next((each.name for each in table.columns if each.element == "uscc"), "")
    if not column or not subject.credit_code:
        return NOWHERE
    held = _bind(subject.credit_code)
    return Condition(f"{quoted(column)} = {bound(held[0])}", "own_enterprise", (held,))


def _own_citizen(subject: Subject, table: Classified) -> Condition | None:
    """Rows of the citizen's own number, of which accounts know the pseudonym alone: the engine hashes the column as accounts do."""
    column = next((each.name for each in table.columns if each.element in CITIZEN_ELEMENTS), "")
    if not column or not subject.person:
        return NOWHERE
    held = _bind(subject.person)
    number = f"upper(trim({quoted(column)}))"
    hashed = f"left({keyed_hash(CITIZEN_KEY, number)}, {PSEUDONYM_DIGITS})"
    return Condition(f"'{CITIZEN}:' || {hashed} = {bound(held[0])}", "own_citizen", (held,), ((CITIZEN_KEY, CITIZEN),))


ROW_SCOPES: dict[str, Callable[[Subject, Classified], Condition | None]] = {
    "own_division": _own_division, "own_enterprise": _own_enterprise, "own_citizen": _own_citizen,
}
"""What a policy may name in `@rows`: rows of the subject's division, of the enterprise it acts for, of the citizen it is."""


def _unfit(given: RowFilter, table: str) -> WrongUse:
    return WrongUse(
        f"行条件 {given.column} {given.operator} 不适用于表 {table}。可用的比较：in、starts_with（文本列）、at_least、at_most、between。",
        f"The row condition {given.column} {given.operator} does not fit table {table}. Use a column of it with in, starts_with (texts), "
        "at_least, at_most or between, and as many values as that takes.",
        table=table, column=given.column,
    )
