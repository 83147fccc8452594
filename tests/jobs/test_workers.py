"""Several workers on one hub: each task is done once, by whom is known, and one that dies or falls silent is stood in for."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from lingnan.base import load_settings
from lingnan.jobs import TaskState, tasks, workers
from lingnan.jobs.leases import Hold, held
from lingnan.jobs.queue import _client
from lingnan.storage import Storage

CHILD = Path(__file__).parent / "worker_child.py"
LONG = bool(os.environ.get("LINGNAN_LONG"))
JOBS = 120 if LONG else 40
KILLS = [(seed, killed) for seed in range(1, 11) for killed in (1, 2)] if LONG else [(1, 1), (2, 2), (3, 2)]


class Ground:
    """A hub's database with the tables the children count in, and the workers started on it."""

    def __init__(self, home: Path, nest: subprocess.Popen) -> None:
        self.home, self.nest, self.settings = home, nest, load_settings(home)
        self.storage = Storage.open(self.settings)
        self.numbers: list[int] = []
        with self.storage.session() as session:
            for table in ("begun", "ended"):
                session.execute(text(f"create table {table} (number integer)"))

    def start(self, count: int = 1, **pace: float) -> list[int]:
        begun = []
        for _ in range(count):
            told = {"home": str(self.home), "storage_url": self.settings.storage_url, "out": str(self.home / f"out-{len(self.numbers)}"), **pace}
            self.nest.stdin.write(json.dumps(told) + "\n")
            self.nest.stdin.flush()
            begun.append(int(self.nest.stdout.readline()))
            self.numbers += begun[-1:]
        wait_for(lambda: all("begins" in self.said(number) for number in begun))
        return begun

    def said(self, number: int) -> str:
        file = self.home / f"out-{self.numbers.index(number)}"
        return file.read_text() if file.exists() else ""

    def ask(self, numbers: range, **arguments: object) -> None:
        """All in one go, over one connection."""
        with _client(self.settings) as client:
            for number in numbers:
                client.enqueue(
                    {"queue_name": "tasks", "workflow_name": "lingnan_task", "workflow_id": f"n{number}", "app_version": "1"},
                    "count", {"number": number, **arguments}, 1,
                )

    def counted(self, table: str) -> list[int]:
        with self.storage.reading() as session:
            return list(session.scalars(text(f"select number from {table} order by number")))

    def tasks(self) -> list[TaskState]:
        return tasks(self.settings, 1000)

    def done(self) -> list[TaskState]:
        """All tasks, once every one is done; the queue is looked at less often than the table, since a look costs more."""
        wait_for(lambda: len(set(self.counted("ended"))) == JOBS)
        while any(each.state != "done" for each in self.tasks()):
            time.sleep(0.2)
        return self.tasks()

    def close(self) -> None:
        for number in self.numbers:
            for sent in (signal.SIGCONT, signal.SIGKILL):
                try:
                    os.kill(number, sent)
                except ProcessLookupError:
                    break
        wait_for(lambda: not any(Path(f"/proc/{number}").exists() for number in self.numbers))
        self.storage.close()


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def nest():
    """The process that forks workers."""
    started = subprocess.Popen([sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout.readline() == "ready\n"
    yield started
    started.kill()
    started.wait()


@pytest.fixture
def ground(tmp_path, furnish, nest):
    opened = Ground(furnish(tmp_path / "hub"), nest)
    yield opened
    opened.close()


@pytest.fixture
def ground_on_postgres(tmp_path, postgres_databases, nest):
    with postgres_databases.furnished(tmp_path / "hub"):
        opened = Ground(tmp_path / "hub", nest)
        yield opened
        opened.close()


@pytest.mark.on_both
def test_three_workers_do_each_task_once(ground):
    ground.ask(range(JOBS))
    ground.start(3, poll_s=0.1)
    done = ground.done()
    assert ground.counted("begun") == ground.counted("ended") == list(range(JOBS))
    living = {each.name for each in workers(ground.storage, ground.settings)}
    assert len(living) == 3
    assert {each.worker for each in done} == living


@pytest.mark.postgres
@pytest.mark.parametrize(("seed", "killed"), KILLS)
def test_workers_killed_at_any_moment_leave_nothing_undone_and_nothing_done_twice(ground_on_postgres, seed, killed):
    """The moments are told by what is done, which a busy machine does not shift."""
    ground, chance = ground_on_postgres, random.Random(seed)
    ground.ask(range(JOBS))
    numbers = ground.start(3, poll_s=0.1)
    moments = sorted(chance.sample(range(1, JOBS - 10), killed))
    for victim, moment in zip(chance.sample(numbers, killed), moments, strict=True):
        wait_for(lambda moment=moment: len(ground.counted("ended")) >= moment)
        time.sleep(chance.uniform(0, 0.03))
        os.kill(victim, signal.SIGKILL)
    ground.done()
    assert ground.counted("ended") == list(range(JOBS))
    assert len(ground.counted("begun")) <= JOBS + killed
    assert len(workers(ground.storage, ground.settings)) == 3 - killed


@pytest.mark.on_both
def test_stopped_worker_that_wakes_after_it_was_given_up_finishes_nothing_and_begins_anew(ground):
    [sleeper] = ground.start(poll_s=0.05, silence_s=2)
    ground.ask(range(1), hold="go-on", blind=True)
    wait_for(lambda: ground.counted("begun"))
    [at_it] = workers(ground.storage, ground.settings)
    assert (at_it.pid, at_it.task) == (sleeper, "count")
    os.kill(sleeper, signal.SIGSTOP)
    [other] = ground.start(poll_s=0.05, silence_s=2)
    wait_for(lambda: len(ground.counted("begun")) == 2)
    (ground.home / "go-on").touch()
    wait_for(lambda: ground.tasks()[0].state == "done")
    [finisher] = [each.name for each in workers(ground.storage, ground.settings) if each.pid == other]
    os.kill(sleeper, signal.SIGCONT)
    wait_for(lambda: "was given up" in ground.said(sleeper))
    assert ground.counted("ended") == [0]
    assert ground.tasks()[0].worker == finisher
    os.kill(other, signal.SIGTERM)
    wait_for(lambda: "stopped" in ground.said(other))
    ground.ask(range(1, 2))
    wait_for(lambda: ground.counted("ended") == [0, 1])
    assert ground.tasks()[0].worker != at_it.name
    assert {each.pid for each in workers(ground.storage, ground.settings)} == {sleeper}


@pytest.mark.on_both
def test_tasks_that_an_older_version_or_another_database_left_begun_are_taken_up(ground):
    ground.ask(range(1))
    [first] = ground.start(poll_s=0.05)
    wait_for(lambda: ground.tasks()[0].state == "done")
    os.kill(first, signal.SIGTERM)
    wait_for(lambda: "stopped" in ground.said(first))
    from lingnan.jobs.moving import _schema
    from lingnan.jobs.queue import queue_url
    from lingnan.storage import connected_engine

    with connected_engine(queue_url(ground.settings)).begin() as queue:
        schema = f"{_schema(queue)}." if _schema(queue) else ""
        queue.execute(text(f"update {schema}workflow_status set status = 'PENDING', executor_id = 'node-1'"))
        queue.execute(text(f"delete from {schema}operation_outputs"))
    ground.start(poll_s=0.05)
    wait_for(lambda: len(ground.counted("begun")) == 2)
    wait_for(lambda: ground.tasks()[0].state == "done")
    assert ground.counted("ended") == [0]


def test_a_fence_lets_nothing_be_committed_without_the_lease(storage):
    from lingnan.base import Conflict
    from lingnan.jobs.records import Schedule
    from lingnan.storage import fenced

    def write(hold: Hold, name: str) -> None:
        with fenced(hold.ensure_in), storage.session() as session:
            session.add(Schedule(name=name, cron="0 2 * * *", seen_until=datetime(2026, 10, 31, tzinfo=UTC)))

    with held(storage, "worker:a", "a") as hold:
        write(hold, "with")
    with pytest.raises(Conflict):
        write(hold, "without")
    with fenced(hold.ensure_in), storage.reading() as session:
        assert [each.name for each in session.query(Schedule)] == ["with"]
