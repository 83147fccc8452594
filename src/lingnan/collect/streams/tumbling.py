"""Windows of a stream while it runs: every row adds to the window its event belongs to, however late it comes, while that window is kept."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from lingnan.base import BadInput
from lingnan.collect.streams.shapes import LiveWindow, WindowRow
from lingnan.collect.streams.sorting import Kept, Row

MOST_PARTS = 500
"""Parts of one window: a device that invents names must not fill the memory."""
LONGEST_PART = 100
_CHINA_S = 8 * 3600


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    total: float = 0.0
    least: float | None = None
    greatest: float | None = None
    latest: float | None = None
    latest_at: datetime | None = None
    late: int = 0

    def add(self, value: float | None, event: datetime, late: bool) -> None:
        self.rows += 1
        self.late += late
        if value is None:
            return
        self.total += value
        self.least = value if self.least is None else min(self.least, value)
        self.greatest = value if self.greatest is None else max(self.greatest, value)
        if self.latest_at is None or event >= self.latest_at:
            self.latest, self.latest_at = value, event


_Key = tuple[str, int, str]
"""Window's name, the second of its beginning, the part."""


class Tumbling:
    """The windows of one stream; BadInput when one names a column that the contract does not have."""

    def __init__(self, windows: Mapping[str, LiveWindow], columns: Iterable[str]) -> None:
        self._windows = dict(windows)
        _ensure_known(self._windows, frozenset(columns))
        self._held: dict[_Key, _Tally] = {}
        self._parts: Counter[tuple[str, int]] = Counter()
        self._changed: dict[_Key, None] = {}

    @property
    def anything(self) -> bool:
        """Whether there are windows to keep."""
        return bool(self._windows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the windows look at."""
        found = {each for window in self._windows.values() for each in (window.column, window.by, *window.where) if each}
        return tuple(sorted(found))

    def since(self, now: datetime) -> datetime:
        """The beginning of the oldest window that is kept."""
        longest = max((window.seconds * window.keep for window in self._windows.values()), default=0)
        return now - timedelta(seconds=longest)

    def add(self, kept: Kept, begun: int, now: datetime, *, late: bool) -> None:
        """Count the rows of a batch from one of them on; rows of windows that are not kept any more, or lie as far ahead, are left out."""
        for row, event in zip(islice(kept.rows, begun, None), islice(kept.events, begun, None), strict=True):
            self.count(row, event, now, late=late)

    def count(self, row: Row, event: datetime, now: datetime, *, late: bool) -> None:
        """Count one row."""
        at = event.timestamp()
        for name, window in self._windows.items():
            if any(row.get(column) != value for column, value in window.where.items()):
                continue
            value = _number(row.get(window.column)) if window.column else None
            if window.column and value is None:
                continue
            begins = _begin(at, window.seconds)
            if abs(now.timestamp() - begins) > window.seconds * window.keep:
                continue
            part = (row.get(window.by) or "")[:LONGEST_PART] if window.by else ""
            tally = self._tally((name, begins, part))
            if tally is not None:
                tally.add(value, event, late)

    def take(self, now: datetime) -> list[WindowRow]:
        """What changed since it was asked last, and forget what is not kept any more."""
        told = [self._told(key, self._held[key]) for key in self._changed]
        self._changed.clear()
        for key in [each for each in self._held if now.timestamp() - each[1] > self._windows[each[0]].seconds * self._windows[each[0]].keep]:
            del self._held[key]
            self._parts[key[:2]] -= 1
        self._parts = +self._parts
        return told

    def edges(self, now: datetime) -> dict[str, datetime]:
        """For each name the moment before which windows are not kept any more."""
        return {name: now - timedelta(seconds=window.seconds * window.keep) for name, window in self._windows.items()}

    def _tally(self, key: _Key) -> _Tally | None:
        if key not in self._held:
            if self._parts[key[:2]] >= MOST_PARTS:
                return None
            self._held[key] = _Tally()
            self._parts[key[:2]] += 1
        self._changed[key] = None
        return self._held[key]

    def _told(self, key: _Key, tally: _Tally) -> WindowRow:
        name, begins, part = key
        begins_at = datetime.fromtimestamp(begins, UTC)
        return WindowRow(
            name, part, begins_at, begins_at + timedelta(seconds=self._windows[name].seconds), tally.rows, tally.total, tally.least, tally.greatest,
            tally.latest, tally.latest_at, tally.late,
        )


def _begin(at: float, seconds: int) -> int:
    """The second at which the window of a moment begins; windows of a day begin at midnight in China."""
    return math.floor((at + _CHINA_S) / seconds) * seconds - _CHINA_S


def _number(text: str | None) -> float | None:
    """The number of a cell; None for none and for what is no number, which the contract tells of."""
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and math.isfinite(value) else None


def _ensure_known(windows: Mapping[str, LiveWindow], columns: frozenset[str]) -> None:
    for name, window in windows.items():
        unknown = sorted({each for each in (window.column, window.by, *window.where) if each} - columns)
        if unknown:
            raise BadInput(
                f"窗口 {name} 用到契约没有的列：{'、'.join(unknown)}。",
                f"The window {name} names columns that the contract does not have: {', '.join(unknown)}.", window=name,
            )
