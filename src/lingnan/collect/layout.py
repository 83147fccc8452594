"""Understands where a table stands in a sheet of cells: titles, header, units, data, footer."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lingnan.collect import cells
from lingnan.collect.shapes import Notice, ReadOptions

Row = list[str]
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells."""

_FOOTER = re.compile(
    r"(数据来源|资料来源|来源[:：]|注[:：\d]|说明[:：]|备注[:：]|填表人|填报人|制表|审核|单位负责人|统计负责人|负责人|经办人|联系电话|打印时间|导出时间|填报日期|共\s*\d+\s*[条行页]"
    r"|合\s*计|总\s*计|source\b|notes?\b[:：]|total\b|grand total\b)",
    re.IGNORECASE,
)
_TITLE_LABEL = re.compile(r".*[:：].*|.*(报表|统计表|一览表|登记表|名册|明细表|汇总表|名单|台账).*|\d{4}年.*")
_MOST_TITLES = 20
_FOOTER_LIMIT = 12


@dataclass
class Layout:
    """Where the parts of a table stand, and what its columns are called."""

    title_rows: int = 0
    header_rows: int = 1
    unit_row: bool = False
    footer_rows: int = 0
    titles: list[str] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)

    @property
    def first_data_row(self) -> int:
        """How many rows stand above the data."""
        return self.title_rows + self.header_rows + int(self.unit_row)


def understand(head: list[Row], tail: list[Row], options: ReadOptions, merges: Sequence[Merge] = ()) -> Layout:
    """The layout of a sheet from its first and last rows; what the options say is taken as it is."""
    layout = Layout()
    width = _width(head)
    layout.title_rows = _title_rows(head, width, merges) if options.title_rows is None else options.title_rows
    below = head[layout.title_rows :]
    layout.header_rows = _header_rows(below, _below(merges, layout.title_rows), layout) if options.header_rows is None else options.header_rows
    start = layout.title_rows + layout.header_rows
    body = head[start:]
    layout.unit_row = bool(body) and layout.header_rows > 0 and _is_unit_row(body) if options.unit_row is None else options.unit_row
    layout.titles = [" ".join(cell.strip() for cell in row if cell.strip()) for row in head[: layout.title_rows]]
    layout.footer_rows = _footer_rows(tail, body[int(layout.unit_row) :], width, options)
    layout.footers = [" ".join(filter(None, row)) for row in tail[len(tail) - layout.footer_rows :]] if layout.footer_rows else []
    _name_columns(
        layout, below[: layout.header_rows], body, _table_width(below[: layout.header_rows], body, width), _below(merges, layout.title_rows),
    )
    return layout


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _width(rows: list[Row]) -> int:
    """How many columns most rows reach; a tie goes to the wider."""
    reach = Counter(max((at + 1 for at, cell in enumerate(row) if cell.strip()), default=0) for row in rows)
    reach.pop(0, None)
    if reach[1] <= 0.7 * reach.total():
        # Titles and footers fill one cell; where enough rows fill more, they do not decide.
        reach.pop(1, None)
    return max(reach, key=lambda value: (reach[value], value), default=0)


