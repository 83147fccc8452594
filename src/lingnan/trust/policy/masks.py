"""Masks: for each kind of personal value, the same hiding as SQL over a column and as Python over one value."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lingnan.base import load_yaml
from lingnan.trust.shapes import Column

HIDDEN = "***"
POLICIES = Path(__file__).parent / "policies"
_TOWNSHIP = "^.*?(街道|镇|乡)"


@dataclass(frozen=True)
class Mask:
    """One way of hiding a text: `sql` over a quoted column, `apply` over a value; both give the same."""

    name: str
    sql: Callable[[str], str]
    apply: Callable[[str], str]


def _between(first: int, last: int) -> Mask:
    """Shows `first` characters at the beginning and `last` at the end; a text not longer than both together shows none."""
    shown = first + last

    def sql(column: str) -> str:
        stars = f"repeat('*', length({column}) - {shown})"
        long = f"when length({column}) > {shown} then left({column}, {first}) || {stars} || right({column}, {last})"
        return f"case {long} when {column} is not null then '{HIDDEN}' end"

    def apply(value: str) -> str:
        return value[:first] + "*" * (len(value) - shown) + value[len(value) - last :] if len(value) > shown else HIDDEN

    return Mask(f"between_{first}_{last}", sql, apply)


def _name_sql(column: str) -> str:
    return f"left({column}, 1) || repeat('*', greatest(length({column}) - 1, 1))"


def _name(value: str) -> str:
    return value[:1] + "*" * max(len(value) - 1, 1)


def _address_sql(column: str) -> str:
    return f"regexp_extract({column}, '{_TOWNSHIP}') || '{HIDDEN}'"


def _address(value: str) -> str:
    found = re.match(_TOWNSHIP, value)
    return (found.group(0) if found else "") + HIDDEN


MASKS = {
    # The division and the last two characters stay, the birth date does not.
    "citizen_number": _between(6, 2),
    "phone": _between(3, 4),
    "person_name": Mask("person_name", _name_sql, _name),
    "address": Mask("address", _address_sql, _address),
    "year_only": Mask("year_only", lambda column: f"left({column}, 4) || '{HIDDEN}'", lambda value: value[:4] + HIDDEN),
    "hidden": Mask("hidden", lambda column: f"case when {column} is not null then '{HIDDEN}' end", lambda value: HIDDEN),
}


@cache
def _assignments() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = load_yaml((POLICIES / "masks.yaml").read_text(encoding="utf-8"))
    return loaded


def mask_for(column: Column) -> Mask:
    """The mask of a column: by its data element, else by its name, else everything hidden."""
    chosen = _assignments()
    return MASKS[chosen["elements"].get(column.element) or chosen["columns"].get(column.name) or "hidden"]


def mask_value(column: Column, value: str | None) -> str | None:
    """One value masked as its column would be; for rows that do not come from an engine."""
    return None if value is None else mask_for(column).apply(value)


def mask_sql(column: Column) -> str:
    """The expression that replaces a column by its usual mask; it keeps the column's type, so that readers of the table need not change."""
    return mask_sql_by(column, mask_for(column))


def mask_sql_by(column: Column, mask: Mask) -> str:
    """The expression that replaces a column by this mask; dates keep their year at most, other types than text become null."""
    name, kind = quoted(column.name), column.type.upper()
    if is_text(column):
        return mask.sql(name)
    if kind == "DATE" and mask.name == "year_only":
        return f"make_date(year({name}), 1, 1)"
    return f"cast(null as {column.type})"


def hidden_sql(column: Column) -> str:
    """What stands in a cell of which nothing may be told, not even whether it holds a value."""
    return f"'{HIDDEN}'" if is_text(column) else f"cast(null as {column.type})"


def is_text(column: Column) -> bool:
    """Whether a column holds texts."""
    kind = column.type.upper()
    return kind.startswith(("VARCHAR", "TEXT", "STRING")) and not kind.endswith("[]")


def reasons_sql(columns: Iterable[Column]) -> str:
    """Quarantine's `_reasons` with the failing value shown for those of the columns that are no personal data, for others hidden."""
    plain = sorted(column.name for column in columns if column.classification in ("public", "internal") and column.name[0] != "_")
    shown = ", ".join("'" + name.replace("'", "''") + "'" for name in plain) or "''"
    # A department may deliver a column called `reason`; none begins with an underscore.
    value = f"case when _told.\"column\" in ({shown}) then _told.\"value\" else '{HIDDEN}' end"
    return f'list_transform("_reasons", _told -> struct_pack("rule" := _told."rule", "column" := _told."column", "value" := {value}))'


def quoted(identifier: str) -> str:
    """An identifier in double quotes, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'
