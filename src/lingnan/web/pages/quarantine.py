"""Rows that were not accepted, with every failed rule, value, batch and place; and their export."""

from collections.abc import Iterator

from fastapi import Response

from lingnan.insight import QuarantinedRow
from lingnan.web.exports import csv_file
from lingnan.web.pages.asked import AskedQuarantine
from lingnan.web.rendering import moment, render, wants_fragment
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor
from lingnan.web.words import word

router = Routes()
COLUMNS = ("department", "feed", "key", "rule", "column", "value", "batch", "position", "received_at", "disputed")


@router.get("/quarantine")
def quarantine(visit: Visitor, asked: AskedQuarantine) -> Response:
    """Quarantined rows by department, feed and rule."""
    page = visit.pages.quarantine(asked, visit.subject)
    return render(visit, "_quarantine.html" if wants_fragment(visit) else "quarantine.html", page=page, asked=asked)


@router.get("/quarantine/export.csv")
def export(visit: Visitor, asked: AskedQuarantine) -> Response:
    """One line per failed rule."""
    rows = visit.pages.quarantined_rows(asked, visit.subject)
    titles = [word(visit.lang, f"quarantine.column.{name}") for name in COLUMNS]
    return csv_file("quarantine.csv", titles, _cells(rows, visit.lang))


def _cells(rows: Iterator[QuarantinedRow], lang: str) -> Iterator[list[str]]:
    for row in rows:
        mark = f"{word(lang, 'disputed.mark')} {row.disputed.number}".strip() if row.disputed else ""
        for failure in row.failures:
            yield [
                row.department.text(lang), row.feed, row.key, failure.title.text(lang), failure.column, failure.value or "",
                row.batch, row.position, moment(row.received_at), mark,
            ]
