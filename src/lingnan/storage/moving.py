"""Moves what the hub knows into another database, whole or not at all; the source is only read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, delete, func, inspect, make_url, select, text
from sqlalchemy.exc import OperationalError

from lingnan.base import Conflict, Progress, Unavailable
from lingnan.storage.copying import TableContent, copy, neutral
from lingnan.storage.records import Record
from lingnan.storage.service import UNFINISHED_MOVE as MARK
from lingnan.storage.service import Storage, connected_engine, upgrade
from lingnan.storage.urls import full, shown

BESIDE = ".moving"
"""What a file is called until it is whole."""
WAIT = "30s"


class Place:
    """A database that a hub is moved into: empty when it is begun, the whole hub when `fill` ends, and untouched by a move that fails."""

    def __init__(self, url: str) -> None:
        self.url = full(url)
        self._file = Path(make_url(self.url).database or "") if self.url.startswith("sqlite") else None

    @contextmanager
    def begun(self, tasks: Path) -> Iterator[str]:
        """Make the place ready and give the URL that tasks are to be put under; `tasks` is the file they stand in beside a file.

        Conflict when the place holds anything, Unavailable when the server does not answer. When the block ends well the move is final.
        """
        if self._file:
            with _files(self._file, tasks) as beside:
                yield beside
        else:
            self._engine = _reached(self.url)
            try:
                _begin(self._engine, self.url)
                yield self.url
            finally:
                self._engine.dispose()

    def fill(self, source: Connection, progress: Progress) -> list[TableContent]:
        """Make the tables, copy every row, and compare; Damaged, and nothing kept, when a table does not come out as it went in."""
        if self._file:
            self._engine = connected_engine(f"sqlite:///{_beside(self._file)}", durable=True)
            try:
                return self._filled(source, progress)
            finally:
                self._engine.dispose()
        return self._filled(source, progress)

    def _filled(self, source: Connection, progress: Progress) -> list[TableContent]:
        known = [neutral(table) for table in Record.metadata.sorted_tables]
        _refuse_unknown(source, {table.name for table in known})
        progress.begin("move", "搬移", "move", len(known))
        with self._engine.begin() as target:
            upgrade(target)
            told = []
            for table in known:
                told.append(_moved(source, target, table))
                progress.advance("move", len(told))
            if not self._file:
                target.execute(text(f"drop table {MARK}"))
        progress.finish("move")
        return told


@contextmanager
def held_still(storage: Storage) -> Iterator[Connection]:
    """A connection that reads one moment of the hub's database while nobody writes to it; it writes nothing itself."""
    with storage.connected() as connection:
        try:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"set local lock_timeout = '{WAIT}'"))
                names = ", ".join(f'"{name}"' for name in inspect(connection).get_table_names())
                connection.execute(text(f"lock table {names} in share mode"))
            else:
                connection.execute(text("select 1"))
        except OperationalError as error:
            raise Conflict(
                "枢纽的数据库正被其他进程长时间写入，未复制任何内容。请停止 serve、worker 和构建后重试。",
                "Another process is writing to the hub's database for long; nothing was copied. Stop serve, worker and builds, then try again.",
            ) from error
        yield connection
        connection.rollback()


def _moved(source: Connection, target: Connection, table: Table) -> TableContent:
    target.execute(delete(table))
    told = copy(source, target, table)
    _count_on(target, table)
    return told


def _count_on(target: Connection, table: Table) -> None:
    """Let the next number come after the last: rows that brought their numbers did not take them from the sequence."""
    column = table.autoincrement_column
    if target.dialect.name != "postgresql" or column is None:
        return
    sequence = target.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    last = target.scalar(select(func.max(column)))
    if sequence and last:
        target.execute(select(func.setval(sequence, last)))


def _refuse_unknown(source: Connection, known: set[str]) -> None:
    """A table of ours that no record describes would be left behind unseen; the words' index is made anew by the words."""
    there = set(inspect(source).get_table_names())
    left = {name for name in there - known - {"alembic_version"} if not any(name.startswith(f"{each}_index") for each in known)}
    if lost := sorted(left | (known - there)):
        raise Conflict(
            f"数据库中的表与本版本不符：{'、'.join(lost)}。未复制任何内容。请用写入该库的版本执行搬移。",
            f"Tables of the database are not those of this version: {', '.join(lost)}. Nothing was copied. Move with the version that wrote it.",
        )


def _reached(url: str) -> Engine:
    try:
        engine = connected_engine(url)
    except ModuleNotFoundError as error:
        raise Unavailable(
            "未安装 PostgreSQL 驱动。请安装 lingnan[postgres]。", "The PostgreSQL driver is not installed. Install lingnan[postgres].",
        ) from error
    try:
        with engine.connect():
            return engine
    except OperationalError:
        raise Unavailable(
            f"数据库 {shown(url)} 无法连接，未复制任何内容。请确认服务已启动、数据库存在、账号有效，再用同一命令重试。",
            f"Database {shown(url)} cannot be reached; nothing was copied. Make sure that the server runs, the database exists and the account is "
            "valid, then repeat the command.",
        ) from None


def _begin(engine: Engine, url: str) -> None:
    """Mark the database as being moved into, or take up the mark that a move left which was cut off."""
    with engine.begin() as connection:
        found, inspector = {}, inspect(connection)
        for schema in ("public", "dbos"):
            found[schema] = set(inspector.get_table_names(schema)) if inspector.has_schema(schema) else set()
        if found["public"] != {MARK} and (found["public"] or found["dbos"]):
            raise _not_empty(shown(url))
        connection.execute(text("drop schema if exists dbos cascade"))
        connection.execute(text(f"create table if not exists {MARK} (at timestamptz default now())"))


@contextmanager
def _files(file: Path, tasks: Path) -> Iterator[str]:
    for wanted in (file, tasks):
        if wanted.exists():
            raise _not_empty(str(wanted))
        for left in wanted.parent.glob(f"{wanted.name}{BESIDE}*"):
            left.unlink()
    yield f"sqlite:///{_beside(tasks)}"
    # The hub's own file last: without it the other is of no hub and is taken for the beginning of a move.
    for ready in (tasks, file):
        if _beside(ready).exists():
            _beside(ready).rename(ready)


def _beside(file: Path) -> Path:
    return file.with_name(file.name + BESIDE)


def _not_empty(where: str) -> Conflict:
    return Conflict(
        f"目标 {where} 不是空的，未写入任何内容。请给出一个空数据库，或先把旧文件移走。",
        f"The target {where} is not empty; nothing was written. Name an empty database, or move the old file away first.", target=where,
    )


