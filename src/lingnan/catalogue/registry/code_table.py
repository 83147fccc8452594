"""Reads the codes of a list out of a spreadsheet or CSV file, as officials keep them; every fault is told with its cell."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from lingnan.base import BadInput, LingnanError
from lingnan.catalogue.registry.shapes import CodeRow, CodeTable, CodeTableFault
from lingnan.standards import parse_date

MOST_CODES, MOST_BYTES, MOST_COLUMNS = 20_000, 8 << 20, 50
LONGEST: Final = {"code": 40, "zh": 300, "en": 300, "parent": 40, "successors": 400, "labels": 1000, "change": 300, "role": 300}
HEADINGS: Final = {
    "code": ("代码", "code", "值"), "zh": ("名称", "中文名称", "含义", "zh", "name", "title"), "en": ("英文名称", "en", "english", "english name"),
    "parent": ("上级代码", "父代码", "parent"), "level": ("层级", "级别", "level"),
    "valid_from": ("启用日期", "生效日期", "valid_from", "valid from"),
    "valid_to": ("停用日期", "失效日期", "valid_to", "valid to"), "successors": ("后继代码", "successors", "successor"),
    "labels": ("其他写法", "别名", "labels", "synonyms"), "change": ("变更说明", "change"), "role": ("说明", "备注", "role", "note"),
}
"""What the columns of such a table are called, by the item of a code."""
DAYS: Final = ("valid_from", "valid_to")
_BREAK = re.compile(r"[|、;；,，\s]+")
_PLACES = {heading: name for name, headings in HEADINGS.items() for heading in headings}


def read_code_table(path: Path, name: str) -> CodeTable:
    """The codes of a file with what is wrong in it; BadInput for a file that is neither a workbook nor a CSV text, or is too large."""
    if path.stat().st_size > MOST_BYTES:
        raise BadInput(f"文件 {name} 超过 {MOST_BYTES >> 20} MB。", f"The file {name} is larger than {MOST_BYTES >> 20} MB.", file=name)
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    lines = _workbook(path, name) if zipped else _text(path.read_bytes(), name)
    return _table([line for line in lines if any(str(cell or "").strip() for cell in line[1])])


def _workbook(path: Path, name: str) -> Sequence[tuple[int, Sequence[Any]]]:
    from openpyxl import load_workbook  # libraries of workbooks are opened when one is read

    from lingnan.catalogue.inventory.template.reading import looked_through

    looked_through(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            rows = book.worksheets[0].iter_rows(max_row=MOST_CODES + 2, max_col=MOST_COLUMNS, values_only=True)
            return list(enumerate(rows, start=1))
        finally:
            book.close()
    except LingnanError:
        raise
    except Exception as error:
        # A parser of foreign bytes can fail in any way; whatever it was, nothing has been taken from the file.
        raise _unreadable(name) from error


def _text(content: bytes, name: str) -> Sequence[tuple[int, Sequence[Any]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _unreadable(name)
    if "\x00" in text:
        raise _unreadable(name)
    try:
        return [*enumerate(csv.reader(io.StringIO(text, newline="")), start=1)][: MOST_CODES + 2]
    except csv.Error as error:
        raise _unreadable(name) from error


def _table(lines: list[tuple[int, Sequence[Any]]]) -> CodeTable:
    from openpyxl.utils import get_column_letter

    if not lines:
        return CodeTable(rows=(), faults=(CodeTableFault(cell="A1", zh="表是空的", en="the table is empty"),))
    number, headings = lines[0]
    places = {_PLACES[told]: at for at, cell in enumerate(headings) if (told := str(cell or "").strip().lower()) in _PLACES}
    lacking = [name for name in ("code", "zh") if name not in places]
    if lacking:
        told = "、".join(HEADINGS[name][0] for name in lacking)
        fault = CodeTableFault(cell=f"A{number}", zh=f"首行缺少列：{told}", en=f"the first line lacks the columns {', '.join(lacking)}")
        return CodeTable(rows=(), faults=(fault,))
    if len(lines) - 1 > MOST_CODES:
        over = CodeTableFault(cell=f"A{MOST_CODES + 2}", zh=f"超过 {MOST_CODES} 条代码", en=f"more than {MOST_CODES} codes")
        return CodeTable(rows=(), faults=(over,))
    rows, faults = [], []
    for number, cells in lines[1:]:
        row = {name: _value(name, cells[at] if at < len(cells) else None) for name, at in places.items()}
        faults += list(_faults(row, lambda name, number=number: f"{get_column_letter(places[name] + 1)}{number}"))
        rows.append(CodeRow(**row))
    return CodeTable(rows=tuple(rows), faults=tuple(faults))


def _value(name: str, cell: Any) -> str:
    """A cell as text; a whole number that a spreadsheet made of a code is written without its point."""
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str("" if cell is None else cell).strip()
    if name in DAYS and text:
        found = parse_date(text)
        return found.isoformat() if found else text
    return "|".join(part for part in _BREAK.split(text) if part) if name == "successors" else text.replace("、", "|") if name == "labels" else text


def _faults(row: dict[str, str], cell_of: Any) -> Iterator[CodeTableFault]:
    for name in ("code", "zh"):
        if not row[name]:
            yield CodeTableFault(cell=cell_of(name), zh=f"缺少{HEADINGS[name][0]}", en=f"{name} is missing")
    for name in DAYS:
        if row.get(name) and not _is_day(row[name]):
            yield CodeTableFault(cell=cell_of(name), zh=f"“{row[name]}”不是日期", en=f"“{row[name]}” is no date")
    level = row.get("level", "")
    if level and not (level.isdecimal() and int(level) < 20):
        yield CodeTableFault(cell=cell_of("level"), zh=f"层级“{level}”须为 0 至 19 的整数", en=f"the level “{level}” must be a whole number below 20")
    for name, most in LONGEST.items():
        if len(row.get(name, "")) > most:
            yield CodeTableFault(cell=cell_of(name), zh=f"超过 {most} 个字符", en=f"longer than {most} characters")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def faults_of(rows: Iterable[CodeRow]) -> list[CodeTableFault]:
    """What is wrong with rows that came from a form: the same as in a file, by their line."""
    found: list[CodeTableFault] = []
    for number, row in enumerate(rows, start=1):
        found += _faults(row.model_dump(), lambda name, number=number: f"{number}:{name}")
    return found


def _unreadable(name: str) -> BadInput:
    return BadInput(
        f"文件 {name} 无法读取。请用 .xlsx，或 UTF-8、GB18030 编码的 CSV。",
        f"The file {name} cannot be read. Use .xlsx, or CSV in UTF-8 or GB18030.", file=name,
    )
