"""Where a table came from and what was made of it, read from the newest version of every table."""

from collections.abc import Mapping
from typing import Literal

from lingnan.govern import FeedTables
from lingnan.hub.pages.desk import Desk
from lingnan.insight import Lineage, LineageEdge, LineageNode, Use, Words
from lingnan.registers import register_definitions

Kind = Literal["system", "landing", "table", "register", "quarantine", "series"]
DEEPEST = 4
BEHIND = ("_observations", "_unlinked", "_links", "_identities", "_conflicts", "_snapshot", "series_values")
BESIDE = ("checks.", "rejects.", "insight.")
KINDS: Mapping[str, Kind] = {"landing": "landing", "quarantine": "quarantine", "registers": "register"}
REGISTER_PAGES = {
    "registers.divisions": "places", "registers.addresses": "places", "registers.series": "economy", "registers.series_values": "economy",
}
Inputs = Mapping[str, tuple[str, ...]]


def inputs(desk: Desk) -> Inputs:
    """For every table the tables its newest version was made from, itself left out."""
    state = tuple((table, desk.version(table)) for table in desk.hub.lake.tables())
    return desk.keep(("inputs", state), lambda: {table: _read(desk, table) for table, _version in state})


def _read(desk: Desk, table: str) -> tuple[str, ...]:
    commit = desk.commit(table)
    return tuple(sorted(each for each in commit.inputs if each != table)) if commit else ()


def lineage(desk: Desk, table: str) -> Lineage:
    """The picture of one table: at most four steps back, everything made of it forward, and the systems at the left."""
    made_from = {made: tuple(each for each in used if _shown(each)) for made, used in inputs(desk).items() if _shown(made)}
    used_by = _turned(made_from)
    depths = {**_steps(table, made_from, -1), **_steps(table, used_by, 1), table: 0}
    feed = desk.titles.feed(table)
    if feed is not None and table == feed.target:
        # Rows that were not accepted come of the same landing rows and stand beside those that were.
        depths |= dict.fromkeys(desk.present([FeedTables.of(feed.id).quarantine]), 0)
    depths = {name: depth for name, depth in depths.items() if not name.startswith("quarantine.") or desk.titles.feed(name) is feed}
    nodes = [_node(desk, name, depth, here=name == table) for name, depth in depths.items()]
    edges = [
        LineageEdge(source=source, target=made, job=commit.job)
        for made in depths if (commit := desk.commit(made))
        for source in made_from.get(made, ()) if source in depths and depths[source] < depths[made]
    ]
    systems = [_system(desk, name, depth) for name, depth in depths.items() if name.startswith("landing.")]
    found = [pair for pair in systems if pair is not None]
    distinct = {node.id: node for node, _edge in found}
    return Lineage(nodes=(*distinct.values(), *nodes), edges=(*(edge for _node_, edge in found), *edges))


def _shown(table: str) -> bool:
    """Counts and figures are read off tables; in the picture they would hide what the rows became."""
    return not table.endswith(BEHIND) and not table.startswith(BESIDE)


def _turned(made_from: Inputs) -> Inputs:
    turned: dict[str, list[str]] = {}
    for made, sources in made_from.items():
        for source in sources:
            turned.setdefault(source, []).append(made)
    return {source: tuple(made) for source, made in turned.items()}


def _steps(start: str, following: Inputs, direction: int) -> dict[str, int]:
    """Tables reached from one, each at its farthest depth, so that every edge points the same way."""
    depths: dict[str, int] = {}
    front = {start}
    for step in range(1, DEEPEST + 1):
        front = {each for table in front for each in following.get(table, ()) if each != start}
        depths.update(dict.fromkeys(sorted(front), step * direction))
    return depths


def _node(desk: Desk, table: str, depth: int, *, here: bool) -> LineageNode:
    kind = "series" if table.startswith("registers.series") else KINDS.get(table.split(".")[0], "table")
    return LineageNode(id=table, title=desk.titles.table(table), kind=kind, depth=depth, href=address(desk, table), here=here)


def _system(desk: Desk, landing: str, depth: int) -> tuple[LineageNode, LineageEdge] | None:
    feed = desk.titles.feed(landing)
    if feed is None:
        return None
    named = feed.file.system or feed.file.department
    node = LineageNode(
        id=f"{feed.file.department.id}:{named.id}", title=Words(zh=named.zh, en=named.en), kind="system", depth=depth - 1,
        href=f"/departments/{feed.file.department.id}",
    )
    return node, LineageEdge(source=node.id, target=landing, job=f"collect:{feed.id}")


def address(desk: Desk, table: str) -> str:
    """The page where a table is best looked at."""
    feed = desk.titles.feed(table)
    if feed is not None and table == feed.target:
        return f"/catalogue/{table}"
    if feed is not None and table.startswith("quarantine."):
        return f"/quarantine?feed={feed.id}"
    register = next((each.register_ for each in register_definitions() if each.table == table), REGISTER_PAGES.get(table))
    return f"/registers/{register}" if register else f"/tables/{table.replace('.', '/')}"


def uses(desk: Desk, table: str) -> tuple[Use, ...]:
    """The registers and tables whose newest version reads a table, with the time they last did."""
    found = []
    for made, sources in inputs(desk).items():
        commit = desk.commit(made)
        if table in sources and commit and _shown(made) and not made.startswith(("quarantine.", "landing.")):
            kind = "register" if made.startswith("registers.") else "table"
            found.append(Use(title=desk.titles.table(made), kind=kind, href=address(desk, made), count=None, last_at=commit.at))
    return tuple(found)
