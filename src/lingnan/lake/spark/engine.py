"""The engine on a cluster: a private Spark session per task, with the allowed views laid into it."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

import pyarrow as pa

from lingnan.lake.engine import Capabilities, Engine, SessionEngine, Unsupported
from lingnan.lake.shapes import View
from lingnan.lake.spark.driver import Lease
from lingnan.lake.spark.session import SparkTask

if TYPE_CHECKING:
    from lingnan.lake.tables import Lake


class SparkEngine(SessionEngine):
    """Spark over the lake; executors read and write its files, so all of them must see its folder."""

    name = "spark"
    capabilities = Capabilities(
        dialect="spark", out_of_core=True, scans_csv=False, scans_sqlite=False, scans_postgres=False, distributed=True,
    )

    def __init__(self, lake: "Lake", *, master: str, memory: str, secret: str = "") -> None:
        self.lake = lake
        self.master = master
        self.memory = memory
        self._secret = secret

    @property
    def embedded(self) -> Engine:
        """The engine inside this process over the same tables."""
        return self.lake.engine(memory=self.memory)

    @contextmanager
    def session(
        self, views: Mapping[str, View], arrow: Mapping[str, pa.Table | pa.RecordBatchReader] | None = None
    ) -> Iterator[SparkTask]:
        """A private workspace in which each view stands under its table's name."""
        scratch = self.lake.folder / ".spill" / f"{os.getpid()}-{uuid4().hex}"
        scratch.mkdir(parents=True)
        try:
            with Lease(self.master, self.memory, self._secret) as spark:
                task = SparkTask(self.lake, spark, scratch)
                for name, view in views.items():
                    task.add_view(name, view)
                for name, data in (arrow or {}).items():
                    task.add_arrow(name, data)
                yield task
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def scan_csv(self, path: Path, columns: Mapping[str, str], **options: Any) -> AbstractContextManager[pa.RecordBatchReader]:
        """Refused: sources are read where the hub runs."""
        _refuse("CSV")

    def scan_parquet(self, paths: list[Path]) -> AbstractContextManager[pa.RecordBatchReader]:
        """Refused: sources are read where the hub runs."""
        _refuse("Parquet")

    def scan_sqlite(
        self, path: Path, table: str, *, as_text: bool = False, schema_only: bool = False
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        """Refused: sources are read where the hub runs."""
        _refuse("SQLite")

    def scan_postgres(self, url: str, table: str, *, schema_only: bool = False) -> AbstractContextManager[pa.RecordBatchReader]:
        """Refused: sources are read where the hub runs."""
        _refuse("PostgreSQL")


def _refuse(source: str) -> NoReturn:
    raise Unsupported(
        f"集群引擎不读取外部的 {source} 来源；采集请使用内嵌引擎（--engine duckdb）。",
        f"The cluster engine reads no {source} sources from outside; collect with the embedded engine (--engine duckdb).", source=source,
    )
