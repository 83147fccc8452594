"""The one connection of a log: how it is opened, how a unit of work ends, and what is said when the file cannot be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lingnan.base import Unavailable


def connect(path: Path) -> sqlite3.Connection:
    """Open the file of a log."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    # WAL with NORMAL: a killed process loses nothing; a power cut loses at most what came since the last durable checkpoint.
    for pragma in ("journal_mode=wal", "synchronous=normal"):
        connection.execute(f"pragma {pragma}")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, mode: str = "immediate") -> Iterator[None]:
    """All or nothing; also when the commit itself fails, so that the next one can begin."""
    connection.execute(f"begin {mode}")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        # On a full disk SQLite has rolled back already.
        if connection.in_transaction:
            connection.execute("rollback")
        raise


@contextmanager
def durable_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that is on the disk when the block ends, and with it everything committed before: one WAL is synced whole."""
    connection.execute("pragma synchronous=full")
    try:
        with transaction(connection):
            yield
    finally:
        connection.execute("pragma synchronous=normal")


@contextmanager
def unwritable() -> Iterator[None]:
    """Say in words that the log cannot be read or written."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(
            f"审计日志无法读写（{error}），因此不提供数据。请检查磁盘空间与 audit.db 的权限后重试。",
            f"The audit log cannot be read or written ({error}), so no data is given. Check disk space and rights of audit.db, then retry.",
        ) from error
