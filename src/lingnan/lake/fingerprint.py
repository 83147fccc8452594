"""The content hash of a table: equal exactly when two versions hold the same multiset of typed rows."""

from lingnan.base import content_digest
from lingnan.lake import names
from lingnan.lake.engine import Engine
from lingnan.lake.shapes import View
from lingnan.lake.tables import Lake

TECHNICAL = "_"
"""Columns whose name begins so tell how a row came here, not what it says; they stay out of the hash."""


def content_hash(lake: Lake, engine: Engine, table: str, version: int | None = None) -> str:
    """SHA-256 over column names, types, row count and two order-free sums of the rows' MD5 halves.

    A sum over all rows is equal for equal multisets whatever their order, and needs no sort of a table larger than memory.
    """
    schema = lake.schema(table, version)
    columns = sorted(name for name in schema.names if not name.startswith(TECHNICAL))
    typed = [f"{name}:{schema.field(name).type}" for name in columns]
    # Each value with its length before it: ('ab','c') and ('a','bc') must differ, and null differs from empty.
    parts = " || ".join(f"coalesce(length(cast({names.quoted(c)} as varchar)) || ':' || cast({names.quoted(c)} as varchar), '~')" for c in columns)
    row = f"md5({parts or repr('')})"
    sql = (
        f"select count(*) as rows, coalesce(sum(cast('0x' || substr(h, 1, 15) as bigint)), 0)::varchar as high, "
        f"coalesce(sum(cast('0x' || substr(h, 16, 15) as bigint)), 0)::varchar as low "
        f"from (select {row} as h from {names.quoted_table(table)})"
    )
    found = engine.query(sql, {table: View.for_step(table, "content-hash", version)}).to_pylist()[0]
    return content_digest(*typed, str(found["rows"]), found["high"], found["low"])
