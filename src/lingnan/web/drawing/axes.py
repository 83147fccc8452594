"""Lines over an ordered axis, and bars lying beside their names."""

import math
from decimal import Decimal

from lingnan.insight import PanelCard, PanelSeries, Words
from lingnan.web.drawing.shapes import MOST_SERIES, Pen, Picture, Shape, breadth, cut, line_colour, series_name, text, ticks

LINE_HEIGHT, LINE_TOP, LINE_FOOT = 250, 14, 30
BAR, GAP, LETTER = 15, 8, 12.5
MOST_MARKS = 600
OTHERS = "\0others"
"""The key of what stands for the rest; no value of a table is like it."""


def draw_lines(card: PanelCard, pen: Pen) -> Picture:
    """A line for each series: six colours, then the same dashed; of more than twelve the highest at the end have one and the others are grey."""
    known = [float(value) for line in card.series for value in line.values if value is not None] or [0.0]
    percent = card.series[0].percent
    low = min(0.0, min(known)) if min(known) < 0.5 * max(known) else min(known)
    marks = ticks(low, max(known))
    left = 8 + LETTER * 0.6 * max(len(pen.brief(each, percent=percent)) + 1 for each in marks)
    right, foot = pen.width - max(14.0, _widest(card, pen) / 2), LINE_HEIGHT - LINE_FOOT
    step = (right - left) / max(len(card.labels) - 1, 1)
    picture = Picture(pen.width, LINE_HEIGHT)

    def down(value: float) -> float:
        return round(foot - (value - marks[0]) / (marks[-1] - marks[0]) * (foot - LINE_TOP), 1)

    for each in marks:
        picture.shapes.append(Shape("line", {"x1": round(left, 1), "x2": right, "y1": down(each), "y2": down(each)}, "grid-line"))
        picture.shapes.append(text(left - 7, down(each) + 4, pen.brief(each, percent=percent), "axis", "end"))
    _below(card, pen, picture, left, step)
    coloured = _coloured(card.series)
    for number, line in sorted(enumerate(card.series), key=lambda each: each[0] in coloured):
        css = line_colour(line, coloured[number]) if number in coloured else "c-rest"
        places = [None if value is None else (round(left + place * step, 1), down(float(value))) for place, value in enumerate(line.values)]
        picture.shapes.append(Shape("path", {"d": _path(places)}, f"stroke {css}", title=pen.say(line.title)))
        picture.shapes += _points(card, pen, line, places, css)
    _legend(picture, card, pen, coloured)
    return picture


def _below(card: PanelCard, pen: Pen, picture: Picture, left: float, step: float) -> None:
    """As many labels as there is room for, the last one always."""
    every = max(1, math.ceil((_widest(card, pen) + 10) / step)) if step else 1
    last = len(card.labels) - 1
    for place, label in enumerate(card.labels):
        if (last - place) % every == 0:
            picture.shapes.append(text(left + place * step, LINE_HEIGHT - 10, pen.say(label.title), "axis", "middle"))


def _widest(card: PanelCard, pen: Pen) -> float:
    """How wide the widest label is written."""
    return max((breadth(pen.say(each.title)) for each in card.labels), default=1) * LETTER


def _coloured(series: tuple[PanelSeries, ...]) -> dict[int, int]:
    """Which series have a colour, by their place: all, or the highest at the end."""
    if len(series) <= MOST_SERIES:
        return {place: place for place in range(len(series))}
    ends = {place: next((value for value in reversed(line.values) if value is not None), Decimal(0)) for place, line in enumerate(series)}
    ranked = sorted(ends, key=lambda place: -ends[place])
    return {place: rank for rank, place in enumerate(ranked[: MOST_SERIES - 1])}


def _path(places: list[tuple[float, float] | None]) -> str:
    """A path that breaks where there is no value."""
    parts, pen_down = [], False
    for each in places:
        if each is not None:
            parts.append(f"{'L' if pen_down else 'M'}{each[0]:g} {each[1]:g}")
        pen_down = each is not None
    return "".join(parts) or "M0 0"


def _points(card: PanelCard, pen: Pen, line: PanelSeries, places: list[tuple[float, float] | None], css: str) -> list[Shape]:
    held = sum(value is not None for value in line.values)
    if held * len(card.series) > MOST_MARKS:
        return []
    css = f"mark {css}" + ("" if held <= 40 and css != "c-rest" else " faint")
    return [
        Shape(
            "circle", {"cx": place[0], "cy": place[1], "r": 3.2}, css, href=card.address(label.key, line.key),
            title=f"{pen.say(line.title)} · {pen.say(label.title)}: {pen.number(value, percent=line.percent)}",
        )
        for label, value, place in zip(card.labels, line.values, places, strict=True) if place is not None
    ]


