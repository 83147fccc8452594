"""Around a resource: its versions and what changed between them, items found on their own, what is late, drafts.

Their addresses stand before that of one resource, whose code may hold slashes.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response

from lingnan.base import CHINA
from lingnan.insight import OverdueBoard
from lingnan.web import catalogue_books as books
from lingnan.web.exports import csv_file, xlsx_book, xlsx_file
from lingnan.web.pages.asked import catalogue_query
from lingnan.web.rendering import render, wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visitor
from lingnan.web.words import word

router = Routes()
Number = Annotated[int, Query(ge=1, le=1_000_000)]
Department = Annotated[str, Query(max_length=100)]
Cursor = Annotated[str, Query(max_length=10)]
OVERDUE = ("department", "name", "code", "cycle", "loaded", "due", "tolerated", "days_late")


@router.get("/catalogue/items")
def items(visit: Visitor, q: Annotated[str, Query(max_length=100)] = "", cursor: Annotated[str, Query(max_length=400)] = "") -> Response:
    """Information items found by their own words; htmx asks for the results alone."""
    query = catalogue_query(visit.request, q, cursor, 50)
    page = visit.pages.resources.found_items(query.words, query.facets, cursor, query.limit, visit.subject)
    return render(visit, "_found_items.html" if wants_fragment(visit) else "found_items.html", query=query, page=page)


@router.get("/catalogue/{code:path}/items/{name}")
def item(code: str, name: Annotated[str, Path(max_length=255)], visit: Visitor) -> Response:
    """One information item: meaning, protection, and where else its data element stands."""
    return render(visit, "item.html", page=visit.pages.resources.item(code, name, visit.subject))


@router.get("/catalogue/{code:path}/versions")
def versions(code: str, visit: Visitor) -> Response:
    """Every version of a resource, with a choice of two to compare."""
    return render(visit, "resource_versions.html", page=visit.pages.resources.versions(code, visit.subject))


@router.get("/catalogue/{code:path}/versions/export.xlsx")
def versions_xlsx(code: str, visit: Visitor) -> Response:
    """The list of versions as a workbook."""
    page = visit.pages.resources.versions(code, visit.subject)
    rows = books.version_rows(page, visit.lang)
    return xlsx_file("versions.xlsx", word(visit.lang, "versions.crumb"), books.titles(visit.lang, books.VERSION), rows)


@router.get("/catalogue/{code:path}/versions/{number:int}")
def version(code: str, number: int, visit: Visitor) -> Response:
    """One version as it stood, for good; what is cited."""
    return render(visit, "resource_version.html", page=visit.pages.resources.version(code, number, visit.subject))


@router.get("/catalogue/{code:path}/versions/{number:int}/export.xlsx")
def version_xlsx(code: str, number: int, visit: Visitor) -> Response:
    """The same as a workbook: its fields, then its items."""
    page, lang = visit.pages.resources.version(code, number, visit.subject), visit.lang
    facts = (word(lang, "resource.summary"), books.titles(lang, ("compare.field", "version.value")), books.fact_rows(page, lang))
    items = (word(lang, "resource.fields"), books.titles(lang, books.ITEM), books.item_rows(page.items, lang))
    return xlsx_book(f"{page.key}-v{page.number}.xlsx", [facts, items])


@router.get("/catalogue/{code:path}/items.xlsx")
def items_xlsx(code: str, visit: Visitor) -> Response:
    """The information items of a resource as a workbook."""
    card = visit.pages.resource(code, visit.subject)
    rows = books.item_rows(card.fields, visit.lang)
    return xlsx_file("items.xlsx", word(visit.lang, "resource.fields"), books.titles(visit.lang, books.ITEM), rows)


@router.get("/catalogue/{code:path}/compare")
def compare(code: str, visit: Visitor, a: Number, b: Number) -> Response:
    """Two versions, field by field."""
    return render(visit, "resource_compare.html", page=visit.pages.resources.compare(code, a, b, visit.subject))


@router.get("/overdue")
def overdue(visit: SignedIn, department: Department = "", cursor: Cursor = "") -> Response:
    """What is later than tolerated, by department."""
    return render(visit, "overdue.html", page=visit.pages.resources.overdue(department, visit.subject, cursor))


@router.get("/overdue/export.csv")
def overdue_csv(visit: SignedIn, department: Department = "") -> Response:
    """The same as CSV."""
    board = visit.pages.resources.overdue(department, visit.subject, whole=True)
    return csv_file("overdue.csv", _titles(visit.lang), ([str(cell) for cell in row] for row in _cells(board, visit.lang)))


@router.get("/overdue/export.xlsx")
def overdue_xlsx(visit: SignedIn, department: Department = "") -> Response:
    """The same as a workbook."""
    board = visit.pages.resources.overdue(department, visit.subject, whole=True)
    return xlsx_file("overdue.xlsx", word(visit.lang, "overdue.sheet"), _titles(visit.lang), _cells(board, visit.lang))


@router.get("/drafts")
def drafts(visit: SignedIn) -> Response:
    """Drafts of one's department, with what each still lacks."""
    return render(visit, "drafts.html", page=visit.pages.resources.drafts(visit.subject))


def _titles(lang: str) -> list[str]:
    return [word(lang, f"overdue.column.{name}") for name in OVERDUE]


def _cells(board: OverdueBoard, lang: str) -> Iterator[list[str | int | date]]:
    for department in board.items:
        for line in department.items:
            loaded = line.loaded_at.astimezone(CHINA).date() if line.loaded_at else ""
            yield [
                department.title.text(lang), line.title.text(lang), line.code, word(lang, f"cycle.{line.cycle}"), loaded, line.due_on or "",
                line.tolerated_until or "", line.days_late,
            ]
