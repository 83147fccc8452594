"""A report shows panels and queries of its own pack, gives them what they ask for, and names figures of the pack."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.parts import dashboards, queries
from lingnan.packkit.parts.reports import FOLDER
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

if TYPE_CHECKING:
    from lingnan.insight import Report

NAME = "reports"
Told = Iterator[tuple[str, str]]


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for pack, name, report in reading.each(FOLDER):
        for zh, en in (*_panels(pack, report), *_queries(pack, report), *_figures(pack, report)):
            yield finding(reading, NAME, f"{FOLDER}/{name}.yaml", zh, en)


def _panels(pack: Pack, report: "Report") -> Told:
    for item in report.panels:
        board = pack.parts.get(dashboards.FOLDER, {}).get(item.board)
        if board is None or board.panel(item.panel) is None:
            yield f"本包的看板 {item.board} 没有图表 {item.panel}。", f"The pack has no panel {item.panel} on a board {item.board}."
            continue
        known = {key for each in board.filters for key in (("from", "to") if each.kind == "dates" else (each.id,))}
        for key in sorted(set(item.filters) - known):
            yield f"看板 {item.board} 没有筛选 {key}。", f"Board {item.board} has no filter {key}."


def _queries(pack: Pack, report: "Report") -> Told:
    for item in report.queries:
        query = pack.parts.get(queries.FOLDER, {}).get(item.query)
        if query is None:
            yield f"本包没有查询 {item.query}。", f"The pack has no query {item.query}."
            continue
        if report.audience == "enterprises" and query.file.own != "enterprise" and query.file.audience != "public":
            zh = f"给企业本身的报告只用 own: enterprise 或公开的查询，{item.query} 不是。"
            yield zh, f"A report for enterprises asks for own rows or what is public; {item.query} does neither."
        asked = query.file.parameters
        for key in sorted(set(item.values) - set(asked)):
            yield f"查询 {item.query} 没有参数 {key}。", f"The query {item.query} has no parameter {key}."
        for key in sorted({name for name, each in asked.items() if each.required} - set(item.values)):
            yield f"没有给出查询 {item.query} 的参数 {key}。", f"The parameter {key} of the query {item.query} is not given."
        if query.file.purpose and not report.purpose:
            yield f"查询 {item.query} 须载明目的，报告应写 purpose: true。", f"The query {item.query} asks for a purpose; say purpose: true."


def _figures(pack: Pack, report: "Report") -> Told:
    for figure in sorted(set(report.figures) - set(pack.parameters)):
        yield f"没有参数 {figure}。", f"There is no parameter {figure}."


RULE = Rule(NAME, "报告只用本包的看板、查询和参数", "reports show boards, queries and figures of the pack", "sample", _look)
