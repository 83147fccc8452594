"""Copies tables between databases of any kind and says by a hash that the rows are the same."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ColumnElement, Connection, Integer, MetaData, String, Table, collate, insert, select
from sqlalchemy.types import TypeDecorator

from lingnan.base import BadInput, Damaged
from lingnan.storage.records import UtcDateTime

AT_ONCE = 2_000
INTEGER, BIG = 1 << 31, 1 << 63
Row = tuple[Any, ...]


@dataclass(frozen=True)
class TableContent:
    """A table by its name, how many rows it has, and the SHA-256 of them in the order of their keys, each value with its type."""

    name: str
    rows: int
    digest: str


def neutral(table: Table) -> Table:
    """The table with values as they are kept: an empty JSON column and a kept JSON null stay different, packed values packed."""
    made = table.to_metadata(MetaData())
    for column in made.columns:
        if isinstance(column.type, JSON):
            column.type = JSON(none_as_null=True)
        elif isinstance(column.type, TypeDecorator) and not isinstance(column.type, UtcDateTime):
            column.type = column.type.impl_instance
    return made


def content(connection: Connection, table: Table) -> TableContent:
    """What a table holds; `table` is a neutral one."""
    return _through(connection, table, lambda _rows: None)


def copy(source: Connection, target: Connection, table: Table, into: Table | None = None) -> TableContent:
    """Copy every row in batches into an empty table, by default of the same name, and look at it there.

    BadInput names the value that the other database cannot hold; Damaged says that what came out is not what went in.
    """
    into = table if into is None else into
    told, found = _copied(source, target, table, into), content(target, into)
    if found != told:
        raise Damaged(
            f"表 {table.name} 复制后与原表不同（{told.rows} 行、{found.rows} 行）。没有保留任何内容，原库未变。",
            f"Table {table.name} did not come out as it went in ({told.rows} rows, {found.rows} rows). Nothing was kept; the source is untouched.",
            table=table.name,
        )
    return told


def _copied(source: Connection, target: Connection, table: Table, into: Table) -> TableContent:
    parent = [key.parent for key in table.foreign_keys if key.target_fullname.startswith(f"{table.name}.")]
    put = _writer(target, into)
    if not parent:
        return _through(source, table, put)
    # A row may name another of its own table, which must be there before it.
    held: list[Row] = []
    told = _through(source, table, held.extend)
    ordered = _parents_first(table, parent[0], held)
    for start in range(0, len(ordered), AT_ONCE):
        put(ordered[start : start + AT_ONCE])
    return told


def _through(connection: Connection, table: Table, take: Callable[[Sequence[Row]], None]) -> TableContent:
    digest, count = hashlib.sha256(), 0
    for rows in _batches(connection, table):
        for row in rows:
            digest.update(b"".join(map(encoded, row)) + b"\n")
        take(rows)
        count += len(rows)
    return TableContent(table.name, count, digest.hexdigest())


def _batches(connection: Connection, table: Table) -> Iterator[list[Row]]:
    columns = list(table.columns)
    unsure = [at for at, column in enumerate(columns) if isinstance(column.type, JSON)]
    asked = select(*columns, *(columns[at].is_(None) for at in unsure)).order_by(*_key(connection, table))
    with connection.execute(asked, execution_options={"yield_per": AT_ONCE}) as found:
        for part in found.partitions():
            yield [_with_nulls(tuple(row), len(columns), unsure) for row in part]


def _key(connection: Connection, table: Table) -> list[ColumnElement[Any]]:
    """By code points everywhere: a database's own order of words would differ."""
    key: list[Column[Any]] = list(table.primary_key) or list(table.columns)
    if connection.dialect.name != "postgresql":
        return list(key)
    return [collate(column, "C") if isinstance(column.type, String) else column for column in key]


def _with_nulls(row: Row, width: int, unsure: Sequence[int]) -> Row:
    """A kept JSON null is a value and no gap."""
    values = list(row[:width])
    for at, gap in zip(unsure, row[width:], strict=True):
        if values[at] is None and not gap:
            values[at] = JSON.NULL
    return tuple(values)


def encoded(value: Any) -> bytes:
    """A value with its type and length, so that neither two types nor two neighbours are taken for each other."""
    kind, text = _written(value)
    return b"%s%d:%s" % (kind, len(text), text)


def _written(value: Any) -> tuple[bytes, bytes]:
    if value is None:
        return b"n", b""
    if isinstance(value, bool):
        return b"b", b"%d" % value
    if isinstance(value, str):
        return b"s", value.encode()
    if isinstance(value, (int, float)):
        return type(value).__name__[:1].encode(), repr(value).encode()
    if isinstance(value, (bytes, memoryview)):
        return b"y", bytes(value)
    if isinstance(value, datetime):
        return b"t", value.astimezone(UTC).isoformat(timespec="microseconds").encode()
    if isinstance(value, date):
        return b"d", value.isoformat().encode()
    return b"j", b"null" if value is JSON.NULL else json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


def _writer(target: Connection, table: Table) -> Callable[[Sequence[Row]], None]:
    names, statement = [column.name for column in table.columns], insert(table)
    limits = [(at, column, _limit(column)) for at, column in enumerate(table.columns)] if target.dialect.name == "postgresql" else []

    def put(rows: Sequence[Row]) -> None:
        for at, column, holds in limits:
            for row in rows:
                if not holds(row[at]):
                    raise _too_much(table, column, row)
        if rows:
            target.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])

    return put


def _limit(column: Column[Any]) -> Callable[[Any], bool]:
    """Whether PostgreSQL holds a value; SQLite looks neither at lengths nor at ranges."""
    if isinstance(column.type, String):
        most = column.type.length
        return lambda value: value is None or ((most is None or len(value) <= most) and "\0" not in value)
    if isinstance(column.type, Integer):
        bound = BIG if isinstance(column.type, BigInteger) else INTEGER
        return lambda value: value is None or -bound <= value < bound
    return lambda value: True


def _too_much(table: Table, column: Column[Any], row: Row) -> BadInput:
    keys = ", ".join(str(row[at]) for at, each in enumerate(table.columns) if each.primary_key)
    return BadInput(
        f"表 {table.name} 中主键为 {keys} 的行，其列 {column.name} 的值超出 PostgreSQL 中该列的类型 {column.type}。未复制任何内容，请更正后重试。",
        f"Row {keys} of table {table.name}: its value of column {column.name} does not fit the column's type {column.type} on PostgreSQL. "
        "Nothing was copied. Correct the value and try again.", table=table.name, column=column.name,
    )


def _parents_first(table: Table, parent: Column[Any], rows: Sequence[Row]) -> list[Row]:
    names = [column.name for column in table.columns]
    [key], at = [names.index(column.name) for column in table.primary_key], names.index(parent.name)
    above = {row[key]: row[at] for row in rows}

    def depth(row: Row) -> int:
        steps, current = 0, row[at]
        while current is not None and steps <= len(above):
            steps, current = steps + 1, above.get(current)
        return steps

    return sorted(rows, key=depth)
