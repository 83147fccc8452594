"""What the pages carry: libraries as they came, outlines that are whole, the handover's pages and nothing beside them."""

import hashlib
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from lingnan.base import BadInput
from lingnan.insight import BuildLine, BuildSheet, Lineage, LineageEdge, LineageNode, MapLayer, Words
from lingnan.web import create_handover_app
from lingnan.web.app import STATIC
from lingnan.web.maps import BUNDLED, outlines, step_of, steps
from lingnan.web.pictures import draw_bars, draw_lineage, draw_trend
from lingnan.web.rendering import counted, number, percent, seconds


def test_libraries_are_as_they_came() -> None:
    told = dict(re.findall(r"^\| (\S+\.js) .*\| ([0-9a-f]{64}) \|$", (STATIC / "vendor/README.md").read_text("utf-8"), flags=re.M))
    found = {str(path.relative_to(STATIC / "vendor")): hashlib.sha256(path.read_bytes()).hexdigest() for path in (STATIC / "vendor").rglob("*.js")}
    assert told == found
    assert all((path.parent / "LICENSE").exists() and (path.parent / "VERSION").exists() for path in (STATIC / "vendor").rglob("*.js"))


def test_outlines_are_whole() -> None:
    shapely = pytest.importorskip("shapely")
    from shapely.geometry import Point, shape

    found = json.loads(BUNDLED.read_text("utf-8"))
    places = {feature["properties"]["code"]: shape(feature["geometry"]) for feature in found["features"]}
    assert len(places) == 21
    assert BUNDLED.stat().st_size <= 120 * 1024
    assert all(place.is_valid for place in places.values())
    assert places["440300"].contains(Point(114.0596, 22.5430))
    assert places["440100"].contains(Point(113.3245, 23.1065))
    assert all(places[f["properties"]["code"]].contains(Point(f["properties"]["label"])) for f in found["features"])
    overlap = sum(place.area for place in places.values()) - shapely.unary_union(list(places.values())).area
    assert overlap < 0.002, "neighbours share their borders"


def test_operator_replaces_the_map(tmp_path: Path) -> None:
    square = {"type": "Feature", "properties": {"code": "440100", "zh": "广州市", "en": "Guangzhou", "label": [113.5, 23.5]},
              "geometry": {"type": "Polygon", "coordinates": [[[113, 23], [114, 23], [114, 24], [113, 24], [113, 23]]]}}
    (tmp_path / "maps").mkdir()
    own = tmp_path / "maps" / "guangdong-cities.json"
    own.write_text(json.dumps({"features": [square], "approval": "粤S(2026)001号"}), "utf-8")
    drawn = outlines(tmp_path)
    assert (drawn.approval, len(drawn.divisions)) == ("粤S(2026)001号", 1)
    assert drawn.divisions[0].path == "M0 1090.4L1000 1090.4L1000 0L0 0Z"
    own.write_text('{"features": [{}]}', "utf-8")
    with pytest.raises(BadInput):
        outlines(tmp_path)


def test_colour_steps_split_evenly() -> None:
    layer = MapLayer(key="x", title=Words(zh="x"), unit="", values={str(n): Decimal(n) for n in range(1, 21)})
    bounds = steps(layer)
    assert bounds == (4, 8, 12, 16, 20)
    assert [step_of(Decimal(n), bounds) for n in (1, 4, 5, 20)] == [0, 0, 1, 4]
    assert step_of(None, bounds) is None
    assert step_of(Decimal(1), ()) is None


def test_pictures_stand_empty_handed() -> None:
    assert draw_lineage(Lineage(nodes=(), edges=())).boxes == ()
    assert draw_trend(()) is None
    line = BuildLine(id="b", state="running", started_at="2026-10-31T00:00:00Z", seconds=None, steps_run=0, steps_skipped=0, steps_failed=0, rows=0)
    assert draw_bars(BuildSheet(line=line, steps=(), done_share=0)).bars == ()


def test_lineage_boxes_do_not_touch() -> None:
    nodes = tuple(LineageNode(id=str(n), title=Words(zh=str(n)), kind="table", depth=n % 3) for n in range(9))
    picture = draw_lineage(Lineage(nodes=nodes, edges=(LineageEdge(source="0", target="1"), LineageEdge(source="0", target="gone"))))
    places = [(box.x, box.y) for box in picture.boxes]
    assert len(set(places)) == 9
    assert len(picture.curves) == 1
    assert all(x + picture.box_width <= picture.width and y + picture.box_height <= picture.height for x, y in places)


def test_values_are_written_alike() -> None:
    assert [number(v) for v in (None, 0, 1234567, Decimal("1.50"), Decimal(100), 1234.0)] == ["—", "0", "1,234,567", "1.5", "100", "1,234"]
    assert [percent(v) for v in (None, 100, Decimal("99.999"), Decimal("97.40"), 0)] == ["—", "100%", "99.99%", "97.4%", "0%"]
    assert [seconds(v) for v in (None, 3.14, 125)] == ["—", "3.1 s", "2 min 05 s"]


@pytest.fixture
def handover(tmp_path: Path) -> TestClient:
    page = tmp_path / "handover" / "shuiwu" / "taxpayer_year" / "page-1.json"
    page.parent.mkdir(parents=True)
    page.write_text('{"code":0,"data":"[]","page":1,"pages":1}', "utf-8")
    (tmp_path / "secret.json").write_text("{}", "utf-8")
    (page.parent / "page-2.json").symlink_to(tmp_path / "secret.json")
    return TestClient(create_handover_app(tmp_path / "handover"))


def test_handover_serves_its_pages(handover: TestClient) -> None:
    assert handover.get("/shuiwu/taxpayer_year").json()["data"] == "[]"
    assert handover.get("/shuiwu/taxpayer_year?page=1").content == b'{"code":0,"data":"[]","page":1,"pages":1}'


@pytest.mark.parametrize("path", [
    "/shuiwu/taxpayer_year?page=2", "/shuiwu/taxpayer_year?page=0", "/shuiwu/nothing", "/../secret", "/%2e%2e/secret", "/shuiwu/..%2f..%2fsecret",
])
def test_handover_serves_nothing_else(handover: TestClient, path: str) -> None:
    assert handover.get(path).status_code == 404


def test_columns_of_numbers_are_known_by_their_rows() -> None:
    assert counted([("甲", None, True, None), ("乙", 2, False, 1.5), ("丙", None, True, None)], 4) == [False, True, False, True]
    assert counted([], 2) == [False, False]
