"""Reads a workbook that came from outside: bounded in every dimension, values alone, nothing raised but what the reader can act on."""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import INLINE_STRING, VALUE_TAG, WorkSheetParser

from lingnan.base import BadInput, LingnanError
from lingnan.catalogue.inventory.template.shapes import Fault
from lingnan.catalogue.inventory.template.sheets import VERSION, Sheet, clean, plain_header, several, sheet_of, sheets
from lingnan.catalogue.inventory.template.writing import HIDDEN, LISTS, MARK, NOTES, PROBLEMS
from lingnan.catalogue.resources.extensions import Extensions

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 64 << 20, 512 << 20, 500
MOST_RATIO, SMALL = 200, 4 << 20
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 300_000, 200, 6_000_000
_PIECE, _LAST_ROW = 1 << 20, 1_048_576
_TYPES: Final = ("n", "s", "b", "d", "e", "str", "inlineStr")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["\']([A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?)["\']')
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ERRORS: Final = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!")

Digests = dict[tuple[str, str, str], str]


@dataclass
class SheetRead:
    """A sheet as read: the field of each column by place, and rows with their number and the values of all columns."""

    name: str
    title: str
    headers: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)

    def cell(self, row: int, name: str) -> str:
        """The address of a field's cell."""
        return f"{get_column_letter(self.places[name] + 1)}{row}"


@dataclass
class BookRead:
    """A workbook as read, with the faults of its form and what stood in its hidden sheet."""

    sheets: dict[str, SheetRead]
    digests: Digests
    faults: list[Fault]
    ignored: tuple[str, ...]
    form: tuple[Sheet, ...]
    stems: str


@dataclass(frozen=True)
class Formula:
    """Stands where a formula stood, which is never computed; shows itself as it was written."""

    written: str

    def __str__(self) -> str:
        return self.written


def read_book(path: Path, extensions: Extensions) -> BookRead:
    """The sheets of a filled-in template, with the extension fields it was exported with.

    BadInput for a file that is none, is damaged or is built to do harm.
    """
    parts = looked_through(path)
    try:
        return _Reader(path, parts, extensions).read()
    except LingnanError:
        raise
    except Exception as error:
        # A parser of foreign bytes can fail in any way; whatever it was, the file is not readable and nothing has been taken from it.
        raise _damaged(path, type(error).__name__) from error


def looked_through(path: Path) -> dict[str, bytes]:
    """Unpack every part once within limits; gives what the tail of each sheet says of merged cells."""
    if not path.is_file():
        raise BadInput(f"没有文件 {path.name}。", f"There is no file {path.name}.", path=path.name)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise _too_large(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts(path, archive, size)
    except LingnanError:
        raise
    except Exception as error:
        raise _damaged(path, type(error).__name__) from error


def _parts(path: Path, archive: zipfile.ZipFile, size: int) -> dict[str, bytes]:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > MOST_PARTS or len(set(names)) != len(names) or "xl/workbook.xml" not in names:
        raise _damaged(path, "parts")
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if member.flag_bits & 1 or ".." in parts or member.filename.startswith(("/", "\\")):
            raise _damaged(path, "parts")
    if any("vbaproject" in name.lower() for name in names):
        raise BadInput(f"文件 {path.name} 含宏，不予接收。请另存为 .xlsx。", f"File {path.name} holds macros. Save it as .xlsx.", path=path.name)
    unpacked, merged = 0, {}
    for member in members:
        found: list[bytes] = []
        stray = b""
        with archive.open(member) as opened:
            while piece := opened.read(_PIECE):
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > MOST_RATIO * size):
                    raise _too_large(path)
                text = stray + piece
                if _DECLARED.search(text):
                    raise _damaged(path, "entities")
                found += _MERGED.findall(text) if "worksheets/" in member.filename else []
                # The end of a piece may cut a word in two.
                stray = text[-200:]
        if found:
            merged[member.filename] = b",".join(dict.fromkeys(found[:200]))
    return merged


