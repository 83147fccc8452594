"""Maps of counties: circles over the outlines of cities, moved aside where they would cover each other; areas where an operator has some."""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from lingnan.insight import PanelCard, Words
from lingnan.web.maps import WIDTH, Outline, Outlines, outlines, own_outlines

POINTS = Path(__file__).parent / "static" / "maps" / "guangdong-counties.json"
AREAS = "guangdong-counties.json"
"""The operator's map of counties in HOME/maps, of the same form as that of cities."""
CROWDED, ROOMY, ROUNDS = 13.5, 32.0, 200
"""The radius of a circle in a picture of a whole province, and of one city, where there is room for names."""
MARGIN = 0.06


@dataclass(frozen=True)
class Circle:
    """One county: where its circle is drawn, and its short name where there is room."""

    code: str
    title: Words
    x: float
    y: float
    name: Words | None


@dataclass(frozen=True)
class CountyMap:
    """Circles of one radius over outlines of cities (or areas of counties), which `placed` brings to their place in a picture of that height."""

    height: float
    placed: str
    ground: tuple[Outline, ...]
    circles: tuple[Circle, ...]
    radius: float
    areas: tuple[Outline, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The counties that are drawn."""
        return frozenset([*(each.code for each in self.circles), *(each.code for each in self.areas)])


def county_map(home: Path, card: PanelCard) -> CountyMap | None:
    """The map of the counties that a panel tells of: of one city where all lie in one, else of the province; None where it knows none of them."""
    told = {label.key for label in card.labels}
    cities = {code[:4] for code in told}
    within = f"{cities.pop()}00" if len(cities) == 1 else ""
    ground = outlines(home)
    own = own_outlines(home, AREAS)
    found = _areas(own, within) if own else _circles(ground, within if ground.get(within) else "")
    return found if found and told & found.codes else None


def _areas(own: Outlines, within: str) -> CountyMap | None:
    held = tuple(each for each in own.divisions if not within or each.code[:4] == within[:4])
    if not held:
        return None
    box = _around(held)
    return CountyMap(round(box[3] * WIDTH / box[2], 1), _placed(box), (), (), 0.0, held)


@cache
def _circles(ground: Outlines, within: str) -> CountyMap:
    held = tuple(each for each in ground.divisions if not within or each.code == within)
    box = _around(held)
    known = [each for each in _points() if not within or each[0][:4] == within[:4]]
    radius, scale = ROOMY if within else CROWDED, WIDTH / box[2]
    seats = [ground.place(lon, lat) for _code, _title, (lon, lat) in known]
    places = apart([((x - box[0]) * scale, (y - box[1]) * scale) for x, y in seats], radius)
    circles = tuple(
        Circle(code, title, round(x, 1), round(y, 1), _short(title) if within else None)
        for (code, title, _at), (x, y) in zip(known, places, strict=True)
    )
    return CountyMap(round(box[3] * scale, 1), _placed(box), held, circles, radius)


def apart(places: list[tuple[float, float]], radius: float) -> list[tuple[float, float]]:
    """The places moved aside until circles of that radius hardly cover each other; the same places move in the same way each time."""
    moved, reach = [list(each) for each in places], 2.08 * radius
    for _round in range(ROUNDS):
        order, still = sorted(range(len(moved)), key=lambda each: (moved[each][0], each)), True
        for rank, first in enumerate(order):
            for second in order[rank + 1:]:
                east, south = moved[second][0] - moved[first][0], moved[second][1] - moved[first][1]
                if east >= reach:
                    break
                distance = math.hypot(east, south)
                if distance < reach - 0.01:
                    east, south = (east / distance, south / distance) if distance else (1.0, 0.0)
                    push, still = (reach - distance) / 2, False
                    for place, sign in ((first, -1), (second, 1)):
                        moved[place][0] += sign * push * east
                        moved[place][1] += sign * push * south
        if still:
            break
    return [(x, y) for x, y in moved]


def _around(held: tuple[Outline, ...]) -> tuple[float, float, float, float]:
    west, north = min(each.box[0] for each in held), min(each.box[1] for each in held)
    width, height = max(each.box[2] for each in held) - west, max(each.box[3] for each in held) - north
    room = MARGIN * max(width, height)
    # A city that is high and narrow gets room at its sides, or its circles would be drawn over a whole page.
    aside = max(0.0, 1.25 * height - width) / 2
    return west - room - aside, north - room, width + 2 * (room + aside), height + 2 * room


def _placed(box: tuple[float, float, float, float]) -> str:
    return f"scale({WIDTH / box[2]:.4f}) translate({-box[0]:.1f} {-box[1]:.1f})"


def _short(title: Words) -> Words:
    zh = title.zh
    return Words(zh=zh[:-1] if len(zh) > 2 and zh[-1] in "区县市" else zh, en=title.text("en"))


@cache
def _points() -> tuple[tuple[str, Words, tuple[float, float]], ...]:
    told = orjson.loads(POINTS.read_bytes())
    return tuple((each["code"], Words(zh=each["zh"], en=each["en"]), tuple(each["at"])) for each in told["counties"])
