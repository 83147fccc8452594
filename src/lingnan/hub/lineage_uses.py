"""Who uses a column: figures, boards, queries, registers, theme tables, items, files handed over, grants; what is touched when it stops."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from lingnan.base import CHINA, Missing
from lingnan.govern import FeedTables
from lingnan.hub.lineage_graph import HubLineage, hub_lineage
from lingnan.insight import FIGURE_TABLES
from lingnan.registers import register_definitions, theme_definitions

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

UseKind = Literal["figure", "board", "query", "register", "theme", "item", "export", "grant"]
MOST_GRANTS = 10_000
CITY, COUNTY, DEPARTMENT, DIMENSION = FIGURE_TABLES
Touched = Mapping[str, Collection[str]]
"""Table → its columns that are touched."""


@dataclass(frozen=True)
class ColumnUse:
    """One use of a column, with its name in both languages and the page where it is."""

    kind: UseKind
    column: str
    zh: str
    en: str
    href: str


@dataclass(frozen=True)
class Impact:
    """What is touched when a column changes or stops: columns with their steps away, the jobs that make them, and every use."""

    column: str
    columns: Mapping[str, int]
    jobs: tuple[str, ...]
    uses: tuple[ColumnUse, ...]

    def payload(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "schema": 1, "column": self.column, "columns": [{"column": name, "steps": steps} for name, steps in self.columns.items()],
            "jobs": list(self.jobs), "uses": [asdict(use) for use in self.uses],
        }


def impact_of(hub: "Hub", column: str) -> Impact:
    """All that comes from a column, itself first; Missing for one nobody knows."""
    found = hub_lineage(hub)
    found.check(column)
    reached = found.graph.forward(column)
    # Whoever delivers a header stops with it; the jobs are those behind it.
    jobs = dict.fromkeys(found.makers[found.table_of(each)].job for each in list(reached)[1:] if found.knows(each))
    return Impact(column, reached, tuple(jobs), uses_of(hub, found, reached))


def uses_of(hub: "Hub", found: HubLineage, columns: Collection[str]) -> tuple[ColumnUse, ...]:
    """Every use of any of these columns, figures first."""
    touched: dict[str, list[str]] = {}
    for each in columns:
        if found.knows(each):
            table, _, name = each.rpartition(".")
            touched.setdefault(table, []).append(name)
    return tuple(use for provider in PROVIDERS for use in provider(hub, touched))


def _figures(_hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    from lingnan.hub.pages.cockpit import LAYERS  # the pages are opened for their words alone

    shown = {(CITY, column): ("地图：" + title.zh, "Map: " + title.en, "/") for _key, column, title, _unit in LAYERS}
    shown |= {(COUNTY, column): ("区县：" + title.zh, "Counties: " + title.en, "/") for _key, column, title, _unit in LAYERS}
    for name, zh, en in (("accepted", "通过行数", "Rows accepted"), ("quarantined", "隔离行数", "Rows quarantined"), ("score", "得分", "Score")):
        shown[DEPARTMENT, name] = (f"各部门：{zh}", f"By department: {en}", "/departments")
        shown[DIMENSION, name] = (f"分维度：{zh}", f"By dimension: {en}", "/")
    for table, names in touched.items():
        for name in names:
            if (table, name) in shown:
                yield ColumnUse("figure", f"{table}.{name}", *shown[table, name])


def _boards(hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    from lingnan.hub.boards import hub_boards  # boards are opened when somebody asks for them

    for key, bound in hub_boards(hub, hub.clock.now().astimezone(CHINA).date()).items():
        for table, columns in sorted(bound.board.reads().items()):
            for name in touched.get(table, ()):
                if name in columns:
                    title = bound.board.title
                    yield ColumnUse("board", f"{table}.{name}", f"看板：{title.zh}", f"Board: {title.en or title.zh}", f"/boards/{key}")


def _queries(hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    """What packs let people ask; a query names its columns one by one."""
    for pack in hub.packs:
        for key, query in pack.parts.get("queries", {}).items():
            title = query.file.title
            words = f"查询：{title.zh}", f"Query: {title.en or title.zh}"
            for table in sorted({*query.statement.own, *query.statement.needs}):
                full = table if "." in table else pack.table(table)
                for name in touched.get(full, ()):
                    if name in query.statement.named:
                        yield ColumnUse("query", f"{full}.{name}", *words, f"/packs/{pack.id}/queries/{key}")


def _questions(hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    """How many questions that people keep use a column; what they ask is their own."""
    from lingnan.insight.questions import Questions  # questions are opened when somebody asks for them

    for column, count in sorted(Questions(hub.storage).used().items()):
        table, _, name = column.rpartition(".")
        if name in touched.get(table, ()):
            yield ColumnUse("query", column, f"保存的问题 {count} 个", f"{count} saved questions", "/questions")


def _exports(hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    """Rows that leave the hub as a file by a button of their own: those in quarantine. A board's workbook is told with the board."""
    for feed in hub.feeds:
        table = FeedTables.of(feed.id).quarantine
        for name in touched.get(table, ()):
            title = feed.file.title
            words = f"导出的隔离行：{title.zh}", f"Quarantined rows handed over: {title.en or feed.id}"
            yield ColumnUse("export", f"{table}.{name}", *words, f"/quarantine?feed={feed.id}")


def _registers(_hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    for definition in register_definitions():
        for name in touched.get(definition.table, ()):
            title = definition.attributes[name].title if name in definition.attributes else None
            title = definition.identifier_title if name == definition.identifier else title
            if title is not None:
                words = f"{definition.title.zh}：{title.zh}", f"{definition.title.en}: {title.en}"
                yield ColumnUse("register", f"{definition.table}.{name}", *words, f"/registers/{definition.register_}")


def _themes(_hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    for theme in theme_definitions():
        for name in touched.get(theme.table, ()):
            title = theme.columns.get(name)
            if title is not None:
                words = f"{theme.title.zh}：{title.zh}", f"{theme.title.en}: {title.en}"
                yield ColumnUse("theme", f"{theme.table}.{name}", *words, f"/tables/{theme.table.replace('.', '/')}")


def _items(hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    for feed in hub.feeds:
        if feed.target not in touched:
            continue
        try:
            card = hub.catalogue.resource(feed.id)
        except Missing:
            # A resource is registered with the first build.
            continue
        for item in card.items:
            if item.name in touched[feed.target]:
                words = f"{card.zh}：{item.zh}", f"{card.en}: {item.en}"
                yield ColumnUse("item", f"{feed.target}.{item.name}", *words, f"/catalogue/{card.code}/items/{item.name}")


def _grants(hub: "Hub", touched: Touched) -> Iterator[ColumnUse]:
    """Grants by their number: who holds one is told on its own page, to whom it may be."""
    for grant in hub.trust.grants.on(limit=MOST_GRANTS):
        for name, _mask in grant.columns:
            if grant.state == "in_force" and name in touched.get(grant.table, ()):
                yield ColumnUse("grant", f"{grant.table}.{name}", f"授权 {grant.id}", f"Grant {grant.id}", f"/grants/{grant.id}")


Provider = Callable[["Hub", Touched], Iterator[ColumnUse]]
PROVIDERS: tuple[Provider, ...] = (_figures, _boards, _queries, _questions, _registers, _themes, _items, _exports, _grants)
"""Where uses are known; a room that lets people use columns gets a further one here."""
