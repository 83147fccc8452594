"""Where a column of the hub comes from and what is made of it: contracts, registers and figures put together, and any query on top."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lingnan.base import Missing
from lingnan.govern import FeedTables, column_lineage
from lingnan.insight import FIGURE_COLUMNS, figure_lineage
from lingnan.registers import register_columns, register_lineage

if TYPE_CHECKING:
    from lingnan.collect import Feed
    from lingnan.hub.service import Hub

Edges = Mapping[str, frozenset[str]]
"""Column (`table.column`) → the columns it is made of."""


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


def lineage_of(hub: "Hub", column: str, sql: str = "") -> ColumnLineage:
    """The lineage of `table.column`; with `sql` its table is what that query makes. Missing for a column nobody knows."""
    edges, known = _edges(hub.feeds), _columns(hub.feeds)
    if sql:
        table = column.rpartition(".")[0]
        made = column_lineage(sql, known)
        edges |= {f"{table}.{name}": frozenset(origins) for name, origins in made.items()}
        known |= {table: list(made)}
    if column not in {f"{table}.{name}" for table, names in known.items() for name in names}:
        raise Missing(f"没有列“{column}”。请写作“表.列”。", f"There is no column “{column}”. Write table.column.", column=column)
    backwards: dict[str, set[str]] = defaultdict(set)
    for made_of, origins in edges.items():
        for origin in origins:
            backwards[origin].add(made_of)
    return ColumnLineage(
        column, tuple((each, tuple(sorted(edges.get(each, ())))) for each in _reached(column, edges)),
        tuple((each, tuple(sorted(edges.get(each, ())))) for each in _reached(column, backwards)[1:]),
    )


def _reached(start: str, edges: Mapping[str, Iterable[str]]) -> list[str]:
    """All that can be reached, by distance and name; the start first."""
    found, waiting = [start], [start]
    seen = {start}
    while waiting:
        waiting = sorted({other for each in waiting for other in edges.get(each, ())} - seen)
        seen.update(waiting)
        found += waiting
    return found


def _edges(feeds: Iterable["Feed"]) -> dict[str, frozenset[str]]:
    feeds = list(feeds)
    edges = {f"{table}.{name}": frozenset(map(".".join, origins.all)) for (table, name), origins in register_lineage().items()}
    edges |= {f"{table}.{name}": frozenset(map(".".join, origins)) for (table, name), origins in figure_lineage([each.id for each in feeds]).items()}
    for feed in feeds:
        for each in feed.contract.properties:
            landed = f"{feed.landing}.{each.name}"
            for table in (feed.target, FeedTables.of(feed.id).quarantine):
                edges[f"{table}.{each.name}"] = frozenset({landed})
            edges[landed] = frozenset({f"{feed.file.location}:{each.source}"})
    return edges


def _columns(feeds: Iterable["Feed"]) -> dict[str, list[str]]:
    known = {table: [column.name for column in columns] for table, columns in register_columns().items()}
    known |= {table: list(names) for table, names in FIGURE_COLUMNS.items()}
    for feed in feeds:
        names = [each.name for each in feed.contract.properties]
        tables = FeedTables.of(feed.id)
        known |= {feed.target: names, tables.landing: names, tables.quarantine: names}
    return known
