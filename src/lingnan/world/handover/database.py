"""Writes tables into the databases departments keep: SQLite files, a PostgreSQL server."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lingnan.base import Unavailable
from lingnan.world.columns import Text
from lingnan.world.handover.delimited import lines


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class SqliteFile:
    """One SQLite file with its tables, appended block by block."""

    def __init__(self, path: Path, tables: Mapping[str, Sequence[str]]) -> None:
        path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("pragma journal_mode = off")
        self._connection.execute("pragma synchronous = off")
        self._connection.execute("begin")
        for table, columns in tables.items():
            self._connection.execute(f"create table {_quoted(table)} ({', '.join(f'{_quoted(name)} text' for name in columns)})")

    def write(self, table: str, columns: Sequence[Text]) -> None:
        """More rows of one table."""
        marks = ", ".join("?" * len(columns))
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        self._connection.executemany(f"insert into {_quoted(table)} values ({marks})", rows)

    def close(self) -> None:
        """Commits and closes."""
        self._connection.execute("commit")
        self._connection.close()


class PostgresTable:
    """One table of a PostgreSQL server, made anew and filled by COPY."""

    def __init__(self, url: str, table: str, columns: Sequence[str]) -> None:
        try:
            import psycopg
        except ImportError as problem:
            raise Unavailable(
                "没有安装 PostgreSQL 驱动；请安装 lingnan[postgres]，或不给出 postgres_url。",
                "The PostgreSQL driver is not installed; install lingnan[postgres] or leave postgres_url out.",
            ) from problem
        try:
            self._connection: Any = psycopg.connect(url)
        except psycopg.OperationalError as problem:
            raise Unavailable(
                "连不上给出的 PostgreSQL；请确认服务已启动、地址与账户有效，或不给出 postgres_url。",
                "The PostgreSQL server given cannot be reached; make sure it runs and the account is valid, or leave postgres_url out.",
            ) from problem
        self._cursor: Any = self._connection.cursor()
        self._table, self._columns = _quoted(table), ", ".join(map(_quoted, columns))
        self._cursor.execute(f"drop table if exists {self._table}")
        self._cursor.execute(f"create table {self._table} ({', '.join(f'{_quoted(name)} text' for name in columns)})")

    def write(self, columns: Sequence[Text]) -> None:
        """More rows."""
        with self._cursor.copy(f"copy {self._table} ({self._columns}) from stdin (format csv, null '')") as copy:
            copy.write(lines(columns, ","))

    def close(self) -> None:
        """Commits and closes."""
        self._connection.commit()
        self._connection.close()
