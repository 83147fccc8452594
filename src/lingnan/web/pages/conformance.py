"""Conformance of columns to their elements: departments, one department's resources, one resource column by column, and binding."""

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Conflict, LingnanError, WrongUse
from lingnan.web.answers import status_of
from lingnan.web.exports import xlsx_file
from lingnan.web.filled import FIELD, Sent, text
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit
from lingnan.web.words import word

router = Routes()
Department = Annotated[str, Query(max_length=80)]
COLUMNS = ("name", "columns", "mapped", "coverage", "filled", "conforming", "share")


@router.get("/standards/conformance")
def board(visit: SignedIn, department: Department = "") -> Response:
    """All departments, or one department's resources."""
    return render(visit, "conformance.html", page=visit.pages.conformance.board(department, visit.subject))


@router.get("/standards/conformance.xlsx")
def board_xlsx(visit: SignedIn, department: Department = "") -> Response:
    """The same as a workbook."""
    page = visit.pages.conformance.board(department, visit.subject)
    titles = [word(visit.lang, f"conformance.column_{name}") for name in COLUMNS]
    rows: list[list[str | int | date]] = [
        [line.title.text(visit.lang), line.columns, line.mapped, str(line.coverage or ""), line.filled, line.conforming,
         "" if line.share is None else str(line.share)]
        for line in (*page.items, page.total)
    ]
    return xlsx_file("conformance.xlsx", word(visit.lang, "conformance.title"), titles, rows)


@router.get("/standards/conformance/{resource}")
def sheet(resource: str, visit: SignedIn) -> Response:
    """One resource column by column."""
    return _show(visit, resource)


@router.post("/standards/conformance/{resource}/bind")
def bind(resource: str, visit: SignedIn, form: Sent) -> Response:
    """Bind suggested elements, one or several, as a draft of the resource."""
    chosen = {name.removeprefix(FIELD): text(form, name) for name in form if name.startswith(FIELD) and text(form, name)}
    if one := text(form, "one"):
        column, _, element = one.partition("=")
        chosen = {column: element}
    try:
        key = visit.pages.conformance.bind(resource, chosen, visit.subject)
    except (WrongUse, Conflict) as error:
        return _show(visit, resource, error=error)
    return RedirectResponse(f"/catalogue/{quote(key)}/edit?done=kept", status_code=303)


def _show(visit: Visit, resource: str, *, error: LingnanError | None = None) -> Response:
    card = visit.pages.conformance.sheet(resource, visit.subject)
    return render(
        visit, "conformance_sheet.html", status=status_of(error) if error else 200, card=card, error=error.text(visit.lang) if error else ""
    )
