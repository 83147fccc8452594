"""Rows of an SQLite table for inspection, read with the standard library so that no engine is started."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from lingnan.collect.columns import columns_of
from lingnan.collect.connectors.sqlite import sqlite_tables
from lingnan.collect.connectors.text_rows import text_batches
from lingnan.collect.conversion import quoted
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice

_SHOWN_ROWS = 100_000


@dataclass
class SqliteRowsReading:
    """The first rows of one table as texts."""

    path: Path
    name: str
    table: str
    tables: list[str] = field(init=False)
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)

    def __post_init__(self) -> None:
        self.tables = sqlite_tables(self.path)
        with closing(self._connect()) as connection:
            cursor = connection.execute(f"select * from {quoted(self.table)} limit 0")
            self.columns, self.notices = columns_of([entry[0] for entry in cursor.description])

    def row_count(self) -> int:
        """How many rows the table has."""
        with closing(self._connect()) as connection:
            return int(connection.execute(f"select count(*) from {quoted(self.table)}").fetchone()[0])

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The first rows."""
        with closing(self._connect()) as connection:
            cursor = connection.execute(f"select * from {quoted(self.table)} limit {_SHOWN_ROWS}")
            prefix = f"{self.name}/{self.table}:"
            rows = ((f"{prefix}{at}", [None if value is None else str(value) for value in row]) for at, row in enumerate(cursor, start=1))
            yield from text_batches([column.name for column in self.columns], rows)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)
