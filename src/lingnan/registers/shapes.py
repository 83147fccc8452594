"""What a register is made of, and what a look-up gives back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lingnan.registers.words import TECHNICAL
from lingnan.standards import IDENTIFIERS

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name that stands in SQL as it is."""
Table = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]


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
    type: Literal["VARCHAR", "DATE", "BIGINT", "DECIMAL(18,2)", "DOUBLE", "BOOLEAN"] = "VARCHAR"
    rule: Literal["priority", "latest"] = "priority"
    order: tuple[Word, ...]
    compare: tuple[Word, ...] = ()
    classification: Literal["public", "internal", "personal", "sensitive"] = "internal"
    element: str | None = None
    code_list: str | None = None


class Source(_Strict):
    """How rows of one governed table become words; several sources may read one table, with different times.

    `identifier` is a column or, where several make it up, SQL over them.

    `changes` says what a record means that comes again with a later day under the same key. `correct`: the department
    was wrong before; `follow`: what it said before stays true until that day.
    `periodic` says that each row tells of its own period, a year's report: only an entry's latest row says how things stand today.
    `merge` takes rows of equal key, identifier and values for one word, true since the earliest of them.
    """

    id: Word
    table: Table
    key: str
    identifier: str
    valid_from: str
    where: str = "true"
    changes: Literal["correct", "follow"] = "correct"
    merge: bool = False
    periodic: bool = False
    columns: dict[Word, str]


class Linking(_Strict):
    """How rows without a right identifier are linked to entries, and which of them found an entry of their own.

    `compare` names attributes (or `identifier`) with the kind they are compared as; rows and entries are compared that are equal in all parts of
    one of the `anchors` (`attribute`, `attribute:key`, or SQL over the compared columns). A pair is linked when it weighs `threshold` bits,
    `margin` more than the row's next entry, and agrees in all of one of `agree`; from `review` bits a clerk is asked.
    A table in `once` speaks of an entry under one key: a second key is for a clerk. A row that says all of `found` founds an entry.
    """

    compare: dict[Word, str]
    anchors: tuple[tuple[str, ...], ...]
    agree: tuple[tuple[Word, ...], ...]
    once: tuple[Table, ...] = ()
    found: tuple[Word, ...] = ()
    threshold: float = 10.0
    margin: float = 6.0
    review: float = -3.0


class RegisterDefinition(_Strict):
    """One register: who is in it, which sources speak, which value survives; `categories` are its base or theme classes in the 2017 guide.

    `identifier_kind` is a kind of identifier of the standards. `find_by` names public attributes by whose whole value entries are found as well.
    Without anchors of `linking` a row without a right identifier joins nothing, and no table of links or of the history of ids is made.
    """

    register_: Word = Field(alias="register")
    title: Title
    description: Title
    identifier: Word
    identifier_title: Title
    identifier_kind: Word
    identifier_classification: Literal["public", "internal", "personal", "sensitive"] = "sensitive"
    prefix: Annotated[str, Field(pattern=r"^[A-Z]$")]
    table: Table
    label: Word
    find_by: tuple[Word, ...] = ()
    categories: tuple[Annotated[str, Field(pattern=r"^[12]\d{2}$")], ...]
    attributes: dict[Word, Attribute]
    sources: tuple[Source, ...]
    linking: Linking = Linking(compare={}, anchors=(), agree=())

    @property
    def observations(self) -> str:
        """The table that keeps every source's word with its two times."""
        return f"{self.table}_observations"

    @property
    def unlinked(self) -> str:
        """The table of rows whose identifier is missing or wrong, so that they join no entry."""
        return f"{self.table}_unlinked"

    @property
    def links(self) -> str:
        """The table of pairs between rows without a right identifier and entries: linked, for a clerk to decide, or rejected."""
        return f"{self.table}_links"

    @property
    def identities(self) -> str:
        """The table of what happened to the ids of entries: founded, merged, split, unmerged, retired; and who succeeds whom."""
        return f"{self.table}_identities"

    @property
    def conflicts(self) -> str:
        """The table of words of today that contradict the value that survived, where sources ought to agree."""
        return f"{self.table}_conflicts"

    @property
    def snapshot(self) -> str:
        """The table of yearly snapshots, which is only ever added to."""
        return f"{self.table}_snapshot"

    @property
    def outputs(self) -> tuple[str, ...]:
        """The tables a build of the register makes."""
        joined = (self.links, self.identities) if self.linking.anchors else ()
        told = (self.conflicts,) if any(each.compare for each in self.attributes.values()) else ()
        return (self.table, self.observations, self.unlinked, *joined, *told)

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        """A key that is masked would tell a guesser whether a masked value is somebody's."""
        if self.identifier_kind not in IDENTIFIERS:
            raise ValueError(f"there is no kind of identifier {self.identifier_kind}; there are {', '.join(IDENTIFIERS)}")
        taken = {*TECHNICAL, "identifier", "joined_by", self.identifier} & set(self.attributes)
        if taken:
            raise ValueError(f"attributes bear names that tables of words use themselves: {sorted(taken)}")
        wrong = [name for name in self.find_by if name not in self.attributes or self.attributes[name].classification != "public"]
        if wrong:
            raise ValueError(f"entries are found by public attributes alone: {wrong}")
        return self

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        """A source that is not ranked would lose in silence, a ranked one that says nothing is a slip of the pen."""
        said = {(name, source.id) for source in self.sources for name in source.columns}
        ranked = {(name, place) for name, attribute in self.attributes.items() for place in attribute.order}
        compared = {(name, place) for name, attribute in self.attributes.items() for place in attribute.compare}
        wrong = sorted((said ^ ranked) | (compared - said))
        linked = {*self.linking.compare, *self.linking.found, *(name for names in self.linking.agree for name in names)}
        wrong += sorted((name, "linking") for name in linked - {"identifier", *self.attributes})
        if wrong or self.label not in self.attributes:
            raise ValueError(f"attributes and sources disagree: {wrong or self.label}")
        return self


@dataclass(frozen=True)
class Fact:
    """One source's word about one attribute, when it was true, when the hub learnt it, and what its row joined the entry by."""

    attribute: str
    value: Any
    source: str
    source_key: str
    valid_from: date | None
    valid_to: date | None
    known_from: datetime
    known_to: datetime | None
    survives: bool
    joined_by: str = ""


@dataclass(frozen=True)
class Entry:
    """A register's entry as it was true on `as_of` by what the hub knew at `known_at`."""

    register: str
    id: str
    as_of: date
    known_at: datetime
    values: dict[str, Any]
    facts: list[Fact] = field(default_factory=list)
