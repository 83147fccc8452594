"""Makes the city outlines that the pages carry: repairs rings, simplifies shared borders alike, drops islets, keeps its source.

    python tools/make_outlines.py CITIES.geojson src/lingnan/web/static/maps/guangdong-cities.json
"""

import json
import sys
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping, shape

TOLERANCE_DEGREES = 0.008
SMALLEST_ISLAND_KM2 = 4.0
KM2_PER_SQUARE_DEGREE = 111.32 * 111.32 * 0.92
DECIMALS = 3
LIMIT_BYTES = 120 * 1024
ENGLISH = {
    "440100": "Guangzhou", "440200": "Shaoguan", "440300": "Shenzhen", "440400": "Zhuhai", "440500": "Shantou", "440600": "Foshan",
    "440700": "Jiangmen", "440800": "Zhanjiang", "440900": "Maoming", "441200": "Zhaoqing", "441300": "Huizhou", "441400": "Meizhou",
    "441500": "Shanwei", "441600": "Heyuan", "441700": "Yangjiang", "441800": "Qingyuan", "441900": "Dongguan", "442000": "Zhongshan",
    "445100": "Chaozhou", "445200": "Jieyang", "445300": "Yunfu",
}


def repaired(geometry: Any) -> MultiPolygon:
    """The same area as valid polygons; lines and points that repair leaves over are no land."""
    valid = shapely.make_valid(geometry, method="structure")
    parts = [part for part in shapely.get_parts(shapely.get_parts(valid)).ravel() if isinstance(part, Polygon) and part.area > 0]
    return MultiPolygon(parts)


def without_islets(geometry: Any) -> MultiPolygon:
    """The polygons large enough to be drawn, the largest always among them."""
    parts = sorted(shapely.get_parts(geometry), key=lambda part: -part.area)
    return MultiPolygon(parts[:1] + [part for part in parts[1:] if part.area * KM2_PER_SQUARE_DEGREE >= SMALLEST_ISLAND_KM2])


def middle(geometry: Any) -> tuple[float, float]:
    """Where a name has most room: the centre of the largest circle within."""
    return shapely.maximum_inscribed_circle(shapely.get_parts(geometry)[0], tolerance=0.01).coords[0]


def rounded(value: Any) -> Any:
    """Coordinates to a hundred metres, which is what the source is good for."""
    return round(value, DECIMALS) if isinstance(value, float) else [rounded(part) for part in value]


def main(source: Path, target: Path) -> None:
    """Read, repair, simplify, write, and say what was done."""
    features = json.loads(source.read_text("utf-8"))["features"]
    shapes = [shape(feature["geometry"]) for feature in features]
    broken = sum(not geometry.is_valid for geometry in shapes)
    simple = shapely.coverage_simplify([repaired(geometry) for geometry in shapes], TOLERANCE_DEGREES)
    # Rounding may fold a narrow ring; on the grid first, it stays valid.
    simple = [without_islets(shapely.set_precision(geometry, 10**-DECIMALS)) for geometry in simple]
    outlines = {
        "type": "FeatureCollection",
        "name": "guangdong-cities",
        "source": "Apache ECharts 4.9.0, map/json/province/guangdong.json, decoded, repaired, simplified",
        "licence": "Apache-2.0",
        "approval": "",
        "remark_zh": "示意图，非标准地图；公开使用须换成有审图号的底图。",
        "remark_en": "A sketch, not a standard map; public use needs an approved base map (审图号).",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "code": feature["properties"]["adcode"], "zh": feature["properties"]["name"], "en": ENGLISH[feature["properties"]["adcode"]],
                    "label": rounded(list(middle(geometry))),
                },
                "geometry": {"type": "MultiPolygon", "coordinates": rounded(mapping(geometry)["coordinates"])},
            }
            for feature, geometry in zip(features, simple, strict=True)
        ],
    }
    text = json.dumps(outlines, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > LIMIT_BYTES:
        sys.exit(f"{len(text.encode())} bytes exceed {LIMIT_BYTES}: raise the tolerance")
    target.write_text(text + "\n", "utf-8")
    print(f"{len(features)} cities, {broken} repaired, {len(text.encode())} bytes, all valid: {all(g.is_valid for g in simple)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
