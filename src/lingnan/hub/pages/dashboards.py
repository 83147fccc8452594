"""Answers boards: who may see one, one decision over all its tables, one statement a panel, and the rows behind every mark."""

import itertools
import logging
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from lingnan.base import LingnanError, Missing, Refused
from lingnan.hub.boards import hub_boards
from lingnan.hub.pages.board_columns import BoardColumns
from lingnan.hub.pages.board_live import LiveLine, LivePanels, no_live, rights
from lingnan.hub.pages.board_rows import rows_behind, unmade
from lingnan.hub.pages.desk import Desk
from lingnan.insight import Words
from lingnan.insight.dashboards import (
    BoardLine,
    BoardList,
    BoardSheet,
    BoundBoard,
    Chosen,
    Filter,
    FilterCard,
    Frame,
    Live,
    MapPanel,
    Panel,
    PanelCard,
    PanelSheet,
    PanelState,
    SectionCard,
    choices_statement,
    chosen_of,
    panel_card,
    panel_statement,
    query_of,
    shows_rows,
    silent_card,
    tells_extremes,
)
from lingnan.insight.reports.spec import ReportAudience
from lingnan.lake import View
from lingnan.trust import Subject

AT_ONCE = 4
"""Panels asked side by side: the engine shares its threads among them."""
MOST_OPTIONS = 400
logger = logging.getLogger(__name__)
Ask = tuple[str, frozenset[str]]
"""A table and the columns of it that one panel or filter reads."""
Views = Mapping[Ask, View | LingnanError]


