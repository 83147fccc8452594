"""The rows behind a panel of a board, or behind one of its marks: decided as the preview of the table is, few rows of persons not told apart."""

from dataclasses import replace

from lingnan.base import Refused
from lingnan.hub.pages.board_columns import BoardColumns
from lingnan.hub.pages.desk import Desk, cell
from lingnan.hub.pages.tables import columns
from lingnan.insight import Grid, GridColumn, Words
from lingnan.insight.dashboards import Chosen, Panel, count_statement, figure_note, rows_statement
from lingnan.lake import View
from lingnan.trust import Subject

ROWS, WIDEST = 50, 40


def rows_behind(desk: Desk, panel: Panel, chosen: Chosen, at: str | None, series: str | None, subject: Subject) -> tuple[int | None, Grid]:
    """How many rows there are, and the first of them as the reader may see them; None and the reason where they are not shown."""
    if desk.version(panel.table) is None:
        return None, _none(desk, panel, unmade())
    try:
        view = desk.views(subject, [panel.table], "preview")[panel.table]
    except Refused as refusal:
        return None, _none(desk, panel, Words(zh=refusal.zh, en=refusal.en))
    shown = tuple(each for each in (view.columns or tuple(desk.types(panel.table))) if not each.startswith("_"))[:WIDEST]
    if panel.columns_read() - set(view.columns or desk.types(panel.table)) or panel.columns_read() & view.masks.keys():
        return None, _none(desk, panel, Words(
            zh="图表所用的列对您脱敏或不公开，不能逐行查看。", en="Columns of this panel are masked or closed to you, so its rows are not shown.",
        ))
    counting, least = count_statement(panel, chosen, at, series), BoardColumns(desk, None, panel).least
    total = int(desk.answer(counting.sql, {panel.table: view}, counting.values)[0]["n"])
    if 0 < total < least:
        return None, _none(desk, panel, Words(
            zh=f"所涉不足 {least} 行，不逐行展示。", en=f"Fewer than {least} rows stand behind it, so they are not shown one by one.",
        ))
    return total, _grid(desk, panel, view, shown, chosen, (at, series), total)


def _grid(
    desk: Desk, panel: Panel, view: View, shown: tuple[str, ...], chosen: Chosen, mark: tuple[str | None, str | None], total: int
) -> Grid:
    # Rows are not kept at hand: they may be of persons.
    asked = rows_statement(panel, chosen, shown, *mark, ROWS)
    rows = desk.hub.engine.query(asked.sql, {panel.table: view}, asked.values).to_pylist()
    heads = columns(desk, panel.table, replace(view, columns=shown))
    return Grid(
        table=panel.table, columns=tuple(_titled(panel.table, each) for each in heads), total=total,
        origin=desk.titles.origin(panel.table), decision=view.decision, rows=tuple(tuple(cell(value) for value in row.values()) for row in rows),
    )


def _titled(table: str, column: GridColumn) -> GridColumn:
    """A column of the hub's figures with its title, which stands in no contract."""
    note = None if column.title.zh else figure_note(table, column.name)
    return column.model_copy(update={"title": note.title}) if note else column


def unmade() -> Words:
    """What is said of a table that no build has made."""
    return Words(zh="该表尚未生成。请先运行 lingnan build。", en="The table is not made yet. Run: lingnan build.")


def _none(desk: Desk, panel: Panel, said: Words) -> Grid:
    return Grid(table=panel.table, columns=(), rows=(), total=0, origin=desk.titles.origin(panel.table), refused=said)
