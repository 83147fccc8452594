"""Reads tables and links out of a web page: cells with their spans, captions, headings, and whether a password is asked for."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from lingnan.base import BadInput

MOST_CELLS = 2_000_000
_MOST_COLUMNS, _MOST_ROWS = 1000, 65_534
"""Limits of spans in the standard (HTML, 4.9.11)."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"script", "style", "template"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "td", "th", "hr", "option"})
Merge = tuple[int, int, int, int]


@dataclass
class Cell:
    """One cell as it is written."""

    header: bool
    columns: int
    rows: int
    text: list[str] = field(default_factory=list)


@dataclass
class HtmlTable:
    """One table: its rows as written, its caption, the heading that stands before it."""

    heading: str
    caption: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    """For each row the number of its group (head, body, foot): no cell reaches out of its group."""
    group: int = 0

    @property
    def titles(self) -> list[str]:
        """Caption and heading, what there is of them."""
        return [text for text in (_joined(self.caption), self.heading) if text]

    def grid(self) -> tuple[list[list[str]], list[Merge], int]:
        """Texts by row and column, the ranges that one cell fills, and how many rows at the top are headers.

        A cell over several rows speaks for each of them; one over several columns stands in the first.
        """
        placed, size = self._placed()
        width = max((left + cell.columns for _top, left, _bottom, cell in placed), default=0)
        if width * size > MOST_CELLS:
            raise _too_large()
        rows = [[""] * width for _ in range(size)]
        merges = []
        for top, left, bottom, cell in placed:
            text = _joined(cell.text)
            for line in range(top, bottom):
                # Where the page lets two cells overlap, neither is dropped.
                rows[line][left] = f"{rows[line][left]} {text}".strip()
            if bottom - top > 1 or cell.columns > 1:
                merges.append((top, left, bottom - 1, left + cell.columns - 1))
        headers = next((at for at, row in enumerate(self.rows) if not row or not all(cell.header for cell in row)), len(self.rows))
        return rows, merges, headers

    def _placed(self) -> tuple[list[tuple[int, int, int, Cell]], int]:
        """Each cell with its first row, first column and the row after its last, as the standard forms a table; and how many rows there are."""
        size, taken = len(self.rows), dict[int, int]()
        ends = {group: at + 1 for at, group in enumerate(self.groups)}
        placed, area = [], 0
        for top, row in enumerate(self.rows):
            left = 0
            for cell in row:
                while taken.get(left, 0) > top:
                    left += 1
                bottom = min(ends[self.groups[top]], top + cell.rows if cell.rows else size)
                placed.append((top, left, bottom, cell))
                # Spans cost nothing to write, so what they cover is counted before it is laid out.
                area += (bottom - top) * cell.columns
                if area > MOST_CELLS:
                    raise _too_large()
                for column in range(left, left + cell.columns):
                    taken[column] = max(taken.get(column, 0), bottom)
                left += cell.columns
            taken = {column: until for column, until in taken.items() if until > top + 1}
        return placed, size


@dataclass
class Link:
    """A link: where it leads and what it says."""

    address: str
    next: bool = False
    text: list[str] = field(default_factory=list)

    @property
    def says(self) -> str:
        """Its text."""
        return _joined(self.text)


class HtmlPage(HTMLParser):
    """All tables and links of one page, however badly it is written."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[HtmlTable] = []
        self.links: list[Link] = []
        self.base = ""
        self.asks_password = False
        self._open: list[HtmlTable] = []
        self._cells: list[Cell | None] = []
        self._captions: list[bool] = []
        self._heading: list[str] = []
        self._in_heading = False
        self._silent = ""
        self._link: Link | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent = tag
        elif tag == "table":
            self._begin_table()
        elif tag in ("tr", "td", "th", "thead", "tbody", "tfoot", "caption"):
            self._table_part(tag, given)
        elif tag in _HEADINGS:
            self._heading, self._in_heading = [], True
        elif tag in ("a", "link"):
            self._begin_link(tag, given)
        elif tag == "base":
            self.base = self.base or given.get("href", "")
        elif tag == "input" and given.get("type", "").strip().lower() == "password":
            self.asks_password = True
        if tag in _BREAKS:
            self.handle_data(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag closed by itself; only elements without content are, whatever the page writes."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        if tag == self._silent:
            self._silent = ""
        elif tag == "table" and self._open:
            self._open.pop()
            self._cells.pop()
            self._captions.pop()
        elif tag in ("td", "th", "tr") and self._open:
            self._cells[-1] = None
        elif tag in ("thead", "tbody", "tfoot") and self._open:
            self._open[-1].group += 1
            self._cells[-1] = None
        elif tag == "caption" and self._open:
            self._captions[-1] = False
        elif tag in _HEADINGS:
            self._in_heading = False
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        """Text; it belongs to the innermost cell, and to a link or heading it stands in."""
        if self._silent:
            return
        if self._link is not None:
            self._link.text.append(data)
        if self._in_heading:
            self._heading.append(data)
        if not self._open:
            return
        if self._captions[-1]:
            self._open[-1].caption.append(data)
        elif (cell := self._cells[-1]) is not None:
            cell.text.append(data)
        elif data.strip():
            self._stray(data)

    def _stray(self, data: str) -> None:
        """Text between the cells of a table, where none may stand: browsers show it above, so it is kept with the caption."""
        self._open[-1].caption.append(f" {data} ")

    def _begin_table(self) -> None:
        table = HtmlTable(_joined(self._heading))
        self.tables.append(table)
        self._open.append(table)
        self._cells.append(None)
        self._captions.append(False)

    def _table_part(self, tag: str, given: dict[str, str]) -> None:
        if not self._open:
            return
        table = self._open[-1]
        self._captions[-1] = tag == "caption"
        self._cells[-1] = None
        if tag in ("thead", "tbody", "tfoot"):
            table.group += 1
        elif tag == "tr":
            table.rows.append([])
            table.groups.append(table.group)
        elif tag in ("td", "th"):
            if not table.rows:
                table.rows.append([])
                table.groups.append(table.group)
            cell = Cell(tag == "th", _span(given.get("colspan"), 1, _MOST_COLUMNS), _span(given.get("rowspan"), 0, _MOST_ROWS))
            table.rows[-1].append(cell)
            self._cells[-1] = cell

    def _begin_link(self, tag: str, given: dict[str, str]) -> None:
        address = given.get("href", "").strip()
        if address:
            link = Link(address, "next" in given.get("rel", "").lower().split())
            self.links.append(link)
            self._link = link if tag == "a" else self._link


def _too_large() -> BadInput:
    return BadInput(
        f"网页表格超过 {MOST_CELLS} 个单元格。请改用文件交付。",
        f"A table of the page has more than {MOST_CELLS} cells. Have it delivered as a file.",
    )


def _span(text: str | None, least: int, most: int) -> int:
    found = re.match(r"\s*(\d{1,9})", text or "")
    return min(max(int(found[1]), least), most) if found else 1


def _joined(parts: list[str]) -> str:
    return " ".join("".join(parts).split())
