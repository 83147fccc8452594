"""Reports: the list, one report as a page, as a PDF, and the JSON."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Form, Query, Response

from lingnan.base import BadInput
from lingnan.insight import ReportList, ReportSheet
from lingnan.web.answers import answer
from lingnan.web.drawing import pictures
from lingnan.web.pages.dashboards import map_facts
from lingnan.web.pages.packs import stated
from lingnan.web.printing import report_pdf
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import SignedIn, Visit, Visitor

router = Routes()
api = Routes(prefix="/api/v1/reports", tags=["reports"])
KEPT = frozenset({"lang", "as_of", "purpose", "article", "matter", "file", "forgery_token"})
"""Keys of the address or form that are no parameter of a report."""
MOST_KEYS, LONGEST = 20, 200
Day = Annotated[str, Query(max_length=40)]
Typed = Annotated[str, Form(max_length=400)]


@router.get("/reports")
def reports(visit: Visitor) -> Response:
    """The reports one may see."""
    return render(visit, "reports.html", page=visit.pages.reports.reports(visit.subject))


@router.get("/reports/{key}")
def report(key: str, visit: Visitor, as_of: Day = "") -> Response:
    """One report with its parameters above it."""
    return _page(visit, visit.pages.reports.report(key, _asked(visit.request.query_params), visit.subject, as_of))


@router.post("/reports/{key}")
async def report_stated(
    key: str, visit: SignedIn, as_of: Typed = "", purpose: Typed = "", article: Typed = "", matter: Typed = "", file: Typed = ""
) -> Response:
    """A report asked for a purpose, as a page or as a `file` (pdf); neither what was asked nor the purpose stands in an address."""
    asked = _asked({name: str(value) for name, value in (await visit.request.form()).items()})
    sheet = visit.pages.reports.report(key, asked, visit.subject, as_of, stated(purpose, article, matter))
    if sheet.faulty is None and file == "pdf":
        return _pdf(visit, sheet)
    return _page(visit, sheet, {"purpose": purpose, "article": article, "matter": matter})


@router.get("/reports/{key}/report.pdf")
def report_paper(key: str, visit: Visitor, as_of: Day = "") -> Response:
    """The report to print and file."""
    return _pdf(visit, _whole(visit, key, as_of))


@api.get("", response_model=ReportList)
def reports_json(visit: Visitor) -> Response:
    """The reports one may see."""
    return answer(visit.request, visit.pages.reports.reports(visit.subject))


@api.get("/{key}", response_model=ReportSheet)
def report_json(key: str, visit: Visitor, as_of: Day = "") -> Response:
    """One report with the numbers of its panels and the rows of its tables."""
    return answer(visit.request, visit.pages.reports.report(key, _asked(visit.request.query_params), visit.subject, as_of))


def _whole(visit: Visit, key: str, as_of: str) -> ReportSheet:
    sheet = visit.pages.reports.report(key, _asked(visit.request.query_params), visit.subject, as_of)
    if sheet.faulty is not None:
        raise BadInput(sheet.faulty.zh, sheet.faulty.en, code="Parameter")
    return sheet


def _page(visit: Visit, sheet: ReportSheet, typed: Mapping[str, str] | None = None) -> Response:
    cards = [item.panel for section in sheet.sections for item in section.items if item.panel]
    drawn: dict[str, Any] = {card.id: pictures(card, visit.lang) for card in cards}
    return render(visit, "report.html", sheet=sheet, drawn=drawn, typed=typed or {}, **map_facts(visit))


def _pdf(visit: Visit, sheet: ReportSheet) -> Response:
    name = f"{sheet.key}-{sheet.as_of.date().isoformat()}.pdf"
    content = report_pdf(sheet, visit.lang, visit.request.app.state.settings.home)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


def _asked(told: Mapping[str, str]) -> dict[str, str]:
    pairs = [(key, value[:LONGEST]) for key, value in told.items() if key not in KEPT]
    return dict(pairs[:MOST_KEYS])
