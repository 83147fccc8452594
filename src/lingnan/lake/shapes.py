"""What goes into and comes out of the lake: who made a version, and what a reader may see of a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class CommitFacts:
    """Why a version exists: the job, the code's digest, and the version of every table it read (invariant 4)."""

    job: str
    code: str = ""
    inputs: Mapping[str, int] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


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
