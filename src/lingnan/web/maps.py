"""Outlines of divisions as SVG paths: projected once, coloured by the value of a layer, no tiles and no network."""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from lingnan.base import BadInput
from lingnan.insight import MapLayer, Words

BUNDLED = Path(__file__).parent / "static" / "maps" / "guangdong-cities.json"
WIDTH = 1000.0
STEPS = 5
ROOMY = 130.0
"""Divisions at least this broad keep their name on a phone."""


@dataclass(frozen=True)
class Outline:
    """One division: its path, where its name is written, whether there is room for it on a phone, and its box (left, top, right, bottom)."""

    code: str
    title: Words
    path: str
    x: float
    y: float
    roomy: bool
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Outlines:
    """All divisions of a map with its size and what must be said beside it."""

    width: float
    height: float
    approval: str
    remark: Words
    divisions: tuple[Outline, ...]
    frame: tuple[float, float, float, float]
    """West and north of the picture, and its units in a degree of longitude and of latitude."""

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point lies in the picture."""
        west, north, along, down = self.frame
        return round((longitude - west) * along, 1), round((north - latitude) * down, 1)

    def get(self, code: str) -> Outline | None:
        """The outline of one division."""
        return next((division for division in self.divisions if division.code == code), None)


def outlines(home: Path) -> Outlines:
    """The operator's map in HOME/maps when there is one, else the bundled sketch."""
    return own_outlines(home, BUNDLED.name) or _read(BUNDLED, BUNDLED.stat().st_mtime_ns)


def own_outlines(home: Path, name: str) -> Outlines | None:
    """The operator's map of that name in HOME/maps; None where there is none."""
    own = home / "maps" / name
    return _read(own, own.stat().st_mtime_ns) if own.exists() else None


@cache
def _read(path: Path, _changed: int) -> Outlines:
    try:
        return _project(orjson.loads(path.read_bytes()))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"地图文件 {path.name} 不是所需的 GeoJSON：每个面须有 properties.code、zh、en、label。请对照随带的同名文件改正。",
            f"Map file {path.name} is not the GeoJSON needed: each feature has properties.code, zh, en, label. Correct it after the bundled one.",
        ) from error


def _project(found: dict[str, Any]) -> Outlines:
    features = found["features"]
    points = [point for feature in features for ring in _rings(feature["geometry"]) for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    scale = WIDTH / (east - west)
    # Plate carrée true at the middle latitude: good for one province, and the same for every layer.
    stretch = scale / math.cos(math.radians((south + north) / 2))

    def place(point: list[float]) -> tuple[float, float]:
        return round((point[0] - west) * scale, 1), round((north - point[1]) * stretch, 1)

    divisions = []
    for feature in features:
        facts = feature["properties"]
        rings = [[place(point) for point in ring] for ring in _rings(feature["geometry"])]
        breadth = max(max(x for x, _ in ring) - min(x for x, _ in ring) for ring in rings)
        xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
        box = min(xs), min(ys), max(xs), max(ys)
        path = "".join(_path(ring) for ring in rings)
        divisions.append(Outline(facts["code"], Words(zh=facts["zh"], en=facts["en"]), path, *place(facts["label"]), breadth >= ROOMY, box))
    remark = Words(zh=found.get("remark_zh", ""), en=found.get("remark_en", ""))
    frame = (west, north, scale, stretch)
    return Outlines(WIDTH, round((north - south) * stretch, 1), found.get("approval", ""), remark, tuple(divisions), frame)


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points[:-1]) + "Z"


def steps(layer: MapLayer) -> tuple[Decimal, ...]:
    """Upper bounds of the colour steps: quantiles, so that one large city does not leave the others pale."""
    values = sorted(set(layer.values.values()))
    if not values:
        return ()
    return tuple(values[min(len(values) - 1, math.ceil(len(values) * (step + 1) / STEPS) - 1)] for step in range(STEPS))


def step_of(value: Decimal | None, bounds: tuple[Decimal, ...]) -> int | None:
    """The step 0..4 of a value; None for what is not known."""
    if value is None or not bounds:
        return None
    return next((index for index, bound in enumerate(bounds) if value <= bound), len(bounds) - 1)
