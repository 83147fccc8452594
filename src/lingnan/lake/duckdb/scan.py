"""DuckDB's scans of files and databases outside the lake; extensions come from wheels, never from a network."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lingnan.base import BadInput, Unavailable
from lingnan.lake import names

BATCH_ROWS = 20_000


def has_extension(name: str) -> bool:
    """Whether the wheel of a DuckDB extension is installed."""
    return importlib.util.find_spec(f"duckdb_extension_{name}") is not None


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension from its wheel; Unavailable names the package to install."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    roots = list(found.submodule_search_locations or []) if found else []
    binaries = [file for root in roots for file in Path(root).glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension")]
    if not binaries:
        package = f"duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}"
        raise Unavailable(f"缺少引擎扩展 {name}。请安装 {package}。", f"Engine extension {name} is missing. Install {package}.", package=package)
    connection.execute(f"load {names.literal(str(binaries[0]))}")


def csv(connection: duckdb.DuckDBPyConnection, path: Path, columns: Mapping[str, str], options: Mapping[str, Any]) -> pa.RecordBatchReader:
    """Rows of a UTF-8 CSV file."""
    return connection.read_csv(str(path), columns=dict(columns), **options).to_arrow_reader()


def parquet(connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> pa.RecordBatchReader:
    """Rows of Parquet files, columns joined by name."""
    return connection.read_parquet([str(path) for path in paths], union_by_name=True).to_arrow_reader()


def sqlite(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, *, as_text: bool = False, schema_only: bool = False
) -> pa.RecordBatchReader:
    """Rows of one table of an SQLite file; a column may hold values of any type, then only `as_text` reads it whole."""
    load_extension(connection, "sqlite_scanner")
    if as_text:
        connection.execute("set sqlite_all_varchar = true")
    connection.execute(f"attach {names.literal(str(path))} as source (type sqlite, read_only)")
    try:
        return connection.execute(f"select * from source.{names.quoted(table)}{_limit(schema_only)}").to_arrow_reader(BATCH_ROWS)
    except duckdb.TypeMismatchException as error:
        raise BadInput(
            f"SQLite 表 {table} 中有与所声明类型不符的值，请按文本读取。",
            f"SQLite table {table} holds values that are not of their column's type; read it as text.", table=table,
        ) from error


def _limit(schema_only: bool) -> str:
    return " limit 0" if schema_only else ""


def postgres(connection: duckdb.DuckDBPyConnection, url: str, table: str, *, schema_only: bool = False) -> pa.RecordBatchReader:
    """Rows of one table of a PostgreSQL database."""
    load_extension(connection, "postgres_scanner")
    connection.execute(f"attach {names.literal(url)} as source (type postgres, read_only)")
    schema, _, name = table.rpartition(".")
    qualified = f"source.{names.quoted(schema)}.{names.quoted(name)}" if schema else f"source.{names.quoted(name)}"
    return connection.execute(f"select * from {qualified}{_limit(schema_only)}").to_arrow_reader(BATCH_ROWS)
