"""Paged web APIs that answer in JSON: every page fetched through the guarded client and kept until it is landed."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa

from lingnan.base import BadInput, OutgoingClient, Unavailable, content_digest
from lingnan.collect.connectors.files import ChainedReading, find_files
from lingnan.collect.connectors.json_file import RecordsReading, at_path, find_records, parsed
from lingnan.collect.connectors.protocol import Delivery, Reading
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions

MAXIMUM_PAGES = 20_000
_PAGE_WORDS = ("page", "pageNo", "pageNum", "page_no", "current")
_COUNT_WORDS = ("pages", "total_pages", "totalPages", "pageCount", "page_count", "data.pages", "data.totalPages")


@dataclass
class ApiSource:
    """One paged list; a location without `http` names files that hold the pages.

    `allowed` are the only places that may be called.
    """

    home: Path
    location: str
    options: ReadOptions
    digest: Callable[[Path], str]
    spool: Path
    allowed: Collection[str] = ()
    text: bool = field(default=True, init=False)

    def deliveries(self) -> list[Delivery]:
        """All pages as one delivery, whose digest is over their contents."""
        pages = self._pages()
        name = urlsplit(self.location).path.strip("/").replace("/", "_") or "api"
        digest = content_digest(*(page.read_bytes() for page in pages)) if self._live else content_digest(*(self.digest(page) for page in pages))
        return [Delivery(name if self._live else pages[0].parent.name, digest, pages[0].parent)]

    def open(self, delivery: Delivery, types: Mapping[str, str] | None = None) -> Reading:
        """The records of all pages."""
        pages = sorted(delivery.path.glob("page-*.json"), key=_page_number) if self._live and delivery.path else self._files()
        return ChainedReading([PageReading(page, f"{delivery.name}/{page.stem}", self.options) for page in pages])

    def fingerprint(self) -> str | None:
        """None for a live API: only asking can tell; sizes and times for files."""
        if self._live:
            return None
        return content_digest(*(f"{page}:{page.stat().st_size}:{page.stat().st_mtime_ns}" for page in self._files()))

    @property
    def _live(self) -> bool:
        return self.location.startswith(("http://", "https://"))

    def _pages(self) -> list[Path]:
        return self._fetched() if self._live else self._files()

    def _files(self) -> list[Path]:
        return sorted(find_files(self.home, self.location), key=_page_number)

    def _fetched(self) -> list[Path]:
        folder = self.spool / content_digest(self.location)[:24]
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("page-*.json"):
            old.unlink()
        client = OutgoingClient(self.allowed)
        try:
            return list(self._fetch(client, folder))
        finally:
            client.close()

    def _fetch(self, client: OutgoingClient, folder: Path) -> Iterator[Path]:
        options, page, last = self.options, self.options.first_page, None
        parameter = options.page_parameter or _PAGE_WORDS[0]
        previous = b""
        while True:
            body = client.get(self.location, {**options.parameters, **options.page_size, parameter: page})
            answer = parsed(body, f"{self.location} {parameter}={page}")
            _check_success(answer, options, page)
            last = self._count(answer) if last is None else last
            records = _records(answer, options, f"{parameter}={page}")
            if page > options.first_page and (not records or body == previous):
                return
            path = folder / f"page-{page}.json"
            path.write_bytes(body)
            yield path
            previous, page = body, page + 1
            if (last is not None and page >= options.first_page + last) or (last is None and not records):
                return
            if page - options.first_page >= MAXIMUM_PAGES:
                raise BadInput(
                    f"接口 {self.location} 超过 {MAXIMUM_PAGES} 页。请用选项 pages 写明页数所在，或加大每页条数。",
                    f"API {self.location} has more than {MAXIMUM_PAGES} pages. Set the option `pages`, or ask for larger pages.",
                )

    def _count(self, answer: Any) -> int | None:
        ways = (self.options.pages,) if self.options.pages else _COUNT_WORDS
        found = next((value for way in ways if isinstance(value := at_path(answer, way), int | str) and str(value).isdigit()), None)
        return None if found is None else int(found)


def _check_success(answer: Any, options: ReadOptions, page: int) -> None:
    for key, wanted in options.success.items():
        if (got := at_path(answer, key)) != wanted:
            raise Unavailable(
                f"接口第 {page} 页返回 {key}={got}，应为 {wanted}。请联系来源部门后重试。",
                f"Page {page} of the API says {key}={got}, expected {wanted}. Ask the department, then try again.",
                key=key, got=str(got),
            )


def _records(answer: Any, options: ReadOptions, name: str) -> list[Any]:
    try:
        return find_records(answer, options, name)[1]
    except BadInput:
        # A last page may hold an empty list, in which nothing can be recognised as a record.
        if options.records is None or at_path(answer, options.records) in ([], "[]", None):
            return []
        raise


def _page_number(path: Path) -> tuple[int, str]:
    digits = "".join(character for character in path.stem if character.isdigit())
    return (int(digits) if digits else 0, path.name)


@dataclass
class PageReading:
    """One kept page."""

    path: Path
    name: str
    options: ReadOptions
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)

    def __post_init__(self) -> None:
        reading = self._reading()
        self.columns, self.notices = reading.columns, reading.notices

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The records of the page, numbered from 1."""
        yield from self._reading().batches(rejects)

    def _reading(self) -> RecordsReading:
        # Read again instead of kept: all pages of a large API do not fit into memory.
        return RecordsReading(self.name, _records(parsed(self.path.read_bytes(), self.name), self.options, self.name))
