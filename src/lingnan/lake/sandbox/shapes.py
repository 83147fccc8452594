"""What crosses the sandbox's door: its limits, a statement that was read, the rows it gave."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa

from lingnan.base import load_yaml

BUCKETS = 32
"""Into how many parts a table's rows are dealt by their keys, to tell sets of rows apart by counts."""
CHECK = 1 << 32
Sketch = tuple[int, ...]
"""How many rows of a set fall into each bucket, and at the end the sum of their keys modulo 2³², which tells sets of equal counts apart."""
Place = tuple[int, int, int]
"""Which figure of a statement: the select, the condition in it (0 for the group itself), the protected table in it."""
Truncated = Literal["", "rows", "bytes"]
SPILL, EMPTY = "spill", "empty"
"""The folders of one query: what it may spill into, and where its process stands."""
OF_A_QUERY = re.compile(r"query-[0-9a-f]{32}")
"""The name of the folder that holds both, made for one query and removed with it."""
_LIMITS = Path(__file__).parent / "limits.yaml"


@dataclass(frozen=True)
class ShapeLimits:
    """How large a statement may be before anybody looks at data; the figures stand in `limits.yaml` with their date."""

    valid_from: date
    proofed: bool
    basis: str
    characters: int
    nesting: int
    joins: int
    nodes: int
    begin_seconds: float
    read_seconds: int
    least_group: int
    most_groups: int
    aggregates_a_day: int
    remembered_days: int
    figures_remembered: int
    result_bytes: int
    at_once_in_all: int
    at_once_each: int
    wait_seconds: float

    @classmethod
    @cache
    def read(cls) -> "ShapeLimits":
        """The figures in force."""
        return cls(**load_yaml(_LIMITS.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class SandboxLimits:
    """What one statement may use: seconds of time, rows of result, memory and spill as `512MB` or `2GB`, threads."""

    seconds: float = 30.0
    rows: int = 10_000
    memory: str = "1GB"
    disk: str = "2GB"
    threads: int = 2
    shape: ShapeLimits = field(default_factory=ShapeLimits.read)


@dataclass(frozen=True)
class TableUse:
    """What a statement uses of one table.

    `columns` are certain; `every` is set when a star, a natural join or a whole row asks for all there are; `possible` are
    columns that the statement may mean and may not, because only the engine can tell.
    """

    columns: frozenset[str] = frozenset()
    every: bool = False
    possible: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Statement:
    """One select that may run once its tables are decided: its text, what it uses, its wording without any literal."""

    sql: str
    tables: Mapping[str, TableUse]
    wording: str
    fingerprint: str


@dataclass(frozen=True)
class SandboxRows:
    """The rows of one statement; `truncated` is empty or says which limit cut them: `rows` or `bytes`.

    `sources` tells for each column the (table, column) pairs it is computed from; None where that could not be told.
    `least_group` is the number of rows below which groups were left out, 0 where none had to be; `refused` counts figures left out because
    they differ by fewer rows from others.
    """

    data: pa.Table
    truncated: Truncated
    seconds: float
    sources: tuple[frozenset[tuple[str, str]], ...] | None
    least_group: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Support:
    """The rows of one protected table behind one figure, group by group; `left_out` rows stand in groups that are too small to be told."""

    table: str
    place: Place
    sketches: tuple[Sketch, ...]
    left_out: int = 0


def rows_in(sketch: Sketch) -> int:
    """How many rows a set has."""
    return sum(sketch[:BUCKETS])


Refusals = Mapping[Place, Collection[Sketch]]
"""Figures that are not to be told, by the sets of rows behind them."""


def byte_count(size: str) -> int:
    """Bytes of `512MB` or `2GB`."""
    return int(size[:-2]) * {"MB": 1 << 20, "GB": 1 << 30}[size[-2:]]
