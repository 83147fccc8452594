"""The first page, the wall, a city, the departments, and what this hub is."""

from typing import Annotated, Any

from fastapi import Query, Response

from lingnan.insight import Cockpit, MapLayer
from lingnan.web.maps import Outlines, outlines, step_of, steps
from lingnan.web.pictures import draw_trend
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visit, Visitor

router = Routes()
Layer = Annotated[str, Query(max_length=40)]


def map_facts(visit: Visit, layers: tuple[MapLayer, ...], wanted: str) -> dict[str, Any]:
    """What the map's partial shows: outlines, the chosen layer, its colour steps."""
    drawn: Outlines = outlines(visit.request.app.state.settings.home)
    chosen = next((layer for layer in layers if layer.key == wanted), layers[0] if layers else None)
    bounds = steps(chosen) if chosen else ()
    colours = {division.code: step_of(chosen.values.get(division.code) if chosen else None, bounds) for division in drawn.divisions}
    ranked = sorted(drawn.divisions, key=lambda d: (-(chosen.values.get(d.code, -1) if chosen else -1), d.code))
    return {"outlines": drawn, "layers": layers, "layer": chosen, "bounds": bounds, "colours": colours, "ranked": ranked}


def _cockpit(visit: Visit, template: str, layer: str) -> Response:
    card: Cockpit = visit.pages.cockpit(visit.subject)
    return render(visit, template, card=card, **map_facts(visit, card.layers, layer))


@router.get("/")
def cockpit(visit: Visitor, layer: Layer = "") -> Response:
    """The hub at a glance."""
    return _cockpit(visit, "cockpit.html", layer)


@router.get("/wall")
def wall(visit: Visitor, layer: Layer = "") -> Response:
    """The same for a 1080p wall, renewing itself."""
    return _cockpit(visit, "wall.html", layer)


@router.get("/cities/{code}")
def city(code: str, visit: Visitor, layer: Layer = "") -> Response:
    """One city and its counties."""
    card = visit.pages.city(code, visit.subject)
    return render(visit, "city.html", card=card, **map_facts(visit, card.layers, layer))


@router.get("/departments")
def departments(visit: Visitor) -> Response:
    """All departments."""
    return render(visit, "departments.html", page=visit.pages.departments(visit.subject))


@router.get("/departments/{department}")
def department(department: str, visit: Visitor) -> Response:
    """One department."""
    card = visit.pages.department(department, visit.subject)
    return render(visit, "department.html", card=card, trend=draw_trend(card.trend))


@router.get("/about")
def about(visit: Visitor) -> Response:
    """What this hub is, where its parts come from, how machines read it."""
    return render(visit, "about.html", outlines=outlines(visit.request.app.state.settings.home))
