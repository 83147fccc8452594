"""Lists of cases, their export, and figures over them."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from fastapi.responses import RedirectResponse

from lingnan.base import Missing
from lingnan.casework import CaseQuery
from lingnan.insight import CaseRow
from lingnan.web.exports import csv_file
from lingnan.web.pages.inbox import YES, Cursor, Word
from lingnan.web.rendering import moment, render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn
from lingnan.web.words import word

router = Routes()
COLUMNS = ("number", "flow", "state", "opened_at", "due_on", "days_left", "late", "role", "organisation", "closed_at", "outcome")
Day = Annotated[date | None, Query()]


def case_query(
    scope: Word = "", flow: Word = "", state: Word = "", open: Word = "", overdue: Word = "", cursor: Cursor = "",
) -> CaseQuery:
    """The cases an address means; without a scope those one applied for."""
    chosen: Any = scope if scope in ("mine", "visible") else "mine"
    return CaseQuery(scope=chosen, flow=flow, state=state, open=YES.get(open), overdue=YES.get(overdue), cursor=cursor)


Asked = Annotated[CaseQuery, Depends(case_query)]


@router.get("/cases")
def cases(visit: SignedIn, asked: Asked, q: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Cases I applied for, or all I may see; a whole number leads to its case."""
    wanted = q.strip().upper()
    if wanted:
        try:
            found = visit.pages.cases.case(visit.subject, wanted, visit.lang)
        except Missing:
            pass
        else:
            return RedirectResponse(f"/cases/{found.line.number}", status_code=303)
    page = visit.pages.cases.listing(visit.subject, asked)
    return render(visit, "cases.html", page=page, asked=asked, sought=wanted)


@router.get("/cases/export.csv")
def export(visit: SignedIn, asked: Asked) -> Response:
    """The same cases for a spreadsheet."""
    titles = [word(visit.lang, f"cases.column.{name}") for name in COLUMNS]
    return csv_file("cases.csv", titles, _cells(visit.pages.cases.export(visit.subject, asked), visit.lang))


@router.get("/cases/statistics")
def statistics(visit: SignedIn, since: str = "", until: str = "", flow: Word = "", scope: Word = "") -> Response:
    """Figures over the cases of a period."""
    sheet = visit.pages.cases.figures(visit.subject, read_day(since), read_day(until), flow, scope)
    return render(visit, "case_statistics.html", sheet=sheet, flow=flow)


@router.get("/cases/rectification")
def rectification(visit: SignedIn, since: str = "", until: str = "") -> Response:
    """The league table of departments: what was sent back to them, what they rectified and when."""
    return render(visit, "rectification.html", sheet=visit.pages.cases.rectification(visit.subject, read_day(since), read_day(until)))


@router.get("/cases/statistics.csv")
def statistics_export(visit: SignedIn, since: str = "", until: str = "", flow: Word = "", scope: Word = "") -> Response:
    """The same figures by flow, organisation and role for a spreadsheet."""
    sheet = visit.pages.cases.figures(visit.subject, read_day(since), read_day(until), flow, scope)
    names = ("group", "title_column", *FIGURES)
    groups = (("by_flow", sheet.by_flow), ("by_organisation", sheet.by_organisation), ("by_role", sheet.by_role))
    rows = (
        [word(visit.lang, f"case_figures.{group}"), line.title.text(visit.lang), *("" if getattr(line, name) is None else str(getattr(line, name))
         for name in FIGURES)]
        for group, lines in groups for line in lines
    )
    return csv_file("case-statistics.csv", [word(visit.lang, f"case_figures.{name}") for name in names], rows)


FIGURES = ("opened", "closed", "on_time", "late", "still_open", "overdue", "median_days")


def read_day(text: str) -> date | None:
    """A day of an address; None where none stands or it cannot be read, and the page says which period it shows."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _cells(rows: Iterable[CaseRow], lang: str) -> Iterator[list[str]]:
    for row in rows:
        yield [
            row.number, row.title.text(lang), row.state_title.text(lang), moment(row.opened_at), moment(row.due_on) if row.due_on else "",
            "" if row.days_left is None else str(row.days_left), word(lang, f"lateness.{row.lateness}") if row.lateness else "",
            row.role.text(lang), row.organisation.text(lang), moment(row.closed_at) if row.closed_at else "",
            word(lang, f"outcome.{row.outcome}") if row.outcome else "",
        ]
