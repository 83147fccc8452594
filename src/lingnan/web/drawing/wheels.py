"""Wheels: a radar of axes, and a rose of directions."""

import math

from lingnan.insight import PanelCard
from lingnan.web.drawing.shapes import Pen, Picture, Shape, colour, cut, line_colour, series_name, text, ticks

HEIGHT, ROSE_HEIGHT = 290, 320
RINGS = 4


def _point(centre: tuple[float, float], radius: float, turn: float) -> tuple[float, float]:
    """A point at a part of a turn clockwise from the top."""
    angle = 2 * math.pi * turn
    return round(centre[0] + radius * math.sin(angle), 1), round(centre[1] - radius * math.cos(angle), 1)


def draw_radar(card: PanelCard, pen: Pen) -> Picture:
    """A polygon for each series over axes that all end at one number."""
    centre, radius = (pen.width / 2, HEIGHT / 2 + 4), HEIGHT / 2 - 42
    values = [float(value) for line in card.series for value in line.values if value is not None]
    top = float(card.top) if card.top else ticks(0, max(values, default=1.0))[-1]
    count, picture = len(card.labels), Picture(pen.width, HEIGHT)
    for ring in range(1, RINGS + 1):
        corners = [_point(centre, radius * ring / RINGS, place / count) for place in range(count)]
        picture.shapes.append(Shape("path", {"d": _closed(corners)}, "grid-line ring"))
    for place, label in enumerate(card.labels):
        x, y = _point(centre, radius, place / count)
        picture.shapes.append(Shape("line", {"x1": centre[0], "y1": centre[1], "x2": x, "y2": y}, "grid-line"))
        x, y = _point(centre, radius + 18, place / count)
        anchor = "middle" if abs(x - centre[0]) < 8 else "start" if x > centre[0] else "end"
        picture.shapes.append(text(x, y + 4, cut(pen.say(label.title), 10 if pen.narrow else 16), "name", anchor))
    picture.shapes.append(text(centre[0] + 10, centre[1] - radius + 4, pen.brief(top, percent=card.series[0].percent), "axis"))
    for number, line in enumerate(card.series):
        css = line_colour(line, number)
        corners = [_point(centre, radius * min(max(float(value or 0) / top, 0), 1), place / count) for place, value in enumerate(line.values)]
        picture.shapes.append(Shape("path", {"d": _closed(corners)}, f"area {css}", title=pen.say(line.title)))
        picture.shapes += [
            Shape(
                "circle", {"cx": x, "cy": y, "r": 3.6}, f"mark {css}", href=card.address(label.key, line.key),
                title=f"{pen.say(label.title)} · {pen.say(line.title)}: {pen.number(value, percent=line.percent)}",
            )
            for (x, y), label, value in zip(corners, card.labels, line.values, strict=True) if value is not None
        ]
    if len(card.series) > 1:
        told = enumerate(card.series)
        picture.legend = [(line_colour(line, number), series_name(number, pen.say(line.title), pen.lang, filled=False)) for number, line in told]
    return picture


def draw_rose(card: PanelCard, pen: Pen) -> Picture:
    """Sectors of the compass, each stacked by class of strength; the rings are shares of all."""
    centre, radius = (pen.width / 2, ROSE_HEIGHT / 2), ROSE_HEIGHT / 2 - 26
    sums = [sum(float(line.values[place] or 0) for line in card.series) for place in range(len(card.labels))]
    marks = ticks(0, max(sums, default=1.0), 3)
    picture, count = Picture(pen.width, ROSE_HEIGHT), len(card.labels)
    for each in marks[1:]:
        reach = radius * each / marks[-1]
        picture.shapes.append(Shape("circle", {"cx": centre[0], "cy": centre[1], "r": round(reach, 1)}, "grid-line ring"))
    for place, label in enumerate(card.labels):
        within = 0.0
        for number, line in enumerate(card.series):
            value = float(line.values[place] or 0)
            if not value:
                continue
            path = _sector(centre, radius * within / marks[-1], radius * (within + value) / marks[-1], place / count, 0.84 / count)
            title = f"{pen.say(label.title)} · {pen.say(line.title)}: {pen.number(line.values[place], percent=True)}"
            css = f"fill {colour(card.palette, number, len(card.series))}"
            picture.shapes.append(Shape("path", {"d": path}, css, title=title, href=card.address(label.key, line.key)))
            within += value
        if place % 2 == 0:
            x, y = _point(centre, radius + 13, place / count)
            picture.shapes.append(text(x, y + 4, pen.say(label.title), "name", "middle"))
    for each in marks[1:]:
        x, y = _point(centre, radius * each / marks[-1], 1.5 / count)
        picture.shapes.append(text(x, y, pen.number(each, percent=True), "axis ring-mark"))
    picture.legend = [(colour(card.palette, number, len(card.series)), pen.say(line.title)) for number, line in enumerate(card.series)]
    return picture


def _sector(centre: tuple[float, float], inner: float, outer: float, turn: float, wide: float) -> str:
    start, end = turn - wide / 2, turn + wide / 2
    a, b, c, d = _point(centre, inner, start), _point(centre, outer, start), _point(centre, outer, end), _point(centre, inner, end)
    return (
        f"M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}A{outer:.1f} {outer:.1f} 0 0 1 {c[0]:g} {c[1]:g}"
        f"L{d[0]:g} {d[1]:g}A{inner:.1f} {inner:.1f} 0 0 0 {a[0]:g} {a[1]:g}Z"
    )


def _closed(corners: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in corners) + "Z"
