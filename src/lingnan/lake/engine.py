"""The door to every engine: what it can do, and how rooms ask it. DuckDB and Spark stand behind it."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import pyarrow as pa

from lingnan.base import WrongUse
from lingnan.lake.shapes import CommitFacts, View

Mode = Literal["overwrite", "append"]
EMBEDDED = "duckdb"
_CLUSTER = re.compile(r"spark://[A-Za-z0-9.\-]+(:\d{1,5})?(,[A-Za-z0-9.\-]+(:\d{1,5})?)*")


class Unsupported(WrongUse):
    """A statement, or a source, that an engine cannot follow; the same work may be done by the embedded one."""


def checked_engine(name: str) -> str:
    """The name itself when an engine goes by it: `duckdb`, `spark` or `spark://host:port`; else WrongUse."""
    if name not in (EMBEDDED, "spark") and not _CLUSTER.fullmatch(name):
        raise WrongUse(
            f"没有引擎“{name}”。可用：duckdb、spark、spark://主机:端口。",
            f"There is no engine “{name}”. Use duckdb, spark or spark://host:port.", engine=name,
        )
    return name


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do, so that rooms ask for an ability and not for a name."""

    dialect: str
    out_of_core: bool
    scans_csv: bool
    scans_sqlite: bool
    scans_postgres: bool
    distributed: bool


Work = Callable[["EngineSession", str], str]
"""What is done by the embedded engine: from a session of it and the name that the rows have there to the select of the answers."""


class EngineSession(Protocol):
    """One task's private workspace: its views by table name, its temporary tables; `distributed`: its statements run on several machines."""

    distributed: bool

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a statement, usually `create temp table … as select …`."""
        ...

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """All rows of one select."""
        ...

    def stream(self, sql: str, params: Mapping[str, Any] | None = None, batch_rows: int = 100_000) -> pa.RecordBatchReader:
        """The rows of one select as batches, valid while the session is open."""
        ...

    def add_arrow(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Give Arrow data a name that statements can read; a reader can be read once."""
        ...

    def add_parquet(self, name: str, paths: list[Path]) -> None:
        """Lay Parquet files under a name, read anew by every statement; `file_row_number` counts each file's rows from 0."""
        ...

    def beside(self, into: str, rows: str, work: Work, others: Mapping[str, pa.Table] | None = None, *, kept: bool = True) -> None:
        """Lay under `into` what `work` answers to the rows of one select, each row by itself: it may be asked them in parts, where they lie.

        `work` runs on the embedded engine, here or beside each part on a cluster's machine, so it is a function that can be sent there; `others`
        are tables it reads whole. Without `kept` the answers may be worked out anew by every statement that reads them.
        """
        ...

    def write(self, table: str, sql: str, facts: CommitFacts, mode: Mode = "overwrite", params: Mapping[str, Any] | None = None) -> int:
        """Make a new version of a table out of one select; gives the version."""
        ...


class Engine(Protocol):
    """Runs SQL over views of the lake's tables."""

    name: str
    capabilities: Capabilities

    @property
    def embedded(self) -> "Engine":
        """The engine inside this process over the same tables: itself, unless it is another."""
        ...

    def session(
        self, views: Mapping[str, View], arrow: Mapping[str, pa.Table | pa.RecordBatchReader] | None = None
    ) -> AbstractContextManager[EngineSession]:
        """A private workspace in which each view stands under its table's name."""
        ...

    def query(
        self, sql: str, views: Mapping[str, View], params: Mapping[str, Any] | None = None, arrow: Mapping[str, pa.Table] | None = None
    ) -> pa.Table:
        """All rows of one select over views."""
        ...

    def stream(
        self, sql: str, views: Mapping[str, View], params: Mapping[str, Any] | None = None, arrow: Mapping[str, pa.Table] | None = None
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        """The rows of one select over views, batch by batch."""
        ...

    def write(
        self, table: str, sql: str, views: Mapping[str, View], facts: CommitFacts, mode: Mode = "overwrite",
        params: Mapping[str, Any] | None = None, arrow: Mapping[str, pa.Table] | None = None,
    ) -> int:
        """Make a new version of a table out of one select over views; gives the version."""
        ...

    def scan_csv(self, path: Path, columns: Mapping[str, str], **options: Any) -> AbstractContextManager[pa.RecordBatchReader]:
        """Rows of a UTF-8 CSV file with the given columns and types."""
        ...

    def scan_parquet(self, paths: list[Path]) -> AbstractContextManager[pa.RecordBatchReader]:
        """Rows of Parquet files."""
        ...

    def scan_sqlite(
        self, path: Path, table: str, *, as_text: bool = False, schema_only: bool = False
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        """Rows of one table of an SQLite file in stored order, in the types its columns declare or all as text."""
        ...

    def scan_postgres(self, url: str, table: str, *, schema_only: bool = False) -> AbstractContextManager[pa.RecordBatchReader]:
        """Rows of one table of a PostgreSQL database."""
        ...


class SessionEngine(ABC):
    """What every engine does alike in one call: open a session over the views, and ask it."""

    @abstractmethod
    def session(
        self, views: Mapping[str, View], arrow: Mapping[str, pa.Table | pa.RecordBatchReader] | None = None
    ) -> AbstractContextManager[EngineSession]:
        """A private workspace in which each view stands under its table's name."""

    def query(
        self, sql: str, views: Mapping[str, View], params: Mapping[str, Any] | None = None, arrow: Mapping[str, pa.Table] | None = None
    ) -> pa.Table:
        """All rows of one select over views."""
        with self.session(views, arrow) as session:
            return session.query(sql, params)

    @contextmanager
    def stream(
        self, sql: str, views: Mapping[str, View], params: Mapping[str, Any] | None = None, arrow: Mapping[str, pa.Table] | None = None
    ) -> Iterator[pa.RecordBatchReader]:
        """The rows of one select over views, batch by batch."""
        with self.session(views, arrow) as session:
            yield session.stream(sql, params)

    def write(
        self, table: str, sql: str, views: Mapping[str, View], facts: CommitFacts, mode: Mode = "overwrite",
        params: Mapping[str, Any] | None = None, arrow: Mapping[str, pa.Table] | None = None,
    ) -> int:
        """Make a new version of a table out of one select over views; gives the version."""
        with self.session(views, arrow) as session:
            return session.write(table, sql, facts, mode, params)
