"""Copies of data files on this machine, for processes that may not call out. A data file never changes under its name, so no copy is stale."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from lingnan.base import Incomplete, content_digest

AT_ONCE = 4
_DAY_S = 86_400.0
_UNFINISHED = ".part"

Fetch = Callable[[str, Path, Callable[[int], None]], None]
"""Copies a file of the store to a new file here, once it has told its size; what that raises ends it."""


class Copies:
    """Copies in one folder, least recently used removed beyond `most_bytes`; safe among threads and processes."""

    def __init__(self, folder: Path, most_bytes: int, fetch: Fetch) -> None:
        self._folder, self._most, self._fetch = folder, most_bytes, fetch

    def near(self, files: Sequence[str], into: Path) -> list[str]:
        """Links to copies of these files under `into`, which hold the copies even when they are removed here; Incomplete when they are too large."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        into.mkdir(parents=True, exist_ok=True, mode=0o700)
        room = _Room(self._most)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            linked = list(pool.map(lambda file: self._linked(file, into, room), files))
        self._make_room()
        return [str(link) for link in linked]

    def _linked(self, file: str, into: Path, room: "_Room") -> Path:
        name = f"{content_digest(file)}.parquet"
        kept, link = self._folder / name, into / name
        while not link.exists():
            try:
                os.link(kept, link)
                # The moment of the last use decides which copy goes first.
                os.utime(kept)
            except FileNotFoundError:
                self._bring(file, kept, room)
        room.take(file, link.stat().st_size)
        return link

    def _bring(self, file: str, kept: Path, room: "_Room") -> None:
        unfinished = kept.with_name(f"{uuid4().hex}{_UNFINISHED}")
        try:
            self._fetch(file, unfinished, lambda size: room.take(file, size))
            unfinished.chmod(0o600)
            unfinished.replace(kept)
        finally:
            unfinished.unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Remove what was used longest ago until the rest fits, and what a killed process left unfinished."""
        kept = []
        for entry in os.scandir(self._folder):
            try:
                found = entry.stat()
            except FileNotFoundError:
                continue
            if entry.name.endswith(_UNFINISHED) and found.st_mtime > time.time() - _DAY_S:
                continue
            kept.append((0.0 if entry.name.endswith(_UNFINISHED) else found.st_mtime, found.st_size, Path(entry.path)))
        room = self._most
        for used_at, size, path in sorted(kept, reverse=True):
            room -= size
            if room < 0 or not used_at:
                path.unlink(missing_ok=True)


class _Room:
    """What the files of one query may take together; safe among threads."""

    def __init__(self, most: int) -> None:
        self._most, self._taken, self._guard = most, dict[str, int](), threading.Lock()

    def take(self, file: str, size: int) -> None:
        """Take room for a file, once however often it is told; Incomplete when there is none."""
        with self._guard:
            self._taken[file] = size
            if sum(self._taken.values()) > self._most:
                raise _too_large(self._most)


def _too_large(most: int) -> Incomplete:
    return Incomplete(
        f"查询所用的表超过本机副本的上限（{most} 字节）。请缩小范围，或请管理员调整 LINGNAN_LAKE_COPIES。",
        f"The tables of the query exceed what may be copied to this machine ({most} bytes). Narrow it, or have LINGNAN_LAKE_COPIES raised.",
        code="QueryTooLarge",
    )
