"""The hub's database: migrations, sequences, tombstones, the outbox."""

import re
import threading
import traceback
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import walk_packages

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import lingnan
from lingnan.base import BatchLoaded, load_settings
from lingnan.storage import OutboxEvent, Storage, UtcDateTime, pending_events

pytestmark = pytest.mark.on_both
FULL_TEXT = re.compile("(resource_words|item_term)_(index|tokens)")
"""SQLite's index over words with the tables it makes for itself, and PostgreSQL's."""
NUMBER = "44010319900307761X"
EVENT = BatchLoaded("gongan.resident", "landing.gongan_resident", "b1", 10, 0, "2026-11-01T00:00:00+00:00")


@pytest.fixture
def storage(tmp_path, furnish):
    opened = Storage.open(load_settings(furnish(tmp_path)))
    yield opened
    opened.close()


def test_an_event_is_kept_with_the_change_it_tells_of(storage):
    with storage.session() as session:
        storage.announce(session, EVENT, subject="gongan.resident")
    with storage.reading() as session:
        [kept] = pending_events(session)
        assert (kept.name, kept.payload["rows"], kept.sequence) == ("collect.batch_loaded", 10, 1)


def test_an_event_is_gone_with_a_change_that_fails(storage):
    def announce_and_fail():
        with storage.session() as session:
            storage.announce(session, EVENT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        announce_and_fail()
    with storage.reading() as session:
        assert list(pending_events(session)) == []


def test_every_change_takes_a_new_sequence_number(storage):
    with storage.session() as session:
        storage.announce(session, EVENT)
    with storage.session() as session:
        next(pending_events(session)).delivered = True
    with storage.reading() as session:
        kept = session.query(OutboxEvent).one()
        assert kept.sequence == 2
        assert kept.changed_at.tzinfo is not None


def test_writers_at_once_never_share_a_number(storage):
    def write():
        for _ in range(20):
            with storage.session() as session:
                storage.announce(session, EVENT)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with storage.reading() as session:
        numbers = [event.sequence for event in session.query(OutboxEvent)]
    assert sorted(numbers) == list(range(1, 81))


def test_rows_put_in_without_objects_carry_what_objects_would(storage):
    row = {"name": "n", "subject": "", "payload": {"a": 1}, "at": storage.clock.now(), "delivered": False}
    with storage.session() as session:
        storage.announce(session, EVENT)
        ids = storage.insert_many(session, OutboxEvent, [row, {**row, "id": "chosen"}])
        assert storage.insert_many(session, OutboxEvent, []) == []
        storage.announce(session, EVENT)
    with storage.reading() as session:
        kept = session.query(OutboxEvent).order_by(OutboxEvent.sequence).all()
        assert [each.sequence for each in kept] == [1, 2, 3, 4]
        assert [each.id for each in kept[1:3]] == ids
        assert ids[1] == "chosen"
        assert {(each.node, each.deleted_at) for each in kept} == {(storage.node, None)}
        assert all(each.created_at == each.changed_at for each in kept)


def test_reading_does_not_wait_for_a_writer(storage):
    with storage.session() as writer, storage.reading() as reader:
        storage.announce(writer, EVENT)
        assert reader.query(OutboxEvent).count() == 0


def test_no_error_of_the_database_quotes_a_value(storage):
    mark = "(:value, 1, '2026-11-01 00:00:00')"
    for put in ("account (id, name) values (:value, :value)", f"intent_mark (log, intent, at) values {mark}, {mark}"):
        with pytest.raises(IntegrityError) as told, storage.session() as session:
            session.execute(text(f"insert into {put}"), {"value": NUMBER})
        assert NUMBER not in "".join(traceback.format_exception(told.value))


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), None)
    assert UtcDateTime().process_bind_param(datetime(2026, 1, 1, tzinfo=UTC), None) is not None


def test_the_migrations_make_just_the_tables_that_the_records_declare(storage):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from lingnan.storage import Record

    # Doors open late, so every room's records are asked for by name.
    for module in walk_packages(lingnan.__path__, "lingnan."):
        if module.name.endswith("records") and not module.name.startswith("lingnan.web."):
            import_module(module.name)
    with storage._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": lambda name, kind, _parents: not FULL_TEXT.search(name or "")})
        assert compare_metadata(context, Record.metadata) == []


