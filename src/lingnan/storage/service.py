"""Opens the hub's database, brings its tables up to date and hands out sessions."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.orm import Session, sessionmaker

from lingnan.base import Clock, Conflict, Event, Incomplete, Settings, new_id, new_ids
from lingnan.storage.bulk import insert_plainly
from lingnan.storage.faults import Patience, muted, told
from lingnan.storage.fences import pass_fence
from lingnan.storage.intents import mark, note_flush, note_statement, under_way
from lingnan.storage.outbox import OutboxEvent
from lingnan.storage.records import NodeSequence, Travelling
from lingnan.storage.upserts import insert_of
from lingnan.storage.urls import database_url

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
READ_ONLY = "lingnan_read_only"
UNFINISHED_MOVE = "unfinished_move"
"""A table that says: what is here is the beginning of a move that never ended, and may be begun anew."""


class Storage:
    """The hub's database: SQLite in the home folder, or the database that `storage_url` names."""

    def __init__(self, engine: Engine, node: int, clock: Clock) -> None:
        self._engine = engine
        self.node = node
        self.clock = clock
        # PostgreSQL would take a new snapshot for every statement; SQLite keeps the first one anyhow.
        snapshot = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._looking = {READ_ONLY: True, **snapshot}
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        event.listen(self._sessions, "before_flush", self._stamp)
        event.listen(self._sessions, "after_flush", note_flush)
        event.listen(self._sessions, "do_orm_execute", note_statement)

    @classmethod
    def open(cls, settings: Settings) -> "Storage":
        """Open (and when needed create or migrate) the database of these settings."""
        settings.home.mkdir(parents=True, exist_ok=True)
        storage = cls(connected_engine(database_url(settings)), settings.node, settings.make_clock())
        with told():
            storage.migrate()
        return storage

    def migrate(self) -> None:
        """Bring the tables to the newest migration; does nothing when they are."""
        if self._is_newest():
            return
        with self._engine.begin() as connection:
            upgrade(connection)

    def _is_newest(self) -> bool:
        """Whether the database stands at the last migration; they are numbered, so the last by name is the last."""
        known = {path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}
        with self._engine.connect() as connection:
            there = inspect(connection)
            if there.has_table(UNFINISHED_MOVE):
                raise unfinished()
            if not there.has_table("alembic_version"):
                return False
            stands = connection.scalar(text("select version_num from alembic_version"))
        if stands is not None and stands not in known:
            raise Conflict(
                f"枢纽的数据库由更新版本的岭南写入（{stands}），本版本不能打开。请安装该版本。",
                f"The hub's database was written by a newer Lingnan ({stands}); this version cannot open it. Install that version.", stands=stands,
            )
        return bool(stands == max(known))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A unit of work: committed when the block ends, rolled back when it raises. It marks the intents it is a part of."""
        intents = under_way()
        with told(), self._sessions() as session, session.begin():
            yield session
            marked = mark(session, intents)
            pass_fence(session)
        for intent in marked:
            intent.committed = True

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A unit of looking: a consistent snapshot that never waits for a writer, never committed."""
        with told(), self._sessions() as session:
            session.connection(execution_options=self._looking)
            yield session
            session.rollback()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection without a session, for what goes over whole tables."""
        with told(), self._engine.connect() as connection:
            yield connection

    def insert_many(self, session: Session, kind: type[Travelling], rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Insert new rows of one kind without making objects of them; stamped as a flush stamps objects. Gives their ids, in order.

        Every row names the same columns. A row may bring its own `id`.
        """
        session.flush()
        if not rows:
            return []
        number, now = self._reserve(session, len(rows)), self.clock.now()
        session.flush()
        same = {"node": self.node, "created_at": now, "changed_at": now, "deleted_at": None}
        stamped = [
            {"id": made, **row, **same, "sequence": place}
            for place, (made, row) in enumerate(zip(new_ids(self.node, self.clock, len(rows)), rows, strict=True), start=number + 1)
        ]
        insert_plainly(session.connection(), inspect(kind).local_table, stamped)
        return [row["id"] for row in stamped]

    def announce(self, session: Session, news: Event, subject: str = "") -> str:
        """Put an event into the outbox, in the transaction of this session; gives the event's id."""
        record = OutboxEvent(name=news.name, subject=subject, payload=news.payload(), at=self.clock.now())
        session.add(record)
        session.flush()
        return record.id

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def _stamp(self, session: Session, _context: Any, _instances: Any) -> None:
        fresh = [record for record in session.new if isinstance(record, Travelling)]
        changed = [record for record in session.dirty if isinstance(record, Travelling) and session.is_modified(record)]
        if not fresh and not changed:
            return
        number, now = self._reserve(session, len(fresh) + len(changed)), self.clock.now()
        for record in fresh:
            record.id = record.id or new_id(self.node, self.clock)
            record.node, record.created_at = self.node, now
        for offset, record in enumerate([*fresh, *changed], start=1):
            record.sequence, record.changed_at = number + offset, now

    def _reserve(self, session: Session, count: int) -> int:
        """Take `count` sequence numbers; the row lock (SQLite: the write lock) keeps two writers from sharing one."""
        counter = select(NodeSequence).where(NodeSequence.node == self.node).with_for_update()
        with session.no_autoflush:
            row = session.scalars(counter).one_or_none()
            if row is None:
                # Of two first writers at once the second waits here for the first one's commit and then goes on from its number.
                connection = session.connection()
                connection.execute(insert_of(connection.dialect.name, NodeSequence).values(node=self.node, last=0).on_conflict_do_nothing())
                row = session.scalars(counter).one()
        first = row.last
        row.last += count
        return first


def connected_engine(url: str, *, durable: bool = False) -> Engine:
    """The way to a database; `durable` is for a file that is written once and then given its name."""
    # Bound values are of persons and of tokens: an error of the database must not carry them into the log.
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "do_connect", Patience().connect)
        event.listen(engine, "handle_error", muted)
        return engine
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)
    event.listen(engine, "connect", _tune_for_once if durable else _tune_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest migration, within the transaction of this connection."""
    # Loaded only now: a database that is up to date is the rule, and this takes as long as all the rest of opening it.
    from alembic import command

    config = _alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def unfinished() -> Incomplete:
    """What is said of a database that a move did not finish."""
    return Incomplete(
        "这个数据库的搬移没有完成，其中的内容不可用。请继续使用原库，并重新执行 lingnan storage move。",
        "The move into this database did not end, so what it holds is of no use. Go on with the old database and repeat lingnan storage move.",
    )


def _tune_sqlite(connection: Any, _record: Any) -> None:
    _set(connection, "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000")


def _tune_for_once(connection: Any, _record: Any) -> None:
    _set(connection, "journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON")


def _set(connection: Any, *pragmas: str) -> None:
    # SQLAlchemy's own transaction begins are used instead of the driver's, which would begin too late for IMMEDIATE.
    connection.isolation_level = None
    for pragma in pragmas:
        connection.execute(f"pragma {pragma}").close()


def _begin_immediate(connection: Any) -> None:
    # IMMEDIATE: a session that reads and then writes must not lose its snapshot to another writer (SQLITE_BUSY_SNAPSHOT).
    mode = "deferred" if connection.get_execution_options().get(READ_ONLY) else "immediate"
    connection.exec_driver_sql(f"begin {mode}")


def _alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
