"""Pictures of boards that rows can break: bars without an end or over centuries, more series than colours, crowds of counties."""

import json
import math
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from lingnan.insight import PanelCard, PanelSeries, Words
from lingnan.insight.dashboards import Label
from lingnan.web.county_maps import apart, county_map
from lingnan.web.drawing.axes import draw_bars, draw_lines
from lingnan.web.drawing.shapes import Pen
from lingnan.web.drawing.spread import draw_gantt, draw_network
from lingnan.web.drawing.wheels import draw_radar


def gantt(*ends: date | None) -> list[str]:
    card = PanelCard.model_construct(kind="gantt", rows=tuple((f"列{at}", date(2024, 7, 26), end) for at, end in enumerate(ends)))
    return [shape.title.split(" · ")[1] for shape in draw_gantt(card, Pen(600, "zh")).shapes if shape.tag == "rect"]


def test_the_last_year_of_the_calendar_is_no_end() -> None:
    assert gantt(date(2024, 12, 31), date(9999, 12, 30), None) == ["2024-07-26 – 2024-12-31", "2024-07-26 – …", "2024-07-26 – …"]


def test_bars_over_centuries_are_drawn() -> None:
    assert gantt(date(4500, 1, 1)) == ["2024-07-26 – 4500-01-01"]


def test_bars_lie_on_numbers_of_days_too() -> None:
    rows = (("受理", 0, 5, "关键"), ("勘验", Decimal(5), 12, "可延后"), ("发证", 12, None, "关键"))
    shapes = draw_gantt(PanelCard.model_construct(kind="gantt", rows=rows), Pen(600, "zh")).shapes
    bars = [shape for shape in shapes if shape.tag == "rect"]
    assert [bar.title for bar in bars] == ["受理 · 0 – 5 · 关键", "勘验 · 5 – 12 · 可延后", "发证 · 12 – … · 关键"]
    widths = [float(bar.place["width"]) for bar in bars]
    assert round(widths[1] / widths[0], 1) == 1.4
    assert {shape.text for shape in shapes if shape.css == "axis"} >= {"0", "2", "10"}


def lines(number: int, kind: str, *, stacked: bool = False) -> PanelCard:
    series = tuple(
        PanelSeries(key=f"s{at}", title=Words(zh=f"项{at}"), values=(Decimal(at + 1), Decimal(at + 2)), hidden=(False, False)) for at in range(number)
    )
    labels = (Label(key="a", title=Words(zh="甲")), Label(key="b", title=Words(zh="乙")))
    return PanelCard.model_construct(kind=kind, series=series, labels=labels, stacked=stacked, href="/boards/x/y", columns=())


def test_twelve_series_are_told_apart_by_colour_dash_and_words() -> None:
    for drawn, second in ((draw_lines, "虚线"), (draw_bars, "浅色"), (draw_radar, "虚线")):
        legend = drawn(lines(12, "line"), Pen(640, "zh")).legend
        assert len(set(legend)) == 12
        assert len({css for css, _name in legend}) == 12
        assert [second in name for _css, name in legend] == [False] * 6 + [True] * 6


def test_a_series_with_a_light_has_its_colour_and_leaves_the_others_theirs() -> None:
    plain = lines(3, "bar")
    lit = plain.model_copy(update={"series": tuple(
        each.model_copy(update={"light": light}) for each, light in zip(plain.series, ("caution", None, "bad"), strict=True)
    )})
    for draw in (draw_lines, draw_bars, draw_radar):
        picture = draw(lit, Pen(640, "zh"))
        assert [css for css, _name in picture.legend] == ["light-caution", "c2", "light-bad"]
        drawn = {css for shape in picture.shapes for css in shape.css.split() if css in ("c1", "c3") or css.startswith("light-")}
        assert drawn == {"light-caution", "light-bad"}


