"""What the public is told about the use of data: requests, refusals, overrides, corrections, cases; as a page and as a file."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Query, Response

from lingnan.insight import PublicStatistics
from lingnan.web.exports import csv_file
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor
from lingnan.web.words import word

router = Routes(prefix="/statistics")
Months = Annotated[int, Query(ge=1, le=60)]
YEAR = 12
PERIODS = (3, 12, 24)
COLUMNS = ("month", "organisation", "requests", "refusals", "overrides", "corrections")


@router.get("")
def statistics(visit: Visitor, months: Months = YEAR) -> Response:
    """Counts by organisation and month, and of cases."""
    page = visit.pages.security.public.statistics(months, visit.subject)
    return render(visit, "statistics.html", page=page, periods=PERIODS)


@router.get("/export.csv")
def export(visit: Visitor, months: Months = YEAR) -> Response:
    """The counts by organisation and month for a spreadsheet; small ones are told as smaller than so many."""
    page = visit.pages.security.public.statistics(months, visit.subject)
    return csv_file("statistics.csv", [word(visit.lang, f"statistics.column.{name}") for name in COLUMNS], _cells(page, visit.lang))


def _cells(page: PublicStatistics, lang: str) -> Iterator[list[str]]:
    for line in page.items:
        counts = (line.requests, line.refusals, line.overrides, line.corrections)
        yield [line.month, line.organisation.text(lang), *(f"<{page.below}" if count is None else str(count) for count in counts)]
