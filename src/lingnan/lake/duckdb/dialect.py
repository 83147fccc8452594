"""What DuckDB says differently from the lake: types a Delta table cannot hold, statistics of the files it wrote."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from lingnan.lake import names

# Delta knows no unsigned, 128-bit, naive-time or interval columns (protocol reader 1, writer 2).
_STORED_AS = {
    "HUGEINT": "BIGINT", "UHUGEINT": "BIGINT", "UBIGINT": "BIGINT", "UINTEGER": "BIGINT", "USMALLINT": "INTEGER", "UTINYINT": "SMALLINT",
    "TIMESTAMP": "TIMESTAMPTZ", "TIMESTAMP_S": "TIMESTAMPTZ", "TIMESTAMP_MS": "TIMESTAMPTZ", "TIMESTAMP_NS": "TIMESTAMPTZ",
    "TIME": "VARCHAR", "INTERVAL": "VARCHAR", "UUID": "VARCHAR", "BIT": "VARCHAR", '"NULL"': "VARCHAR", "JSON": "VARCHAR",
}
_READ_AS = {
    "bool": "BOOLEAN", "int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT", "float": "REAL", "double": "DOUBLE",
    "string": "VARCHAR", "binary": "BLOB", "date32[day]": "DATE", "timestamp[us]": "TIMESTAMP", "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}
_TEXT_BOUND = 32


def no_rows(schema: pa.Schema) -> str:
    """A select of no row with the columns of a table that has no file.

    An empty Arrow table would do, but the first one registered makes DuckDB open Arrow's datasets, which takes half a second.
    """
    columns = ", ".join(f"null::{_read_as(field.type)} as {names.quoted(field.name)}" for field in schema)
    return f"select {columns} where false"


def _read_as(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if pa.types.is_list(kind):
        return f"{_read_as(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        fields = (kind.field(at) for at in range(kind.num_fields))
        return f"STRUCT({', '.join(f'{names.quoted(field.name)} {_read_as(field.type)}' for field in fields)})"
    return _READ_AS[str(kind)]


def storable(sql: str, columns: list[tuple[str, str]]) -> str:
    """The select with every column cast to a type the lake keeps; a value that does not fit raises, none is cut."""
    casts = [_stored(name, kind) for name, kind in columns]
    if all(cast == names.quoted(name) for cast, (name, _kind) in zip(casts, columns, strict=True)):
        return sql
    return f"select {', '.join(casts)} from ({sql})"


def _stored(name: str, kind: str) -> str:
    target = "VARCHAR" if kind.startswith("ENUM") else _STORED_AS.get(kind)
    if target is None and kind.endswith("[]"):
        inner = _STORED_AS.get(kind[:-2])
        target = f"{inner}[]" if inner else None
    column = names.quoted(name)
    return f"cast({column} as {target}) as {column}" if target else column


def delta_statistics(rows: int, statistics: Mapping[str, Mapping[str, str]], schema: pa.Schema) -> str:
    """The statistics of one file in Delta's JSON; bounds only for types whose text form both sides read alike."""
    low: dict[str, Any] = {}
    high: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    for field in schema:
        found = statistics.get(names.quoted(field.name), {})
        if "null_count" in found:
            nulls[field.name] = int(found["null_count"])
        if "min" in found and "max" in found and (bounds := _bounds(field.type, found["min"], found["max"])):
            low[field.name], high[field.name] = bounds
    return json.dumps({"numRecords": rows, "minValues": low, "maxValues": high, "nullCount": nulls}, ensure_ascii=False)


def _bounds(kind: pa.DataType, low: str, high: str) -> tuple[Any, Any] | None:
    if pa.types.is_integer(kind):
        return int(low), int(high)
    if pa.types.is_date(kind) and re.fullmatch(r"\d{4}-\d\d-\d\d", low) and re.fullmatch(r"\d{4}-\d\d-\d\d", high):
        return low, high
    # A cut upper bound would be too low, so long texts go without bounds.
    if pa.types.is_string(kind) and len(low) <= _TEXT_BOUND and len(high) <= _TEXT_BOUND:
        return low, high
    return None
