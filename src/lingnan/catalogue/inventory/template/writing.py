"""Writes the template: the inventory as a workbook with lists to choose from and locked keys, or a copy of a file with its faults marked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput
from lingnan.catalogue.inventory.template.held import digest_of, held_rows
from lingnan.catalogue.inventory.template.shapes import Fault
from lingnan.catalogue.inventory.template.sheets import SEPARATOR, VERSION, Column, Sheet, sheets, shown
from lingnan.catalogue.records import Department, Resource
from lingnan.catalogue.resources.extensions import STEM, Extensions, Province

HIDDEN, LISTS, PROBLEMS, NOTES = "_版本", "_代码", "问题", "填写说明"
MARK = "lingnan-inventory"
MOST_ROWS = 1_000_000
_ROWS_TO_FILL = 5_000
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_HELP = (
    "1. 各表第一行是表头，请勿改动；列可以移动，不可删除或增加。带 * 的列必填。",
    "2. 键列用于识别同一行，已导出的行请勿修改其键；新增请在末尾添加行。",
    "3. 有下拉列表的列请从列表中选择。日期写成 2024-01-31。代码、区划等以文本填写。",
    "4. 请勿使用公式，请勿合并单元格。",
    "5. 上传后全部通过才会保存；有错误时，另存的“-问题”文件中逐行标明，改正后可直接再次上传。",
    "6. 未列出的行不会被删除。要去掉信息项，在该行“处理”列选“删除”，其他单元格不动；撤销信息资源请在平台上办理。",
    "7. 导出之后平台上又被他人修改过的行不会被覆盖，请重新导出。",
    "Keep headers and keys as they are; columns may move. Starred columns are required. No formulas, no merged cells. All rows are taken or none.",
    "Rows that are left out stay. To remove an item choose 删除 in the last column of its row and change nothing else in it.",
)


@dataclass
class Marked:
    """A sheet to be written again with its faults: headers and rows as they were read, faults by row and column."""

    title: str
    headers: Sequence[str]
    rows: Iterable[tuple[int, Sequence[Any]]]
    faults: Mapping[int, Sequence[Fault]] = field(default_factory=dict)


def write_template(path: Path, session: Session, departments: Collection[str] | None, extensions: Extensions) -> dict[str, int]:
    """The inventory of these departments (None: all) as a workbook; gives the rows by sheet. An empty list makes an empty form.

    Resources have the extension fields of the provinces that these departments, or for an empty form all of them, are of.
    """
    provinces = _provinces(session, departments, extensions)
    form, stems = sheets(provinces), SEPARATOR.join(province.division[:STEM] for province in provinces)
    counts: dict[str, int] = {}
    digests: list[tuple[str, ...]] = []
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        _write_notes(book)
        pages = [(sheet, book.add_worksheet(sheet.zh)) for sheet in form]
        styles = _Styles(book)
        places = _write_lists(book, form)
        for sheet, page in pages:
            counts[sheet.name] = _write_sheet(page, sheet, held_rows(session, sheet, departments), styles, digests)
            _finish(page, sheet, counts[sheet.name], places)
        _write_hidden(book, digests, stems)
    return counts


def _provinces(session: Session, departments: Collection[str] | None, extensions: Extensions) -> tuple[Province, ...]:
    """The provinces with extension fields that the departments and their resources are of, in the order of their digits."""
    own, theirs = select(Department.division), select(Resource.division).join(Department, Department.id == Resource.department_id)
    if departments:
        own, theirs = own.where(Department.key.in_(list(departments))), theirs.where(Department.key.in_(list(departments)))
    stems = sorted({division[:STEM] for division in session.scalars(own.distinct().union(theirs.distinct())) if division})
    return tuple(province for stem in stems if (province := extensions.of(stem)) is not None)


def write_problems(path: Path, marked: Sequence[Marked], digests: Iterable[tuple[str, ...]], stems: str) -> None:
    """The sheets as they were read, with a column that tells each row's faults, a note at each faulty cell, and colour."""
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        pages = [(each, book.add_worksheet(each.title)) for each in marked]
        styles = _Styles(book)
        for each, page in pages:
            _write_marked(page, each, styles)
        _write_hidden(book, list(digests), stems)


class _Styles:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        base = {"valign": "top", "text_wrap": True}
        self.header = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "text_wrap": True})
        self.required = book.add_format({"bold": True, "bg_color": "#8A1C1C", "font_color": "#FFFFFF", "border": 1, "text_wrap": True})
        self.open = book.add_format({**base, "locked": False, "num_format": "@"})
        self.locked = book.add_format({**base, "locked": True, "num_format": "@", "bg_color": "#EDEDED"})
        self.date = book.add_format({**base, "locked": False, "num_format": "yyyy-mm-dd"})
        self.locked_date = book.add_format({**base, "locked": True, "num_format": "yyyy-mm-dd", "bg_color": "#EDEDED"})
        self.wrong = book.add_format({**base, "locked": False, "bg_color": "#FFC7CE", "num_format": "@"})
        self.wrong_date = book.add_format({**base, "locked": False, "bg_color": "#FFC7CE", "num_format": "yyyy-mm-dd"})
        self.told = book.add_format({**base, "font_color": "#9C0006", "bg_color": "#FFEB9C"})


