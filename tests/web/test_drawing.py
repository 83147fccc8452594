"""Pictures of boards that rows can break: a bar without an end, and bars over centuries."""

from datetime import date

from lingnan.insight import PanelCard
from lingnan.web.drawing.shapes import Pen
from lingnan.web.drawing.spread import draw_gantt


def gantt(*ends: date | None) -> list[str]:
    card = PanelCard.model_construct(kind="gantt", rows=tuple((f"列{at}", date(2024, 7, 26), end) for at, end in enumerate(ends)))
    return [shape.title.split(" · ")[1] for shape in draw_gantt(card, Pen(600, "zh")).shapes if shape.tag == "rect"]


def test_the_last_year_of_the_calendar_is_no_end() -> None:
    assert gantt(date(2024, 12, 31), date(9999, 12, 30), None) == ["2024-07-26 – 2024-12-31", "2024-07-26 – …", "2024-07-26 – …"]


def test_bars_over_centuries_are_drawn() -> None:
    assert gantt(date(4500, 1, 1)) == ["2024-07-26 – 4500-01-01"]
