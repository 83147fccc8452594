"""What a database says of itself: schemas, tables, views, columns, keys, comments, and counts of rows where it keeps them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Inspector, func, literal_column, select, table, text
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import LargeBinary, NullType, TypeEngine

from lingnan.catalogue import ColumnFound, TableFound

MOST_TABLES = 20_000
COUNTED_ROWS = 100_000
"""Rows are counted one by one up to here; beyond stands what the database's statistics say, else “at least so many”."""
_LONGEST_NAME = 200
_SYSTEM: Final = frozenset({
    "information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys", "guest", "INFORMATION_SCHEMA", "SYS", "SYSTEM",
})
_ESTIMATES: Final = {
    "postgresql": (
        "select n.nspname, c.relname, c.reltuples from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind in ('r', 'm', 'p')"
    ),
    "sqlite": "select '', tbl, max(cast(stat as integer)) from sqlite_stat1 group by tbl",
}

Name = tuple[str, str]


@dataclass(frozen=True)
class Described:
    """A table as described, and which of its columns hold bytes that are not looked at."""

    found: TableFound
    schema: str | None
    binary: frozenset[str]


def schemas_of(inspector: Inspector, wanted: Collection[str]) -> list[str | None]:
    """The schemas to look into: those wanted, else all but the database's own."""
    if inspector.dialect.name == "sqlite":
        return [None]
    names = [name for name in inspector.get_schema_names() if name not in _SYSTEM and not name.startswith(("pg_temp", "pg_toast"))]
    return [name for name in names if not wanted or name in wanted]


def tables_of(inspector: Inspector, schema: str | None) -> Iterator[Described]:
    """Every table and view of a schema with its columns, asked for together."""
    kind, named = ObjectKind.ANY, inspector.dialect.supports_comments
    columns = inspector.get_multi_columns(schema=schema, kind=kind)
    keys: Mapping[Any, Any] = inspector.get_multi_pk_constraint(schema=schema, kind=ObjectKind.TABLE)
    references: Mapping[Any, Any] = inspector.get_multi_foreign_keys(schema=schema, kind=ObjectKind.TABLE)
    comments: Mapping[Any, Any] = inspector.get_multi_table_comment(schema=schema, kind=kind) if named else {}
    views = {*inspector.get_view_names(schema=schema), *_materialised(inspector, schema)}
    for each in sorted(columns, key=lambda key: key[1]):
        name = each[1]
        if len(name) > _LONGEST_NAME or name.startswith("sqlite_"):
            continue
        key = set((keys.get(each) or {}).get("constrained_columns") or ())
        described = [column for column in columns[each] if len(column["name"]) <= _LONGEST_NAME]
        yield Described(
            TableFound(
                schema_name=schema or "", name=name, kind="view" if name in views else "table",
                comment=((comments.get(each) or {}).get("text") or "")[:2000],
                references=tuple(_reference(one) for one in references.get(each) or ()),
                columns=tuple(_column(column, key) for column in described),
            ),
            schema, frozenset(column["name"] for column in described if isinstance(column["type"], LargeBinary)),
        )


def estimates_of(connection: Connection) -> dict[Name, int]:
    """Counts of rows as the database's statistics have them, where it keeps any that it can be asked for."""
    sql = _ESTIMATES.get(connection.dialect.name)
    if sql is None:
        return {}
    try:
        return {(schema, name): int(rows) for schema, name, rows in connection.execute(text(sql)) if rows is not None and rows >= 0}
    except SQLAlchemyError:
        # SQLite has no statistics until somebody asks it to analyse.
        connection.rollback()
        return {}


def rows_of(connection: Connection, described: Described, estimates: Mapping[Name, int]) -> tuple[int, str]:
    """How many rows, and whether that is exact, an estimate, or at least so many."""
    found = described.found
    estimate = estimates.get((found.schema_name, found.name), 0)
    if estimate > COUNTED_ROWS:
        return estimate, "estimate"
    first = select(literal_column("1").label("one")).select_from(table(found.name, schema=described.schema)).limit(COUNTED_ROWS + 1).subquery()
    counted = int(connection.scalar(select(func.count()).select_from(first)) or 0)
    return (COUNTED_ROWS, "at_least") if counted > COUNTED_ROWS else (counted, "exact")


def version_of(connection: Connection) -> str:
    """The server's version in its own numbers."""
    if connection.dialect.name == "sqlite":
        return str(connection.scalar(select(func.sqlite_version())))
    known = connection.dialect.server_version_info
    return ".".join(str(part) for part in known)[:120] if known else ""


def _materialised(inspector: Inspector, schema: str | None) -> list[str]:
    try:
        return inspector.get_materialized_view_names(schema=schema)
    except NotImplementedError:
        return []


def _column(column: Mapping[str, Any], key: Collection[str]) -> ColumnFound:
    length = getattr(column["type"], "length", None)
    return ColumnFound(
        name=column["name"], type=_type(column["type"]), length=length if isinstance(length, int) else None,
        nullable=bool(column.get("nullable", True)),
        key=column["name"] in key, comment=(column.get("comment") or "")[:2000],
    )


def _type(kind: TypeEngine[Any]) -> str:
    return "" if isinstance(kind, NullType) else str(kind)[:120]


def _reference(key: Mapping[str, Any]) -> dict[str, Any]:
    target = ".".join(part for part in (key.get("referred_schema"), key["referred_table"]) if part)
    return {"columns": list(key["constrained_columns"]), "table": target, "to": list(key["referred_columns"])}