def _write_sheet(page: Any, sheet: Sheet, rows: Iterator[Any], styles: _Styles, digests: list[tuple[str, ...]]) -> int:
    for at, column in enumerate(sheet.columns):
        plain = styles.date if column.kind == "date" else styles.open
        page.set_column(at, at, 40 if column.longest > 1000 and column.kind == "text" else 20, plain)
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, f"{column.zh}*" if column.required else column.zh, styles.required if column.required else styles.header)
        if column.note:
            page.write_comment(0, at, column.note)
    count = 0
    for count, (key, row) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise BadInput(
                f"“{sheet.zh}”超过 {MOST_ROWS:,} 行，一个表格放不下。请按部门导出（--department）。",
                f"“{sheet.zh}” has more than {MOST_ROWS:,} rows, too many for one sheet. Export by department (--department).",
            )
        for at, column in enumerate(sheet.columns):
            _write_value(page, count, at, column, row[column.name], styles, locked=column.name in sheet.key or column.fixed or column.shown)
        digests.append((sheet.name, *key[:2], digest_of(sheet, row)) if len(key) > 1 else (sheet.name, key[0], "", digest_of(sheet, row)))
    return count


def _write_value(page: Any, row: int, at: int, column: Column, text: str, styles: _Styles, locked: bool) -> None:
    style = styles.locked if locked else styles.open
    if not text:
        page.write_blank(row, at, None, style)
    elif column.kind == "date":
        page.write_datetime(row, at, date.fromisoformat(text), styles.locked_date if locked else styles.date)
    elif column.kind == "integer":
        page.write_number(row, at, int(text), style)
    else:
        page.write_string(row, at, shown(column, text), style)


def _finish(page: Any, sheet: Sheet, rows: int, places: Mapping[str, str]) -> None:
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(rows, 1), len(sheet.columns) - 1)
    page.protect("", {
        "sort": True, "autofilter": True, "format_cells": True, "format_columns": True, "format_rows": True, "insert_rows": True,
    })
    for at, column in enumerate(sheet.columns):
        source = places.get(f"{sheet.name}.{column.name}") or (["是", "否"] if column.kind == "yes_no" else None)
        if source is not None:
            page.data_validation(1, at, rows + _ROWS_TO_FILL, at, {
                "validate": "list", "source": source, "error_title": "不在列表之内", "error_message": "请从下拉列表中选择。",
            })


def _write_lists(book: Any, form: Sequence[Sheet]) -> dict[str, str]:
    """Choices stand on a hidden sheet, because a list inside a cell holds 255 characters; gives the range of each column's list."""
    page = book.add_worksheet(LISTS)
    page.hide()
    chosen = [(f"{sheet.name}.{column.name}", list(column.choices.values())) for sheet in form for column in sheet.columns if column.kind == "choice"]
    places = {}
    for at, (name, labels) in enumerate(chosen):
        letter = xlsxwriter.utility.xl_col_to_name(at)
        places[name] = f"='{LISTS}'!${letter}$2:${letter}${len(labels) + 1}"
    for row in range(max(len(labels) for _name, labels in chosen) + 1):
        for at, (name, labels) in enumerate(chosen):
            if row == 0 or row <= len(labels):
                page.write_string(row, at, name if row == 0 else labels[row - 1])
    return places


def _write_notes(book: Any) -> None:
    page = book.add_worksheet(NOTES)
    page.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
    for row, line in enumerate(_HELP):
        page.write_string(row, 0, line)
    page.protect()


def _write_hidden(book: Any, digests: Sequence[tuple[str, ...]], stems: str) -> None:
    page = book.add_worksheet(HIDDEN)
    page.very_hidden()
    page.write_string(0, 0, MARK)
    page.write_number(0, 1, VERSION)
    page.write_string(0, 2, stems)
    for row, values in enumerate(digests, start=1):
        for at, value in enumerate(values):
            page.write_string(row, at, value)


def _write_marked(page: Any, marked: Marked, styles: _Styles) -> None:
    width = len(marked.headers)
    page.set_column(0, max(width - 1, 0), 20, styles.open)
    page.set_column(width, width, 60)
    by_cell: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row, faults in marked.faults.items():
        for fault in faults:
            by_cell[row, fault.column].append(fault.zh)
    for at, header in enumerate((*marked.headers, PROBLEMS)):
        page.write_string(0, at, header, styles.header)
    _note(page, 0, width, [fault.zh for fault in (*marked.faults.get(0, ()), *marked.faults.get(1, ()))])
    for at_row, (row, values) in enumerate(marked.rows, start=1):
        for at, value in enumerate(values[:width]):
            wrong = by_cell.get((row, marked.headers[at]), [])
            _write_raw(page, at_row, at, value, styles, bool(wrong))
            _note(page, at_row, at, wrong)
        told = [fault.zh if not fault.column else f"{fault.column}：{fault.zh}" for fault in marked.faults.get(row, ())]
        if told:
            page.write_string(at_row, width, "；".join(told)[:30_000], styles.told)
    page.freeze_panes(1, 0)


def _note(page: Any, row: int, at: int, lines: Sequence[str]) -> None:
    if lines:
        page.write_comment(row, at, "；".join(lines)[:2000])


def _write_raw(page: Any, row: int, at: int, value: Any, styles: _Styles, wrong: bool) -> None:
    style = styles.wrong if wrong else styles.open
    if value is None:
        page.write_blank(row, at, None, style)
    elif isinstance(value, date):
        page.write_datetime(row, at, value, styles.wrong_date if wrong else styles.date)
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        page.write_number(row, at, value, style)
    else:
        page.write_string(row, at, str(value)[:32_000], style)