class DashboardPages:
    """Boards of one hub."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._live = desk, LivePanels(desk)

    def boards(self, subject: Subject) -> BoardList:
        """The boards a subject may see."""
        self._desk.hub.trust.allow(subject, "page.view", "boards")
        seen = [each for each in hub_boards(self._desk.hub, self._desk.now().date()).values() if self._may(subject, each)]
        return BoardList(items=tuple(_line(each) for each in seen))

    def board(self, key: str, told: Mapping[str, str], subject: Subject) -> BoardSheet:
        """One board under the filters of the address; a panel that cannot be answered says why in its place."""
        bound = self._entered(key, subject)
        # Before the windows are read: a change in between is then told once more, never missed.
        mark = self._live.mark(bound)
        views = self._views(bound, subject)
        chosen = chosen_of(bound.board, told, lambda each: self._values(each, views))
        query = query_of(bound.board, chosen)
        board = bound.board
        with ThreadPoolExecutor(AT_ONCE) as pool:
            drawn = pool.map(lambda each: self._panel(bound, each, chosen, query, views), board.panels)
            cards = {card.id: card for card in drawn}
        return BoardSheet(
            key=key, title=board.title, description=board.description, owner=bound.owner, audience=board.audience, refresh=board.refresh,
            as_of=self._desk.now(), made=any(card.basis.origin == "made" for card in cards.values()), query=query, live=mark,
            filters=tuple(self._filter(bound, each, chosen, views) for each in board.filters),
            sections=tuple(SectionCard(title=each.title, panels=tuple(cards[panel.id] for panel in each.panels)) for each in board.sections),
        )

    def public_board(self, key: str, told: Mapping[str, str], subject: Subject) -> BoardSheet:
        """A board that may be shown within another site; Missing for one that is not public."""
        bound = hub_boards(self._desk.hub, self._desk.now().date()).get(key)
        if bound is None or bound.board.audience != "public":
            raise _missing(key)
        return self.board(key, told, subject)

    def panel(
        self, key: str, panel: str, told: Mapping[str, str], subject: Subject, at: str | None = None, series: str | None = None
    ) -> PanelSheet:
        """One panel with the rows behind it, or behind one of its marks, as policy shows them."""
        bound = self._entered(key, subject)
        wanted = bound.board.panel(panel)
        if wanted is None:
            raise Missing(f"看板 {key} 没有图表 {panel}。", f"Board {key} has no panel {panel}.", panel=panel)
        views = self._views(bound, subject)
        chosen = chosen_of(bound.board, told, lambda each: self._values(each, views))
        query = query_of(bound.board, chosen)
        card = self._panel(bound, wanted, chosen, query, views)
        if isinstance(wanted, Live):
            at = series = None  # windows are of messages as they came, the table of what a build made of them
        total, rows = rows_behind(self._desk, wanted, chosen, at, series, subject)
        return PanelSheet(
            board=key, board_title=bound.board.title, query=query, panel=card, mark=_mark(card, at, series), total=total, rows=rows,
        )

    def panels(self, key: str, names: Collection[str], told: Mapping[str, str], subject: Subject) -> dict[str, PanelCard]:
        """Some panels of a board by name, as the board shows them."""
        bound = self._entered(key, subject)
        views = self._views(bound, subject)
        chosen = chosen_of(bound.board, told, lambda each: self._values(each, views))
        query = query_of(bound.board, chosen)
        return {each.id: self._panel(bound, each, chosen, query, views) for each in bound.board.panels if each.id in names}

    def live(self, key: str, subject: Subject) -> LiveLine:
        """A line to a board's moving figures, decided and logged once; Missing for a board without any."""
        bound = self._entered(key, subject)
        panels = [panel for panel in bound.board.panels if isinstance(panel, Live)]
        if not panels:
            raise no_live(key)
        views = self._views(bound, subject)
        held = [(panel, views.get(self._ask(panel))) for panel in panels]
        action = audience_action(bound.board.audience)
        return LiveLine(self._desk, bound, subject, action, held, self._live.streams(bound), rights(self._desk, subject, action, held))

    def live_marks(self, streams: Iterable[str]) -> dict[str, int]:
        """Under which number the windows of streams were told last."""
        return self._live.marks(list(streams))

    def _entered(self, key: str, subject: Subject) -> BoundBoard:
        bound = hub_boards(self._desk.hub, self._desk.now().date()).get(key)
        if bound is None:
            raise _missing(key)
        self._desk.hub.trust.allow(subject, audience_action(bound.board.audience), f"boards/{key}")
        return bound

    def _may(self, subject: Subject, bound: BoundBoard) -> bool:
        return self._desk.hub.trust.point.permits(subject, audience_action(bound.board.audience))[0]

    def _views(self, bound: BoundBoard, subject: Subject) -> Views:
        """What may be seen of each table for each panel and filter: all under one decision, or one by one where that is refused."""
        asks = {self._ask(panel) for panel in bound.board.panels}
        asks |= {self._ask_of(each.source[0], each.reads) for each in bound.board.filters if each.source}
        moving = {self._ask(panel) for panel in bound.board.panels if isinstance(panel, Live) and self._live.columns(panel)}
        asks = {ask for ask in asks if ask in moving or self._desk.version(ask[0]) is not None}
        whole = {ask for ask in asks if not ask[1]}
        together: dict[str, set[str]] = {}
        for table, columns in asks - whole:
            together.setdefault(table, set()).update(columns)
        alone = {ask: self._decided_alone(subject, *ask) for ask in whole}
        try:
            views = self._decided(subject, together)
            return alone | {(table, columns): views[table] for table, columns in asks - whole}
        except Refused:
            return alone | {ask: self._decided_alone(subject, *ask) for ask in asks - whole}

    def _ask(self, panel: Panel) -> Ask:
        """What a panel asks to see; of a stream also before a build made its table."""
        if isinstance(panel, Live):
            return panel.stream, self._live.columns(panel)
        return self._ask_of(panel.table, panel.columns_read())

    def _ask_of(self, table: str, columns: Iterable[str]) -> Ask:
        """A table with those of the columns that its newest version has; none of a table that is not made, or whose whole rows are counted."""
        held = self._desk.types(table).keys() if self._desk.version(table) is not None else ()
        return table, frozenset(each for each in columns if each in held)

    def _one_column(self, table: str, view: View) -> tuple[str, ...]:
        """A column to count rows by: one that is shown as it is."""
        shown = (each for each in self._desk.types(table) if each not in view.masks and (view.columns is None or each in view.columns))
        return tuple(itertools.islice(shown, 1))

    def _decided_alone(self, subject: Subject, table: str, columns: frozenset[str]) -> View | LingnanError:
        try:
            return self._decided(subject, {table: columns or None})[table]
        except Refused as refusal:
            return refusal

    def _decided(self, subject: Subject, asked: Mapping[str, Iterable[str] | None]) -> Mapping[str, View]:
        if not asked:
            return {}
        told, versions = self._desk.purpose(subject), {table: self._desk.version(table) for table in asked}
        named = {table: sorted(columns) if columns else None for table, columns in asked.items()}
        return self._desk.hub.trust.decide_many(subject, "read", named, told, versions)

    def _panel(self, bound: BoundBoard, panel: Panel, chosen: Chosen, query: str, views: Views) -> PanelCard:
        view = views.get(self._ask(panel))
        if isinstance(panel, Live):
            return self._live.card(bound, panel, view, query)
        columns = BoardColumns(self._desk, bound, panel)
        basis, href = columns.basis(), f"/boards/{bound.key}/{panel.id}" + (f"?{query}" if query else "")
        if (refused := self._closed(columns, panel, view)) is not None or not isinstance(view, View):
            return silent_card(panel, *(refused or ("empty", unmade())), basis, href)
        try:
            statement = panel_statement(panel, chosen)
            narrow = replace(view, columns=tuple(sorted(panel.columns_read())) or self._one_column(panel.table, view))
            rows = self._rows(statement.sql, {panel.table: narrow}, statement.values, keep=not shows_rows(panel))
            frame = Frame(basis, href, columns.least, columns.name, columns.column, bound.threshold)
            card = panel_card(panel, rows, frame)
            if isinstance(panel, MapPanel) and panel.drill:
                card = card.model_copy(update={"drill": f"/boards/{bound.key}{bound.board.drilled(panel, query)}"})
            return card
        except LingnanError as error:
            return silent_card(panel, "failed", Words(zh=error.zh, en=error.en), basis, href)
        except Exception:
            # Whatever is wrong with one panel, a sum of words for one, the others stand.
            logger.exception("panel %s of board %s", panel.id, bound.key)
            return silent_card(panel, "failed", _unanswered(), basis, href)

    def _rows(self, sql: str, views: Mapping[str, View], values: Mapping[str, Any], *, keep: bool) -> list[dict[str, Any]]:
        """Rows of one statement; what is counted is kept at hand, rows themselves are not."""
        return self._desk.answer(sql, views, values) if keep else self._desk.hub.engine.query(sql, views, values).to_pylist()

    def _closed(self, columns: BoardColumns, panel: Panel, view: View | LingnanError | None) -> tuple[PanelState, Words] | None:
        """Why a panel is not drawn for this reader; None when it is."""
        if self._desk.version(panel.table) is None:
            return "empty", unmade()
        if unknown := sorted(panel.columns_read() - set(self._desk.types(panel.table))):
            return "failed", Words(
                zh=f"表 {panel.table} 没有列 {'、'.join(unknown)}。", en=f"Table {panel.table} has no column {', '.join(unknown)}.",
            )
        if view is None:
            return "empty", unmade()
        if isinstance(view, LingnanError):
            return "closed", Words(zh=view.zh, en=view.en)
        shut = sorted(panel.columns_read() - set(view.columns if view.columns is not None else panel.columns_read()))
        if shut or (covered := sorted(panel.columns_read() & view.masks.keys())):
            named = shut or covered
            zh = "您无权查看" if shut else "仅能以脱敏值查看、不能据以统计"
            en = "You may not see" if shut else "You see only masked, and nothing is counted by,"
            return "closed", Words(zh=f"{zh}：{'、'.join(named)}。", en=f"{en} {', '.join(named)}.")
        if columns.least and any(each.operator == "contains" for each in panel.where):
            return "closed", Words(
                zh="含个人信息的表不能按文字筛选，否则可逐字试出少数人的情况。",
                en="A table that tells of persons is not narrowed by words: letter by letter they would tell of few.",
            )
        if columns.personal and (shows_rows(panel) or tells_extremes(panel)):
            return "closed", Words(
                zh="看板不逐行展示个人信息，也不给出个人的极值。", en="A board shows no rows of persons and no extreme of one of them.",
            )
        return None

    def _values(self, wanted: Filter, views: Views) -> tuple[str, ...]:
        return tuple(self._choices(wanted, views))

    def _choices(self, wanted: Filter, views: Views) -> dict[str, str]:
        """What there is to choose, with what the filter's label calls it; periods newest first."""
        if wanted.source is None:
            return {}
        table, column = wanted.source
        view = views.get(self._ask_of(table, wanted.reads))
        if not isinstance(view, View) or not wanted.reads <= set(self._desk.types(table)) or any(_hides(view, each) for each in wanted.reads):
            return {}
        asked = choices_statement(table, column, wanted.label)
        rows = self._rows(asked.sql, {table: replace(view, columns=tuple(sorted(wanted.reads)))}, {}, keep=True)
        found = [(str(row["k"]), row["called"] or "") for row in rows][:MOST_OPTIONS]
        return dict(reversed(found) if wanted.kind == "period" else found)

    def _filter(self, bound: BoundBoard, wanted: Filter, chosen: Chosen, views: Views) -> FilterCard:
        value = chosen.get(wanted.id, "")
        first, last = value if isinstance(value, tuple) else (None, None)
        columns = BoardColumns(self._desk, bound, None)
        options = tuple((key, Words(zh=called) if called else columns.option(wanted, key)) for key, called in self._choices(wanted, views).items())
        return FilterCard(
            id=wanted.id, kind=wanted.kind, title=wanted.title, chosen=value if isinstance(value, str) else "", first=first, last=last,
            options=options, needed=wanted.needed,
        )


