"""Pictures of panels as plain shapes, drawn here so that a page needs no script to be read; every mark leads to its rows."""

from collections.abc import Callable

from lingnan.insight import PanelCard
from lingnan.web.drawing.axes import draw_bars, draw_lines
from lingnan.web.drawing.shapes import Pen, Picture, class_of, colour
from lingnan.web.drawing.spread import draw_calendar, draw_gantt, draw_network
from lingnan.web.drawing.wheels import draw_radar, draw_rose


def draw_live(card: PanelCard, pen: Pen) -> Picture:
    """Windows as a line, parts of one as bars."""
    return draw_lines(card, pen) if card.figure is not None else draw_bars(card, pen)


Drawn = Callable[[PanelCard, Pen], Picture]
PICTURES: dict[str, Drawn] = {
    "line": draw_lines, "bar": draw_bars, "radar": draw_radar, "rose": draw_rose, "calendar": draw_calendar, "gantt": draw_gantt,
    "network": draw_network, "live": draw_live,
}
WIDE = {"third": 420, "half": 640, "whole": 1280}
NARROW = 360


def pictures(card: PanelCard, lang: str) -> tuple[Picture, Picture] | None:
    """A panel's picture for a wide page and for a phone; None for kinds that are written, not drawn."""
    drawn = PICTURES.get(card.kind)
    if drawn is None or card.state != "shown":
        return None
    return drawn(card, Pen(WIDE[card.breadth], lang)), drawn(card, Pen(NARROW, lang))


def picture_for(card: PanelCard, lang: str, width: int) -> Picture | None:
    """A panel's picture at one width; None for kinds that are written, not drawn."""
    drawn = PICTURES.get(card.kind)
    return None if drawn is None or card.state != "shown" else drawn(card, Pen(width, lang))


__all__ = ["Picture", "class_of", "colour", "picture_for", "pictures"]
