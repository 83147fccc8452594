"""The tables of a hub: Delta tables in a folder or a bucket, every version with its reason, readable at any kept version."""

import importlib.util
import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote
from uuid import uuid4

import pyarrow as pa
from deltalake import ColumnProperties, CommitProperties, DeltaTable, Schema, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from lingnan.base import Clock, Incomplete, Missing, Settings, Unavailable, WrongUse
from lingnan.lake.engine import EMBEDDED, Engine, checked_engine
from lingnan.lake.retry import with_retries
from lingnan.lake.shapes import ColumnOrigin, Commit, CommitFacts, WrittenFile
from lingnan.lake.store import BucketPlace, Folder, Store
from lingnan.lake.types import stored_schema

FACTS_KEY = "lingnan"
SMALL_BYTES = 64 * 1024 * 1024
"""Files below this size are joined with others."""
TRIES = 10
"""How often a version is tried while others commit."""
LOOKED_BACK = 50
"""Versions among which a commit whose answer was lost is looked for; others may have committed since."""
# Every position differs, so a dictionary of them only costs: without it a table of 2,000,000 rows is written in two thirds of the time.
_WRITING = WriterProperties(column_properties={"_position": ColumnProperties(dictionary_enabled=False)})


class Lake:
    """All tables of one store; `folder` is where engines spill, and where the tables lie too unless a bucket holds them."""

    def __init__(self, folder: Path, clock: Clock, store: Store | None = None) -> None:
        self.folder = folder.resolve()
        self.store: Store = store or Folder(self.folder)
        self.clock = clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Self:
        """The tables of the hub these settings name."""
        folder = settings.home / "lake"
        if not settings.lake_url:
            return cls(folder, clock)
        if not all(importlib.util.find_spec(module) for module in ("obstore", "duckdb_extension_httpfs")):
            raise Unavailable("数据表在对象存储中，但缺少扩展 s3。请安装 lingnan[s3]。", "Tables lie in object storage: install lingnan[s3].")
        from lingnan.lake.store.bucket import Bucket  # a hub with its tables in a folder opens nothing for a bucket

        return cls(folder, clock, Bucket(BucketPlace.of(settings), folder.resolve() / ".copies"))

    def path(self, table: str) -> Path:
        """The folder of a table; WrongUse when a bucket holds it."""
        address = self.store.address(table)
        if self.store.place is not None:
            raise WrongUse(f"表 {table} 在对象存储中，没有文件夹。", f"Table {table} lies in object storage and has no folder.", table=table)
        return Path(address)

    def tables(self) -> list[str]:
        """Names of all tables, sorted."""
        return self.store.tables()

    def exists(self, table: str) -> bool:
        """Whether the table has a version."""
        return self.store.newest(table) is not None

    def version(self, table: str) -> int:
        """The newest version's number; Missing when there is no such table."""
        found = self.store.newest(table)
        if found is None:
            raise _missing(table)
        return found

    def newest(self, table: str) -> int | None:
        """The newest version's number from the names in its log, without opening it; None when there is no such table."""
        return self.store.newest(table)

    def rows(self, table: str, version: int | None = None) -> int:
        """How many rows a version has, from its log, without reading data."""
        return sum(count or 0 for count in self._told(table, version)["num_records"].to_pylist())

    def size(self, table: str, version: int | None = None) -> tuple[int, int]:
        """Rows of a version and bytes of its files, from its log."""
        actions = self._told(table, version)
        return sum(count or 0 for count in actions["num_records"].to_pylist()), sum(actions["size_bytes"].to_pylist())

    def schema(self, table: str, version: int | None = None) -> pa.Schema:
        """Columns and types of a version."""
        return pa.schema(self._open(table, version).schema().to_arrow())

    def files(self, table: str, version: int | None = None) -> list[str]:
        """The data files of a version; the only list an engine may read (a bare folder shows removed rows)."""
        opened = self._open(table, version)
        if opened.protocol().reader_features:
            raise WrongUse(
                f"表 {table} 使用了本平台不支持的读取特性：{opened.protocol().reader_features}。请先用写入方的工具重写该表。",
                f"Table {table} uses reader features this hub does not know: {opened.protocol().reader_features}. Rewrite it first.",
                table=table,
            )
        with self.store.asked():
            found = opened.file_uris()
        # Delta writes a blank in a folder's name as %20; engines want the path.
        return sorted(found if self.store.place is not None else map(unquote, found))

    def history(self, table: str, limit: int | None = None) -> list[Commit]:
        """Every version the log still knows, or so many, newest first."""
        with self.store.asked():
            return [self._commit(table, entry) for entry in self._open(table).history(limit)]

    def changed_since(self, table: str, version: int) -> bool:
        """Whether the table has a newer version than this one."""
        return self.version(table) > version

    def append(self, table: str, data: pa.Table | pa.RecordBatchReader, facts: CommitFacts) -> int:
        """Add rows from Arrow; gives the new version."""
        return self._write_arrow(table, data, facts, "append")

    def overwrite(self, table: str, data: pa.Table | pa.RecordBatchReader, facts: CommitFacts) -> int:
        """Replace all rows with these from Arrow; older versions stay readable. Gives the new version."""
        return self._write_arrow(table, data, facts, "overwrite")

    def commit_files(self, table: str, files: Iterable[WrittenFile], schema: pa.Schema, facts: CommitFacts, mode: str) -> int:
        """Make a version out of Parquet files an engine wrote where the table lies."""
        delta_schema, now, written = Schema.from_arrow(stored_schema(schema)), int(self.clock.now().timestamp() * 1000), list(files)
        actions = [AddAction(file.name, file.size, {}, now, True, file.statistics) for file in written]
        mark = uuid4().hex
        properties = self._properties(table, facts, sum(file.rows for file in written), mark)
        return self._settled(table, mark, lambda: self._commit_actions(table, actions, delta_schema, properties, mode))

    def compact(self, table: str) -> int:
        """Join small files of the newest version into large ones; rows and their hash stay the same."""
        # Not delta-rs' own OPTIMIZE: two of them at once both commit, and every row they joined stands there twice (measured with 1.6.6). Files
        # removed as a change of data are a conflict it sees.
        mark = uuid4().hex
        return self._settled(table, mark, lambda: self._join_small(table, mark))

    def sweep(self, table: str, keep: timedelta) -> int:
        """Delete files that no version younger than `keep` needs, and what killed writers left; gives how many."""
        with self.store.asked():
            removed = self._open(table).vacuum(
                retention_hours=int(keep.total_seconds() // 3600), enforce_retention_duration=False, dry_run=False, full=True
            )
        return len(removed) + self.store.sweep(table, keep)

    def drop(self, table: str) -> None:
        """Remove a table with all its versions."""
        self.store.drop(table)

    def engine(self, name: str = EMBEDDED, *, threads: int = 0, memory: str = "2GB", secret: str = "") -> Engine:
        """An engine over these tables: `duckdb`, the embedded one; `spark`, inside this process; `spark://host:port`, on a cluster."""
        threads = threads or os.cpu_count() or 1
        if checked_engine(name) == EMBEDDED:
            from lingnan.lake.duckdb import DuckEngine  # engines are imported when first used, to keep the command line quick

            return DuckEngine(self, threads=threads, memory=memory)
        if self.store.place is not None:
            raise WrongUse(
                "数据表在对象存储中时不能用 Spark：所需的连接件无法离线取得。请用嵌入式引擎（duckdb），或把数据表放在各节点共享的文件系统中。",
                "Spark cannot be used with tables in object storage: the parts it needs cannot be had offline. Use the embedded engine (duckdb), "
                "or keep the tables on a file system that all nodes share.", code="EngineStore",
            )
        from lingnan.lake.spark import SparkEngine

        return SparkEngine(self, master=f"local[{threads}]" if name == "spark" else name, memory=memory, secret=secret)

    def _open(self, table: str, version: int | None = None) -> DeltaTable:
        try:
            with self.store.asked():
                return DeltaTable(self.store.address(table), version=version, storage_options=self.store.options)
        except TableNotFoundError as error:
            raise _missing(table) from error

    def _told(self, table: str, version: int | None) -> pa.Table:
        """What the log tells of each file of a version. As a stream: for anything else Arrow looks for pandas, which takes a third of a second."""
        with self.store.asked():
            return pa.RecordBatchReader.from_stream(self._open(table, version).get_add_actions(flatten=True)).read_all()

    def _write_arrow(
        self, table: str, data: pa.Table | pa.RecordBatchReader, facts: CommitFacts, mode: Literal["append", "overwrite"]
    ) -> int:
        place, mark, again = self.store.prepare(table), uuid4().hex, isinstance(data, pa.Table)
        properties = self._properties(table, facts, data.num_rows if isinstance(data, pa.Table) else -1, mark, again)

        def write() -> int:
            write_deltalake(
                place, data.cast(stored_schema(data.schema)), mode=mode, schema_mode="overwrite" if mode == "overwrite" else "merge",
                storage_options=self.store.options, commit_properties=properties, writer_properties=_WRITING,
            )
            return self.version(table)

        return self._settled(table, mark, write, tries=TRIES if again else 1)

    def _settled(self, table: str, mark: str, action: Callable[[], int], tries: int = TRIES) -> int:
        """Commit until it stands. Where the answer of a commit that stands was lost, the version that bears the mark is it, and none is made anew."""

        def attempt() -> int:
            try:
                with self.store.asked():
                    return action()
            except (CommitFailedError, Incomplete):
                if (version := self._marked(table, mark)) is not None:
                    return version
                raise

        try:
            return with_retries(attempt, CommitFailedError, tries)
        except CommitFailedError as error:
            raise Incomplete(
                f"表 {table} 同时有其他写入，未能写成新版本。请用同一命令继续。",
                f"Others kept writing table {table}, so no version could be made. Repeat the command.", table=table,
            ) from error

    def _marked(self, table: str, mark: str) -> int | None:
        """The version among the newest that bears a mark."""
        with self.store.asked():
            found = self._open(table).history(LOOKED_BACK) if self.exists(table) else []
        return next((int(str(entry["version"])) for entry in found if json.loads(str(entry.get(FACTS_KEY) or "{}")).get("mark") == mark), None)

    def _commit_actions(self, table: str, actions: list[AddAction], schema: Schema, properties: CommitProperties, mode: str) -> int:
        place, options = self.store.address(table), self.store.options
        if not self.exists(table):
            try:
                create_table_with_add_actions(
                    place, schema, actions, mode="error", partition_by=[], storage_options=options, commit_properties=properties
                )
            except (DeltaError, OSError) as error:
                if self.exists(table):
                    raise CommitFailedError(str(error)) from error
                raise
            return 0
        opened = DeltaTable(place, storage_options=options)
        opened.create_write_transaction(list(actions), mode, schema, partition_by=[], commit_properties=properties)
        return self.version(table)

    def _join_small(self, table: str, mark: str) -> int:
        from lingnan.lake.duckdb import DuckEngine

        opened, place, last = self._open(table), self.store.address(table), self.history(table, 1)[0]
        held = self._told(table, opened.version()).to_pylist()
        small = [file for file in held if file["size_bytes"] < SMALL_BYTES]
        if len(small) < 2:
            return opened.version()
        with DuckEngine(self, threads=1, memory="1GB").session({}) as session:
            written = session.joined(table, [f"{place}/{file['path']}" for file in small])
        now = int(self.clock.now().timestamp() * 1000)
        removed = [RemoveAction(file["path"], True, now, file["size_bytes"]) for file in small]
        added = [AddAction(file.name, file.size, {}, now, True, file.statistics) for file in written]
        rows = sum(file["num_records"] or 0 for file in held)
        opened.create_write_transaction(
            [*removed, *added], "append", opened.schema(), partition_by=[],
            commit_properties=self._properties(table, _compacting(last), rows, mark),
        )
        return self.version(table)

    def _properties(self, table: str, facts: CommitFacts, rows: int, mark: str, again: bool = True) -> CommitProperties:
        written = {
            "job": facts.job, "code": facts.code, "inputs": dict(facts.inputs), "extra": dict(facts.extra),
            "rows": rows, "at": self.clock.now().isoformat(), "mark": mark,
            "columns": {name: origin.told() for name, origin in facts.columns.get(table, {}).items()},
        }
        # A bucket's answer can be lost; then delta-rs must not commit once more by itself, but let the mark be looked for. Rows that can be read once
        # alone are left to it: a second commit names the same files, which count once.
        retries = 0 if self.store.place is not None and again else None
        told = {FACTS_KEY: json.dumps(written, ensure_ascii=False, sort_keys=True)}
        return CommitProperties(custom_metadata=told, max_commit_retries=retries)

    def _commit(self, table: str, entry: dict[str, object]) -> Commit:
        facts = json.loads(str(entry.get(FACTS_KEY) or "{}"))
        version, parameters = int(str(entry["version"])), entry.get("operationParameters")
        metrics = entry.get("operationMetrics")
        at = facts.get("at") or datetime.fromtimestamp(int(str(entry["timestamp"])) / 1000, UTC).isoformat()
        return Commit(
            table=table, version=version, at=datetime.fromisoformat(at),
            mode=str(parameters.get("mode", entry.get("operation", ""))) if isinstance(parameters, dict) else "",
            rows=_added_rows(facts.get("rows", -1), metrics), job=facts.get("job", ""), code=facts.get("code", ""),
            inputs=facts.get("inputs", {}), extra=facts.get("extra", {}),
            columns={name: ColumnOrigin.read(told) for name, told in facts.get("columns", {}).items()},
        )


def _missing(table: str) -> Missing:
    return Missing(
        f"没有名为 {table} 的数据表。用 lingnan status 查看已有的表。", f"There is no table {table}. See the tables with: lingnan status.",
        table=table,
    )


def _compacting(last: Commit) -> CommitFacts:
    """Files are joined; the columns stay made of what they were."""
    return CommitFacts(job="lake:compact", code=last.code, columns={last.table: last.columns})


def _added_rows(told: int, metrics: object) -> int:
    """A stream's rows are only known once written: then delta-rs counted them."""
    return int(metrics.get("num_added_rows", told)) if told < 0 and isinstance(metrics, dict) else told
