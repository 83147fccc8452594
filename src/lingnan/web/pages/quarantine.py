"""Rows that were not accepted, with every failed rule, value, batch and place; and their export."""

import csv
import io
from collections.abc import Iterator

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from lingnan.insight import QuarantinedRow
from lingnan.web.pages.asked import AskedQuarantine
from lingnan.web.rendering import moment, render, wants_fragment
from lingnan.web.visitor import Visitor
from lingnan.web.words import word

router = APIRouter()
COLUMNS = ("department", "feed", "key", "rule", "column", "value", "batch", "position", "received_at")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@router.get("/quarantine")
def quarantine(visit: Visitor, asked: AskedQuarantine) -> Response:
    """Quarantined rows by department, feed and rule."""
    page = visit.pages.quarantine(asked, visit.subject)
    return render(visit, "_quarantine.html" if wants_fragment(visit) else "quarantine.html", page=page, asked=asked)


@router.get("/quarantine/export.csv")
def export(visit: Visitor, asked: AskedQuarantine) -> Response:
    """One line per failed rule, UTF-8 with a byte order mark so that spreadsheets read it."""
    rows = visit.pages.quarantined_rows(asked, visit.subject)
    titles = [word(visit.lang, f"quarantine.column.{name}") for name in COLUMNS]
    return StreamingResponse(
        _lines(titles, rows, visit.lang), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="quarantine.csv"'},
    )


def _lines(titles: list[str], rows: Iterator[QuarantinedRow], lang: str) -> Iterator[str]:
    yield "\ufeff" + _line(titles)
    for row in rows:
        for failure in row.failures:
            yield _line([
                row.department.text(lang), row.feed, row.key, failure.title.text(lang), failure.column, failure.value or "",
                row.batch, row.position, moment(row.received_at),
            ])


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_tame(cell) for cell in cells])
    return buffer.getvalue()


def _tame(cell: str) -> str:
    """A spreadsheet must not run what a source wrote."""
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell
