"""Tables published on public web pages, and the files that such pages list."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pyarrow as pa

from lingnan.base import BadInput, Clock, LingnanError, Refused, content_digest, read_web_address
from lingnan.collect.columns import named_columns
from lingnan.collect.connectors.archive import opened_file
from lingnan.collect.connectors.files import ChainedReading, reading_of
from lingnan.collect.connectors.html_tables import HtmlPage, HtmlTable
from lingnan.collect.connectors.protocol import Delivery, Reading
from lingnan.collect.connectors.text_rows import text_batches
from lingnan.collect.connectors.web_visits import Visits
from lingnan.collect.encoding import encoding_of
from lingnan.collect.layout import Layout, understand
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions, WebOptions

_HEAD_ROWS, _TAIL_ROWS = 200, 30
_FILES = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".xls": "xlsx", ".ods": "xlsx", ".json": "json", ".xml": "xml"}
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_TOLD_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_SPOOLED = "web"


@dataclass
class PagesSource:
    """One page, or several that lead on to one another, with a table; or the files that a page lists.

    `allowed` are the only places that may be called.
    """

    location: str
    options: ReadOptions
    folder: Path
    spool: Path
    allowed: Collection[str]
    contact: str
    clock: Clock
    text: bool = field(default=True, init=False)
    _readings: dict[str, list["TableReading"]] = field(init=False, default_factory=dict)
    _kinds: dict[str, str] = field(init=False, default_factory=dict)

    def deliveries(self) -> list[Delivery]:
        """The table of all pages as one delivery, whose digest is over its cells; or one delivery a file."""
        web = self._web
        visits = Visits(self.folder, self.folder.parent / ".visited", self.allowed, self.contact, self.clock, web.delay_s)
        if web.link:
            return [self._file(visits, url) for url in self._listed(visits)]
        tables = [TableReading(page, self.options, _name(url)) for url, page in self._pages(visits, self.location)]
        name = _name(self.location)
        self._readings[name] = tables
        return [Delivery(name, content_digest(*(table.content for table in tables)))]

    def open(self, delivery: Delivery, types: Mapping[str, str] | None = None) -> Reading:
        """The rows of all pages, or of one file."""
        if delivery.path is None:
            tables = self._readings[delivery.name]
            return tables[0] if len(tables) == 1 else ChainedReading(list(tables))
        kind = self._kinds[delivery.name]
        # A file is kept under its hash; what it is, its address says.
        named = self.spool / _SPOOLED / delivery.digest[:16] / Path(delivery.name).name
        named.parent.mkdir(parents=True, exist_ok=True)
        named.write_bytes(delivery.path.read_bytes())
        members = opened_file(named, self.spool, self.options.member, kind)
        readings = [reading_of(kind, path, f"{delivery.name.rpartition('/')[0]}/{name}", self.options) for name, path in members]
        return readings[0] if len(readings) == 1 else ChainedReading(readings)

    def fingerprint(self) -> str | None:
        """None: only asking can tell."""
        return None

    @property
    def _web(self) -> WebOptions:
        return self.options.web or WebOptions()

    def _pages(self, visits: Visits, first: str) -> Iterator[tuple[str, HtmlPage]]:
        """The first page and those it leads on to; a page that asks for a password is refused."""
        url, seen = first, set[str]()
        while url and url not in seen:
            if len(seen) >= self._web.most_pages:
                raise BadInput(
                    f"网页 {_name(first)} 超过 {self._web.most_pages} 页。请加大 web.most_pages，或改由部门交付文件。",
                    f"Page {_name(first)} leads on to more than {self._web.most_pages} pages. Raise web.most_pages, or have a file delivered.",
                    pages=self._web.most_pages,
                )
            seen.add(url)
            found, path = visits.visit(url)
            page = HtmlPage(_decoded(path.read_bytes(), found.kind, self.options.encoding))
            if page.asks_password:
                raise Refused(
                    f"网页 {_name(url)} 要求输入口令。本平台只采集公开网页；请改由部门交付，或登记接口。",
                    f"Page {_name(url)} asks for a password. Only public pages are collected; have the data delivered, or register an interface.",
                    url=_name(url),
                )
            yield url, page
            url = self._next(page, found.url)

    def _next(self, page: HtmlPage, url: str) -> str:
        pattern = re.compile(self._web.next_page, re.IGNORECASE)
        for link in page.links:
            if link.next or pattern.fullmatch(link.says):
                address = _absolute(page, url, link.address)
                if address and address != urldefrag(url)[0]:
                    return address
        return ""

    def _listed(self, visits: Visits) -> list[str]:
        """The addresses of the files that the pages list, in their order, each once."""
        pattern, found = re.compile(self._web.link, re.IGNORECASE), dict[str, None]()
        for url, page in self._pages(visits, self.location):
            for link in page.links:
                address = _absolute(page, url, link.address)
                if address and _suffix(address) in _FILES and (pattern.search(link.says) or pattern.search(unquote(address))):
                    found[address] = None
        if not found:
            raise BadInput(
                f"网页 {_name(self.location)} 没有与“{self._web.link}”相符的文件链接（{'、'.join(sorted(_FILES))}）。请核对 web.link。",
                f"Page {_name(self.location)} has no link to a file ({', '.join(sorted(_FILES))}) that matches “{self._web.link}”. Check web.link.",
                url=_name(self.location),
            )
        if len(found) > self._web.most_pages:
            raise BadInput(
                f"网页 {_name(self.location)} 有 {len(found)} 个相符的文件，超过 {self._web.most_pages} 个。请收紧 web.link 或加大 web.most_pages。",
                f"Page {_name(self.location)} lists {len(found)} matching files, more than {self._web.most_pages}. "
                "Narrow web.link or raise web.most_pages.", files=len(found),
            )
        return list(found)

    def _file(self, visits: Visits, url: str) -> Delivery:
        seen, path = visits.visit(url)
        name = _name(url)
        self._kinds[name] = _FILES[_suffix(url)]
        return Delivery(name, seen.digest, path)


class TableReading:
    """The wanted table of one page as rows of texts."""

    def __init__(self, page: HtmlPage, options: ReadOptions, name: str) -> None:
        self._web = options.web or WebOptions()
        number, table = self._chosen(page, name)
        self._rows, merges, headers = table.grid()
        self.name = f"{name}#{number}"
        laid = _with_marked_header(self._rows, merges, headers, options)
        self.layout: Layout = understand(self._rows[:_HEAD_ROWS], self._rows[-_TAIL_ROWS:], laid, merges)
        self.titles = [*table.titles, *self.layout.titles]
        self.columns: list[Column]
        self.columns, notices = named_columns(self.layout, options)
        self.notices: list[Notice] = [*self.layout.warnings, *notices]

    @property
    def content(self) -> str:
        """All that the table says: what surrounds it on the page may change by the day."""
        return content_digest(*self.titles, *(content_digest(*row) for row in self._rows))

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows below the header and above the footer that are not blank, with the table's and their own number."""
        width, end = len(self.columns), len(self._rows) - self.layout.footer_rows
        rows = (
            (f"{self.name}!{at + 1}", (self._rows[at] + [""] * width)[:width])
            for at in range(self.layout.first_data_row, end) if any(self._rows[at])
        )
        yield from text_batches([column.name for column in self.columns], rows)

    def _chosen(self, page: HtmlPage, name: str) -> tuple[int, HtmlTable]:
        """The largest table of those that the options describe, with its number on the page."""
        heading, wanted = re.compile(self._web.heading), [_plain(each) for each in self._web.has_columns]
        fitting = [
            (number, table) for number, table in enumerate(page.tables, start=1)
            if table.rows and any(heading.search(title) for title in table.titles or [""]) and _has(table, wanted)
        ]
        if not fitting:
            raise BadInput(
                f"网页 {name} 没有所要的表格（共 {len(page.tables)} 个表格）。请核对 web.heading 与 web.has_columns；由脚本生成的表格请改用接口。",
                f"Page {name} has no table as described (it has {len(page.tables)} in all). Check web.heading and web.has_columns; "
                "for a table made by a script use its interface.", tables=len(page.tables),
            )
        return max(fitting, key=lambda found: (sum(len(row) for row in found[1].rows), -found[0]))


def _has(table: HtmlTable, wanted: list[str]) -> bool:
    cells = {_plain("".join(cell.text)) for row in table.rows[:_HEAD_ROWS] for cell in row}
    return all(each in cells for each in wanted)


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _with_marked_header(rows: list[list[str]], merges: list[tuple[int, int, int, int]], headers: int, options: ReadOptions) -> ReadOptions:
    """Where the page marks its header cells, they are the header: titles are rows of them that one cell fills."""
    if not 0 < headers < len(rows) or options.header_rows is not None or options.title_rows is not None:
        return options
    width, titles = len(rows[0]), 0
    while titles < headers - 1 and width > 1 and any(top == titles == bottom and right - left + 1 == width for top, left, bottom, right in merges):
        titles += 1
    return options.model_copy(update={"title_rows": titles, "header_rows": headers - titles})


def _absolute(page: HtmlPage, url: str, address: str) -> str:
    """A link's whole address when it leads to the same site; empty for any other."""
    try:
        whole = urldefrag(urljoin(urljoin(url, page.base), address))[0]
        return whole if read_web_address(whole).place == read_web_address(url).place else ""
    except (ValueError, LingnanError):
        return ""


def _suffix(url: str) -> str:
    return Path(unquote(urlsplit(url).path)).suffix.lower()


def _name(url: str) -> str:
    """A page's place and path; a query tells pages of one path apart."""
    parts = urlsplit(url)
    path = unquote(parts.path).strip("/") or "index"
    return f"{parts.netloc.rpartition('@')[2]}/{path}{f'~{content_digest(parts.query)[:8]}' if parts.query else ''}"


def _decoded(body: bytes, kind: str, given: str | None) -> str:
    """The text of a page: by what the feed says, a byte order mark, the answer's header, the page's own word, else by its bytes."""
    told = _TOLD_CHARSET.search(kind)
    said = _CHARSET.search(body[:4096])
    marked = body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    for name in (given, None if marked else told and told[1], None if marked else said and said[1].decode()):
        if name:
            try:
                # Pages that say GB 2312 are full of characters it does not have; GB 18030 has them all.
                return body.decode("gb18030" if name.lower() in ("gb2312", "gbk", "gb_2312-80", "x-gbk") else name, errors="replace")
            except LookupError:
                continue
    return body.decode(encoding_of([body]).name, errors="replace")