class _Reader:
    """Reads one workbook that was looked through."""

    def __init__(self, path: Path, merged: dict[str, bytes], extensions: Extensions) -> None:
        self._path, self._merged, self._extensions = path, merged, extensions
        self._form, self._stems = sheets(), ""
        self._faults: list[Fault] = []
        self._cells = 0
        self._rows = 0

    def read(self) -> BookRead:
        """All sheets that the template has; Fault for a sheet or column that is missing or unknown."""
        book = load_workbook(self._path, read_only=True, data_only=False, keep_links=False)
        try:
            titles = {clean(page.title): page for page in book.worksheets}
            if len(titles) != len(book.worksheets):
                raise _damaged(self._path, "two sheets of one name")
            digests = self._digests(titles.get(HIDDEN))
            read: dict[str, SheetRead] = {}
            for sheet in self._form:
                page = titles.get(sheet.zh)
                if page is None:
                    self._tell(sheet.zh, 0, "", "", "缺少这张表，请勿删除或改名", "this sheet is missing; do not delete or rename it")
                    continue
                read[sheet.name] = self._sheet(sheet.name, page)
            known = {sheet.zh for sheet in self._form} | {HIDDEN, LISTS, NOTES}
            return BookRead(read, digests, self._faults, tuple(sorted(set(titles) - known)), self._form, self._stems)
        finally:
            book.close()

    def _digests(self, page: Any) -> Digests:
        rows = self._raw(page) if page is not None else iter(())
        first = next(rows, (0, ()))[1]
        if not first or first[0] != MARK:
            raise BadInput(
                f"文件 {self._path.name} 不是平台导出的清单模板（缺少隐藏的版本表）。请先用 lingnan catalogue template 下载模板。",
                f"File {self._path.name} is no template of this hub (its hidden version sheet is missing). Get one first with: "
                "lingnan catalogue template.", path=self._path.name,
            )
        if first[1:2] != (VERSION,):
            raise BadInput(
                f"模板版本 {first[1] if len(first) > 1 else '?'} 与平台的版本 {VERSION} 不同。请重新导出后填写。",
                f"The template is of another version than this hub's ({VERSION}). Export it again.", path=self._path.name,
            )
        self._stems = str(first[2]) if len(first) > 2 and first[2] is not None else ""
        provinces = (self._extensions.of(stem) for stem in several(self._stems))
        self._form = sheets(tuple(province for province in provinces if province is not None))
        digests: Digests = {}
        for _row, values in rows:
            texts = tuple("" if value is None else str(value) for value in (*values, *[None] * 4)[:4])
            digests[texts[0], texts[1], texts[2]] = texts[3]
        return digests

    def _sheet(self, name: str, page: Any) -> SheetRead:
        read = SheetRead(name, clean(page.title))
        for place in self._merged_of(page):
            zh, en = f"{place} 是合并的单元格，请取消合并后逐格填写", f"{place} is merged; split it and fill in each cell"
            self._tell(read.title, 0, "", place, zh, en)
        rows = self._raw(page)
        header = next(rows, (1, ()))
        self._headers(read, header[1])
        for row, values in rows:
            kept = values[: len(read.headers)]
            if any(value is not None and (not isinstance(value, str) or clean(value)) for value in kept):
                read.rows.append((row, (*kept, *[None] * (len(read.headers) - len(kept)))))
            stray = next((at for at, value in enumerate(values[len(read.headers):]) if value is not None and str(value).strip()), None)
            if stray is not None:
                at = get_column_letter(len(read.headers) + stray + 1)
                self._tell(read.title, row, "", f"{at}{row}", "表头之外的列有内容，请删除", "something stands beyond the header; delete it")
        return read

    def _headers(self, read: SheetRead, values: Sequence[Any]) -> None:
        known = {plain_header(column.zh): column.name for column in sheet_of(self._form, read.name).columns}
        texts = ["" if value is None else clean(str(value)) for value in values[:MOST_COLUMNS]]
        while texts and not texts[-1]:
            texts.pop()
        read.headers = texts
        for at, text in enumerate(texts):
            plain, cell = plain_header(text), f"{get_column_letter(at + 1)}1"
            if plain in (PROBLEMS, ""):
                if not plain:
                    self._tell(read.title, 1, "", cell, "表头为空，请补上或删除该列", "an empty header; fill it in or delete the column")
            elif plain not in known:
                zh, en = f"不认识的列“{text[:40]}”，请改回模板的表头", f"unknown column “{text[:40]}”; use the template's header"
                self._tell(read.title, 1, text, cell, zh, en)
            elif known[plain] in read.places:
                self._tell(read.title, 1, text, cell, f"列“{text}”重复", f"column “{text}” stands twice")
            else:
                read.places[known[plain]] = at
        for plain, name in known.items():
            if name not in read.places:
                self._tell(read.title, 1, plain, "", f"缺少列“{plain}”", f"column “{plain}” is missing")

    def _raw(self, page: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Rows that hold something, with their numbers; what a sheet claims of its size is not believed, and rows out of order are refused."""
        last, book = 0, page.parent
        with page._get_source() as source:
            parser = _StrictParser(
                source, page._shared_strings, data_only=False, epoch=book.epoch, date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for number, cells in parser.parse():
                self._rows, self._cells = self._rows + 1, self._cells + len(cells)
                if self._rows > MOST_ROWS or self._cells > MOST_CELLS:
                    raise _too_large(self._path)
                places = [cell["column"] for cell in cells]
                # A reader that goes by numbers loses what comes twice or too late; here nothing may be lost unseen.
                if not last < number <= _LAST_ROW or any(cell["row"] != number for cell in cells) or places != sorted(set(places)):
                    raise _damaged(self._path, f"row {number}")
                last = number
                values = {cell["column"]: _value(cell) for cell in cells if cell["value"] is not None}
                if not values:
                    continue
                if max(values) > MOST_COLUMNS:
                    raise _damaged(self._path, f"row {number}")
                yield number, tuple(values.get(at) for at in range(1, max(values) + 1))

    def _merged_of(self, page: Any) -> list[str]:
        where = str(page._worksheet_path).lstrip("/")
        return [place.decode("ascii") for place in self._merged.get(where, b"").split(b",") if place]

    def _tell(self, sheet: str, row: int, column: str, cell: str, zh: str, en: str) -> None:
        if len(self._faults) < 5_000:
            self._faults.append(Fault(sheet=sheet, row=row, column=column, cell=cell, zh=zh, en=en))


class _StrictParser(WorkSheetParser):
    """Refuses a cell whose declared type is not that of its content, which would otherwise be read as empty."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """The cell's place, type and value."""
        kind = element.get("t", "n")
        other = VALUE_TAG if kind == "inlineStr" else INLINE_STRING
        if kind not in _TYPES or element.find(other) is not None:
            raise ValueError("a cell of another type than its content")
        parsed: dict[str, Any] = super().parse_cell(element)
        return parsed


def _value(cell: Mapping[str, Any]) -> Any:
    value, kind = cell["value"], cell["data_type"]
    if kind == "f" or (not isinstance(value, str | int | float | bool) and not hasattr(value, "isoformat")):
        return Formula(str(getattr(value, "text", value))[:200])
    if kind == "e" or (isinstance(value, str) and value in _ERRORS):
        return Formula(str(value))
    # Office writes characters that XML cannot hold as _x000D_.
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), value) if isinstance(value, str) and "_x" in value else value


def _damaged(path: Path, why: str) -> BadInput:
    return BadInput(
        f"文件 {path.name} 不是完好的 .xlsx 工作簿（{why}）。请用办公软件打开并另存为 .xlsx 后再上传；CSV 或改了后缀的文件不能上传。",
        f"File {path.name} is no sound .xlsx workbook ({why}). Open it in an office program and save it as .xlsx; a CSV with another name is none.",
        path=path.name,
    )


def _too_large(path: Path) -> BadInput:
    return BadInput(
        f"文件 {path.name} 过大或解压后过大。至多 {MOST_ROWS:,} 行；请按部门拆分。",
        f"File {path.name} is too large, packed or unpacked. At most {MOST_ROWS:,} rows; split it by department.", path=path.name,
    )
