"""The tables of a hub: Delta tables in a folder, every version with its reason, readable at any kept version."""

import json
import os
import shutil
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pyarrow as pa
from deltalake import ColumnProperties, CommitProperties, DeltaTable, Schema, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError
from deltalake.transaction import AddAction, create_table_with_add_actions

from lingnan.base import Clock, Missing, WrongUse
from lingnan.lake import names
from lingnan.lake.engine import EMBEDDED, Engine, checked_engine
from lingnan.lake.retry import with_retries
from lingnan.lake.shapes import ColumnOrigin, Commit, CommitFacts, WrittenFile
from lingnan.lake.staging import sweep_staging
from lingnan.lake.types import stored_schema

FACTS_KEY = "lingnan"
# Every position differs, so a dictionary of them only costs: without it a table of 2,000,000 rows is written in two thirds of the time.
_WRITING = WriterProperties(column_properties={"_position": ColumnProperties(dictionary_enabled=False)})


class Lake:
    """All tables under one folder; `area.table` lives in `folder/area/table`."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder.resolve()
        self._root = str(self.folder)
        self.clock = clock

    def path(self, table: str) -> Path:
        """The folder of a table."""
        area, name = names.checked(table).split(".")
        return self.folder / area / name

    def tables(self) -> list[str]:
        """Names of all tables, sorted."""
        found = self.folder.glob("*/*/_delta_log")
        return sorted(f"{log.parent.parent.name}.{log.parent.name}" for log in found if any(log.glob("*.json")))

    def exists(self, table: str) -> bool:
        """Whether the table has a version."""
        return any((self.path(table) / "_delta_log").glob("*.json"))

    def version(self, table: str) -> int:
        """The newest version's number; Missing when there is no such table."""
        return self._open(table).version()

    def newest(self, table: str) -> int | None:
        """The newest version's number from the names in its log, without opening it; None when there is no such table."""
        # A page asks this of every table it names, so no path is made of parts and nothing is asked of the file system twice.
        log = f"{self._root}/{names.checked(table).replace('.', '/')}/_delta_log"
        try:
            found = [name for name in os.listdir(log) if name.endswith(".json") and name[:20].isdigit()]
        except (FileNotFoundError, NotADirectoryError):
            return None
        return int(max(found)[:20]) if found else None

    def rows(self, table: str, version: int | None = None) -> int:
        """How many rows a version has, from its log, without reading data."""
        actions = pa.table(self._open(table, version).get_add_actions(flatten=True))
        return sum(count or 0 for count in actions["num_records"].to_pylist())

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
        return sorted(opened.file_uris())

    def history(self, table: str, limit: int | None = None) -> list[Commit]:
        """Every version the log still knows, or so many, newest first."""
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
        properties = self._properties(table, facts, sum(file.rows for file in written))
        return with_retries(lambda: self._commit_actions(table, actions, delta_schema, properties, mode), CommitFailedError)

    def compact(self, table: str) -> int:
        """Join small files of the newest version into large ones; rows and their hash stay the same."""
        opened = self._open(table)
        last = self.history(table, 1)[0]
        opened.optimize.compact(commit_properties=self._properties(table, _compacting(last), self.rows(table)))
        return opened.version()

    def sweep(self, table: str, keep: timedelta) -> int:
        """Delete files that no version younger than `keep` needs, and what killed writers left; gives how many."""
        removed = self._open(table).vacuum(
            retention_hours=int(keep.total_seconds() // 3600), enforce_retention_duration=False, dry_run=False, full=True
        )
        return len(removed) + self._sweep_leftovers(table, keep)

    def drop(self, table: str) -> None:
        """Remove a table with all its versions."""
        shutil.rmtree(self.path(table), ignore_errors=False)

    def engine(self, name: str = EMBEDDED, *, threads: int = 0, memory: str = "2GB") -> Engine:
        """An engine over these tables: `duckdb`, the embedded one; `spark`, inside this process; `spark://host:port`, on a cluster."""
        threads = threads or os.cpu_count() or 1
        if checked_engine(name) == EMBEDDED:
            from lingnan.lake.duckdb import DuckEngine  # engines are imported when first used, to keep the command line quick

            return DuckEngine(self, threads=threads, memory=memory)
        from lingnan.lake.spark import SparkEngine

        return SparkEngine(self, master=f"local[{threads}]" if name == "spark" else name, memory=memory)

    def _open(self, table: str, version: int | None = None) -> DeltaTable:
        path = self.path(table)
        try:
            return DeltaTable(str(path), version=version)
        except TableNotFoundError as error:
            raise Missing(
                f"没有名为 {table} 的数据表。用 lingnan status 查看已有的表。",
                f"There is no table {table}. See the tables with: lingnan status.",
                table=table,
            ) from error

    def _write_arrow(
        self, table: str, data: pa.Table | pa.RecordBatchReader, facts: CommitFacts, mode: Literal["append", "overwrite"]
    ) -> int:
        path = self.path(table)
        path.mkdir(parents=True, exist_ok=True)
        rows = data.num_rows if isinstance(data, pa.Table) else -1
        write_deltalake(
            str(path), data.cast(stored_schema(data.schema)), mode=mode, schema_mode="overwrite" if mode == "overwrite" else "merge",
            commit_properties=self._properties(table, facts, rows), writer_properties=_WRITING,
        )
        return self.version(table)

    def _commit_actions(self, table: str, actions: list[AddAction], schema: Schema, properties: CommitProperties, mode: str) -> int:
        path = str(self.path(table))
        if not self.exists(table):
            create_table_with_add_actions(path, schema, actions, mode="error", partition_by=[], commit_properties=properties)
            return 0
        opened = DeltaTable(path)
        opened.create_write_transaction(list(actions), mode, schema, partition_by=[], commit_properties=properties)
        return DeltaTable(path).version()

    def _properties(self, table: str, facts: CommitFacts, rows: int) -> CommitProperties:
        written = {
            "job": facts.job, "code": facts.code, "inputs": dict(facts.inputs), "extra": dict(facts.extra),
            "rows": rows, "at": self.clock.now().isoformat(),
            "columns": {name: origin.told() for name, origin in facts.columns.get(table, {}).items()},
        }
        return CommitProperties(custom_metadata={FACTS_KEY: json.dumps(written, ensure_ascii=False, sort_keys=True)})

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

    def _sweep_leftovers(self, table: str, keep: timedelta) -> int:
        # delta-rs does not see half-written `part-….parquet#1` files of a killed writer (measured), so they are ours to sweep.
        oldest = time.time() - max(keep, timedelta(days=1)).total_seconds()
        leftovers = [file for file in self.path(table).glob("*.parquet#*") if file.stat().st_mtime < oldest]
        for file in leftovers:
            file.unlink()
        return len(leftovers) + sweep_staging(self.path(table), keep)


def _compacting(last: Commit) -> CommitFacts:
    """Files are joined; the columns stay made of what they were."""
    return CommitFacts(job="lake:compact", code=last.code, columns={last.table: last.columns})


def _added_rows(told: int, metrics: object) -> int:
    """A stream's rows are only known once written: then delta-rs counted them."""
    return int(metrics.get("num_added_rows", told)) if told < 0 and isinstance(metrics, dict) else told
