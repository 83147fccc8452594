"""What a hub knows is moved to PostgreSQL and back, whole or not at all, and comes out as it went in."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, text

from lingnan.base import BadInput, BatchLoaded, Conflict, Incomplete, Settings, Unavailable, WrongUse, load_settings
from lingnan.hub import Hub, Moved, move_storage
from lingnan.hub.moving import know_every_record
from lingnan.jobs import ask, held, tasks
from lingnan.storage import OutboxEvent, Storage, content, neutral
from lingnan.storage.records import Record
from lingnan.trust import Subject
from tests.back_ends import EVERYWHERE, Furnish

pytestmark = [pytest.mark.postgres, pytest.mark.skipif(EVERYWHERE, reason="is about moving from SQLite and back")]
OPERATOR = Subject("operator", account="lingnan")
CHILD = """
import os, signal, sys
from pathlib import Path
from lingnan.base import SilentProgress, load_settings
from lingnan.hub import Hub, move_storage
from lingnan.trust import Subject

class Killing(SilentProgress):
    def begin(self, task, zh, en, total=None):
        self.advance(task, 0)
    def advance(self, task, done):
        if done == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

with Hub.open(load_settings(Path(sys.argv[1]))) as hub:
    move_storage(hub, Subject("operator", account="lingnan"), sys.argv[2], Killing())
