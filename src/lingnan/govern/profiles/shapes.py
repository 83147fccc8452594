"""The profile of a table: what was counted of each column and what it seems to be."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from lingnan.lake import ColumnProfile


@dataclass(frozen=True)
class CodeListGuess:
    """A code list that nearly all values are of: the share that fits, how many of its codes occur, how many it has."""

    name: str
    zh: str
    en: str
    share: float
    used: int
    codes: int


@dataclass(frozen=True)
class ElementGuess:
    """A data element that the column may be, with its score (0–1) and why."""

    element: str
    zh: str
    en: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class PersonalFind:
    """Something about persons among the values: what kind, and in which share of the filled ones (0–1)."""

    kind: str
    zh: str
    en: str
    share: float


@dataclass(frozen=True)
class Drift:
    """A difference to the profile before: of what, from what to what; `marked` ones deserve a look before the data are used."""

    kind: str
    column: str
    before: str
    after: str
    marked: bool
    zh: str
    en: str


@dataclass(frozen=True)
class ProfiledColumn:
    """One column: its counts (values only where nothing personal is suspected), and what it seems to be.

    `classification` is the more guarded of the promised and the seen class, empty where neither says anything; `key`: tells every row apart.
    """

    name: str
    title: str
    counts: ColumnProfile
    key: bool
    code_lists: tuple[CodeListGuess, ...]
    elements: tuple[ElementGuess, ...]
    classification: str
    why: Mapping[str, str]
    personal: tuple[PersonalFind, ...]
    free_text: bool
    values_kept: bool

    def payload(self) -> dict[str, Any]:
        """The same as JSON."""
        told = {key: value for key, value in asdict(self).items() if key != "counts"}
        return {**self.counts.payload(), **told, "why": dict(self.why)}


@dataclass(frozen=True)
class TableProfile:
    """What a table or a file holds; `rows` is all there are, `looked_at` those that were counted. `keys` are candidates, pairs among them."""

    subject: str
    at: datetime
    rows: int
    looked_at: int
    columns: tuple[ProfiledColumn, ...]
    keys: tuple[tuple[str, ...], ...]
    drift: tuple[Drift, ...] = ()
    compared_with: str = ""
    contract: str = field(default="", repr=False)

    def column(self, name: str) -> ProfiledColumn | None:
        """The column of that name."""
        return next((each for each in self.columns if each.name == name), None)

    def against(self, drift: tuple[Drift, ...], compared_with: str) -> "TableProfile":
        """The same with what differs from an earlier one."""
        return replace(self, drift=drift, compared_with=compared_with)

    def payload(self) -> dict[str, Any]:
        """The same as JSON, without the suggested contract."""
        return {
            "schema": 1, "subject": self.subject, "at": self.at.isoformat(), "rows": self.rows, "looked_at": self.looked_at,
            "columns": [each.payload() for each in self.columns], "keys": [list(each) for each in self.keys],
            "drift": [asdict(each) for each in self.drift], "compared_with": self.compared_with,
        }
