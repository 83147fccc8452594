"""Lists of the catalogue to keep as workbooks: what a search found, drafts, what a department provides.

Their addresses stand before that of one resource, whose code may hold slashes.
"""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Query, Response

from lingnan.insight import CatalogueLine, CatalogueQuery, DraftList
from lingnan.web.catalogue_books import day, titles
from lingnan.web.exports import Cell, xlsx_book, xlsx_file
from lingnan.web.pages.asked import catalogue_query
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit, Visitor
from lingnan.web.words import word

router = Routes()
MOST, AT_ONCE = 5000, 100
"""Lines that a search gives as a workbook, and how many are asked for at once."""
FOUND = (
    "field.code", "field.title", "draft.en", "field.department", "field.share", "field.open", "field.format", "resource.stars", "field.rows",
    "field.quality", "field.updated",
)
DRAFT = ("field.title", "draft.en", "field.code", "field.department", "field.status", "drafts.base", "gone.case", "drafts.faults")


@router.get("/catalogue/export.xlsx")
def found(visit: SignedIn, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """What a search found, in its order."""
    rows = _found(visit, catalogue_query(visit.request, q, "", AT_ONCE))
    return xlsx_file("catalogue.xlsx", word(visit.lang, "nav.catalogue"), titles(visit.lang, FOUND), rows)


@router.get("/drafts/export.xlsx")
def drafts(visit: SignedIn) -> Response:
    """The drafts that the reader may see, with what each still lacks."""
    rows = _drafts(visit.pages.resources.drafts(visit.subject), visit.lang)
    return xlsx_file("drafts.xlsx", word(visit.lang, "drafts.title"), titles(visit.lang, DRAFT), rows)


@router.get("/departments/{department}/export.xlsx")
def department(department: str, visit: Visitor) -> Response:
    """What a department provides: its resources and its systems."""
    card, lang = visit.pages.department(department, visit.subject), visit.lang
    resources: list[list[Cell]] = [[one.key, one.title.text(lang), one.count] for one in card.resources]
    systems: list[list[Cell]] = [[one.title.text(lang), one.resources] for one in card.systems]
    return xlsx_book(f"{card.line.id}.xlsx", [
        (word(lang, "department.resources"), titles(lang, ("draft.name", "field.title", "field.rows")), resources),
        (word(lang, "department.systems"), titles(lang, ("field.system", "department.resources")), systems),
    ])


def _found(visit: Visit, query: CatalogueQuery) -> Iterator[list[Cell]]:
    """Line by line; what is beyond the limit is told in a last line."""
    given, cursor = 0, ""
    while given < MOST:
        page = visit.pages.search(query.model_copy(update={"cursor": cursor}), visit.subject)
        for line in page.items:
            yield _line(line, visit.lang)
        given += len(page.items)
        if page.next is None or not page.items:
            return
        cursor = page.next
    yield [word(visit.lang, "list.cut", shown=given, total=page.total), *[""] * (len(FOUND) - 1)]


def _line(line: CatalogueLine, lang: str) -> list[Cell]:
    return [
        line.code, line.title.zh, line.title.en, line.department.text(lang), word(lang, f"share.{line.share_type}"),
        word(lang, f"open.{line.open_type}"), line.format, line.stars or "", line.rows if line.rows is not None else "",
        f"{line.score}%" if line.score is not None else "", day(line.updated_at),
    ]


def _drafts(page: DraftList, lang: str) -> Iterator[list[Cell]]:
    for line in page.items:
        base = word(lang, "drafts.change_of", number=line.base) if line.base else word(lang, "drafts.new")
        faults = " ".join(fault.text.text(lang) for fault in line.faults)
        yield [line.title.zh, line.title.en, line.code, line.department.text(lang), line.status.text(lang), base, line.case, faults]
