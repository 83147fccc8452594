"""Answers the page of a column's lineage: the part of the graph around it, in layers, with the step behind every column and its uses."""

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from lingnan.base import Missing
from lingnan.hub.lineage_graph import HubLineage, hub_lineage
from lingnan.hub.lineage_uses import uses_of
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.lineage import KINDS, address
from lingnan.hub.pages.lineage_rows import key_of, shows_key, source_rows
from lingnan.insight import ColumnLineageSheet, Direction, LineageColumn, LineageTable, Words
from lingnan.insight.lineage import ColumnClass, LineageStep, LineageUse
from lingnan.trust import Purpose, Subject

MOST_COLUMNS, MOST_TABLES, MOST_OPEN = 90, 24, 8
FIGURE_WORDS = {
    "city": ("地市", "City"), "city_zh": ("地市名称", "Name of the city"), "county": ("区县", "County"), "department": ("部门", "Department"),
    "dimension": ("质量维度", "Dimension of quality"), "people": ("人口", "People"), "entities": ("法人", "Legal entities"),
    "cases": ("政务服务办件", "Service cases"), "accepted": ("通过行数", "Rows accepted"), "quarantined": ("隔离行数", "Rows quarantined"),
    "score": ("得分", "Score"), "checked": ("检查次数", "Checked"), "failed": ("不合格次数", "Failed"),
}


class LineagePages:
    """Lineage of one hub's columns."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sheet(
        self, column: str, direction: Direction, turned: Collection[str], subject: Subject, row: str = "", purpose: Purpose | None = None
    ) -> ColumnLineageSheet:
        """One column; `turned` are tables folded or unfolded against the usual, `row` the key of a value whose source rows are wanted.

        Refused for who tends no data, Missing for a column nobody knows.
        """
        self._desk.hub.trust.allow(subject, "page.govern", "lineage")
        found = hub_lineage(self._desk.hub)
        found.check(column)
        back, forward = found.graph.back(column), found.graph.forward(column)
        wanted = {**(back if direction != "forward" else {}), **(forward if direction != "back" else {})}
        near = dict(sorted(wanted.items(), key=lambda pair: (pair[1], pair[0]))[:MOST_COLUMNS])
        steps = _steps(found, near)
        table = found.table_of(column)
        held = source_rows(self._desk, subject, found, column, row, purpose) if row else None
        return ColumnLineageSheet(
            column=column, title=self._title(found, column), table=table, table_title=self._table_title(found, table, column),
            classification=self._class(column), direction=direction, tables=self._tables(found, column, near, steps, turned),
            edges=tuple(found.graph.within(near)), steps=tuple(steps.values()), upstream=len(back) - 1, downstream=len(forward) - 1,
            uses=tuple(
                LineageUse(kind=use.kind, column=use.column, title=Words(zh=use.zh, en=use.en), href=use.href)
                for use in uses_of(self._desk.hub, found, forward)
            ),
            left_out=len(wanted) - len(near), key=key_of(self._desk, found, table), in_address=shows_key(table), found=held,
        )

    def _tables(
        self, found: HubLineage, here: str, near: Mapping[str, int], steps: Mapping[str, LineageStep], turned: Collection[str]
    ) -> tuple[LineageTable, ...]:
        by_table: dict[str, list[str]] = {}
        for each in near:
            by_table.setdefault(found.table_of(each), []).append(each)
        layers, many = _layers(found, near), len(by_table) > MOST_TABLES
        return tuple(
            LineageTable(
                table=table, title=self._table_title(found, table, columns[0]), kind=_kind(found, columns[0]), layer=layers[table],
                href=address(self._desk, table) if found.knows(columns[0]) else "",
                folded=(table in turned) != (here not in columns and (many or len(columns) > MOST_OPEN)),
                fold=",".join(sorted({*turned} ^ {table})), columns=tuple(self._column(found, each, here, steps) for each in columns),
            )
            for table, columns in sorted(by_table.items(), key=lambda pair: (layers[pair[0]], pair[0]))
        )

    def _column(self, found: HubLineage, column: str, here: str, steps: Mapping[str, LineageStep]) -> LineageColumn:
        return LineageColumn(
            column=column, name=column.removeprefix(found.table_of(column))[1:], title=self._title(found, column),
            classification=self._class(column), here=column == here, step=steps[column].number if column in steps else 0,
        )

    def _title(self, found: HubLineage, column: str) -> Words:
        table, _, name = column.rpartition(".")
        if not found.knows(column):
            return Words(zh=column.rpartition(":")[2])
        if table.startswith("insight.") and name in FIGURE_WORDS:
            return Words(zh=FIGURE_WORDS[name][0], en=FIGURE_WORDS[name][1])
        return self._desk.titles.column(table, name)

    def _table_title(self, found: HubLineage, table: str, column: str) -> Words:
        """Of a delivery the name of the system that it comes from."""
        feed = next((self._desk.titles.feed(made.rpartition(".")[0]) for made in found.graph.made_into(column)), None)
        if found.knows(column) or feed is None:
            return self._desk.titles.table(table) if found.knows(column) else Words(zh=table)
        named = feed.file.system or feed.file.department
        return Words(zh=named.zh, en=named.en)

    def _class(self, column: str) -> ColumnClass:
        table, _, name = column.rpartition(".")
        try:
            known = self._desk.hub.classify(table)
        except Missing:
            return ""
        return next((each.classification for each in known.columns if each.name == name), "") if known else ""


def _kind(found: HubLineage, column: str) -> str:
    table = found.table_of(column)
    kinds = {**KINDS, "insight": "figure", "checks": "checks", "themes": "register"}
    return kinds.get(table.split(".")[0], "table") if found.knows(column) else "system"


def _steps(found: HubLineage, columns: Iterable[str]) -> dict[str, LineageStep]:
    told: dict[str, LineageStep] = {}
    for column in columns:
        origin = found.origin(column)
        if found.knows(column) and (origin.columns or origin.expression):
            maker = found.makers[found.table_of(column)]
            told[column] = LineageStep(
                number=len(told) + 1, column=column, origins=origin.columns, held=bool(origin.copied), expression=origin.expression, job=maker.job,
                version=maker.version, at=maker.at,
            )
    return told


def _layers(found: HubLineage, columns: Mapping[str, int]) -> dict[str, int]:
    """Each table as far right as the longest way to it; in a circle of tables by the steps from the column."""
    before: dict[str, set[str]] = {found.table_of(each): set() for each in columns}
    for origin, made in found.graph.within(columns):
        if found.table_of(origin) != found.table_of(made):
            before[found.table_of(made)].add(found.table_of(origin))
    layers: dict[str, int] = {}
    try:
        for table in TopologicalSorter(before).static_order():
            layers[table] = max((layers[each] + 1 for each in before[table]), default=0)
    except CycleError:
        layers = {found.table_of(each): steps for each, steps in columns.items()}
    return layers
