"""Reads the log beside those who write it: a connection of its own that can change nothing and waits for nobody."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from lingnan.trust.log.connection import unwritable


class LogReader:
    """Selects over the entries of one log; safe among threads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def select(self, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one select; Unavailable when the log cannot be read."""
        with unwritable(), closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql, values).fetchall()

    def last(self) -> int:
        """The number of the newest entry, 0 when there is none."""
        return int(self.select("select coalesce(max(number), 0) from entry")[0][0])

    def first_since(self, moment: datetime) -> int:
        """The number of the first entry at or after a moment, one past the end when there is none; entries stand in the order of time."""
        since, low = moment.isoformat(), 1
        with unwritable(), closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10)) as connection:
            high = connection.execute("select coalesce(max(number), 0) + 1 from entry").fetchone()[0]
            while low < high:
                middle = (low + high) // 2
                at = connection.execute("select at from entry where number >= ? order by number limit 1", (middle,)).fetchone()
                if at is not None and at[0] < since:
                    low = middle + 1
                else:
                    high = middle
        return low
