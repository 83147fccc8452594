"""What goes into and comes out of the lake: who made a version, and what a reader may see of a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ColumnOrigin:
    """What a column is made of: the columns (`table.column`) whose values it holds, those it is only worked out of, and how (SQL or words)."""

    copied: tuple[str, ...] = ()
    worked_out: tuple[str, ...] = ()
    expression: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Both, each once."""
        return tuple(dict.fromkeys((*self.copied, *self.worked_out)))

    def told(self) -> dict[str, Any]:
        """The same as a version's log keeps it; what is empty is left out."""
        kept = {"copied": list(self.copied), "worked_out": list(self.worked_out), "expression": self.expression}
        return {name: value for name, value in kept.items() if value}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "ColumnOrigin":
        """Out of a version's log."""
        return cls(tuple(told.get("copied", ())), tuple(told.get("worked_out", ())), told.get("expression", ""))


TableOrigins = Mapping[str, ColumnOrigin]
"""Column of a table → what it is made of."""


@dataclass(frozen=True)
class CommitFacts:
    """Why a version exists: the job, the code's digest, the version of every table it read (invariant 4), and what its columns are made of.

    `columns` may tell of several tables; a version keeps what is said of its own.
    """

    job: str
    code: str = ""
    inputs: Mapping[str, int] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, TableOrigins] = field(default_factory=dict)


@dataclass(frozen=True)
class WrittenFile:
    """A Parquet file that an engine wrote and no version names yet; `name` is relative to the table's place, `statistics` Delta's JSON."""

    name: str
    size: int
    rows: int
    statistics: str


@dataclass(frozen=True)
class Commit:
    """One version of a table as its log tells it."""

    table: str
    version: int
    at: datetime
    mode: str
    rows: int
    job: str
    code: str
    inputs: dict[str, int]
    extra: dict[str, Any]
    columns: TableOrigins = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """What one reader may see of a table; made by `trust` alone, enforced by every engine.

    `columns` None means all; `row_filter` is a condition over the table's columns; `masks` gives for a column the
    expression that replaces it. A mask wins over a plain column, the filter sees the unmasked values. Filter and masks read
    `values` by `bound` and hash under `keys` by `keyed_hash`; neither stands in a statement or shows itself here.
    """

    table: str
    decision: str
    version: int | None = None
    columns: tuple[str, ...] | None = None
    row_filter: str | None = None
    masks: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def for_step(cls, table: str, decision: str, version: int | None = None) -> "View":
        """The whole table, for a build step whose reading `trust` has logged under `decision`."""
        return cls(table=table, decision=decision, version=version)
