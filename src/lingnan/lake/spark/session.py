"""One task's private Spark session: views by table name, temporary tables in a scratch folder, selects that become table versions."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa

from lingnan.base import Incomplete, WrongUse
from lingnan.lake import binding, names
from lingnan.lake.engine import Mode, Unsupported, Work
from lingnan.lake.shapes import CommitFacts, View
from lingnan.lake.spark import scan
from lingnan.lake.spark.beside import Beside, answered_schema
from lingnan.lake.spark.dialect import BOUND, Made, Rendered, rendered, storable
from lingnan.lake.spark.functions import lay_functions
from lingnan.lake.spark.patterns import bound_patterns
from lingnan.lake.staging import staged
from lingnan.lake.types import stored_schema

if TYPE_CHECKING:
    from lingnan.lake.tables import Lake

_OF_VALUES = re.compile(r"\[(CAST_|CANNOT_PARSE|ARITHMETIC_|NUMERIC_|DIVIDE_|INVALID_|USER_RAISED|SCALAR_SUBQUERY|MAP_KEY)")
"""What Spark calls errors that lie in rows or statements, not in machines."""


class SparkTask:
    """Statements of one task; nothing here outlives it but the versions it writes."""

    distributed = True

    def __init__(self, lake: "Lake", spark: Any, scratch: Path) -> None:
        self._lake = lake
        self._spark = spark
        self._scratch = scratch
        self._values: dict[str, Any] = {}
        self._tables: dict[str, tuple[Any, list[str]]] = {}
        self._functions: set[str] = set()

    @property
    def connection(self) -> Any:
        """The engine itself, for libraries of this room that run on it."""
        return self._spark

    def add_view(self, name: str, view: View) -> None:
        """Lay a view of a table under `name` (`area.table`)."""
        values = {BOUND + binding.checked(value): held for value, held in view.values.items()}
        self._values.update(values)
        for key, secret in view.keys.items():
            # Rows given by hand stand in no plan and in no file.
            pads = [tuple(row.values()) for row in binding.pads(secret).to_pylist()]
            self._name(binding.key_table(key), self._spark.createDataFrame(pads, "key_inner binary, key_outer binary"))
        schema = self._lake.schema(view.table, view.version)
        source = f"whole {names.checked(name)}"
        self._name(source, scan.files(self._spark, self._lake.files(view.table, view.version), schema))
        shown = view.columns or tuple(schema.names)
        columns = ", ".join(
            f"{view.masks[column]} as {names.quoted(column)}" if column in view.masks else names.quoted(column) for column in shown
        )
        select = f"select {columns} from {names.quoted(source)}" + (f" where ({view.row_filter})" if view.row_filter else "")
        self._name(name, self._frame(rendered(select)))

    def add_arrow(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Give Arrow data a name that statements can read; a reader is read here, once."""
        folder = self._scratch / uuid4().hex
        schema = scan.put_arrow(data, folder)
        self._name(name, scan.files(self._spark, [str(folder)], schema))

    def add_parquet(self, name: str, paths: list[Path]) -> None:
        """Lay Parquet files under a name, read anew by every statement; `file_row_number` counts each file's rows from 0."""
        with _sentences():
            self._name(name, scan.parquet(self._spark, paths))

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a statement, usually `create temp table … as select …`."""
        for each in rendered(sql).statements:
            self._execute(each, params)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """All rows of one select."""
        with _sentences():
            return scan.in_zone(self._frame(rendered(sql), params).toArrow())

    def stream(self, sql: str, params: Mapping[str, Any] | None = None, batch_rows: int = 100_000) -> pa.RecordBatchReader:
        """The rows of one select as batches, valid while the session is open; executors write them, so the driver holds one batch."""
        frame, folder = self._frame(rendered(sql), params), self._scratch / uuid4().hex
        with _sentences():
            frame.write.parquet(str(folder))
        schema = scan.in_zone(frame.limit(0).toArrow()).schema
        return pa.RecordBatchReader.from_batches(schema, scan.batches(scan.parts(folder), batch_rows))

    def beside(self, into: str, rows: str, work: Work, others: Mapping[str, pa.Table] | None = None, *, kept: bool = True) -> None:
        """Lay under `into` what `work` answers to the rows of one select, in an embedded engine beside each part; kept in any case."""
        frame, files = self._frame(rendered(rows)), {}
        for name, table in (others or {}).items():
            folder = self._scratch / uuid4().hex
            scan.put_arrow(table, folder)
            files[name] = str(folder)
        schema = answered_schema(work, files, scan.in_zone(frame.limit(0).toArrow()).schema)
        self._keep(into, frame.mapInArrow(Beside(work, files, schema), scan.spark_schema(schema)))

    def write(self, table: str, sql: str, facts: CommitFacts, mode: Mode = "overwrite", params: Mapping[str, Any] | None = None) -> int:
        """Make a new version of a table out of one select; gives the version."""
        frame = storable(self._frame(rendered(sql), params))
        folder = self._lake.path(table)
        with staged(folder) as staging, _sentences():
            frame.write.parquet(str(staging / "written"))
            schema = stored_schema(frame.limit(0).toArrow().schema)
            return self._lake.commit_files(table, scan.delivered(staging / "written", folder), schema, facts, mode)

    def _execute(self, made: Made, params: Mapping[str, Any] | None) -> None:
        if made.verb == "drop":
            self._drop(made)
        elif made.verb == "rename":
            self._tables[made.select] = self._tables.pop(made.name)
            self._name(made.select, self._tables[made.select][0])
            self._spark.catalog.dropTempView(made.name)
        elif made.verb == "view":
            self._name(made.name, self._sql(made.select, params))
        elif made.verb == "insert":
            self._insert(made, params)
        else:
            self._keep(made.name, self._sql(made.select, params))

    def _drop(self, made: Made) -> None:
        if not self._spark.catalog.dropTempView(made.name) and not made.lenient:
            raise WrongUse(f"没有名为 {made.name} 的临时表。", f"There is no temporary table {made.name}.", name=made.name)
        for folder in self._tables.pop(made.name, (None, []))[1]:
            shutil.rmtree(folder, ignore_errors=True)

    def _insert(self, made: Made, params: Mapping[str, Any] | None) -> None:
        """Add files to a temporary table, columns by place or by name, in the types it has."""
        whole, folders = self._tables[made.name]
        more = self._sql(made.select, params)
        if not made.by_name:
            # What is placed by place may have one name twice, or a name with a point in it.
            more = more.toDF(*(f"given {place}" for place in range(len(more.columns))))
        given = whole.columns if made.by_name else more.columns
        placed = dict(zip(given, more.columns, strict=False)) if not made.by_name else {name: name for name in more.columns}
        fields = whole.schema.fields if not made.columns else [field for field in whole.schema.fields if field.name in made.columns]
        taken = dict(zip(made.columns or tuple(field.name for field in fields), more.columns, strict=False)) if not made.by_name else placed
        columns = [
            more[taken[field.name]].cast(field.dataType).alias(field.name) if field.name in taken else _null(field) for field in whole.schema.fields
        ]
        self._keep(made.name, more.select(*columns), folders, whole.schema)

    def _keep(self, name: str, frame: Any, before: list[str] | None = None, schema: Any = None) -> None:
        """Write rows into the scratch folder and let the name mean them: what is counted once is not counted again."""
        folder = str(self._scratch / uuid4().hex)
        with _sentences():
            frame.write.parquet(folder)
        folders = [*(before or []), folder]
        kept = self._spark.read.schema(schema or frame.schema).parquet(*folders)
        self._tables[name] = (kept, folders)
        self._name(name, kept)

    def _name(self, name: str, frame: Any) -> None:
        frame.createOrReplaceTempView(_view(name))

    def _frame(self, statement: Rendered, params: Mapping[str, Any] | None = None) -> Any:
        if len(statement.statements) != 1 or statement.statements[0].verb != "select":
            raise WrongUse("此处只能是一个查询。", "One select is wanted here.")
        return self._sql(statement.statements[0].select, params)

    def _sql(self, text: str, params: Mapping[str, Any] | None) -> Any:
        with _sentences(), _within_reach():
            lay_functions(self._spark, text, self._functions)
            values = {**self._values, **(params or {})}
            return self._spark.sql(text, args={**values, **bound_patterns(text, values)})


def _view(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _null(field: Any) -> Any:
    from pyspark.sql import functions

    return functions.lit(None).cast(field.dataType).alias(field.name)


@contextmanager
def _sentences() -> Iterator[None]:
    """A cluster that went away is told in a sentence; what a statement did wrong is raised as it is."""
    from py4j.protocol import Py4JError

    try:
        yield
    except (Py4JError, OSError) as error:
        told = _root(error)
        if _OF_VALUES.search(told):
            raise
        raise Incomplete(
            f"集群在执行中失去联系或资源不足：{told}。请恢复集群后用同一命令继续。",
            f"The cluster went away or ran short: {told}. Bring it back, then repeat the command.",
        ) from error


def _root(error: Exception) -> str:
    """The first line of what began it all: what the driver says first is only where it was told."""
    from py4j.protocol import Py4JError

    cause = getattr(error, "java_exception", None)
    try:
        while cause is not None and cause.getCause() is not None:
            cause = cause.getCause()
        return _first_line(error) if cause is None else str(cause.toString()).strip().splitlines()[0][:300]
    except (Py4JError, OSError):
        return _first_line(error)


@contextmanager
def _within_reach() -> Iterator[None]:
    """What Spark cannot parse or resolve is beyond this engine, and may be done by the other one."""
    from pyspark.errors import AnalysisException

    try:
        yield
    except AnalysisException as error:
        raise Unsupported(
            f"集群引擎无法理解这条语句：{_first_line(error)}", f"The cluster engine cannot follow this statement: {_first_line(error)}",
        ) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:300]
