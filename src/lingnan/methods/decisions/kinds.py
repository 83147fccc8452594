"""The kinds of values that decisions know, and how facts become values of a kind: exact numbers, texts, truths, days and moments."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lingnan.base import BadInput

NUMBER, INTEGER, TEXT, TRUTH, DAY, MOMENT = "number", "integer", "string", "boolean", "date", "date and time"
KINDS = (NUMBER, INTEGER, TEXT, TRUTH, DAY, MOMENT)
"""FEEL's names of types (DMN 1.5, 10.3.2), and `integer` for whole numbers, which FEEL does not tell apart."""

DAY_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?")

Value = Decimal | str | bool | date | datetime | None


def same_kind(one: str, other: str) -> bool:
    """Whether values of both kinds can be compared; whole numbers are numbers."""
    return one == other or {one, other} == {NUMBER, INTEGER}


def kind_of(value: Value) -> str:
    """The kind of a value; WrongUse of Python's own kind is a TypeError."""
    for kind, types in ((TRUTH, bool), (NUMBER, Decimal), (TEXT, str), (MOMENT, datetime), (DAY, date)):
        if isinstance(value, types):
            return kind
    raise TypeError(type(value).__name__)


def to_kind(given: Any, kind: str, name: str) -> Value:
    """A fact as a value of its kind, null as None; moments with an offset become UTC without one; BadInput names the fact."""
    if given is None:
        return None
    try:
        value = _READERS[kind](given)
    except (ValueError, TypeError, InvalidOperation):
        value = None
    if value is None:
        raise BadInput(
            f"“{name}”的值 {given!r} 不是 {kind}。请给出这一类型的值，或以空值表示不知道。",
            f"The value {given!r} of “{name}” is no {kind}. Give a value of that type, or null where it is not known.",
            name=name, kind=kind,
        )
    return value


def _number(given: Any) -> Decimal | None:
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        return None
    value = Decimal(repr(given)) if isinstance(given, float) else Decimal(given)
    return value if value.is_finite() else None


def _integer(given: Any) -> Decimal | None:
    value = _number(given)
    return value if value is not None and value == value.to_integral_value() else None


def _day(given: Any) -> date | None:
    if isinstance(given, datetime):
        return None
    if isinstance(given, date):
        return given
    return date.fromisoformat(given) if DAY_TEXT.fullmatch(given) else None


def _moment(given: Any) -> datetime | None:
    if isinstance(given, str):
        given = datetime.fromisoformat(given) if MOMENT_TEXT.fullmatch(given) else None
    if not isinstance(given, datetime):
        return None
    return given if given.tzinfo is None else given.astimezone(UTC).replace(tzinfo=None)


_READERS: dict[str, Callable[[Any], Value]] = {
    NUMBER: _number,
    INTEGER: _integer,
    TEXT: lambda given: given if isinstance(given, str) else None,
    TRUTH: lambda given: given if isinstance(given, bool) else None,
    DAY: _day,
    MOMENT: _moment,
}


def literal_sql(value: Value) -> str:
    """A value as SQL text that both engines read alike."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"timestamp '{value.isoformat(' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def shown(value: Value) -> str:
    """A value as a reader of the table writes it."""
    if isinstance(value, str):
        return f'"{value}"'
    return value.isoformat() if isinstance(value, date) else literal_sql(value)


def quoted(name: str) -> str:
    """A column's name as SQL text."""
    return '"' + name.replace('"', '""') + '"'
