"""The same database on a real PostgreSQL: tables by migration, sequences, outbox."""

import pytest
from sqlalchemy import inspect

from lingnan.base import BatchLoaded, Settings
from lingnan.storage import Storage, pending_events

pytestmark = pytest.mark.postgres
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
