"""DuckDB's scans of files and databases outside the lake; extensions come from wheels, never from a network."""

import importlib.util
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lingnan.base import BadInput, Unavailable
from lingnan.lake import names
from lingnan.lake.store import BucketPlace

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 20_000


def has_extension(name: str) -> bool:
    """Whether the wheel of a DuckDB extension is installed."""
    return importlib.util.find_spec(f"duckdb_extension_{name}") is not None


def load_extension(connection: "duckdb.DuckDBPyConnection", name: str) -> None:
    """Load an extension from its wheel; Unavailable names the package to install."""
    import duckdb

    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    roots = list(found.submodule_search_locations or []) if found else []
    binaries = [file for root in roots for file in Path(root).glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension")]
    if not binaries:
        package = f"duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}"
        raise Unavailable(f"缺少引擎扩展 {name}。请安装 {package}。", f"Engine extension {name} is missing. Install {package}.", package=package)
    connection.execute(f"load {names.literal(str(binaries[0]))}")


def reach(connection: "duckdb.DuckDBPyConnection", place: BucketPlace) -> None:
    """Let this instance read and write one bucket; its secret is bound, stands in no statement and is shown to none."""
    place.check()
    load_extension(connection, "httpfs")
    # As shipped the extension takes any certificate; data files never change under their names, so what is kept of them needs no second look.
    settings = {
        "enable_server_cert_verification": True, "ca_cert_file": certificates(), "http_timeout": place.silence_s, "http_retries": 6,
        "http_retry_backoff": 2, "httpfs_connection_caching": True, "parquet_metadata_cache": True,
        "validate_external_file_cache": "NO_VALIDATION", "s3_url_compatibility_mode": True,
        # Parts of 5 MB: each is held in memory until it is sent.
        "s3_uploader_max_filesize": "50GB", "s3_uploader_thread_limit": 4,
    }
    for name, value in settings.items():
        connection.execute(f"set {name} = $value", {"value": value})
    connection.execute(
        f"create secret lake (type s3, scope {names.literal(f's3://{place.bucket}/')}, key_id $key_id, secret $secret, region $region, "
        "endpoint $endpoint, url_style $style, use_ssl $encrypted)",
        {
            "key_id": place.key_id, "secret": place.secret, "region": place.region, "endpoint": place.host,
            "style": "path" if place.path_style else "vhost", "encrypted": place.encrypted,
        },
    )


def certificates() -> str:
    """The file of certificates the system trusts, or the one `SSL_CERT_FILE` names; empty when the system keeps none in a file."""
    return ssl.get_default_verify_paths().cafile or ""


def csv(connection: "duckdb.DuckDBPyConnection", path: Path, columns: Mapping[str, str], options: Mapping[str, Any]) -> pa.RecordBatchReader:
    """Rows of a UTF-8 CSV file."""
    return connection.read_csv(str(path), columns=dict(columns), **options).to_arrow_reader()


def parquet(connection: "duckdb.DuckDBPyConnection", paths: list[Path]) -> pa.RecordBatchReader:
    """Rows of Parquet files, columns joined by name."""
    return connection.read_parquet([str(path) for path in paths], union_by_name=True).to_arrow_reader()


def sqlite(
    connection: "duckdb.DuckDBPyConnection", path: Path, table: str, *, as_text: bool = False, schema_only: bool = False
) -> pa.RecordBatchReader:
    """Rows of one table of an SQLite file; a column may hold values of any type, then only `as_text` reads it whole."""
    import duckdb

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


def postgres(connection: "duckdb.DuckDBPyConnection", url: str, table: str, *, schema_only: bool = False) -> pa.RecordBatchReader:
    """Rows of one table of a PostgreSQL database."""
    load_extension(connection, "postgres_scanner")
    connection.execute(f"attach {names.literal(url)} as source (type postgres, read_only)")
    schema, _, name = table.rpartition(".")
    qualified = f"source.{names.quoted(schema)}.{names.quoted(name)}" if schema else f"source.{names.quoted(name)}"
    return connection.execute(f"select * from {qualified}{_limit(schema_only)}").to_arrow_reader(BATCH_ROWS)
