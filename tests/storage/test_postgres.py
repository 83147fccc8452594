"""The same database on a real PostgreSQL: tables by migration, sequences, outbox."""

import traceback

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import ProgrammingError

from lingnan.base import BadInput, BatchLoaded, Settings
from lingnan.storage import Storage, pending_events

pytestmark = pytest.mark.postgres
NUMBER = "44010319900307761X"
EVENT = BatchLoaded("gongan.resident", "landing.gongan_resident", "b1", 10, 0, "2026-11-01T00:00:00+00:00")


def test_migrations_sequences_and_outbox_hold_on_postgresql(postgres_database, tmp_path):
    url = postgres_database.replace("postgresql://", "postgresql+psycopg://", 1)
    storage = Storage.open(Settings(home=tmp_path, storage_url=url))
    with storage.session() as session:
        storage.announce(session, EVENT)
        storage.announce(session, EVENT)
    Storage.open(Settings(home=tmp_path, storage_url=url)).close()
    with storage.reading() as session:
        assert [event.sequence for event in pending_events(session)] == [1, 2]
    storage.close()


def test_migrations_go_back_to_nothing_and_up_again(postgres_database, tmp_path):
    from alembic import command

    from lingnan.storage.service import _alembic_config, upgrade

    storage = Storage.open(Settings(home=tmp_path, storage_url=postgres_database))
    with storage.connected() as connection:
        before = set(inspect(connection).get_table_names())
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        upgrade(connection)
        assert set(inspect(connection).get_table_names()) == before
    storage.close()


def test_what_does_not_fit_is_not_quoted(postgres_database, tmp_path):
    storage = Storage.open(Settings(home=tmp_path, storage_url=postgres_database))
    for kind in ("bigint", "timestamp", "json"):
        with pytest.raises(BadInput) as told, storage.session() as session:
            session.execute(text(f"select cast(cast(:value as varchar) as {kind})"), {"value": NUMBER})
        whole = "".join(traceback.format_exception(told.value))
        assert NUMBER not in whole
        assert "SQLSTATE 22" in whole
    with pytest.raises(ProgrammingError, match='relation "nowhere" does not exist'), storage.session() as session:
        session.execute(text("select * from nowhere"))
    storage.close()
