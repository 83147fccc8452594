"""How names and fixed words stand in the statements of this room, and how values of a contract are bound to them."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Value = str | int | float | Decimal | date | bool | None


def quoted(identifier: str) -> str:
    """An identifier in double quotes, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def quoted_table(table: str) -> str:
    """`area.table` with both parts quoted."""
    return ".".join(quoted(part) for part in table.split("."))


def literal(text: str) -> str:
    """A text literal, for words of this room and of the bundled standards; what a contract says is bound instead."""
    return "'" + text.replace("'", "''") + "'"


class Binder:
    """Gives each value of a contract a parameter's name, so that no contract can change a statement."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}

    def bind(self, value: Value) -> str:
        """The parameter that stands for the value; equal values share one."""
        for name, known in self.values.items():
            if type(known) is type(value) and known == value:
                return f"${name}"
        name = f"p{len(self.values) + 1}"
        self.values[name] = value
        return f"${name}"


def used(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values whose parameters stand in the statement; engines refuse values that a statement does not name."""
    named = set(re.findall(r"\$(p\d+)\b", sql))
    return {name: value for name, value in values.items() if name in named}
