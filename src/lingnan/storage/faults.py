"""What an error of the database means to whoever asked."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Dialect, ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from lingnan.base import BadInput, DatabaseAway

PATIENCE_S = 10.0
"""How long a server that has answered before is waited for: a restart takes a few seconds."""
PAUSE_S = 0.2
DATA = "22"
"""The class of errors of PostgreSQL over data that does not fit."""


@contextmanager
def told() -> Iterator[None]:
    """Say it where the database went away (DatabaseAway) or cannot hold a value (BadInput); every other error goes on as it is."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or (isinstance(error, OperationalError) and error.statement is None):
            raise DatabaseAway(
                "枢纽的数据库没有应答，或在途中中断；未提交的改动没有保留。请确认数据库服务已启动，再用同一命令继续。",
                "The hub's database does not answer, or went away meanwhile; what was not committed is not kept. Make sure that its server "
                "runs, then go on with the same command.",
            ) from error
        if isinstance(error, DataError):
            raise BadInput(
                "有一项内容数据库不能保存：过长，或含有空字符（NUL）。请缩短或改正后重试。",
                "A value cannot be kept by the database: it is too long or holds a NUL character. Shorten or correct it, then try again.",
            ) from error
        raise


def muted(context: ExceptionContext) -> None:
    """Take the values out of an error: PostgreSQL quotes whole rows in its details, and in what it says of data that does not fit."""
    error: Any = context.original_exception
    state = getattr(error, "sqlstate", None)
    if state is None:
        return
    whole, said = str(error), f"SQLSTATE {state}" if state.startswith(DATA) else f"{error.diag.message_primary} (SQLSTATE {state})"
    error.args = (said,)
    wrapped = context.sqlalchemy_exception
    if wrapped is not None:
        wrapped.args = (wrapped.args[0].replace(whole, said), *wrapped.args[1:])


class Patience:
    """Connects to a server that may be restarting; one that never answered is not waited for."""

    def __init__(self) -> None:
        self._answered = False

    def connect(self, dialect: Dialect, _record: Any, arguments: Any, named: Any) -> Any:
        """A connection, made as soon as the server takes one; its last refusal when it takes none for long."""
        end = time.monotonic() + (PATIENCE_S if self._answered else 0.0)
        while True:
            try:
                made = dialect.connect(*arguments, **named)
            except dialect.loaded_dbapi.OperationalError:
                if time.monotonic() >= end:
                    raise
                time.sleep(PAUSE_S)
            else:
                self._answered = True
                return made
