"""Delimited text files: understood from a sample, read in blocks, every row with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from lingnan.base import BadInput
from lingnan.collect.arrow_types import UTC_TIME, arrow_type
from lingnan.collect.columns import named_columns
from lingnan.collect.connectors.protocol import POSITION, positions
from lingnan.collect.dialect import Dialect, find_dialect, numbered_rows
from lingnan.collect.encoding import FoundEncoding, find_encoding
from lingnan.collect.inference import FALSE_TEXTS, TRUE_TEXTS
from lingnan.collect.layout import Layout, understand
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions
from lingnan.collect.text_blocks import BLOCK_BYTES, TextBlock, text_blocks

HEAD_BYTES = 1 << 18
TAIL_BYTES = 1 << 14
_HEAD_ROWS = 200
_DAMAGED = "�".encode()
_CHINA_OFFSET_US = 8 * 3600 * 1_000_000


@dataclass(frozen=True)
class DelimitedForm:
    """How a delimited file is written and laid out."""

    encoding: FoundEncoding
    dialect: Dialect
    layout: Layout
    skip_lines: int
    drop_lines: int


def understand_text(path: Path, options: ReadOptions) -> DelimitedForm:
    """The form of a delimited file from its beginning and end; BadInput when it is empty."""
    if not path.stat().st_size:
        raise BadInput(
            f"文件 {path.name} 是空的（0 字节）。请来源部门重新导出，至少应有一行表头。",
            f"File {path.name} is empty (0 bytes). Ask the department to export it again, with at least a header row.",
            path=str(path),
        )
    encoding = FoundEncoding(options.encoding, True) if options.encoding else find_encoding(path)
    head = _decoded(path, encoding.name, 0, HEAD_BYTES)
    if not head.strip():
        raise BadInput(
            f"文件 {path.name} 只有空白，没有表头和数据。请来源部门重新导出。",
            f"File {path.name} holds only blanks, no header and no data. Ask the department to export it again.", path=str(path),
        )
    dialect = find_dialect(head, options)
    rows = numbered_rows(head, dialect)
    if len(head) >= HEAD_BYTES // 4:
        rows = rows[:-1]
    tail = numbered_rows(_decoded(path, encoding.name, max(0, path.stat().st_size - TAIL_BYTES), TAIL_BYTES), dialect)
    layout = understand([row for row, _line in rows[:_HEAD_ROWS]], [row for row, _line in tail if row], options)
    skip = rows[layout.first_data_row - 1][1] if layout.first_data_row and len(rows) >= layout.first_data_row else 0
    return DelimitedForm(encoding, dialect, layout, skip, layout.footer_rows)


def _decoded(path: Path, encoding: str, start: int, size: int) -> str:
    wide = encoding.startswith(("utf-16", "utf-32"))
    with path.open("rb") as file:
        mark = file.read(4) if wide and start else b""
        file.seek(start - start % 4)
        data = file.read(size)
    if wide and start:
        data = (mark[:2] if encoding == "utf-16" else b"") + data
    try:
        text = data.decode(encoding, errors="replace")
    except LookupError as error:
        raise BadInput(
            f"不认识编码“{encoding}”。常用：utf-8、gb18030、utf-16、latin-1。",
            f"Encoding “{encoding}” is unknown. Common: utf-8, gb18030, utf-16, latin-1.",
            encoding=encoding,
        ) from error
    return text.removeprefix("﻿") if not start else text.partition("\n")[2]


@dataclass
class DelimitedReading:
    """One delimited file, read in blocks; with `types` plain columns are parsed straight to them."""

    path: Path
    name: str
    options: ReadOptions
    types: Mapping[str, str] = field(default_factory=dict)
    empty_is_null: bool = False
    block_bytes: int = BLOCK_BYTES
    form: DelimitedForm = field(init=False)
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)
    _line: int = field(init=False, default=1)
    """The line the next block begins on."""

    def __post_init__(self) -> None:
        self.form = understand_text(self.path, self.options)
        self.columns, notices = named_columns(self.form.layout, self.options)
        self.notices = [*self.form.layout.warnings, *notices]

    @property
    def titles(self) -> list[str]:
        """The rows above the header."""
        return self.form.layout.titles

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows with their lines; ragged and damaged rows go to `rejects`."""
        form, self._line = self.form, self.form.skip_lines + 1
        with self.path.open("rb", buffering=0) as file:
            for block in text_blocks(file, form.encoding.name, form.dialect, form.skip_lines, form.drop_lines, self.block_bytes):
                table = self._parsed(block, rejects)
                if table.num_rows:
                    yield from table.to_batches()

    def _parsed(self, block: TextBlock, rejects: Rejects) -> pa.Table:
        data, raw = block.data, self.form.encoding.name.startswith("utf-8")
        damaged = not raw and _DAMAGED in data
        torn: list[arrow_csv.InvalidRow] = []
        try:
            table = self._read(data, {} if damaged else self.types, torn, check_utf8=raw)
        except pa.ArrowInvalid:
            torn.clear()
            if raw and not _is_utf8(data):
                data, damaged = data.decode("utf-8", errors="replace").encode(), True
            table = self._read(data, {}, torn, check_utf8=False)
        lines = self._lines(data, block.quoted, table, torn)
        self._reject_torn(torn, rejects)
        self._line += data.count(b"\n") if block.quoted else table.num_rows + len(torn)
        table = table.append_column(POSITION, positions(f"{self.name}:", lines))
        if damaged:
            table = _without_damaged(table, rejects)
        return _without_blank(table)

    def _read(self, data: bytes, types: Mapping[str, str], torn: list[arrow_csv.InvalidRow], *, check_utf8: bool) -> pa.Table:
        dialect, names = self.form.dialect, [column.name for column in self.columns]

        def keep(row: arrow_csv.InvalidRow) -> str:
            torn.append(row)
            return "skip"

        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter, quote_char=dialect.quote or False, double_quote=bool(dialect.quote), escape_char=dialect.escape or False,
                newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep,
            ),
            convert_options=self._conversion(types, names, check_utf8),
        )
        table = _zoned(table, types) if types else table
        return _empty_as_null(table) if self.empty_is_null and not self.options.null_markers else table

    def _conversion(self, types: Mapping[str, str], names: list[str], check_utf8: bool) -> arrow_csv.ConvertOptions:
        parsed = {name: pa.timestamp("us") if (kind := arrow_type(types.get(name, "VARCHAR"))) == UTC_TIME else kind for name in names}
        markers = self.options.null_markers or ()
        return arrow_csv.ConvertOptions(
            column_types=parsed, null_values=["", *markers] if self.empty_is_null else list(markers), check_utf8=check_utf8,
            strings_can_be_null=bool(markers), true_values=list(TRUE_TEXTS), false_values=list(FALSE_TEXTS),
            decimal_point=self.options.decimal or ".",
        )

    def _lines(self, data: bytes, quoted: bool, table: pa.Table, torn: list[arrow_csv.InvalidRow]) -> pa.Array:
        """The line each good row begins on."""
        records = table.num_rows + len(torn)
        lines = pa.arange(self._line, self._line + records)
        if torn:
            bad = pa.array([row.number - 1 for row in torn], pa.int64())
            lines = lines.filter(pc.invert(pc.is_in(pa.arange(0, records), bad)))
        if not quoted or data.count(b"\n") + (not data.endswith(b"\n")) == records:
            return lines
        inner = [pc.fill_null(pc.count_substring(column, "\n"), 0) for column in table.columns if pa.types.is_string(column.type)]
        extra = _total(inner).combine_chunks().cast(pa.int64()) if inner else pa.array([0] * table.num_rows, pa.int64())
        shifts = pc.subtract(pc.cumulative_sum(extra), extra) if len(extra) else extra
        return pc.add(lines, shifts)

    def _reject_torn(self, torn: list[arrow_csv.InvalidRow], rejects: Rejects) -> None:
        for row in torn:
            if row.text.strip() and not (self.form.dialect.comment and row.text.startswith(self.form.dialect.comment)):
                reason = "too_few_cells" if row.actual_columns < row.expected_columns else "too_many_cells"
                rejects.add(f"{self.name}:{self._line + row.number - 1}", reason, row.text)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _total(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    total = columns[0]
    for column in columns[1:]:
        total = pc.add(total, column)
    return total


def _empty_as_null(table: pa.Table) -> pa.Table:
    """Empty texts as nulls; only columns that have some are touched, which is cheaper than asking the parser to compare every cell."""
    for at, kind in enumerate(table.schema.types):
        column = table.column(at)
        if pa.types.is_string(kind) and pc.min(pc.binary_length(column)).as_py() == 0:
            table = table.set_column(at, table.schema.field(at), pc.if_else(pc.equal(column, ""), None, column))
    return table


def _zoned(table: pa.Table, types: Mapping[str, str]) -> pa.Table:
    """Times without a zone are China's; summer time ended in 1991, so eight hours are right for what registers hold."""
    for at, field_ in enumerate(table.schema):
        if field_.type == pa.timestamp("us") and types.get(field_.name, "").upper() == "TIMESTAMPTZ":
            shifted = pc.subtract(table.column(at).cast(pa.int64()), _CHINA_OFFSET_US).cast(pa.timestamp("us")).cast(UTC_TIME)
            table = table.set_column(at, field_.name, shifted)
    return table


def _without_damaged(table: pa.Table, rejects: Rejects) -> pa.Table:
    marks = [pc.fill_null(pc.match_substring(column, "�"), False) for column in table.columns[:-1]]
    bad = marks[0]
    for mark in marks[1:]:
        bad = pc.or_(bad, mark)
    for row in table.filter(bad).to_pylist():
        position = row.pop(POSITION)
        column, value = next((name, text) for name, text in row.items() if text and "�" in text)
        rejects.add(position, "damaged_character", ",".join(text or "" for text in row.values()), column, value)
    return table.filter(pc.invert(bad))


def _without_blank(table: pa.Table) -> pa.Table:
    """The rows in which at least one cell is filled."""
    blank = None
    for column in table.columns[:-1]:
        empty = pc.is_null(column)
        if pa.types.is_string(column.type):
            empty = pc.or_(empty, pc.fill_null(pc.equal(column, ""), False))
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return table
    return table if blank is None else table.filter(pc.invert(blank))