def _legend(picture: Picture, card: PanelCard, pen: Pen, coloured: dict[int, int]) -> None:
    if len(card.series) > 1:
        ranks = sorted((rank, place) for place, rank in coloured.items())
        told = [(rank, card.series[place]) for rank, place in ranks]
        picture.legend = [(line_colour(line, rank), series_name(rank, pen.say(line.title), pen.lang, filled=False)) for rank, line in told]
        if len(coloured) < len(card.series):
            others = len(card.series) - len(coloured)
            picture.legend.append(("c-rest", f"其余 {others} 项" if pen.lang == "zh" else f"{others} others"))


def draw_bars(card: PanelCard, pen: Pen) -> Picture:
    """Lying bars: one a label, stacked, or one a series side by side; the number at the end. Of more than twelve series the smallest are one."""
    card = with_others(card)
    lines = card.series
    thick = BAR if card.stacked or len(lines) == 1 else max(7.0, BAR / len(lines) + 3)
    row = (thick if card.stacked or len(lines) == 1 else thick * len(lines)) + GAP
    most_letters = 8.0 if pen.narrow else 15.0
    names = [cut(pen.say(label.title), most_letters) for label in card.labels]
    left = max((breadth(name) for name in names), default=1) * LETTER + 12
    ends = [_end(card, place) for place in range(len(card.labels))]
    percent = lines[0].percent
    room = max((len(pen.number(each, percent=percent)) for each in ends), default=1) * LETTER * 0.58 + 12
    most = 100.0 if percent and max(ends, default=0) > 50 else max([*ends, 0.0]) or 1.0
    scale = (pen.width - left - room) / most
    picture = Picture(pen.width, len(card.labels) * row + 6)
    for place, name in enumerate(names):
        top = place * row + 4
        picture.shapes.append(text(left - 9, top + (row - GAP) / 2, name, "name", "end"))
        _row(card, pen, picture, place, (left, top, thick, scale))
        if len(lines) > 1 and not card.stacked:
            continue
        shown = "*" if any(line.hidden[place] for line in lines) else pen.number(ends[place], percent=percent)
        picture.shapes.append(text(left + max(ends[place], 0) * scale + 6, top + (row - GAP) / 2, shown, "value"))
    if len(lines) > 1:
        named = enumerate(pen.say(line.title) for line in lines)
        told = ((_bar_colour(lines[number], number), number, name) for number, name in named)
        picture.legend = [(css, name if css == "c-rest" else series_name(number, name, pen.lang, filled=True)) for css, number, name in told]
    return picture


def with_others(card: PanelCard) -> PanelCard:
    """The card with no more series than are told apart: those that sum highest, and the rest as one where a stack may be summed, else left out."""
    if len(card.series) <= MOST_SERIES:
        return card
    sums = {place: sum((value or Decimal(0) for value in line.values), Decimal(0)) for place, line in enumerate(card.series)}
    ranked = sorted(sums, key=lambda place: -sums[place])
    kept, rest = sorted(ranked[: MOST_SERIES - 1]), [card.series[place] for place in ranked[MOST_SERIES - 1:]]
    others = PanelSeries(
        key=OTHERS, title=Words(zh=f"其余 {len(rest)} 项", en=f"{len(rest)} others"), unit=rest[0].unit, percent=rest[0].percent,
        values=tuple(sum((line.values[place] or Decimal(0) for line in rest), Decimal(0)) for place in range(len(card.labels))),
        hidden=tuple(any(line.hidden[place] for line in rest) for place in range(len(card.labels))),
    )
    return card.model_copy(update={"series": (*(card.series[place] for place in kept), *((others,) if card.stacked else ()))})


def _bar_colour(line: PanelSeries, number: int) -> str:
    return "c-rest" if line.key == OTHERS else line_colour(line, number)


def _end(card: PanelCard, place: int) -> float:
    values = [float(line.values[place] or 0) for line in card.series]
    return sum(values) if card.stacked else max(values, default=0.0)


def _row(card: PanelCard, pen: Pen, picture: Picture, place: int, at: tuple[float, float, float, float]) -> None:
    """The bars of one label."""
    left, top, thick, scale = at
    label, along = card.labels[place], left
    for number, line in enumerate(card.series):
        value = line.values[place]
        if value is None or value <= 0:
            continue
        high = top if card.stacked or len(card.series) == 1 else top + number * thick
        wide = max(float(value) * scale, 1.0)
        picture.shapes.append(Shape(
            "rect", {"x": round(along, 1), "y": round(high, 1), "width": round(wide, 1), "height": round(thick - (0 if card.stacked else 1), 1)},
            f"fill {_bar_colour(line, number)}", href=card.address(label.key, None if line.key == OTHERS else line.key),
            title=f"{pen.say(label.title)} · {pen.say(line.title)}: {pen.number(value, percent=line.percent)}",
        ))
        along += wide if card.stacked else 0