def _table_width(header: list[Row], body: list[Row], width: int) -> int:
    """The header's length, unless most rows below are longer."""
    lengths = Counter(len(row) for row in body if _filled(row))
    most, count = max(lengths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    stated = max((len(row) for row in header), default=width)
    return most if not header or (most > stated and count > 1 and count > lengths.total() / 2) else stated


def _title_rows(rows: list[Row], width: int, merges: Sequence[Merge]) -> int:
    for at, row in enumerate(rows[:_MOST_TITLES]):
        filled = _filled(row)
        comment = bool(row) and row[0].lstrip().startswith("#")
        labels = all(_TITLE_LABEL.fullmatch(cell.strip()) for cell in row if cell.strip())
        wide_merge = any(merge[0] == at and merge[3] - merge[1] + 1 >= max(2, width) for merge in merges)
        title = filled == 0 or comment or wide_merge or (filled == 1 < width) or (filled < width / 2 and labels)
        if not title:
            return at
    return 0


def _below(merges: Sequence[Merge], rows: int) -> list[Merge]:
    return [(top - rows, left, bottom - rows, right) for top, left, bottom, right in merges if top >= rows]


def _header_rows(rows: list[Row], merges: Sequence[Merge], layout: Layout) -> int:
    if not rows:
        return 0
    if merged := _merged_header(rows, merges):
        return merged
    if _is_data(rows[0], rows[1:]):
        layout.warnings.append(
            Notice(
                code="no_header", zh="没有找到表头，列名按位置记为 c1、c2……；可在选项 columns 中给出列名。",
                en="No header was found; columns are named c1, c2, … by position. Give names in the option `columns`.",
            )
        )
        return 0
    return 2 if _grouped(rows) else 1


def _merged_header(rows: list[Row], merges: Sequence[Merge]) -> int:
    top = [merge for merge in merges if merge[0] == 0]
    if not top:
        return 0
    last = max(merge[2] for merge in top)
    if any(merge[3] > merge[1] and merge[2] == last for merge in top) and last + 1 < len(rows) and not _is_data(rows[last + 1], rows[last + 2 :]):
        last += 1
    while grown := [merge[2] for merge in merges if merge[0] <= last < merge[2]]:
        last = max(grown)
    return last + 1


def _grouped(rows: list[Row]) -> bool:
    """Whether the first row names groups whose columns the second row names, without merged cells to say so."""
    if len(rows) < 3:
        return False
    first, second = rows[0], rows[1]
    gaps = [at for at, cell in enumerate(first) if not cell.strip() and at < len(second)]
    named = [cell for cell in second if cell.strip()]
    if not gaps or len(named) < 2 or not all(second[at].strip() for at in gaps) or any(cells.kind(cell) != "text" for cell in named):
        return False
    if all(cells.is_unit(cell) for cell in named):
        return False
    return any(_body_kind(rows[2:], at) not in ("text", "") for at in range(len(second)) if second[at].strip())


def _body_kind(rows: list[Row], at: int) -> str:
    """The kind nearly all filled cells of a column share; `text` when they share none."""
    kinds = Counter(kind for row in rows if at < len(row) and (kind := cells.kind(row[at])))
    if not kinds:
        return ""
    most, count = kinds.most_common(1)[0]
    return most if count >= 0.8 * kinds.total() else "text"


def _is_data(row: Row, body: list[Row]) -> bool:
    """Whether a row that stands where a header should is like the rows below it."""
    body = [other for other in body if _filled(other)]
    kinds = [cells.kind(cell) for cell in row]
    if not body:
        return sum(kind in ("number", "date") for kind in kinds) > len(row) / 2
    below = [_body_kind(body, at) for at in range(len(row))]
    alike = [at for at, kind in enumerate(kinds) if kind in ("number", "date", "truth") and kind == below[at]]
    labels = sum(kind in ("text", "number") and below[at] not in ("", "text", kind) for at, kind in enumerate(kinds))
    years = len(alike) > 1 and all(cells.period(row[at]) for at in alike)
    if alike:
        return not labels and not years and sum(bool(kind) for kind in kinds) > 0
    if labels:
        return False
    repeated = [at for at, cell in enumerate(row) if cell.strip() and any(at < len(other) and other[at] == cell for other in body)]
    same_again = any(other == row for other in body)
    return len(repeated) >= 2 and not same_again


def _is_unit_row(body: list[Row]) -> bool:
    row = [cell.strip() for cell in body[0]]
    filled = [cell for cell in row if cell and cell not in cells.NULL_MARKERS and cell not in ("单位", "计量单位", "unit")]
    numeric = any(cells.is_unit(cell) and _body_kind(body[1:], at) in ("number", "") for at, cell in enumerate(row))
    return bool(filled) and numeric and all(cells.is_unit(cell) for cell in filled)


def _footer_rows(tail: list[Row], body: list[Row], width: int, options: ReadOptions) -> int:
    if isinstance(options.footer, int):
        return options.footer
    pattern = re.compile(options.footer) if options.footer else None
    longest = [max((len(row[at].strip()) for row in body[:50] if at < len(row)), default=0) for at in range(width)]
    count = kept = 0
    for row in reversed(tail[-_FOOTER_LIMIT:]):
        count += 1
        filled = [(at, cell.strip()) for at, cell in enumerate(row) if cell.strip()]
        if not filled:
            continue
        if not _is_footer(filled, width, body, longest, pattern):
            break
        kept = count
    return kept


def _is_footer(filled: list[tuple[int, str]], width: int, body: list[Row], longest: list[int], pattern: re.Pattern[str] | None) -> bool:
    at, first = filled[0]
    if pattern is not None:
        return bool(pattern.match(first))
    if _FOOTER.match(first):
        return len(filled) <= max(1, width / 2) or bool(re.match(r"(合\s*计|总\s*计|total\b|grand total\b)", first, re.IGNORECASE))
    if len(filled) > 1 or width < 3 or cells.kind(first) != "text" or at >= width:
        return False
    return _body_kind(body[:50], at) not in ("text", "") or len(first) > 3 * max(longest[at], 4)


def _name_columns(layout: Layout, header: list[Row], body: list[Row], width: int, merges: Sequence[Merge]) -> None:
    filled = _spread(header, width, merges)
    for at in range(width):
        parts: list[str] = []
        for row in filled:
            part = re.sub(r"\s+", " ", row[at]).strip()
            if part and part not in parts:
                parts.append(part)
        layout.headers.append("·".join(parts))
    unit_cells = body[0] if layout.unit_row and body else []
    layout.units = [cells.bare_unit(unit_cells[at]) if at < len(unit_cells) else "" for at in range(width)]
    # Columns beyond the header that no row fills are the sheet's empty margin.
    while layout.headers and header and not layout.headers[-1] and not any(_cell(row, len(layout.headers) - 1) for row in body):
        layout.headers.pop()
        layout.units.pop()


def _cell(row: Row, at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _spread(header: list[Row], width: int, merges: Sequence[Merge]) -> list[Row]:
    """Header rows in which every cell of a merged range, or of a group without merging, holds the range's text."""
    filled = [[_cell(row, at) for at in range(width)] for row in header]
    covered = [merge for merge in merges if merge[0] < len(header)]
    for top, left, bottom, right in covered:
        for line in range(top, min(bottom, len(header) - 1) + 1):
            for at in range(left, min(right, width - 1) + 1):
                filled[line][at] = filled[top][left]
    if not covered and len(filled) > 1:
        for row in filled[:-1]:
            for at in range(1, width):
                # A gap in an upper row belongs to the group on its left, where a lower row names the column.
                if not row[at] and filled[-1][at]:
                    row[at] = row[at - 1]
    return filled
