"""Workbooks (xlsx, xls, ods): the sheet understood with its merged cells, every row with its sheet and number."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, WorksheetNotFound

from lingnan.base import BadInput
from lingnan.collect.columns import named_columns
from lingnan.collect.connectors.text_rows import text_batches
from lingnan.collect.layout import Layout, Merge, understand
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions

_HEAD_ROWS = 200
_TAIL_ROWS = 30


def open_workbook(path: Path) -> CalamineWorkbook:
    """A workbook; BadInput when it is damaged or protected."""
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise BadInput(
            f"工作簿 {path.name} 无法打开：{error}。请确认没有密码保护、没有损坏，另存为 xlsx 后重新交付。",
            f"Workbook {path.name} cannot be opened: {error}. Make sure it has no password and is not damaged, save it as xlsx and deliver again.",
            path=str(path),
        ) from error


def sheet_names(book: CalamineWorkbook) -> list[str]:
    """The sheets of cells in a workbook; hidden ones come last."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return [sheet.name for sheet in sorted(sheets, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)]


@dataclass
class WorkbookReading:
    """One sheet of a workbook: the one the options name, else the first that is not empty."""

    path: Path
    name: str
    options: ReadOptions
    sheets: list[str] = field(init=False)
    sheet: str = field(init=False)
    layout: Layout = field(init=False)
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)
    _rows: list[list[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        book = open_workbook(self.path)
        self.sheets = sheet_names(book)
        chosen = self._chosen(book)
        self.sheet = chosen.name
        self._rows = [[cell_text(cell) for cell in row] for row in chosen.to_python(skip_empty_area=False)]
        merges: list[Merge] = [(start[0], start[1], end[0], end[1]) for start, end in chosen.merged_cell_ranges or []]
        while self._rows and not any(self._rows[-1]):
            self._rows.pop()
        self.layout = understand(self._rows[:_HEAD_ROWS], self._rows[-_TAIL_ROWS:], self.options, merges)
        self.columns, notices = named_columns(self.layout, self.options)
        self.notices = [*self.layout.warnings, *notices, *self._sheet_notices()]

    @property
    def titles(self) -> list[str]:
        """The rows above the header."""
        return self.layout.titles

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows between header and footer that are not blank."""
        end = len(self._rows) - self.layout.footer_rows
        width, prefix = len(self.columns), f"{self.name}:{self.sheet}!"
        rows = (
            (f"{prefix}{at + 1}", _fitted(self._rows[at], width))
            for at in range(self.layout.first_data_row, end) if any(self._rows[at][:width])
        )
        yield from text_batches([column.name for column in self.columns], rows)

    def _chosen(self, book: CalamineWorkbook) -> CalamineSheet:
        if self.options.sheet is not None:
            try:
                return book.get_sheet_by_name(self.options.sheet)
            except WorksheetNotFound as error:
                raise BadInput(
                    f"工作簿 {self.name} 没有工作表“{self.options.sheet}”。其中有：{'、'.join(self.sheets)}。",
                    f"Workbook {self.name} has no sheet “{self.options.sheet}”. It has: {', '.join(self.sheets)}.", sheets=self.sheets,
                ) from error
        for name in self.sheets:
            sheet = book.get_sheet_by_name(name)
            if sheet.height:
                return sheet
        raise BadInput(
            f"工作簿 {self.name} 的工作表都是空的。请来源部门重新导出。",
            f"All sheets of workbook {self.name} are empty. Ask the department to export it again.", path=self.name
        )

    def _sheet_notices(self) -> list[Notice]:
        others = [name for name in self.sheets if name != self.sheet]
        if not others or self.options.sheet is not None:
            return []
        return [
            Notice(
                code="more_sheets", zh=f"读取工作表“{self.sheet}”；另有：{'、'.join(others)}，可用选项 sheet 指定。",
                en=f"Sheet “{self.sheet}” is read; there are also: {', '.join(others)}. Choose with the option `sheet`.",
            )
        ]


def cell_text(cell: Any) -> str:
    """A cell as the text a person would type: whole numbers without point, dates in ISO form."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return str(cell)


def _fitted(row: list[str], width: int) -> list[str]:
    return row[:width] if len(row) >= width else row + [""] * (width - len(row))
