"""What a picture is made of: shapes with their class, their words and the address they lead to."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from lingnan.insight import PanelSeries, Words

Tag = Literal["path", "rect", "line", "circle", "text"]
CJK_FROM = "\u2e80"


@dataclass(frozen=True)
class Shape:
    """One element: its tag, where it is, its class, what it says when pointed at, where it leads; `text` for what is written."""

    tag: Tag
    place: dict[str, float | str]
    css: str = ""
    title: str = ""
    href: str = ""
    text: str = ""


@dataclass
class Picture:
    """Shapes on a ground of so many units, which are pixels at full width; `legend` names colours by class."""

    width: float
    height: float
    shapes: list[Shape] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Pen:
    """How wide to draw, and in which language to write."""

    width: int
    lang: str

    @property
    def narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width < 400

    def say(self, words: Words) -> str:
        """A text in the reader's language."""
        return words.text(self.lang)

    def number(self, value: Decimal | float | None, *, percent: bool = False) -> str:
        """A number as pages write it; a dash for none."""
        if value is None:
            return "—"
        exact = Decimal(str(value))
        told = f"{exact:,.2f}".rstrip("0").rstrip(".")
        return f"{told}%" if percent else told

    def brief(self, value: float, *, percent: bool = False) -> str:
        """A number short enough for an axis."""
        if percent or abs(value) < 10_000:
            return self.number(round(value, 4), percent=percent)
        if self.lang == "zh":
            return f"{value / 1e8:g}亿" if abs(value) >= 1e8 else f"{value / 1e4:g}万"
        return f"{value / 1e9:g}bn" if abs(value) >= 1e9 else f"{value / 1e6:g}m" if abs(value) >= 1e6 else f"{value / 1e3:g}k"


def text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> Shape:
    """Something written."""
    return Shape("text", {"x": round(x, 1), "y": round(y, 1), "text-anchor": anchor}, css, text=words)


def breadth(words: str) -> float:
    """How wide a text is, in letters."""
    return sum(1.0 if letter >= CJK_FROM else 0.56 for letter in words)


def cut(words: str, most: float) -> str:
    """A text no wider than so many letters."""
    if breadth(words) <= most:
        return words
    kept = ""
    for letter in words:
        if breadth(kept + letter) > most - 1:
            break
        kept += letter
    return kept.rstrip() + "…"


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers from below the least to above the greatest."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / about
    size = 10 ** math.floor(math.log10(rough))
    step = next(each * size for each in (1, 2, 2.5, 5, 10) if each * size >= rough)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return [round(place * step, 10) for place in range(first, last + 1)]


def class_of(value: Decimal | None, uppers: tuple[Decimal | None, ...]) -> int | None:
    """The place of a value's class; None for no value."""
    if value is None or not uppers:
        return None
    return next((place for place, upper in enumerate(uppers) if upper is None or value <= upper), len(uppers) - 1)


def colour(palette: str, place: int | None, of: int) -> str:
    """The class of a colour: steps are spread over the five there are."""
    if place is None:
        return "q-none"
    if palette == "aqi":
        return f"aqi-{min(place, 5)}"
    if palette == "lights":
        return f"light-{('good', 'caution', 'bad')[min(place, 2)]}"
    return f"q{place if of >= 5 or of < 2 else round(place * 4 / (of - 1))}"


COLOURS = 6
MOST_SERIES = 2 * COLOURS
"""Series that are told apart: six colours, each a second time dashed or pale."""


def series_colour(place: int) -> str:
    """The class of a series' colour by its place."""
    return f"c{place % COLOURS + 1}{'' if place % MOST_SERIES < COLOURS else ' second'}"


def line_colour(line: PanelSeries, place: int) -> str:
    """The class of one series' colour: that of its light, else by its place."""
    return f"light-{line.light}" if line.light else series_colour(place)


def series_name(place: int, name: str, lang: str, *, filled: bool) -> str:
    """What a series is called beside its colour, which of two that share one said in words too."""
    if place % MOST_SERIES < COLOURS:
        return name
    told = ("浅色", "pale") if filled else ("虚线", "dashed")
    return f"{name}（{told[0]}）" if lang == "zh" else f"{name} ({told[1]})"
