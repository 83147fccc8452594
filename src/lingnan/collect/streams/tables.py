"""The tables of a stream: every batch committed with its session and sequence, and all that a restart must know read back from there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa

from lingnan.collect.feeds import landed_columns
from lingnan.collect.shapes import Feed
from lingnan.collect.streams.sorting import EVENT_AT, MESSAGE, Sorted, rejects_table, rows_table
from lingnan.collect.streams.window import Window
from lingnan.lake import Commit, CommitFacts, Engine, Lake, View

CODE = "1"
"""Raised when a change of this room makes the same messages land otherwise."""
STREAM = "stream"
_LOOKED_AT = 200
_COME_AGAIN = 10
_SMALL_FILES = 100
_DIGEST = 32

Grant = Callable[[tuple[str, ...]], Mapping[str, View]]
"""Gives the views under which a listener reads its own tables again."""


@dataclass(frozen=True)
class Last:
    """The batch committed last: its number, when it was received, the newest event so far."""

    sequence: int
    received_at: datetime
    newest: datetime | None


class StreamTables:
    """Landing, late and reject table of one stream."""

    def __init__(self, feed: Feed, lake: Lake, engine: Engine, session: str) -> None:
        self._feed, self._lake, self._engine, self._session = feed, lake, engine, session
        # The order is part of the promise: once the landing table has a batch, its newest event is known to whoever sorts it again.
        self.names = (feed.landing, feed.late, feed.rejects)
        self._since_joined = dict.fromkeys(self.names, 0)

    def commit(
        self, found: Sorted, names: tuple[str, ...], sequence: int, batch: str, received_at: datetime, newest: datetime | None,
        edge: datetime | None,
    ) -> int | None:
        """Commit what was sorted, one version a table that has something new; gives the landing table's."""
        told = {
            "session": self._session, "sequence": sequence, "received_at": received_at.isoformat(), "newest": newest.isoformat() if newest else None,
            "duplicates": found.duplicates,
        }
        columns = dict.fromkeys(self.names[:2], landed_columns(self._feed))
        facts = CommitFacts(f"collect:{self._feed.id}", CODE, {}, {STREAM: told, "batches": [batch]}, columns)
        landing, late, rejects = self.names
        version = None
        if found.taken.rows:
            version = self._append(landing, rows_table(found.taken, names, batch, received_at), facts)
        if found.late.rows:
            self._append(late, rows_table(found.late, names, batch, received_at, edge), facts)
        if found.rejects:
            self._append(rejects, rejects_table(found.rejects, batch, received_at), facts)
        return version

    def last(self) -> Last | None:
        """The batch committed last to any of the tables; None before the first."""
        told = [commit.extra[STREAM] for table in self.names for commit in self._batches(table)[:1]]
        if not told:
            return None
        latest = max(told, key=lambda each: each["sequence"])
        newest = [datetime.fromisoformat(each["newest"]) for each in told if each["newest"]]
        return Last(latest["sequence"], datetime.fromisoformat(latest["received_at"]), max(newest, default=None))

    def restore(self, window: Window, seconds: int, grant: Grant) -> None:
        """Fill the window with what these tables took within its time, and with the last batches however old: they may come again."""
        received: list[datetime] = sorted(
            (datetime.fromisoformat(commit.extra[STREAM]["received_at"]) for table in self.names for commit in self._batches(table)), reverse=True
        )
        if not received:
            return
        since = min(received[0] - timedelta(seconds=seconds), received[: _COME_AGAIN * len(self.names)][-1])
        for at, rows in groupby(self._messages(since, grant), key=lambda row: row[0]):
            window.restore(at, [(bytes.fromhex(text[:_DIGEST]), bytes.fromhex(text[_DIGEST:])) for _at, text in rows])

    def rows_since(self, since: datetime, columns: tuple[str, ...], grant: Grant) -> Iterator[tuple[dict[str, str | None], datetime, bool]]:
        """Rows whose event is not before a moment, with that event, and whether they were late: what windows are made of again."""
        for table, late in ((self._feed.landing, False), (self._feed.late, True)):
            if self._lake.exists(table) and EVENT_AT in self._lake.schema(table).names:
                named = ", ".join(f'"{each}"' for each in (*columns, EVENT_AT))
                found = self._engine.query(f"select {named} from {table} where {EVENT_AT} >= $since", grant((table,)), {"since": since})
                for row in found.to_pylist():
                    yield row, row.pop(EVENT_AT), late

    def count(self, batch: str, grant: Grant) -> tuple[int, int]:
        """Rows and rejects that a batch has in the landing and the reject table."""
        counts = []
        for table in (self._feed.landing, self._feed.rejects):
            sql = f"select count(*) as n from {table} where _batch = $batch"
            counts.append(self._engine.query(sql, grant((table,)), {"batch": batch}).column(0)[0].as_py() if self._lake.exists(table) else 0)
        return counts[0], counts[1]

    def join_small_files(self) -> None:
        """Join the files of many small batches, so that readers open few."""
        for table, batches in self._since_joined.items():
            if batches >= _SMALL_FILES:
                self._lake.compact(table)
                self._since_joined[table] = 0

    def _append(self, table: str, rows: pa.Table, facts: CommitFacts) -> int:
        self._since_joined[table] += 1
        return self._lake.append(table, rows, facts)

    def _batches(self, table: str) -> list[Commit]:
        """The newest commits of batches, newest first; other writers of the table, such as the joiner of files, left out."""
        if not self._lake.exists(table):
            return []
        limit: int | None = _LOOKED_AT
        found = [commit for commit in self._lake.history(table, limit) if STREAM in commit.extra]
        return found or [commit for commit in self._lake.history(table) if STREAM in commit.extra]

    def _messages(self, since: datetime, grant: Grant) -> list[tuple[datetime, str]]:
        present = tuple(table for table in self.names if self._lake.exists(table) and MESSAGE in self._lake.schema(table).names)
        if not present:
            return []
        parts = [f"select _received_at, {MESSAGE} from {table} where _received_at >= $since and {MESSAGE} is not null" for table in present]
        found = self._engine.query(f"select * from ({' union all '.join(parts)}) order by _received_at", grant(present), {"since": since})
        rows: list[Any] = [column.to_pylist() for column in found.columns]
        return list(zip(*rows, strict=True))
