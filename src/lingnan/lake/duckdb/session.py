"""One task's private DuckDB: views by table name, temporary tables, and selects that become table versions."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lingnan.base import Incomplete
from lingnan.lake import binding, names
from lingnan.lake.duckdb.dialect import delta_statistics, no_rows, storable
from lingnan.lake.duckdb.functions import lay_likeness, names_likeness
from lingnan.lake.engine import Mode, Work
from lingnan.lake.shapes import CommitFacts, View, WrittenFile
from lingnan.lake.store import store_failed

if TYPE_CHECKING:
    import duckdb

    from lingnan.lake.tables import Lake

_OF_BUCKET = re.compile(r"s3://|https?://|HTTP")
_GIVEN = "arrow_given"
FILE_BYTES = 256 * 1024 * 1024


class DuckSession:
    """Statements of one task; nothing here outlives it but the versions it writes."""

    distributed = False

    def __init__(self, lake: "Lake", connection: "duckdb.DuckDBPyConnection") -> None:
        self._lake = lake
        self._connection = connection
        self._measuring = False

    @property
    def connection(self) -> "duckdb.DuckDBPyConnection":
        """The engine itself, for libraries of this room that run on it."""
        self._measure()
        return self._connection

    def add_view(self, name: str, view: View) -> None:
        """Lay a view of a table under `name` (`area.table`)."""
        area = names.checked(name).split(".")[0]
        for value, held in view.values.items():
            self._connection.execute(f"set variable {binding.checked(value)} = $held", {"held": held})
        for key, secret in view.keys.items():
            self._connection.register(binding.key_table(key), binding.pads(secret))
        self._connection.execute(f"create schema if not exists {names.quoted(area)}")
        self._run(f"create or replace view {names.quoted_table(name)} as {self._select(view)}", None)

    def add_arrow(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Give Arrow data a name that statements can read; a reader can be read once.

        A table is laid as one of the engine's own: with one thread, DuckDB 1.5 never ends a statement that scans several Arrow tables of some
        thousand rows more than once.
        """
        if not isinstance(data, pa.Table):
            self._connection.register(name, data)
            return
        self._connection.register(_GIVEN, data)
        try:
            self._connection.execute(f"create or replace temp table {names.quoted(name)} as select * from {_GIVEN}")
        finally:
            self._connection.unregister(_GIVEN)

    def add_parquet(self, name: str, paths: list[Path]) -> None:
        """Lay Parquet files under a name, read anew by every statement; `file_row_number` counts each file's rows from 0."""
        listed = ", ".join(names.literal(str(path)) for path in paths)
        self._connection.execute(
            f"create temp view {names.quoted(name)} as select * from read_parquet([{listed}], union_by_name=true, file_row_number=true)"
        )

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a statement, usually `create temp table … as select …`."""
        self._run(sql, params)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """All rows of one select."""
        with self._told():
            return self._run(sql, params).to_arrow_table()

    def stream(self, sql: str, params: Mapping[str, Any] | None = None, batch_rows: int = 100_000) -> pa.RecordBatchReader:
        """The rows of one select as batches, valid while the session is open."""
        found = self._run(sql, params).to_arrow_reader(batch_rows)
        return found if self._lake.store.place is None else pa.RecordBatchReader.from_batches(found.schema, self._each(found))

    def beside(self, into: str, rows: str, work: Work, others: Mapping[str, pa.Table] | None = None, *, kept: bool = True) -> None:
        """Lay under `into` what `work` answers to the rows of one select, in this very session."""
        for name, table in (others or {}).items():
            self.add_arrow(name, table)
        given = names.quoted(f"{into}_given")
        self._run(f"create or replace temp view {given} as {rows}", None)
        self._run(f"create or replace temp {'table' if kept else 'view'} {names.quoted(into)} as {work(self, given)}", None)

    def write(self, table: str, sql: str, facts: CommitFacts, mode: Mode = "overwrite", params: Mapping[str, Any] | None = None) -> int:
        """Make a new version of a table out of one select; gives the version."""
        place = self._lake.store.prepare(table)
        select = storable(sql, self._columns(sql, params))
        schema = self._run(f"select * from ({select}) limit 0", params).to_arrow_table().schema
        files = self._copy(select, place, params, schema)
        return self._lake.commit_files(table, files, schema, facts, mode)

    def joined(self, table: str, files: list[str]) -> list[WrittenFile]:
        """The rows of some of a table's files in new ones, which no version names yet."""
        sql = f"select * from read_parquet([{', '.join(names.literal(file) for file in files)}], union_by_name=true)"
        return self._copy(sql, self._lake.store.prepare(table), None, self._run(f"{sql} limit 0", None).to_arrow_table().schema)

    def _copy(self, select: str, place: str, params: Mapping[str, Any] | None, schema: pa.Schema) -> list[WrittenFile]:
        self._run(
            f"copy ({select}) to {names.literal(place)} (format parquet, compression zstd, append, "
            f"filename_pattern 'part-{{uuid}}', file_size_bytes {FILE_BYTES}, return_stats)",
            params,
        )
        written = self._connection.fetchall()
        return [
            WrittenFile(str(row[0]).removeprefix(f"{place}/"), int(row[2]), int(row[1]), delta_statistics(int(row[1]), row[4] or {}, schema))
            for row in written if row[1]
        ]

    def _columns(self, sql: str, params: Mapping[str, Any] | None) -> list[tuple[str, str]]:
        self._run(f"describe {sql}", params)
        return [(str(row[0]), str(row[1])) for row in self._connection.fetchall()]

    def _select(self, view: View) -> str:
        files = self._lake.files(view.table, view.version)
        source = f"({no_rows(self._lake.schema(view.table, view.version))})" if not files else (
            f"read_parquet([{', '.join(names.literal(file) for file in files)}]{', union_by_name=true' if len(files) > 1 else ''})"
        )
        shown = view.columns or tuple(self._lake.schema(view.table, view.version).names)
        columns = ", ".join(
            f"{view.masks[column]} as {names.quoted(column)}" if column in view.masks else names.quoted(column) for column in shown
        )
        return f"select {columns} from {source}" + (f" where ({view.row_filter})" if view.row_filter else "")

    def _run(self, sql: str, params: Mapping[str, Any] | None) -> "duckdb.DuckDBPyConnection":
        if names_likeness(sql):
            self._measure()
        with self._told():
            return self._connection.execute(sql, dict(params)) if params else self._connection.execute(sql)

    def _measure(self) -> None:
        if not self._measuring:
            lay_likeness(self._connection)
            self._measuring = True

    def _each(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        with self._told():
            yield from reader

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the engine could not read, write or hold becomes Incomplete."""
        import duckdb

        try:
            yield
        except (duckdb.OutOfMemoryException, duckdb.IOException, OSError) as error:
            place = self._lake.store.place
            if place is not None and not isinstance(error, duckdb.OutOfMemoryException) and _OF_BUCKET.search(str(error)):
                raise store_failed(place, error) from None
            if isinstance(error, OSError):
                raise
            raise Incomplete(
                f"引擎资源不足或无法读写文件：{error}。请增大 LINGNAN_MEMORY 或腾出磁盘后用同一命令继续。",
                f"The engine ran short or could not read or write a file: {error}. Raise LINGNAN_MEMORY or free disk, then repeat the command.",
            ) from error
