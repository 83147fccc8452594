"""Boards: the list, one board, its big screen and its form within other sites, one panel with its rows, files for spreadsheets, and the JSON."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Response

from lingnan.insight import BoardList, BoardSheet, PanelCard, PanelSheet
from lingnan.trust import ANONYMOUS
from lingnan.web.answers import answer
from lingnan.web.county_maps import county_map
from lingnan.web.drawing import class_of, colour, pictures
from lingnan.web.exports import Cell, xlsx_book
from lingnan.web.headers import HEADERS
from lingnan.web.maps import outlines
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visit, Visitor
from lingnan.web.words import word

router = Routes()
api = Routes(prefix="/api/v1/boards", tags=["boards"])
Mark = Annotated[str | None, Query(max_length=200)]
Wall = Annotated[str, Query(max_length=4)]
LONGEST_NAME = 31
"""Letters that the name of a spreadsheet's sheet holds."""
BARRED = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@router.get("/boards")
def boards(visit: Visitor) -> Response:
    """The boards one may see."""
    return render(visit, "dashboards.html", page=visit.pages.dashboards.boards(visit.subject))


@router.get("/boards/{key}")
def board(key: str, visit: Visitor, wall: Wall = "") -> Response:
    """One board; on a big screen with `wall=1`."""
    card = visit.pages.dashboards.board(key, _told(visit), visit.subject)
    return render(visit, "dashboard_wall.html" if wall == "1" else "dashboard.html", **_facts(visit, card))


@router.get("/boards/{key}/embed")
def embedded(key: str, visit: Visitor) -> Response:
    """A public board to stand within another site, as anybody sees it; which sites, the setting says."""
    card = visit.pages.dashboards.public_board(key, _told(visit), ANONYMOUS)
    response = render(visit, "dashboard_embed.html", **_facts(visit, card))
    sites = " ".join(visit.request.app.state.settings.embed_sites.split()) or "'none'"
    policy = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", f"frame-ancestors {sites}")
    response.headers["Content-Security-Policy"] = policy
    return response


@router.get("/boards/{key}/export.xlsx")
def board_xlsx(key: str, visit: Visitor) -> Response:
    """The numbers of every panel, a sheet each."""
    card = visit.pages.dashboards.board(key, _told(visit), visit.subject)
    shown = [panel for section in card.sections for panel in section.panels if panel.state == "shown"]
    nothing = (word(visit.lang, "boards.title"), [word(visit.lang, "boards.nothing")], list[list[Cell]]())
    return xlsx_book(f"{key}.xlsx", list(_sheets(shown, visit.lang)) or [nothing])


@router.get("/boards/{key}/{panel}")
def panel(key: str, panel: str, visit: Visitor, at: Mark = None, series: Mark = None) -> Response:
    """One panel with the rows behind it, or behind one of its marks."""
    card = visit.pages.dashboards.panel(key, panel, _told(visit), visit.subject, at, series)
    alone = card.panel.model_copy(update={"breadth": "whole"})
    return render(visit, "dashboard_panel.html", card=card, drawn={card.panel.id: pictures(alone, visit.lang)}, **map_facts(visit))


@router.get("/boards/{key}/{panel}/export.xlsx")
def panel_xlsx(key: str, panel: str, visit: Visitor) -> Response:
    """The numbers of one panel."""
    card = visit.pages.dashboards.panel(key, panel, _told(visit), visit.subject)
    return xlsx_book(f"{key}.{panel}.xlsx", list(_sheets([card.panel], visit.lang)))


@api.get("", response_model=BoardList)
def boards_json(visit: Visitor) -> Response:
    """The boards one may see."""
    return answer(visit.request, visit.pages.dashboards.boards(visit.subject))


@api.get("/{key}", response_model=BoardSheet)
def board_json(key: str, visit: Visitor) -> Response:
    """One board with the numbers of its panels."""
    return answer(visit.request, visit.pages.dashboards.board(key, _told(visit), visit.subject))


@api.get("/{key}/{panel}", response_model=PanelSheet)
def panel_json(key: str, panel: str, visit: Visitor, at: Mark = None, series: Mark = None) -> Response:
    """One panel with the rows behind it, or behind one of its marks."""
    return answer(visit.request, visit.pages.dashboards.panel(key, panel, _told(visit), visit.subject, at, series))


def _told(visit: Visit) -> dict[str, str]:
    return dict(visit.request.query_params)


def _facts(visit: Visit, card: BoardSheet) -> dict[str, Any]:
    drawn = {panel.id: pictures(panel, visit.lang) for section in card.sections for panel in section.panels}
    return {"card": card, "drawn": drawn, **map_facts(visit)}


def map_facts(visit: Visit) -> dict[str, Any]:
    """What a template needs to colour a map."""
    home = visit.request.app.state.settings.home
    return {"outlines": outlines(home), "county_map": partial(county_map, home), "palette": _palette, "class_colour": _class_colour}


def _palette(card: PanelCard, value: Decimal | None) -> str:
    uppers = tuple(each.upper for each in card.classes)
    return colour(card.palette, class_of(value, uppers), len(uppers))


def _class_colour(card: PanelCard, place: int) -> str:
    return colour(card.palette, place, len(card.classes))


def _sheets(panels: Iterable[PanelCard], lang: str) -> Iterator[tuple[str, list[str], list[list[Cell]]]]:
    """A panel as the sheet of a workbook; its name is short and without what spreadsheets forbid."""
    for number, each in enumerate(panels, start=1):
        name = f"{number} {each.title.text(lang)}".translate(BARRED)[:LONGEST_NAME]
        titles, rows = _lines(each, lang)
        basis = f"{each.basis.table} @{each.basis.version}" + (f" {word(lang, 'boards.unproofed')}" if each.basis.unproofed else "")
        yield name, [*titles, word(lang, "boards.source")], [[*row, basis] if place == 0 else row for place, row in enumerate(rows)]


def _lines(card: PanelCard, lang: str) -> tuple[list[str], list[list[Cell]]]:
    if card.figure is not None:
        head = [word(lang, f"boards.figure_{each}") for each in ("period", "value", "before")]
        return head, [[card.figure.period, _cell(card.figure.value, lang), _cell(card.figure.before, lang)]]
    if card.series:
        first = card.columns[0].title.text(lang) if card.columns else word(lang, "boards.label")
        titles = [first, *(line.title.text(lang) + (f" ({line.unit.text(lang)})" if line.unit else "") for line in card.series)]
        few = f"<{card.least}"
        return titles, [
            [label.title.text(lang), *(few if line.hidden[place] else _cell(line.values[place], lang) for line in card.series)]
            for place, label in enumerate(card.labels)
        ]
    names = {label.key: label.title.text(lang) for label in card.labels}
    shown = len(card.columns)
    return [column.title.text(lang) for column in card.columns], [
        [names.get(str(cell), "") or _cell(cell, lang) for cell in row[:shown]] for row in card.rows
    ]


def _cell(value: Any, lang: str) -> Cell:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value:f}"
    return value if isinstance(value, int | date) else value.text(lang) if hasattr(value, "text") else str(value)
