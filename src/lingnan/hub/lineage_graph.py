"""One graph of all columns of a hub: what the versions of its tables keep of their columns, and what steps declare of tables not made yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from lingnan.base import Missing
from lingnan.govern import ColumnGraph
from lingnan.lake import ColumnOrigin, Commit, TableOrigins

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

LOOKED_BACK = 20
"""Versions of a table that are looked through for the last one that tells of its columns."""


@dataclass(frozen=True)
class Maker:
    """Who made a table as it stands: the job, the version and its time; of a table not made yet the job alone."""

    job: str
    version: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class HubLineage:
    """What every column is made of, by table, and who made the table."""

    tables: Mapping[str, TableOrigins]
    makers: Mapping[str, Maker]
    graph: ColumnGraph = field(repr=False)

    @cached_property
    def sources(self) -> frozenset[str]:
        """Columns that no table of the hub has: headers of deliveries."""
        return frozenset(each for made in self.tables.values() for origin in made.values() for each in origin.columns if not self.knows(each))

    def knows(self, column: str) -> bool:
        """Whether a table of the hub has this column."""
        table, _, name = column.rpartition(".")
        return name in self.tables.get(table, ())

    def table_of(self, column: str) -> str:
        """The table of a column, or the place of the delivery whose header it is."""
        return column.rpartition(":" if ":" in column else ".")[0]

    def origin(self, column: str) -> ColumnOrigin:
        """What a column is made of and how; nothing for a header."""
        table, _, name = column.rpartition(".")
        return self.tables.get(table, {}).get(name, ColumnOrigin())

    def check(self, column: str) -> None:
        """Missing for a column that nobody knows."""
        if not self.knows(column) and column not in self.sources:
            raise Missing(f"没有列“{column}”。请写作“表.列”。", f"There is no column “{column}”. Write table.column.", column=column)

    def with_table(self, table: str, columns: TableOrigins) -> "HubLineage":
        """The same with a further table, as one query would make it."""
        tables = {**self.tables, table: columns}
        return HubLineage(tables, {**self.makers, table: Maker("")}, _graph(tables))


_kept: "WeakKeyDictionary[Hub, tuple[object, HubLineage]]" = WeakKeyDictionary()


def hub_lineage(hub: "Hub") -> HubLineage:
    """The graph as the newest versions tell it; worked out anew when a table got another version or a feed changed."""
    hub.follow_standards()
    steps = hub.steps()
    state = (tuple(step.code for step in steps), tuple((table, hub.lake.newest(table)) for step in steps for table in step.outputs))
    kept = _kept.get(hub)
    if kept is None or kept[0] != state:
        kept = _kept[hub] = (state, _read(hub))
    return kept[1]


def _read(hub: "Hub") -> HubLineage:
    tables: dict[str, TableOrigins] = {}
    makers: dict[str, Maker] = {}
    for step in hub.steps():
        declared = step.columns()
        for table in step.outputs:
            commit = _newest(hub, table)
            tables[table] = _told(commit, declared.get(table, {}))
            makers[table] = Maker(commit.job, commit.version, commit.at) if commit else Maker(step.name)
    return HubLineage(tables, makers, _graph(tables))


def _newest(hub: "Hub", table: str) -> Commit | None:
    """The last version that an own job made: joining files makes no column."""
    if hub.lake.newest(table) is None:
        return None
    last = hub.lake.history(table, 1)[0]
    if not last.job.startswith("lake:"):
        return last
    return next((commit for commit in hub.lake.history(table, LOOKED_BACK) if not commit.job.startswith("lake:")), last)


def _told(commit: Commit | None, declared: TableOrigins) -> TableOrigins:
    """What the version keeps; a version written before versions kept it is taken to be as the step declares."""
    return commit.columns if commit and commit.columns else declared


def _graph(tables: Mapping[str, TableOrigins]) -> ColumnGraph:
    return ColumnGraph({f"{table}.{name}": origin.columns for table, columns in tables.items() for name, origin in columns.items()})
