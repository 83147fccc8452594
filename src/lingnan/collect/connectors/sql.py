"""Any database SQLAlchemy speaks: one table in Arrow batches, kept beside the hub while its digest is made."""

import datetime as dt
import decimal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from sqlalchemy import MetaData, Select, Table, inspect, select
from sqlalchemy.engine import Engine as Database
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError

from lingnan.base import BadInput, Unavailable, content_digest
from lingnan.collect.addresses import DatabaseAddress, open_read_only
from lingnan.collect.connectors.database import ScanReading
from lingnan.collect.connectors.protocol import Delivery, Reading
from lingnan.collect.shapes import ReadOptions

_BATCH_ROWS = 50_000
STATEMENT_S = 6 * 3600
"""A whole table may take a night; what takes longer hangs."""


@dataclass
class SqlSource:
    """One table of a database named by an SQLAlchemy URL, read in sessions that cannot write."""

    address: DatabaseAddress
    options: ReadOptions
    spool: Path
    text: bool = False

    def deliveries(self) -> list[Delivery]:
        """The table, fetched into an Arrow file whose bytes give the digest."""
        self.spool.mkdir(parents=True, exist_ok=True)
        path = self.spool / f"{content_digest(self.address.place, self.options.table or '')[:24]}.arrow"
        database = open_read_only(self.address, STATEMENT_S)
        try:
            table = self._table(database)
            digest = _fetch(database, select(table), path)
        except SQLAlchemyError as error:
            raise Unavailable(
                f"数据库 {self.address.place} 没有应答（{type(error).__name__}）。请确认其已启动、账号有效。",
                f"Database {self.address.place} does not answer ({type(error).__name__}). Make sure it runs and the account is valid.",
                database=self.address.place,
            ) from None
        finally:
            database.dispose()
        return [Delivery(f"{self.address.url.database}/{self.options.table or table.name}", digest, path)]

    def open(self, delivery: Delivery, types: Mapping[str, str] | None = None) -> Reading:
        """The fetched table."""
        path = delivery.path
        assert path is not None  # noqa: S101 — fetched above
        return ScanReading(delivery.name, lambda as_text=False, schema_only=False: _opened(path))

    def fingerprint(self) -> str | None:
        """None: only asking the database can tell."""
        return None

    def _table(self, database: Database) -> Table:
        wanted = self.options.table
        if not wanted:
            tables = inspect(database).get_table_names()
            if len(tables) != 1:
                raise BadInput(
                    f"请用选项 table 指定数据库中的表。其中有：{'、'.join(tables[:50]) or '无'}。",
                    f"Name the table in the option `table`. There are: {', '.join(tables[:50]) or 'none'}.", tables=tables[:50],
                )
            wanted = tables[0]
        schema, _, name = wanted.rpartition(".")
        try:
            return Table(name, MetaData(), schema=schema or None, autoload_with=database)
        except NoSuchTableError as error:
            raise BadInput(
                f"数据库中没有表 {wanted}。请核对选项 table。", f"The database has no table {wanted}. Check the option `table`.", table=wanted
            ) from error


def _fetch(database: Database, statement: Select[tuple[object, ...]], path: Path) -> str:
    digest = sha256()
    with database.connect().execution_options(stream_results=True, yield_per=_BATCH_ROWS) as connection:
        result = connection.execute(statement)
        names = list(result.keys())
        digest.update("\x00".join(names).encode())
        schema = _schema(statement, names)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for rows in result.partitions(_BATCH_ROWS):
                columns = [_column(values, kind) for values, kind in zip(zip(*rows, strict=True), schema.types, strict=True)]
                batch = pa.RecordBatch.from_arrays(columns, schema=schema)
                digest.update(batch.serialize())
                writer.write_batch(batch)
    return digest.hexdigest()


def _schema(statement: Select[tuple[object, ...]], names: list[str]) -> pa.Schema:
    return pa.schema([(name, _kind(column.type)) for name, column in zip(names, statement.selected_columns, strict=True)])


def _kind(kind: object) -> pa.DataType:
    try:
        python = kind.python_type  # type: ignore[attr-defined]
    except NotImplementedError:
        return pa.string()
    if python is decimal.Decimal:
        precision, scale = getattr(kind, "precision", None), getattr(kind, "scale", None)
        return pa.decimal128(min(precision or 38, 38), scale if scale is not None else 10)
    types: dict[type, pa.DataType] = {
        int: pa.int64(), float: pa.float64(), bool: pa.bool_(), dt.date: pa.date32(), dt.datetime: pa.timestamp("us"),
    }
    return types.get(python, pa.string())


def _column(values: tuple[object, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        return pa.array([None if value is None else str(value) for value in values], kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values).cast(kind)
    return pa.array(values, kind)


@contextmanager
def _opened(path: Path) -> Iterator[pa.RecordBatchReader]:
    with pa.memory_map(str(path)) as source:
        file = pa.ipc.open_file(source)
        yield pa.RecordBatchReader.from_batches(file.schema, (file.get_batch(at) for at in range(file.num_record_batches)))
