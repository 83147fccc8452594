"""CSV for spreadsheets: UTF-8 with a byte order mark, and nothing that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from fastapi import Response
from fastapi.responses import StreamingResponse

FORMULA = re.compile(r"[\s\x00\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n\x00]")
"""What spreadsheets take for a formula, also behind blanks and in full width, or swallow before one."""


def csv_file(name: str, titles: list[str], rows: Iterable[list[str]]) -> Response:
    """A file to keep, sent row by row."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_lines(titles, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(titles: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield "\ufeff" + _line(titles)
    for row in rows:
        yield _line(row)


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_tame(cell) for cell in cells])
    return buffer.getvalue()


def _tame(cell: str) -> str:
    """A spreadsheet must not run what a source wrote."""
    return "'" + cell if FORMULA.match(cell) else cell