def test_more_series_than_that_become_others() -> None:
    assert draw_lines(lines(20, "line"), Pen(640, "en")).legend[-1] == ("c-rest", "9 others")
    stacked = draw_bars(lines(20, "bar", stacked=True), Pen(640, "zh"))
    assert stacked.legend[-1] == ("c-rest", "其余 9 项")
    rest = [shape for shape in stacked.shapes if "c-rest" in shape.css]
    assert [shape.title for shape in rest] == ["甲 · 其余 9 项: 45", "乙 · 其余 9 项: 54"]
    assert rest[0].href == "/boards/x/y?at=a", "what stands for several leads to the rows of its label"
    assert len(draw_bars(lines(20, "bar"), Pen(640, "zh")).legend) == 11, "side by side nothing is summed that might be a share"


def test_names_of_a_network_cover_no_other() -> None:
    keys = [f"n{at}" for at in range(11)]
    labels = tuple(Label(key=key, title=Words(zh="一二三四五六七八")) for key in keys)
    rows = tuple((one, other, None, 1) for one, other in pairwise(keys))
    card = PanelCard.model_construct(kind="network", labels=labels, rows=rows, columns=(), href="/boards/x/y")
    names = [shape for shape in draw_network(card, Pen(560, "zh")).shapes if shape.tag == "text"]
    assert {shape.place["text-anchor"] for shape in names} == {"start", "end", "middle"}
    begins = {"start": 0.0, "middle": 0.5, "end": 1.0}
    boxes = [(float(shape.place["x"]) - 96 * begins[str(shape.place["text-anchor"])], float(shape.place["y"])) for shape in names]
    crossing = [(one, other) for at, one in enumerate(boxes) for other in boxes[:at] if abs(one[0] - other[0]) < 96 and abs(one[1] - other[1]) < 10]
    assert crossing == []


def test_circles_of_counties_are_pushed_apart_alike_each_time() -> None:
    crowd = [(500.0 + at % 5, 300.0 + at // 5) for at in range(25)]
    placed = apart(crowd, 13.5)
    nearest = min(math.dist(one, other) for at, one in enumerate(placed) for other in placed[:at])
    assert nearest > 1.9 * 13.5
    assert placed == apart(crowd, 13.5)
    assert apart([(0.0, 0.0), (100.0, 0.0)], 13.5) == [(0.0, 0.0), (100.0, 0.0)], "where there is room nothing moves"


@pytest.mark.parametrize(("codes", "circles", "named"), [(["440103", "440303"], 124, False), (["440103", "440104"], 11, True), (["441900"], 1, True)])
def test_counties_are_drawn_within_their_city_or_the_province(tmp_path: Path, codes: list[str], circles: int, named: bool) -> None:
    card = PanelCard.model_construct(labels=tuple(Label(key=code, title=Words(zh=code)) for code in codes))
    drawn = county_map(tmp_path, card)
    assert drawn is not None
    assert (len(drawn.circles), bool(drawn.circles[0].name), len(drawn.ground)) == (circles, named, 1 if named else 21)
    assert all(0 < each.x < 1000 and 0 < each.y < drawn.height for each in drawn.circles)


def test_an_operators_outlines_take_the_place_of_circles(tmp_path: Path) -> None:
    ring = [[113.0, 23.0], [113.4, 23.0], [113.4, 23.4], [113.0, 23.0]]
    facts = {"code": "440104", "zh": "越秀区", "en": "Yuexiu", "label": [113.3, 23.1]}
    told = {"features": [{"properties": facts, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "guangdong-counties.json").write_text(json.dumps(told), encoding="utf-8")
    drawn = county_map(tmp_path, PanelCard.model_construct(labels=(Label(key="440104", title=Words(zh="越秀区")),)))
    assert drawn is not None
    assert ([each.code for each in drawn.areas], drawn.circles) == (["440104"], ())
    assert county_map(tmp_path, PanelCard.model_construct(labels=(Label(key="999999", title=Words(zh="无")),))) is None
