"""The time line of a register's entry: a lane for each attribute, a bar for each value, a mark for what happened to its id; geometry only."""

from dataclasses import dataclass
from datetime import date

from lingnan.base import CHINA
from lingnan.insight import Happening, RegisterSheet, Span, Words

WIDTH, LEFT, RIGHT, TOP, LANE, BAR = 960, 170, 14, 40, 32, 22
LETTER, LEAST, FEWEST_DAYS, MOST_TICKS = 12.5, 5.0, 366, 9


@dataclass(frozen=True)
class Bar:
    """One value's bar; `text` is what fits into it, `number` counts within its lane, `open_left` and `open_right` say that it has no end there."""

    span: Span
    x: float
    y: float
    width: float
    text: str
    number: int
    open_left: bool
    open_right: bool


@dataclass(frozen=True)
class Lane:
    """An attribute with its bars."""

    title: Words
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Mark:
    """Something that happened to the entry's id, on the day it was known."""

    happening: Happening
    x: float


@dataclass(frozen=True)
class TimeLine:
    """Everything with its place in a drawing of so many units; `day_x` is the day that the page shows."""

    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, int], ...]
    day_x: float
    height: float
    width: int = WIDTH
    left: int = LEFT
    top: int = TOP
    bar: int = BAR


def draw_time_line(sheet: RegisterSheet, lang: str) -> TimeLine | None:
    """The time line of an entry, what its codes mean in the reader's language; None where nothing is known of it."""
    if not sheet.spans:
        return None
    scale = _Scale.of(sheet)
    titles = {span.attribute.zh: span.attribute for span in sheet.spans}
    lanes = tuple(
        _lane(title, [span for span in sheet.spans if span.attribute.zh == zh], TOP + place * LANE, scale, lang)
        for place, (zh, title) in enumerate(titles.items())
    )
    marks = tuple(Mark(each, scale.x(each.at.astimezone(CHINA).date())) for each in sheet.happenings)
    return TimeLine(lanes, marks, scale.ticks(), scale.x(sheet.as_of), TOP + len(lanes) * LANE + 8)


@dataclass(frozen=True)
class _Scale:
    """Days to places."""

    first: date
    last: date

    @classmethod
    def of(cls, sheet: RegisterSheet) -> "_Scale":
        days = [day for span in sheet.spans for day in (span.since, span.until) if day is not None]
        days += [sheet.as_of, sheet.known_at, *(each.at.astimezone(CHINA).date() for each in sheet.happenings)]
        first, last = min(days), max(days)
        missing = max(0, FEWEST_DAYS - (last - first).days)
        return cls(date.fromordinal(max(1, first.toordinal() - missing)), last)

    def x(self, day: date) -> float:
        """Where a day lies; days outside lie at the edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def ticks(self) -> tuple[tuple[float, int], ...]:
        """Years to write, evenly spaced."""
        years = self.last.year - self.first.year
        every = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if years / step <= MOST_TICKS)
        begin = -(-(self.first.year + (self.first > date(self.first.year, 1, 1))) // every) * every
        return tuple((self.x(date(year, 1, 1)), year) for year in range(begin, self.last.year + 1, every))


def _lane(title: Words, spans: list[Span], y: float, scale: _Scale, lang: str) -> Lane:
    bars = []
    for number, span in enumerate(spans):
        start = scale.x(span.since) if span.since else LEFT
        told = span.shown.text(lang) if span.shown else span.value
        width = max((scale.x(span.until) if span.until else WIDTH - RIGHT) - start - 1, LEAST)
        bars.append(Bar(span, start, y, round(width, 1), _fitting(told, width), number, span.since is None, span.until is None))
    return Lane(title, y, tuple(bars))


def _fitting(text: str, width: float) -> str:
    """As much of a text as a bar has room for; letters of ASCII are half as wide."""
    room, kept = width - 12, ""
    for character in text:
        room -= LETTER if not character.isascii() else LETTER * 0.6
        if room < 0:
            return kept[:-1] + "…" if len(kept) > 2 else ""
        kept += character
    return kept
