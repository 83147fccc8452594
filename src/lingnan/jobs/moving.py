"""Takes the queue's tasks along when the hub's database is moved, those that wait and those that ended."""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, Table, inspect, make_url

from lingnan.base import Settings
from lingnan.jobs.queue import SCHEMA, load_queue, queue_url
from lingnan.storage import connected_engine, copy, neutral

TABLES = ("workflow_status", "workflow_input", "workflow_output", "operation_outputs")
"""What dbos keeps of a task; its queues and versions each worker registers itself."""


def task_file(settings: Settings) -> Path:
    """Where tasks stand when the hub's database is a file."""
    return settings.home.resolve() / "jobs.db"


def copy_tasks(settings: Settings, target: str) -> int:
    """Copy every task of these settings' queue under another URL, whose tables are made; gives how many. The source is only read.

    A task that was cut off is taken up by the first worker there, as it would be here.
    """
    source = queue_url(settings)
    if source.startswith("sqlite") and not Path(make_url(source).database or "").exists():
        return 0
    reading, writing = connected_engine(source), connected_engine(target, durable=True)
    try:
        with reading.connect() as kept:
            there = inspect(kept)
            if not there.has_table(TABLES[0], _schema(kept)):
                return 0
            load_queue().DBOS.migrate(target)
            with writing.begin() as made:
                return max(_copied(kept, made, name) for name in TABLES if there.has_table(name, _schema(kept)))
    finally:
        reading.dispose()
        writing.dispose()


def _copied(source: Connection, target: Connection, name: str) -> int:
    """Copy one table; a column that only one of two versions of dbos has keeps its default."""
    before, after = (Table(name, MetaData(), autoload_with=side, schema=_schema(side)) for side in (source, target))
    # SQLite knows fewer types, so both sides are read and written with PostgreSQL's where it is one of them.
    typed = before if source.dialect.name == "postgresql" else after
    shared = [column for column in typed.columns if column.name in before.columns and column.name in after.columns]
    one, other = (
        neutral(Table(name, MetaData(), *(Column(each.name, each.type, primary_key=each.primary_key) for each in shared), schema=_schema(side)))
        for side in (source, target)
    )
    return copy(source, target, one, other).rows


def _schema(connection: Connection) -> str | None:
    return SCHEMA if connection.dialect.name == "postgresql" else None
