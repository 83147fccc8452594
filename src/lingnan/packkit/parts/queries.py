"""Queries: one select over the pack's given tables, asked by people on a page and by programs at one address, with typed parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from lingnan.base import BadInput, fitted
from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.parts.pages import Own
from lingnan.packkit.shapes import Audience, ParameterType, Strict, Title, Word
from lingnan.packkit.statements import Statement, read_statement

FOLDER = "queries"
LONGEST = 200
_BLANKS: Mapping[ParameterType, Any] = {"text": "", "integer": 0, "number": 0.0, "date": date(2000, 1, 1), "boolean": False}


class Asked(Strict):
    """One parameter of a query: its type, and for a text the pattern it must match whole."""

    title: Title
    type: ParameterType = "text"
    pattern: str = ""
    required: bool = True


class QueryFile(Strict):
    """What a query answers and to whom; `purpose` says that who asks must state one, `page` how many rows an answer has at most.

    With `own` policy shows each reader the rows of the own number or credit code alone, as on pages.
    """

    title: Title
    description: Title
    audience: Audience = "officials"
    purpose: bool = False
    own: Own | None = None
    page: Annotated[int, Field(ge=1, le=1000)] = 50
    parameters: dict[Word, Asked] = Field(default_factory=dict)


@dataclass(frozen=True)
class Query:
    """A query with its select."""

    name: str
    file: QueryFile
    statement: Statement

    @property
    def figures(self) -> frozenset[str]:
        """What it binds beside its own parameters."""
        return self.statement.bound - set(self.file.parameters)

    @property
    def blanks(self) -> dict[str, Any]:
        """A value of its type for every parameter, to try the select with."""
        return {name: _BLANKS[each.type] for name, each in self.file.parameters.items()}

    def values(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The parameters as their types have them; BadInput names one that is missing, unknown or not of its type."""
        unknown = sorted(set(asked) - set(self.file.parameters))
        if unknown:
            known = ", ".join(self.file.parameters) or "–"
            raise BadInput(
                f"查询 {self.name} 没有参数 {'、'.join(unknown)}。可用：{known}。",
                f"The query {self.name} has no parameter {', '.join(unknown)}. It has: {known}.", code="Parameter",
            )
        return {name: _value(name, each, asked.get(name, "").strip()) for name, each in self.file.parameters.items()}


def _value(name: str, asked: Asked, text: str) -> Any:
    if not text:
        if asked.required:
            raise BadInput(f"请填写“{asked.title.zh}”（{name}）。", f"Give “{asked.title.en}” ({name}).", code="Parameter", parameter=name)
        return None
    try:
        if len(text) > LONGEST or (asked.pattern and not re.fullmatch(asked.pattern, text)):
            raise ValueError
        return _typed(asked.type, text)
    except ValueError:
        told = asked.pattern or asked.type
        raise BadInput(
            f"“{asked.title.zh}”（{name}）不符合要求：{told}。", f"“{asked.title.en}” ({name}) must be: {told}.", code="Parameter", parameter=name,
        ) from None


def _typed(kind: ParameterType, text: str) -> Any:
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError
        return text == "true"
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    return date.fromisoformat(text) if kind == "date" else text


def _read(file: Path, memory: Memory) -> Query:
    sql = file.with_suffix(".sql")
    if not sql.is_file():
        raise BadInput(f"缺少 {FOLDER}/{sql.name}。", f"{FOLDER}/{sql.name} is missing.")
    told = fitted(QueryFile, memory.yaml(file.read_text(encoding="utf-8")))
    return Query(file.stem, told, read_statement(file.stem, sql.read_text(encoding="utf-8"), memory, f"{FOLDER}/{sql.name}"))


KIND = Kind(
    FOLDER, "查询", "Queries", _read, lambda query: query.file.title, lambda query: query.statement.own,
    lambda query: (*query.figures, *query.statement.listings), endings=(".yaml", ".sql"),
)
