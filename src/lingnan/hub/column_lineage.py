"""Where a column of the hub comes from and what is made of it, and any query on top."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lingnan.govern import column_lineage
from lingnan.hub.lineage_graph import HubLineage, hub_lineage
from lingnan.lake import ColumnOrigin

if TYPE_CHECKING:
    from lingnan.hub.service import Hub


@dataclass(frozen=True)
class ColumnLineage:
    """A column, the columns it comes from and those that come from it, each with what it is made of; the nearest first."""

    column: str
    upstream: tuple[tuple[str, tuple[str, ...]], ...]
    downstream: tuple[tuple[str, tuple[str, ...]], ...]

    def payload(self) -> dict[str, object]:
        """The same as JSON."""
        return {
            "schema": 1, "column": self.column, "upstream": [{"column": name, "from": list(made_of)} for name, made_of in self.upstream],
            "downstream": [{"column": name, "from": list(made_of)} for name, made_of in self.downstream],
        }


def lineage_of(hub: "Hub", column: str, sql: str = "", *, back: bool = True, forward: bool = True) -> ColumnLineage:
    """The lineage of `table.column` in the directions asked for; with `sql` its table is what that query makes. Missing for a column nobody knows."""
    found = hub_lineage(hub)
    if sql:
        found = _with_query(found, column.rpartition(".")[0], sql)
    found.check(column)
    upstream = _lines(found, found.graph.back(column)) if back else ()
    return ColumnLineage(column, upstream, _lines(found, found.graph.forward(column))[1:] if forward else ())


def _with_query(found: HubLineage, table: str, sql: str) -> HubLineage:
    made = column_lineage(sql, {name: list(columns) for name, columns in found.tables.items()})
    return found.with_table(table, {name: ColumnOrigin(worked_out=origins) for name, origins in made.items()})


def _lines(found: HubLineage, reached: Mapping[str, int]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """By steps; among equally near ones those that hold values of another before those that are worked out."""
    ordered = sorted(reached, key=lambda each: (reached[each], not found.origin(each).copied, each))
    return tuple((each, found.graph.made_of(each)) for each in ordered)
