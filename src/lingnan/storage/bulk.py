"""Inserts very many rows: what SQLAlchemy would work out for each row anew is worked out once."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, TableClause, insert


def insert_plainly(connection: Connection, table: TableClause[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that name the same columns; each value takes its column type's way into the database. The rows are used up."""
    for column in table.c:
        default: Any = column.default
        if default is not None and column.name not in rows[0]:
            for row in rows:
                row[column.name] = default.arg(None) if default.is_callable else default.arg
    names = list(rows[0])
    for name in names:
        way = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        if way:
            _convert(rows, name, way)
    compiled: Any = insert(table).compile(dialect=connection.dialect, column_keys=names)
    if compiled.positional:
        pick = itemgetter(*compiled.positiontup)
        connection.exec_driver_sql(str(compiled), [pick(row) for row in rows])
    else:
        connection.exec_driver_sql(str(compiled), list(rows))


def _convert(rows: Sequence[dict[str, Any]], name: str, way: Callable[[Any], Any]) -> None:
    """Put a column into the database's form, each different value once: a load has few different moments and truths."""
    known: dict[Any, Any] = {}
    for row in rows:
        value = row[name]
        if value.__hash__ is None:
            row[name] = way(value)
            continue
        if value not in known:
            known[value] = way(value)
        row[name] = known[value]
