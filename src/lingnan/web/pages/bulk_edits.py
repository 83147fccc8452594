"""Many resources changed at once: choose them and the fields, look at every change, agree, and find the cases."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Query, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from lingnan.base import BadInput, Conflict, LingnanError, WrongUse
from lingnan.insight import BulkLineView, CatalogueQuery, Words
from lingnan.web.answers import status_of
from lingnan.web.catalogue_books import titles
from lingnan.web.exports import Cell, xlsx_file
from lingnan.web.filled import Sent, text, texts
from lingnan.web.pages.asked import catalogue_query
from lingnan.web.rendering import render, wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit
from lingnan.web.words import word

router = Routes()
MOST_SUMMARY = 400
BODY_BYTES = 1 << 20
COLUMNS = ("field.code", "field.title", "field.department", "bulk.outcome", "compare.field", "bulk.before", "bulk.after", "bulk.reason")


@router.get("/bulk-edit")
def start(visit: SignedIn, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Choose resources that a search found, and the fields to change."""
    return _start(visit, catalogue_query(visit.request, q, "", 20))


@router.post("/bulk-edit", max_body_size=BODY_BYTES)
def begin(visit: SignedIn, form: Sent) -> Response:
    """Look at every resource; nothing is changed yet. What cannot be so comes back as it was chosen."""
    query, ticked = _asked(text(form, "query")), texts(form, "resource")
    chosen = query if text(form, "scope") == "all" else ticked
    try:
        made = visit.pages.bulk_edits.begin(chosen, _changes(form), visit.subject)
    except (BadInput, Conflict, WrongUse) as error:
        return _start(visit, query, form, error)
    return RedirectResponse(f"/bulk-edit/{quote(made, safe='')}", status_code=303)


@router.get("/bulk-edit/{edit}")
def sheet(edit: str, visit: SignedIn, cursor: Annotated[str, Query(max_length=10)] = "") -> Response:
    """How far it is, what would change and what is refused, or the cases that came of it; htmx asks for that part alone."""
    page = visit.pages.bulk_edits.sheet(edit, cursor, visit.subject)
    return render(visit, "_bulk_edit.html" if wants_fragment(visit) else "bulk_edit.html", page=page, error="", summary="")


@router.get("/bulk-edit/{edit}/export.xlsx")
def export(edit: str, visit: SignedIn) -> Response:
    """Every change and every refusal as a workbook."""
    rows = _cells(visit.pages.bulk_edits.lines(edit, visit.subject), visit.lang)
    return xlsx_file("bulk-edit.xlsx", word(visit.lang, "bulk.sheet"), titles(visit.lang, COLUMNS), rows)


@router.post("/bulk-edit/{edit}")
def agree(edit: str, visit: SignedIn, form: Sent) -> Response:
    """Apply it: one case a department."""
    summary = text(form, "summary").strip()[:MOST_SUMMARY]
    try:
        visit.pages.bulk_edits.agree(edit, summary, visit.subject)
    except (BadInput, Conflict) as error:
        page = visit.pages.bulk_edits.sheet(edit, "", visit.subject)
        return render(visit, "bulk_edit.html", status=status_of(error), page=page, error=error.text(visit.lang), summary=summary)
    return RedirectResponse(f"/bulk-edit/{quote(edit, safe='')}", status_code=303)


def _start(visit: Visit, query: CatalogueQuery, form: FormData | None = None, error: LingnanError | None = None) -> Response:
    page = visit.pages.bulk_edits.start(query, visit.subject)
    faults = {each["field"]: each.get(visit.lang) or each["en"] for each in error.facts.get("fields", ())} if error else {}
    typed = _changes(form) if form is not None else {}
    return render(
        visit, "bulk_start.html", status=status_of(error) if error else 200, page=page, asked=_address(page.query), typed=typed, faults=faults,
        ticked=set(texts(form, "resource")) if form is not None else None, scope=text(form, "scope") if form is not None else "",
        error=error.text(visit.lang) if error else "",
    )


def _changes(form: FormData) -> dict[str, tuple[str, ...]]:
    """The fields that were ticked with what was chosen or typed; an emptied one is emptied everywhere."""
    return {name: texts(form, f"form.{name}") for name in texts(form, "change")}


def _asked(address: str) -> CatalogueQuery:
    facets: dict[str, tuple[str, ...]] = {}
    words = ""
    for name, value in parse_qsl(address[:2000]):
        if name == "q":
            words = value[:100]
        elif value:
            facets[name] = (*facets.get(name, ()), value)
    return CatalogueQuery(words=words, facets=facets, limit=20)


def _address(query: CatalogueQuery) -> str:
    pairs = [("q", query.words)] if query.words else []
    return urlencode(pairs + [(name, value) for name, values in query.facets.items() for value in values])


def _cells(lines: Iterator[BulkLineView], lang: str) -> Iterator[list[Cell]]:
    for line in lines:
        first: list[Cell] = [line.code, line.title.text(lang), line.department.text(lang), word(lang, f"bulk.outcome_{line.outcome}")]
        reason = " ".join(each.text(lang) for each in line.reasons)
        for each in line.differences:
            yield [*first, each.title.text(lang), _side(each.before, lang), _side(each.after, lang), reason]
        if not line.differences:
            yield [*first, "", "", "", reason]


def _side(words: Words | None, lang: str) -> str:
    return words.text(lang) if words else ""