"""


@pytest.fixture
def home(tmp_path: Path, furnish: Furnish) -> Path:
    """A hub with units above each other, an event, a JSON null and a task that waits."""
    made = furnish(tmp_path / "hub")
    with Hub.open(load_settings(made)) as hub:
        hub.trust.accounts.make_organisation("zz", "上级", "Above")
        hub.trust.accounts.make_organisation("aa", "下级", "Below", parent="zz")
        with hub.storage.session() as session:
            hub.storage.announce(session, BatchLoaded("gongan.resident", "landing.gongan_resident", "𠀀", 10, 0, "2026-11-01T00:00:00+00:00"))
    ask(load_settings(made), "write", {"word": "甲"}, task_id="one")
    # The first entry of the log makes its key; from here on what a move finds is what was there.
    with pytest.raises(Unavailable):
        move(made, "postgresql://nobody@127.0.0.1:9/none")
    return made


def contents(home: Path) -> list[tuple[str, int, str]]:
    """Every table with its hash."""
    know_every_record()
    storage = Storage.open(load_settings(home))
    with storage.connected() as connection:
        found = [content(connection, neutral(table)) for table in Record.metadata.sorted_tables]
    storage.close()
    return [(each.name, each.rows, each.digest) for each in found]


def move(home: Path, url: str) -> Moved:
    with Hub.open(load_settings(home)) as hub:
        return move_storage(hub, OPERATOR, url)


def set_aside(home: Path) -> None:
    for file in home.glob("*.db*"):
        if file.name.partition(".")[0] in ("hub", "jobs"):
            file.rename(file.with_name(f"old-{file.name}"))


def there_and_back(home: Path, url: str) -> None:
    """To PostgreSQL and back to a file: equal hashes, tasks and settings."""
    before, asked = contents(home), [(task.id, task.name, task.state) for task in tasks(load_settings(home))]
    with (home / "settings.env").open("a") as settings:
        settings.write("LINGNAN_PORT=8411\n")
    there = move(home, url)
    assert (there.written, there.tasks) == (True, len(asked))
    assert load_settings(home).storage_url.endswith(url.rpartition("/")[2])
    assert {(each.name, each.rows, each.digest) for each in there.tables} == set(before) == set(contents(home))
    assert [(task.id, task.name, task.state) for task in tasks(load_settings(home))] == asked
    set_aside(home)
    move(home, "sqlite")
    told = load_settings(home)
    assert (told.storage_url, told.port) == ("", 8411)
    assert contents(home) == before
    assert [(task.id, task.name, task.state) for task in tasks(told)] == asked


def test_a_hub_goes_to_postgresql_and_back(home: Path, postgres_database: str) -> None:
    there_and_back(home, postgres_database)
    with Hub.open(load_settings(home)) as hub:
        assert [unit.key for unit in hub.trust.organisations.listing()].count("aa") == 1
        assert hub.trust.audit.verify().sound


def test_a_built_hub_goes_to_postgresql_and_back(changeable: Hub, postgres_database: str) -> None:
    home, hits = changeable.home, changeable.catalogue.search("人口").total
    changeable.close()
    there_and_back(home, postgres_database)
    with Hub.open(load_settings(home)) as hub:
        assert hub.catalogue.search("人口").total == hits > 0
        assert hub.catalogue.inspect().clean
        assert hub.build(only=["gongan.resident"]).steps_failed == 0


def test_numbers_go_on_where_they_were(home: Path, postgres_database: str) -> None:
    with Hub.open(load_settings(home)) as hub, hub.storage.session() as session:
        session.execute(text("insert into build (number, id, state, host, pid, started_at, seconds) values (7, 'b', 'done', '', 0, :at, 0)"),
                        {"at": datetime(2026, 11, 1, tzinfo=UTC)})
    move(home, postgres_database)
    moved = Storage.open(Settings(home=home, storage_url=postgres_database))
    with moved.session() as session:
        added = "insert into build (id, state, host, pid, started_at, seconds) values ('c', 'done', '', 0, now(), 0) returning number"
        assert session.scalar(text(added)) == 8
    moved.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_move_leaves_nothing_and_is_begun_anew(seed: int, home: Path, postgres_database: str) -> None:
    before, at = contents(home), Random(seed).randrange(1, len(Record.metadata.sorted_tables)) if seed else 0
    child = subprocess.run([sys.executable, "-c", CHILD, str(home), postgres_database, str(at)], check=False)
    assert child.returncode == -signal.SIGKILL
    with pytest.raises(Incomplete, match="did not end"):
        Storage.open(Settings(home=home, storage_url=postgres_database))
    assert contents(home) == before
    moved = move(home, postgres_database)
    assert {(each.name, each.rows, each.digest) for each in moved.tables} == set(before)


def test_a_killed_move_to_a_file_leaves_no_hub(home: Path, postgres_database: str) -> None:
    (home / "settings.env").touch()
    move(home, postgres_database)
    set_aside(home)
    child = subprocess.run([sys.executable, "-c", CHILD, str(home), "sqlite", "20"], check=False)
    assert child.returncode == -signal.SIGKILL
    assert not {"hub.db", "jobs.db"} & {path.name for path in home.iterdir()}
    move(home, "sqlite")
    assert sorted(path.name for path in home.glob("*.moving*")) == []


def test_a_place_that_holds_anything_is_refused(home: Path, postgres_database: str) -> None:
    server = create_engine(postgres_database.replace("postgresql://", "postgresql+psycopg://"))
    with server.begin() as connection:
        connection.execute(text("create table theirs (a int)"))
    with pytest.raises(Conflict, match="not empty"):
        move(home, postgres_database)
    with server.begin() as connection:
        assert connection.scalar(text("select count(*) from pg_tables where schemaname in ('public', 'dbos')")) == 1
        connection.execute(text("drop table theirs"))
    server.dispose()
    move(home, postgres_database)
    with pytest.raises(Conflict, match="not empty"):
        move(home, postgres_database)


@pytest.mark.parametrize(
    ("url", "error"), [
        ("postgresql://nobody:geheim@127.0.0.1:9/none", Unavailable), ("mysql://a@b/c", BadInput), ("no address", BadInput), ("sqlite", WrongUse),
    ],
)
def test_what_is_no_place_for_a_hub_is_said_without_its_password(home: Path, url: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        move(home, url)
    assert "geheim" not in str(caught.value.zh + caught.value.en)
    assert not (home / "settings.env").exists()


def test_a_hub_at_work_is_not_moved(home: Path, postgres_database: str) -> None:
    storage = Storage.open(load_settings(home))
    with held(storage, "worker", "somebody"), pytest.raises(Conflict, match="worker"):
        move(home, postgres_database)
    storage.close()
    move(home, postgres_database)


def test_a_value_too_long_for_postgresql_is_named(home: Path, postgres_database: str) -> None:
    storage = Storage.open(load_settings(home))
    with storage.session() as session:
        session.add(OutboxEvent(id="x", name="n" * 81, payload=None, at=storage.clock.now()))
    storage.close()
    with pytest.raises(BadInput) as caught:
        move(home, postgres_database)
    assert caught.value.facts == {"table": "outbox_event", "column": "name"}
    storage = Storage.open(load_settings(home))
    with storage.session() as session:
        session.execute(text("update outbox_event set name = 'n' where id = 'x'"))
    storage.close()
    before = contents(home)
    assert {(each.name, each.rows, each.digest) for each in move(home, postgres_database).tables} == set(before)


def test_a_database_of_a_newer_version_is_not_touched(home: Path) -> None:
    storage = Storage.open(load_settings(home))
    with storage.session() as session:
        session.execute(text("update alembic_version set version_num = '9999_later'"))
    storage.close()
    with pytest.raises(Conflict, match="newer"):
        Hub.open(load_settings(home))
