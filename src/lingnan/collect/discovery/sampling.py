"""A bounded sample of a table as texts, whatever its types: so many rows, so many characters a value, so many bytes in all."""

from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, String, cast, column, func, literal, select, table, tablesample
from sqlalchemy.sql.elements import ColumnElement

from lingnan.collect.discovery.structure import Described

LONGEST_VALUE = 2_000
MOST_CHARACTERS = 64 << 20
_AT_ONCE = 1_000
_SPREAD = 10
"""A table this many times larger than the sample is looked at all over instead of at its beginning, where the engine can do that."""


def sample_of(connection: Connection, described: Described, rows: int, limit: int) -> pa.Table:
    """At most `limit` rows; columns of bytes are left out."""
    names = [each.name for each in described.found.columns if each.name not in described.binary]
    if not names:
        return pa.table({})
    source: Any = table(described.found.name, *(column(name) for name in names), schema=described.schema)
    if connection.dialect.name == "postgresql" and described.found.kind == "table" and rows > limit * _SPREAD:
        # Pages are drawn by a fixed seed, so that the same table gives the same profile.
        source = tablesample(source, func.system(min(100.0, 150.0 * limit / rows)), seed=literal(1))
    statement = select(*(_as_text(source.c[name], connection.dialect.name).label(f"c{at}") for at, name in enumerate(names))).limit(limit)
    kept: list[list[str | None]] = [[] for _name in names]
    characters = 0
    with connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(statement) as result:
        for part in result.partitions(_AT_ONCE):
            for values, taken in zip(zip(*part, strict=True), kept, strict=True):
                texts = [None if value is None else str(value)[:LONGEST_VALUE] for value in values]
                characters += sum(len(each) for each in texts if each)
                taken += texts
            if characters > MOST_CHARACTERS:
                break
    return pa.table([pa.array(values, pa.string()) for values in kept], names=names)


def _as_text(given: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    as_text = cast(given, String(LONGEST_VALUE))
    # SQLite does not cut at the length of a cast.
    return func.substr(as_text, 1, LONGEST_VALUE) if dialect == "sqlite" else as_text
