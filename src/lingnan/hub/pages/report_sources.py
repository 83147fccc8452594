"""What a report's items are called, and what they rest on: titles of values, rows of a query, versions of tables, law of figures."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from lingnan.hub.pages.board_columns import DEPARTMENTS
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.titles import code_words, truth_words
from lingnan.hub.reports import BoundReport
from lingnan.insight import PackAnswer, ReportTable, Words
from lingnan.insight.dashboards import PanelColumn
from lingnan.insight.dashboards.cards import Basis
from lingnan.insight.reports import Asked, LawLine, QueryItem, SourceLine
from lingnan.standards import code_list

MOST_OPTIONS = 400


def named(desk: Desk, asked: Asked, chosen: str) -> Words | None:
    """What a parameter's value is called; None when it speaks for itself."""
    if not asked.codes or not chosen:
        return None
    return desk.titles.department(chosen) if asked.codes == DEPARTMENTS else code_words(asked.codes, chosen)


def options_of(desk: Desk, asked: Asked) -> tuple[tuple[str, Words], ...]:
    """The values of a code list with their names; none where there are too many to choose from."""
    if not asked.codes:
        return ()
    if asked.codes == DEPARTMENTS:
        return tuple({feed.file.department.id: desk.titles.department(feed.file.department.id) for feed in desk.hub.feeds}.items())
    entries = code_list(asked.codes).entries
    return tuple((each.code, Words(zh=each.zh, en=each.en)) for each in entries) if len(entries) <= MOST_OPTIONS else ()


def table_of(item: QueryItem, answered: PackAnswer | Words) -> ReportTable:
    """A query's rows, or what there is to say in their place."""
    if isinstance(answered, Words):
        return ReportTable(title=item.title, said=answered)
    grid, unproofed = answered.grid, answered.unproofed
    if grid is None or not grid.rows:
        return ReportTable(title=item.title, said=answered.faulty or item.none, unproofed=unproofed)
    facts = item.show == "facts"
    told = [[column.words.get(str(value)) or _truth(value) for column, value in zip(grid.columns, row, strict=True)] for row in grid.rows]
    return ReportTable(
        title=item.title, facts=facts, columns=tuple(PanelColumn(name=each.name, title=each.title) for each in grid.columns),
        rows=tuple(tuple(row) for row in (told[:1] if facts else told)), cut=answered.next is not None and not facts, unproofed=unproofed,
    )


def _truth(value: Any) -> Any:
    return truth_words(str(value)) if isinstance(value, bool) else value


def sources_of(desk: Desk, bound: BoundReport, panels: Iterable[Basis], queried: Iterable[str]) -> tuple[SourceLine, ...]:
    """Every table with its version, each once."""
    found = {}
    for table in dict.fromkeys((*(each.table for each in panels), *queried)):
        commit, contract = desk.commit(table), bound.pack.contracts.get(table) if bound.pack else None
        found[table] = SourceLine(
            table=table, title=Words(zh=contract.zh, en=contract.en) if contract and contract.zh else desk.titles.table(table),
            version=commit.version if commit else None, made_at=commit.at if commit else None, origin=desk.titles.origin(table),
        )
    return tuple(found.values())


def laws_of(bound: BoundReport, day: date) -> tuple[LawLine, ...]:
    """The figures that a pack's report names, as they are in force on a day."""
    found = []
    for name in bound.report.figures if bound.pack else ():
        parameter = bound.pack.parameters.get(name) if bound.pack else None
        dated = parameter.at(day) if parameter else None
        if parameter is None or dated is None:
            continue
        told = f"{len(dated.rows or ())} × {len(parameter.columns)}" if parameter.columns else "—" if dated.value is None else str(dated.value)
        title = Words(zh=f"{parameter.description.zh}（{parameter.unit}）", en=f"{parameter.description.en} ({parameter.unit})")
        found.append(LawLine(name=name, title=title, value=told, reference=dated.reference, proofed=dated.proofed))
    return tuple(found)
