"""Files that Spark reads and writes: a version's list with its schema, Arrow by way of Parquet, statistics out of footers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.lake.shapes import WrittenFile
from lingnan.lake.types import stored_schema

_TEXT_BOUND = 32
ZONE = "Asia/Shanghai"


def files(session: Any, paths: list[str], schema: pa.Schema) -> Any:
    """The rows of exactly these files with exactly these columns; a column that a file lacks is null, no file is an empty table."""
    kinds = spark_schema(schema)
    if not paths:
        return session.createDataFrame([], kinds)
    return _reader(session).schema(kinds).parquet(*paths)


def parquet(session: Any, paths: list[Path]) -> Any:
    """Parquet files joined by column names, with `file_row_number` counted in each file from 0."""
    found = _reader(session).option("mergeSchema", "true").parquet(*(str(path) for path in paths))
    return found.selectExpr("*", "_metadata.row_index as file_row_number")


def _reader(session: Any) -> Any:
    # A path is a path, whatever brackets it holds.
    return session.read.option("__globPaths__", "false")


def put_arrow(data: pa.Table | pa.RecordBatchReader, folder: Path) -> pa.Schema:
    """Write Arrow rows as one Parquet file of a new folder; gives the schema they are kept in."""
    schema = kept_schema(data.schema)
    folder.mkdir(parents=True)
    with pq.ParquetWriter(folder / "part-0.parquet", schema, compression="zstd", coerce_timestamps="us", allow_truncated_timestamps=True) as out:
        for batch in data.to_batches() if isinstance(data, pa.Table) else data:
            out.write_table(pa.Table.from_batches([batch]).cast(schema))
    return schema


def kept_schema(schema: pa.Schema) -> pa.Schema:
    """The types Spark can read: what a table keeps, and of the rest signed numbers and texts."""
    return pa.schema([pa.field(field.name, _kept(field.type)) for field in stored_schema(schema)])


def _kept(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_null(kind) or pa.types.is_time(kind):
        return pa.string()
    if pa.types.is_uint8(kind):
        return pa.int16()
    if pa.types.is_uint16(kind):
        return pa.int32()
    if pa.types.is_uint32(kind) or pa.types.is_uint64(kind):
        return pa.int64()
    if pa.types.is_large_binary(kind):
        return pa.binary()
    if pa.types.is_list(kind):
        return pa.list_(_kept(kind.value_type))
    return kind


def spark_schema(schema: pa.Schema) -> Any:
    """The same schema in Spark's types, every column nullable."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(kept_schema(schema))


def in_zone(table: pa.Table) -> pa.Table:
    """The answer as the embedded engine gives it: moments in China's time, every column nullable."""
    return table.cast(pa.schema([pa.field(field.name, _in_zone(field.type)) for field in table.schema]))


def _in_zone(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind) and kind.tz:
        return pa.timestamp("us", tz=ZONE)
    if pa.types.is_list(kind):
        return pa.list_(_in_zone(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(kind.field(i).name, _in_zone(kind.field(i).type)) for i in range(kind.num_fields)])
    return kind


def parts(folder: Path) -> list[Path]:
    """The files that executors wrote into a folder, in the order of the rows."""
    return sorted(folder.glob("part-*.parquet"))


def batches(paths: list[Path], batch_rows: int) -> Iterator[pa.RecordBatch]:
    """The rows of files that Spark wrote, in order, a batch at a time."""
    for path in paths:
        for batch in pq.ParquetFile(path).iter_batches(batch_rows):
            yield from in_zone(pa.Table.from_batches([batch])).to_batches()


def delivered(staging: Path, folder: Path) -> list[WrittenFile]:
    """Move what executors wrote into the table's folder, under names nobody else gives; files without rows stay behind."""
    found = []
    for part in parts(staging):
        rows, statistics = delta_statistics(part)
        if rows:
            moved = part.rename(folder / f"part-{uuid4()}.parquet")
            found.append(WrittenFile(moved.name, moved.stat().st_size, rows, statistics))
    return found


def delta_statistics(path: Path) -> tuple[int, str]:
    """Rows of a Parquet file and its statistics in Delta's JSON, out of its footer; bounds only where both sides read them alike."""
    footer = pq.read_metadata(path)
    schema = footer.schema.to_arrow_schema()
    found: dict[str, list[Any]] = {}
    for group in range(footer.num_row_groups):
        for number in range(footer.num_columns):
            column = footer.row_group(group).column(number)
            if column.path_in_schema in schema.names:
                found.setdefault(column.path_in_schema, []).append(column.statistics)
    low, high, nulls = {}, {}, {}
    for name, told in found.items():
        if all(each is not None and each.has_null_count for each in told):
            nulls[name] = sum(each.null_count for each in told)
        if bounds := _bounds(schema.field(name).type, [each for each in told if each is None or not _only_null(each)]):
            low[name], high[name] = bounds
    told_json = json.dumps({"numRecords": footer.num_rows, "minValues": low, "maxValues": high, "nullCount": nulls}, ensure_ascii=False)
    return footer.num_rows, told_json


def _only_null(statistics: Any) -> bool:
    return statistics.num_values == 0 and not statistics.has_min_max


def _bounds(kind: pa.DataType, told: list[Any]) -> tuple[Any, Any] | None:
    if not told or any(each is None or not each.has_min_max for each in told):
        return None
    low, high = min(each.min for each in told), max(each.max for each in told)
    if pa.types.is_integer(kind):
        return int(low), int(high)
    if pa.types.is_date(kind):
        return low.isoformat(), high.isoformat()
    # A cut upper bound would be too low, so long texts go without bounds.
    if pa.types.is_string(kind) and all(len(each.min) <= _TEXT_BOUND and len(each.max) <= _TEXT_BOUND for each in told):
        return low, high
    return None
