"""Writes the exact answers of a paged web API, one file per page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

Envelope = Callable[[bytes, int], bytes]
"""From the records of a page (a JSON array) and its number to the answer, up to where the count of pages follows."""


def text_in_json(records: bytes, page: int) -> bytes:
    """{"code":0,"data":"[…]","page":1,"pages": — the records are a JSON text inside JSON."""
    return b'{"code":0,"msg":"ok","data":' + orjson.dumps(records.decode()) + b',"page":' + str(page).encode() + b',"pages":'


def nested(records: bytes, page: int) -> bytes:
    """{"code":200,…,"data":{"records":[…]},"page":1,"pages": — the records are an array further in."""
    return b'{"code":200,"message":"success","data":{"records":' + records + b'},"page":' + str(page).encode() + b',"pages":'


class Pages:
    """HOME/world/handover/<dept>/<feed>/page-<n>.json; the count of pages is added when all are known."""

    def __init__(self, folder: Path, size: int, envelope: Envelope) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("page-*.json"):
            old.unlink()
        self._folder, self._size, self._envelope = folder, size, envelope
        self._waiting: list[dict[str, Any]] = []
        self.count = 0

    def write(self, records: list[dict[str, Any]]) -> None:
        """More records."""
        self._waiting.extend(records)
        whole = len(self._waiting) // self._size * self._size
        for start in range(0, whole, self._size):
            self._page(self._waiting[start : start + self._size])
        self._waiting = self._waiting[whole:]

    def _page(self, records: list[dict[str, Any]]) -> None:
        self.count += 1
        (self._folder / f"page-{self.count}.json").write_bytes(self._envelope(orjson.dumps(records), self.count))

    def close(self) -> None:
        """Writes the last page and the count of pages into all."""
        if self._waiting or not self.count:
            self._page(self._waiting)
        for page in range(1, self.count + 1):
            with (self._folder / f"page-{page}.json").open("ab") as file:
                file.write(str(self.count).encode() + b"}")