def _hides(view: View, column: str) -> bool:
    return column in view.masks or (view.columns is not None and column not in view.columns)


def audience_action(audience: ReportAudience) -> str:
    """What somebody must be permitted to open what is made for an audience."""
    return "page.view" if audience == "public" else f"board.{audience}"


def _line(bound: BoundBoard) -> BoardLine:
    board = bound.board
    kinds = tuple(dict.fromkeys(panel.kind for section in board.sections for panel in section.panels))
    return BoardLine(
        key=bound.key, title=board.title, description=board.description, owner=bound.owner, audience=board.audience, refresh=board.refresh,
        panels=len(board.panels), kinds=kinds,
    )


def _mark(card: PanelCard, at: str | None, series: str | None) -> tuple[Words, ...]:
    """The mark that was followed, in words."""
    label = next((each.title for each in card.labels if each.key == at), Words(zh=at)) if at is not None else None
    part = next((each.title for each in card.series if each.key == series), Words(zh=series)) if series is not None else None
    return tuple(each for each in (label, part) if each)


def _unanswered() -> Words:
    return Words(
        zh="该图表的计算未能完成，原因已记入运行日志。请告知看板的提供者。",
        en="What this panel asks could not be answered; the reason is in the hub's log. Tell whoever provides the board.",
    )


def _missing(key: str) -> Missing:
    return Missing(f"没有看板 {key}。请从看板列表选择。", f"There is no board {key}. Choose one from the list of boards.", board=key)


