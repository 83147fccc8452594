"""Theme registers: named selects over registers and governed tables for one field of government, made anew when what they read has changed.

A theme is data: what it reads, one portable select, and of every column which columns its values are, or are worked out of. So policy goes with
the values, as everywhere. A theme that lacks a table it reads stands empty and says which.
"""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lingnan.base import load_yaml
from lingnan.lake import CommitFacts, Engine, Lake, View
from lingnan.registers.shapes import Table, Title, Word

_FOLDER = Path(__file__).parent / "definitions" / "themes"
Source = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
"""A column as `area.table.column`."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ThemeColumn(_Strict):
    """One column of a theme: `of` are the columns whose values it holds, `counted` those it is only worked out of."""

    zh: str
    en: str
    type: Literal["VARCHAR", "DATE", "BIGINT", "DECIMAL(18,2)", "DOUBLE"] = "VARCHAR"
    classification: Literal["public", "internal", "personal", "sensitive"] = "internal"
    code_list: str | None = None
    element: str | None = None
    of: tuple[Source, ...] = ()
    counted: tuple[Source, ...] = ()


class ThemeDefinition(_Strict):
    """One theme: its law, the row of the plan it stands for, its class in the 2017 guide, the tables it reads and the select."""

    theme: Word
    title: Title
    description: Title
    basis: str
    plan: str
    categories: tuple[Annotated[str, Field(pattern=r"^2\d{2}$")], ...]
    reads: tuple[Table, ...]
    columns: dict[Word, ThemeColumn]
    select: str

    @property
    def table(self) -> str:
        """The table that a build makes of the theme."""
        return f"themes.{self.theme}"

    @model_validator(mode="after")
    def _reads_what_it_says(self) -> Self:
        named = {source.rpartition(".")[0] for column in self.columns.values() for source in (*column.of, *column.counted)}
        if not named <= set(self.reads):
            raise ValueError(f"columns of tables that are not read: {sorted(named - set(self.reads))}")
        return self


@cache
def theme_definitions() -> tuple[ThemeDefinition, ...]:
    """Every theme, by file name."""
    return tuple(ThemeDefinition.model_validate(load_yaml(file.read_text(encoding="utf-8"))) for file in sorted(_FOLDER.glob("*.yaml")))


def missing_tables(definition: ThemeDefinition, there: Collection[str]) -> tuple[str, ...]:
    """The tables that a theme reads and that are not there."""
    return tuple(table for table in definition.reads if table not in there)


def build_theme(
    definition: ThemeDefinition, lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts
) -> dict[str, int]:
    """Make the theme's table out of what it reads, empty when a table it reads is not in `views`; gives its rows."""
    names = ", ".join(definition.columns)
    if missing_tables(definition, views):
        sql = f"select {', '.join(f'cast(null as {each.type}) as {name}' for name, each in definition.columns.items())} where false"
    else:
        typed = ", ".join(f"cast({name} as {each.type}) as {name}" for name, each in definition.columns.items())
        sql = f"select {typed} from ({definition.select.strip()}) as theme order by {names}"
    with engine.session(views) as session:
        session.write(definition.table, sql, facts)
    return {definition.table: lake.rows(definition.table)}
