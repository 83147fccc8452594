"""A live panel's card from the windows of its stream: the newest beside the one before, or by its parts; small groups hidden as elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from lingnan.base import CHINA
from lingnan.insight.dashboards.cards import FigureCard, Label, LiveFacts, PanelCard, PanelSeries
from lingnan.insight.dashboards.panels import Live
from lingnan.insight.dashboards.shaping import number
from lingnan.insight.dashboards.showing import Frame, live_frame, silent_card
from lingnan.insight.shapes import Words

if TYPE_CHECKING:
    from lingnan.collect import WindowRow

MINUTE_S, DAY_S = 60, 86_400
QUIET_AFTER = 2
"""Windows without a row after which a stream counts as quiet."""
PARTS = 20
"""Parts that are drawn; the largest."""


@dataclass
class _Point:
    """A window, or a part of it, with what its panel tells of it."""

    key: str
    rows: "Sequence[WindowRow]"
    value: Decimal | None
    hidden: bool = False

    @property
    def count(self) -> int:
        return sum(each.rows for each in self.rows)


def live_card(panel: Live, told: "Sequence[WindowRow]", frame: Frame, by: str, now: datetime, listens: bool) -> PanelCard:
    """The panel as its windows stand; `by` is the column that parts them, `listens` whether somebody receives the stream."""
    kept = [each for each in told if not panel.part or each.part == panel.part]
    windows = [list(rows) for _begins, rows in groupby(kept, key=lambda each: each.begins_at)][-panel.limit :]
    if not windows:
        return silent_card(panel, "empty", _nothing(), frame.basis, frame.href)
    newest = windows[-1]
    facts = LiveFacts(
        seconds=int((newest[0].ends_at - newest[0].begins_at).total_seconds()), rows=sum(each.rows for each in newest),
        late=sum(each.late for each in newest), state=_state(newest[0], now, listens), told_at=max(each.told_at or now for each in newest),
    )
    if panel.parted:
        return _parted(panel, newest, frame, by, facts)
    return _in_time(panel, windows, frame, now, facts)


def _in_time(panel: Live, windows: "Sequence[list[WindowRow]]", frame: Frame, now: datetime, facts: LiveFacts) -> PanelCard:
    """The newest window as a figure, with the one right before it, and all of them as a line."""
    points = [_Point(rows[0].begins_at.isoformat(), rows, _value(panel, rows)) for rows in windows]
    for each in points:
        each.hidden = 0 < each.count < frame.least
    last, before = points[-1], points[-2] if len(points) > 1 and windows[-2][0].ends_at == windows[-1][0].begins_at else None
    names = [_moment(rows[0], now) for rows in windows]
    figure = FigureCard(
        value=None if last.hidden else last.value, hidden=last.hidden, unit=panel.unit, period=names[-1],
        before=None if before is None or before.hidden or last.hidden else before.value, before_period=names[-2] if before else "",
    )
    labels = tuple(Label(key=point.key, title=Words(zh=name)) for point, name in zip(points, names, strict=True))
    return live_frame(panel, frame, facts, figure=figure, labels=labels, series=(_series(panel, points),))


def _parted(panel: Live, newest: "Sequence[WindowRow]", frame: Frame, by: str, facts: LiveFacts) -> PanelCard:
    """The parts of the newest window, largest first; with one hidden the next smallest, which the whole would else tell."""
    points = [_Point(each.part, [each], _value(panel, [each])) for each in newest]
    for each in points:
        each.hidden = 0 < each.count < frame.least
    if sum(each.hidden for each in points) == 1 and (others := [each for each in points if not each.hidden]):
        min(others, key=lambda each: each.count).hidden = True
    points.sort(key=lambda each: (each.hidden, -(each.value or Decimal(0)), each.key))
    shown = points[:PARTS]
    labels = tuple(Label(key=each.key, title=frame.naming(by, each.key) or Words(zh=each.key or "—")) for each in shown)
    return live_frame(
        panel, frame, facts, labels=labels, series=(_series(panel, shown),), columns=(frame.column(by),), cut=len(points) > len(shown),
    )


def _series(panel: Live, points: Sequence[_Point]) -> PanelSeries:
    return PanelSeries(
        key=None, title=panel.title, unit=panel.unit, values=tuple(None if each.hidden else each.value for each in points),
        hidden=tuple(each.hidden for each in points),
    )


def _value(panel: Live, rows: "Sequence[WindowRow]") -> Decimal | None:
    """The measure over a window's parts together."""
    count, total = sum(each.rows for each in rows), sum(each.total for each in rows)
    if panel.measure == "count":
        return Decimal(count)
    if panel.measure == "sum":
        return number(float(total))
    if panel.measure == "mean":
        return number(total / count) if count else None
    if panel.measure == "latest":
        known = [each for each in rows if each.latest_at is not None]
        return number(max(known, key=lambda each: each.latest_at or each.begins_at).latest) if known else None
    least, greatest = [each.least for each in rows if each.least is not None], [each.greatest for each in rows if each.greatest is not None]
    return number(min(least, default=None) if panel.measure == "min" else max(greatest, default=None))


def _state(newest: "WindowRow", now: datetime, listens: bool) -> Literal["listening", "quiet", "away"]:
    if not listens:
        return "away"
    return "quiet" if now - newest.ends_at > QUIET_AFTER * (newest.ends_at - newest.begins_at) else "listening"


def _moment(row: "WindowRow", now: datetime) -> str:
    """When a window begins, in China: the day where it is another one, seconds where it is shorter than a minute."""
    begins, length = row.begins_at.astimezone(CHINA), row.ends_at - row.begins_at
    if length >= timedelta(seconds=DAY_S):
        return begins.strftime("%m-%d")
    time = begins.strftime("%H:%M" if length >= timedelta(seconds=MINUTE_S) else "%H:%M:%S")
    return time if begins.date() == now.astimezone(CHINA).date() else f"{begins:%m-%d} {time}"


def _nothing() -> Words:
    return Words(zh="保留的窗口内尚无消息。", en="No message came within the windows that are kept.")
