"""What a register is made of, and what a look-up gives back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Strict):
    """A name in both languages."""

    zh: str
    en: str


class Attribute(_Strict):
    """One attribute of a register and the rule by which one value survives among the sources' values.

    `priority`: the first source in `order` that has a value wins, the latest of its values;
    `latest`: the value that became true last wins, whatever its source; ties go by `order`.
    `compare` names the sources that ought to agree: where they do not, the entry counts a conflict.
    """

    title: Title
    type: Literal["VARCHAR", "DATE", "BIGINT", "DECIMAL(18,2)", "BOOLEAN"] = "VARCHAR"
    rule: Literal["priority", "latest"] = "priority"
    order: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()
    classification: Literal["public", "internal", "personal", "sensitive"] = "internal"
    element: str | None = None
    code_list: str | None = None


class Source(_Strict):
    """How rows of one governed table become observations; several entries may read one table, with different times."""

    id: str
    table: str
    key: str
    identifier: str
    valid_from: str
    where: str = "true"
    columns: dict[str, str]


class RegisterDefinition(_Strict):
    """One register: who is in it, which sources speak, which value survives."""

    register_: str = Field(alias="register")
    title: Title
    description: Title
    identifier: str
    identifier_title: Title
    identifier_kind: str | None = None
    prefix: str
    table: str
    label: str
    attributes: dict[str, Attribute]
    sources: tuple[Source, ...]

    @property
    def observations(self) -> str:
        """The table that keeps every source's word with its two times."""
        return f"{self.table}_observations"

    @property
    def unlinked(self) -> str:
        """The table of rows whose identifier is missing, so that they join no entry."""
        return f"{self.table}_unlinked"


@dataclass(frozen=True)
class Fact:
    """One source's word about one attribute, when it was true and when the hub learnt it."""

    attribute: str
    value: Any
    source: str
    source_key: str
    valid_from: date | None
    known_from: datetime
    known_to: datetime | None
    survives: bool


@dataclass(frozen=True)
class Entry:
    """A register's entry as it was true on `as_of` by what the hub knew at `known_at`."""

    register: str
    id: str
    as_of: date
    known_at: datetime
    values: dict[str, Any]
    facts: list[Fact] = field(default_factory=list)
