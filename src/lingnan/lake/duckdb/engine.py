"""The embedded engine: opens a private DuckDB per task and lays the allowed views into it."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa

from lingnan.lake.duckdb import scan
from lingnan.lake.duckdb.session import DuckSession
from lingnan.lake.engine import Capabilities, SessionEngine
from lingnan.lake.shapes import View

if TYPE_CHECKING:
    import duckdb

    from lingnan.lake.tables import Lake


class DuckEngine(SessionEngine):
    """DuckDB over the lake; every session is its own in-memory database, so tasks share nothing but files."""

    name = "duckdb"
    capabilities = Capabilities(
        dialect="duckdb", out_of_core=True, scans_csv=True, scans_sqlite=True, scans_postgres=scan.has_extension("postgres_scanner"),
        distributed=False,
    )

    def __init__(self, lake: "Lake", *, threads: int, memory: str) -> None:
        self.lake = lake
        self.threads = threads
        self.memory = memory

    @property
    def embedded(self) -> "DuckEngine":
        """Itself."""
        return self

    @contextmanager
    def session(
        self, views: Mapping[str, View], arrow: Mapping[str, pa.Table | pa.RecordBatchReader] | None = None
    ) -> Iterator[DuckSession]:
        """A private workspace in which each view stands under its table's name."""
        with self._connected() as connection:
            session = DuckSession(self.lake, connection)
            for name, view in views.items():
                session.add_view(name, view)
            for name, data in (arrow or {}).items():
                session.add_arrow(name, data)
            yield session

    @contextmanager
    def scan_csv(self, path: Path, columns: Mapping[str, str], **options: Any) -> Iterator[pa.RecordBatchReader]:
        """Rows of a UTF-8 CSV file with the given columns and types; options as DuckDB's `read_csv` names them."""
        with self._connected() as connection:
            yield scan.csv(connection, path, columns, options)

    @contextmanager
    def scan_parquet(self, paths: list[Path]) -> Iterator[pa.RecordBatchReader]:
        """Rows of Parquet files, columns joined by name."""
        with self._connected() as connection:
            yield scan.parquet(connection, paths)

    @contextmanager
    def scan_sqlite(self, path: Path, table: str, *, as_text: bool = False, schema_only: bool = False) -> Iterator[pa.RecordBatchReader]:
        """Rows of one table of an SQLite file, opened read-only, in the types its columns declare or all as text."""
        with self._connected() as connection:
            yield scan.sqlite(connection, path, table, as_text=as_text, schema_only=schema_only)

    @contextmanager
    def scan_postgres(self, url: str, table: str, *, schema_only: bool = False) -> Iterator[pa.RecordBatchReader]:
        """Rows of one table of a PostgreSQL database, read-only."""
        with self._connected() as connection:
            yield scan.postgres(connection, url, table, schema_only=schema_only)

    @contextmanager
    def _connected(self) -> "Iterator[duckdb.DuckDBPyConnection]":
        """A private instance with a spill folder of its own: two instances that share one overwrite each other's files."""
        spill = self.lake.folder / ".spill" / f"{os.getpid()}-{uuid4().hex}"
        spill.mkdir(parents=True)
        connection = self._connect(spill)
        try:
            if self.lake.store.place is not None:
                scan.reach(connection, self.lake.store.place)
            yield connection
        finally:
            connection.close()
            shutil.rmtree(spill, ignore_errors=True)

    def _connect(self, spill: Path) -> "duckdb.DuckDBPyConnection":
        import duckdb  # with the first connection: pages that read no rows are there sooner

        connection = duckdb.connect(
            ":memory:",
            config={
                "threads": self.threads, "memory_limit": self.memory, "temp_directory": str(spill),
                # Without a network a missing extension would cost seconds per attempt (invariant 9).
                "autoinstall_known_extensions": False, "autoload_known_extensions": False,
                # An empty folder and not "allow_persistent_secrets": False, without which PostgreSQL cannot be attached.
                "allow_unredacted_secrets": False, "secret_directory": str(spill / "secrets"),
            },
        )
        connection.execute("set TimeZone = 'Asia/Shanghai'")
        return connection
