"""A year of days, bars over time, and what joins entities."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from lingnan.insight import BoardCell, PanelCard, Words
from lingnan.web.drawing.shapes import Pen, Picture, Shape, class_of, colour, cut, series_colour, series_name, text, ticks

DAYS = {"zh": ("一", "", "三", "", "五", "", "日"), "en": ("Mon", "", "Wed", "", "Fri", "", "Sun")}
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEAD, WEEKDAYS, SPACE = 20, 30, 2
ROW, LETTER = 26, 12.5
NODE_ROOM, NAME_ROOM, NETWORK_LEAST, SLACK = 34, 104, 220, 4
Side = Literal["left", "right", "above", "below"]
BESIDE: dict[Side, tuple[int, int, str]] = {
    "left": (-10, 4, "end"), "right": (10, 4, "start"), "above": (0, -11, "middle"), "below": (0, 20, "middle"),
}


Joins = Sequence[tuple[str, str, BoardCell]]
"""From, to, and by what."""


def _month(number: int, lang: str) -> str:
    return f"{number}月" if lang == "zh" else MONTHS_EN[number - 1]


def draw_calendar(card: PanelCard, pen: Pen) -> Picture:
    """Weeks as columns, Monday above; on a phone the two halves of the year below each other."""
    year = card.year or 1970
    cuts = (1, 7, 13) if pen.narrow else (1, 13)
    halves = [(date(year, begin, 1), date(year, end - 1, 31 if end == 13 else 30)) for begin, end in pairwise(cuts)]
    size = min((pen.width - WEEKDAYS - 4) / (28 if pen.narrow else 54), 22.0)
    values = dict(zip((each.key for each in card.labels), card.series[0].values, strict=True))
    part = HEAD + 7 * size + 12
    picture = Picture(pen.width, part * len(halves))
    for place, (first, last) in enumerate(halves):
        _weeks(card, pen, picture, (first, last, place * part, size), values)
    uppers = tuple(each.upper for each in card.classes)
    picture.legend = [(colour(card.palette, place, len(uppers)), pen.say(each.title)) for place, each in enumerate(card.classes)]
    return picture


def _weeks(card: PanelCard, pen: Pen, picture: Picture, span: tuple[date, date, float, float], values: Mapping[str, Decimal | None]) -> None:
    first, last, top, size = span
    uppers, monday = tuple(each.upper for each in card.classes), first - timedelta(days=first.weekday())
    for place, name in enumerate(DAYS[pen.lang]):
        picture.shapes.append(text(WEEKDAYS - 6, top + HEAD + (place + 0.75) * size, name, "axis", "end"))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        x, y = WEEKDAYS + (day - monday).days // 7 * size, top + HEAD + day.weekday() * size
        value = values.get(day.isoformat())
        css = colour(card.palette, class_of(value, uppers), len(uppers))
        box: dict[str, float | str] = {"x": round(x, 1), "y": round(y, 1), "width": round(size - SPACE, 1), "height": round(size - SPACE, 1), "rx": 2}
        known = day.isoformat() in values
        title = f"{day.isoformat()}: {pen.number(value, percent=card.series[0].percent)}"
        picture.shapes.append(Shape("rect", box, f"fill {css}", title=title, href=card.address(day.isoformat()) if known else ""))
        if day.day == 1:
            picture.shapes.append(text(x if day.weekday() == 0 else x + size, top + HEAD - 7, _month(day.month, pen.lang), "axis"))


def draw_gantt(card: PanelCard, pen: Pen) -> Picture:
    """A bar from begin to end, on days or on numbers of days; one without an end runs to the edge."""
    rows = [(str(_said(row[0], pen)), _begin(row[1]), _end(row[2]), _said(row[3], pen) if len(row) > 3 else "") for row in card.rows]
    held = [(name, begin, end, state) for name, begin, end, state in rows if begin is not None]
    dated = any(isinstance(row[1], date) for row in card.rows)
    ends = [each for _name, begin, end, _state in held for each in (begin, end) if each is not None] or [0.0]
    first, last = min(ends), max(max(ends), min(ends) + 1)
    left = min(max((len(cut(name, 14)) for name, *_rest in held), default=1), 7 if pen.narrow else 14) * LETTER + 10
    scale = (pen.width - left - 10) / (last - first)
    picture = Picture(pen.width, HEAD + len(held) * ROW + 6)
    for at, called in _marks(first, last, 4 if pen.narrow else 9, dated=dated):
        x = left + (at - first) * scale
        picture.shapes.append(Shape("line", {"x1": round(x, 1), "x2": round(x, 1), "y1": HEAD - 4, "y2": picture.height}, "grid-line"))
        picture.shapes.append(text(x, HEAD - 8, called, "axis", "middle" if x > left + 20 else "start"))
    states = list(dict.fromkeys(str(state) for *_rest, state in held))
    for place, (name, begin, end, state) in enumerate(held):
        top = HEAD + place * ROW + 5
        picture.shapes.append(text(left - 8, top + 12, cut(name, 6 if pen.narrow else 13), "name", "end"))
        wide, along = max(((last if end is None else end) - begin) * scale, 3.0), round(left + (begin - first) * scale, 1)
        bar: dict[str, float | str] = {"x": along, "y": top, "width": round(wide, 1), "height": ROW - 11, "rx": 2}
        ended = "…" if end is None else _told(end, dated=dated)
        told = " · ".join(each for each in (name, f"{_told(begin, dated=dated)} – {ended}", str(state)) if each)
        picture.shapes.append(Shape("rect", bar, f"fill {series_colour(states.index(str(state)))}{' open-end' if end is None else ''}", title=told))
    picture.legend = [(series_colour(place), series_name(place, state, pen.lang, filled=True)) for place, state in enumerate(states) if state]
    return picture


def _said(value: BoardCell, pen: Pen) -> str:
    return pen.say(value) if isinstance(value, Words) else "" if value is None else str(value)


def _begin(value: object) -> float | None:
    """Where a bar begins: the number of a day, or the number itself."""
    if isinstance(value, date):
        return float((value.date() if isinstance(value, datetime) else value).toordinal())
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def _end(value: object) -> float | None:
    """Where it ends; the last year of the calendar, which tables write for no end, is none."""
    return None if isinstance(value, date) and value.year == date.max.year else _begin(value)


def _told(at: float, *, dated: bool) -> str:
    return date.fromordinal(int(at)).isoformat() if dated else f"{at:g}"


def _marks(first: float, last: float, most: int, *, dated: bool) -> list[tuple[float, str]]:
    """Round numbers, or first days of months, as many as there is room for."""
    if not dated:
        return [(each, f"{each:g}") for each in ticks(first, last, most - 1) if first <= each <= last]
    return [(day.toordinal(), day.isoformat()[:7]) for day in _firsts(date.fromordinal(int(first)), date.fromordinal(int(last)), most)]


def _firsts(first: date, last: date, most: int) -> list[date]:
    """First days of months, as many as there is room for."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next(size for size in (1, 2, 3, 6, 12, 24, 60, 120, 1200, 12000) if months / size <= most)
    found = (first.year * 12 + first.month - 1 + place for place in range(0, months + step, step))
    days = (date(number // 12, number % 12 + 1, 1) for number in found)
    return [day for day in days if first <= day <= last]


def draw_network(card: PanelCard, pen: Pen) -> Picture:
    """Every group of joined entities as a circle, the best joined one in its middle; groups side by side, large ones first."""
    names = {label.key: pen.say(label.title) for label in card.labels}
    joins = [(str(row[0]), str(row[1]), row[2]) for row in card.rows]
    groups = _groups(names, joins)
    places: dict[str, tuple[float, float]] = {}
    sides: dict[str, Side] = {}
    x = y = line = 0.0
    for group in groups:
        radius = max(NODE_ROOM * len(group) / (2 * math.pi), 46.0) if len(group) > 1 else 10.0
        room = min(2 * radius + 2 * NAME_ROOM + 10, pen.width)
        if x and x + room > pen.width:
            x, y, line = 0.0, y + line, 0.0
        centre = (x + room / 2, y + radius + 20)
        places |= _circle(group, joins, centre, min(radius, pen.width / 2 - NAME_ROOM))
        sides |= {each: _side(places[each], centre) for each in group}
        x, line = x + room, max(line, 2 * radius + 44)
    picture = Picture(pen.width, max(y + line, NETWORK_LEAST))
    for source, target, relation in joins:
        (x1, y1), (x2, y2) = places[source], places[target]
        told = f"{names[source]} → {names[target]}" + (f": {_said(relation, pen)}" if relation is not None else "")
        picture.shapes.append(Shape("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, "join", title=told, href=card.address(source, target)))
    for key, (x, y) in places.items():
        picture.shapes.append(Shape("circle", {"cx": x, "cy": y, "r": 6}, "fill c1 node", title=names[key], href=card.address(key)))
        picture.shapes.append(_beside(x, y, cut(names[key], 8), sides[key]))
    return picture


def _side(place: tuple[float, float], centre: tuple[float, float]) -> Side:
    """Where a name stands: away from the middle, so that it covers no neighbour's."""
    across, down = place[0] - centre[0], place[1] - centre[1]
    if abs(across) > SLACK or abs(down) <= SLACK:
        return "left" if across < -SLACK else "right"
    return "above" if down < 0 else "below"


def _beside(x: float, y: float, name: str, side: Side) -> Shape:
    across, down, anchor = BESIDE[side]
    return text(x + across, y + down, name, "axis halo", anchor)


def _groups(names: dict[str, str], joins: Joins) -> list[list[str]]:
    """Entities that hang together, each group by how many joins an entity has."""
    beside: dict[str, set[str]] = defaultdict(set)
    for source, target, _relation in joins:
        beside[source].add(target)
        beside[target].add(source)
    groups, seen = [], set[str]()
    for name in names:
        if name in seen:
            continue
        group, todo = [], [name]
        while todo:
            each = todo.pop()
            if each not in seen:
                seen.add(each)
                group.append(each)
                todo += sorted(beside[each] - seen)
        groups.append(sorted(group, key=lambda each: (-len(beside[each]), each)))
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def _circle(group: Sequence[str], joins: Joins, centre: tuple[float, float], radius: float) -> dict[str, tuple[float, float]]:
    first = group[0]
    ends = {end for source, target, _relation in joins if first in (source, target) for end in (source, target)}
    middle = len(group) > 2 and len(ends) > len(group) / 2
    around = group[1:] if middle else group
    placed = {first: (round(centre[0], 1), round(centre[1], 1))} if middle else {}
    for place, each in enumerate(around):
        angle = 2 * math.pi * place / max(len(around), 1) - math.pi / 2
        placed[each] = (round(centre[0] + radius * math.cos(angle), 1), round(centre[1] + radius * math.sin(angle), 1))
    return placed
