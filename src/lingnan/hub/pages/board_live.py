"""Live panels of boards: their stream's windows under the reader's view of the table that the stream fills, and the lines that tell of changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lingnan.base import LingnanError, Missing
from lingnan.collect import Feed, LiveWindow, WindowRow, stream_states, told_windows, window_marks
from lingnan.hub.pages.board_columns import BoardColumns
from lingnan.hub.pages.desk import Desk
from lingnan.insight import LiveEvent, PanelCard, Words
from lingnan.insight.dashboards import BoundBoard, Frame, Live, PanelState, live_card, silent_card, tells_extremes
from lingnan.lake import View
from lingnan.trust import Subject

HEARD_WITHIN = timedelta(seconds=60)
"""A listener says every ten seconds that it lives."""


class LivePanels:
    """The live panels of one hub."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def columns(self, panel: Live) -> frozenset[str]:
        """The columns that a panel's window looks at, the moment of the event always; none of a stream that is not described."""
        found = self._window(panel)
        if found is None:
            return frozenset()
        feed, window = found
        stream = feed.file.stream
        return frozenset(each for each in (window.column, window.by, *window.where, stream.event_time if stream else "") if each)

    def card(self, bound: BoundBoard, panel: Live, view: View | LingnanError | None, query: str) -> PanelCard:
        """The panel as this reader may see it."""
        columns = BoardColumns(self._desk, bound, panel)
        frame = Frame(
            columns.basis(), f"/boards/{bound.key}/{panel.id}" + (f"?{query}" if query else ""), columns.least, columns.name, columns.column,
            bound.threshold,
        )
        found = self._window(panel)
        said = self._silent(panel, view, columns.least) if found else ("failed", _no_window(panel))
        if said is not None or found is None:
            state, words = said or ("failed", _no_window(panel))
            return silent_card(panel, state, words, frame.basis, frame.href)
        now = self._desk.hub.clock.now()
        return live_card(panel, self.told(panel), frame, found[1].by, now, self._listens(found[0]))

    def told(self, panel: Live) -> list[WindowRow]:
        """The windows that have begun, oldest first."""
        found = self._window(panel)
        return told_windows(self._desk.hub.storage, found[0].id, panel.window, self._desk.hub.clock.now()) if found else []

    def streams(self, bound: BoundBoard) -> tuple[str, ...]:
        """The feeds behind a board's live panels, in a fixed order."""
        found = (self._window(panel) for panel in bound.board.panels if isinstance(panel, Live))
        return tuple(sorted({each[0].id for each in found if each}))

    def feed_of(self, panel: Live) -> str:
        """The feed behind a panel; empty for none."""
        found = self._window(panel)
        return found[0].id if found else ""

    def marks(self, streams: Sequence[str]) -> dict[str, int]:
        """Under which number the windows of each stream were told last."""
        return window_marks(self._desk.hub.storage, streams)

    def mark(self, bound: BoundBoard) -> str:
        """The same for a board, as a page and an event's number write it."""
        streams = self.streams(bound)
        return ".".join(str(number) for number in self.marks(streams).values()) if streams else ""

    def _window(self, panel: Live) -> tuple[Feed, LiveWindow] | None:
        feed = self._desk.titles.feed(panel.stream)
        stream = feed.file.stream if feed else None
        window = stream.windows.get(panel.window) if stream else None
        return (feed, window) if feed and window else None

    def _silent(self, panel: Live, view: View | LingnanError | None, least: int) -> tuple[PanelState, Words] | None:
        """Why a panel is not shown to this reader; None when it is. Windows add all rows up, so who may see some of them is shown none."""
        if isinstance(view, LingnanError):
            return "closed", Words(zh=view.zh, en=view.en)
        if view is None:
            return "failed", _no_window(panel)
        columns = self.columns(panel)
        seen = columns if view.columns is None else columns & set(view.columns)
        if seen != columns or columns & view.masks.keys() or view.row_filter:
            return "closed", Words(
                zh="窗口按整个消息流累计，而您只能看到其中一部分。", en="Windows add a whole stream up, of which you may see a part alone.",
            )
        if least and tells_extremes(panel):
            return "closed", Words(zh="不给出个人的极值或最新值。", en="No extreme and no latest value of one person is told.")
        return None

    def _listens(self, feed: Feed) -> bool:
        state = stream_states(self._desk.hub.storage).get(feed.id)
        return state is not None and state.state == "listening" and self._desk.hub.clock.now() - state.heard_at < HEARD_WITHIN


Held = tuple[Live, View | LingnanError | None]
"""A panel with what was decided for it."""


@dataclass(frozen=True)
class LiveLine:
    """One reader's line to a board: what was decided when it was opened, and what changed since."""

    desk: Desk
    bound: BoundBoard
    subject: Subject
    action: str
    views: Sequence[Held]
    streams: tuple[str, ...]
    decided: tuple[Any, ...] = ()

    def events(self, seen: Mapping[str, int]) -> list[LiveEvent]:
        """Every window that was told since, of each panel; the last one of a panel with its card."""
        panels, found = LivePanels(self.desk), list[LiveEvent]()
        for panel, view in self.views:
            since = seen.get(panels.feed_of(panel), 0)
            changed: dict[Any, list[WindowRow]] = {}
            for row in panels.told(panel):
                changed.setdefault(row.begins_at, []).append(row)
            new = [rows for rows in changed.values() if max(row.change for row in rows) > since]
            card = panels.card(self.bound, panel, view, "") if new else None
            for rows in new if card else ():
                found.append(_event(panel, rows, card, last=rows is new[-1]))
        return found

    def stands(self, subject: Subject) -> bool:
        """Whether the reader is the same and may see what they might when the line was opened; a dry run, not logged."""
        return subject == self.subject and rights(self.desk, subject, self.action, self.views) == self.decided


def _event(panel: Live, rows: Sequence[WindowRow], card: PanelCard | None, *, last: bool) -> LiveEvent:
    shown = card is not None and card.state == "shown" and not card.least
    return LiveEvent(
        panel=panel.id, begins_at=rows[0].begins_at, ends_at=rows[0].ends_at, rows=sum(row.rows for row in rows) if shown else 0,
        late=sum(row.late for row in rows) if shown else 0, card=card if last else None,
    )


def rights(desk: Desk, subject: Subject, action: str, panels: Iterable[Held]) -> tuple[Any, ...]:
    """What policy says of the board and of each panel's table at this moment."""
    told, live = desk.purpose(subject), LivePanels(desk)
    of_tables = []
    for table, columns in sorted({(panel.stream, tuple(sorted(live.columns(panel)))) for panel, _view in panels}):
        found = desk.hub.trust.explain(subject, "read", table, columns, told)
        of_tables.append((table, found.allowed, found.clear, found.masked, found.denied, found.rules))
    return (desk.hub.trust.point.permits(subject, action)[0], *of_tables)


def no_live(key: str) -> Missing:
    """A board without moving figures has no line."""
    return Missing(f"看板 {key} 没有实时图表。", f"Board {key} has no figures that move.", board=key)


def _no_window(panel: Live) -> Words:
    return Words(
        zh=f"没有消息流 {panel.stream} 或其窗口 {panel.window}。请在数据源说明的 stream.windows 中写明。",
        en=f"There is no stream {panel.stream} with the window {panel.window}. It belongs into stream.windows of the feed file.",
    )

