"""CSV for spreadsheets, UTF-8 with a byte order mark, and workbooks; nothing in them that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import Response
from fastapi.responses import StreamingResponse

FORMULA = re.compile(r"[\s\x00\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n\x00]")
"""What spreadsheets take for a formula, also behind blanks and in full width, or swallow before one."""

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60
LONGEST_CELL = 32_767
"""Characters a cell of a spreadsheet holds; what is longer is cut there."""
DIGITS = 15
"""Digits of a number that a spreadsheet keeps; a longer one is written as text."""
Cell = str | int | float | Decimal | date


def csv_file(name: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A file to keep, sent row by row."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_lines(titles, rows), media_type="text/csv; charset=utf-8", headers=headers)


def xlsx_file(name: str, sheet: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A workbook of one sheet to keep: a title line that stays in sight, every text as text; for lists of a few thousand lines."""
    return xlsx_book(name, [(sheet, titles, rows)])


def xlsx_book(name: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> Response:
    """A workbook of several such sheets, each with its name, titles and rows."""
    import xlsxwriter  # the library of workbooks is opened when one is asked for

    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E8EEF4"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for sheet, titles, rows in sheets:
            _fill(book.add_worksheet(sheet), titles, rows, head, day)
    return Response(kept.getvalue(), media_type=SPREADSHEET, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _fill(page: Any, titles: Sequence[str], rows: Iterable[Sequence[Cell]], head: Any, day: Any) -> None:
    widths, last = [_width(title) for title in titles], 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(last, column, value, day)
            elif isinstance(value, str) or not _fits(value):
                page.write_string(last, column, str(value)[:LONGEST_CELL])
            else:
                page.write_number(last, column, value)
            widths[column] = max(widths[column], _width(str(value)))
    for column, title in enumerate(titles):
        page.write_string(0, column, title, head)
        page.set_column(column, column, min(widths[column] + 2, WIDEST))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(last, 1), len(titles) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _width(text: str) -> int:
    """How many Latin letters wide a text is."""
    return sum(1 if character.isascii() else 2 for character in text)


def _fits(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps the number as it is."""
    exact = Decimal(str(value))
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= DIGITS


def _lines(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield "\ufeff" + _line(titles)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[Cell]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_tame(cell) if isinstance(cell, str) else cell for cell in cells])
    return buffer.getvalue()


def _tame(cell: str) -> str:
    """A spreadsheet must not run what a source wrote."""
    return "'" + cell if FORMULA.match(cell) else cell
