import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from lingnan.base import BadInput, Conflict, DatabaseAway, Settings
from lingnan.jobs import Pace, Timetable, Work, ask, forget_tasks, run_worker, tasks, workers
from lingnan.jobs.queue import load_queue
from lingnan.storage import Storage

CHILD = Path(__file__).parent / "worker_child.py"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "hub").mkdir()
    return tmp_path / "hub"


@pytest.fixture
def children():
    started = []
    yield started
    for child in started:
        if child.poll() is None:
            child.kill()
        child.wait()


def start(home, children, **environment):
    child = subprocess.Popen([sys.executable, str(CHILD), str(home)], stdout=subprocess.PIPE, text=True, env=os.environ | environment)
    children.append(child)
    assert child.stdout.readline() == "ready\n"
    return child


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def written(home):
    return (home / "log").read_text().split() if (home / "log").exists() else []


def stop(child):
    child.terminate()
    assert child.stdout.readline() == "stopped\n"
    assert child.wait(60) == 0


def test_importing_the_room_brings_no_dbos():
    code = "import sys, lingnan.jobs; assert not {'dbos', 'croniter'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tasks_are_done_once_without_network_and_sigterm_ends_cleanly(home, children):
    settings = Settings(home=home)
    ask(settings, "write", {"word": "甲"}, task_id="one")
    ask(settings, "write", {"word": "again"}, task_id="one")
    ask(settings, "nobody", {})
    cloud = {"DBOS__CLOUD": "true", "DBOS__CONDUCTOR_KEY": "k", "DBOS__CONDUCTOR_URL": "ws://127.0.0.1:9", "DBOS__CONDUCTOR_APP_NAME": "x"}
    child = start(home, children, **cloud)
    wait_for(lambda: {t.state for t in tasks(settings)} == {"done", "failed"})
    stop(child)
    assert written(home) == ["甲"]
    assert not (home / "connections").exists()
    told = {t.id: t for t in tasks(settings)}
    assert (told["one"].name, told["one"].outcome) == ("write", "written")
    from datetime import UTC, datetime, timedelta

    assert forget_tasks(settings, datetime.now(UTC) + timedelta(days=1)) == 2
    assert tasks(settings) == []


def test_task_stopped_by_sigterm_goes_on_at_the_next_start(home, children):
    settings = Settings(home=home)
    child = start(home, children)
    ask(settings, "slow", {"word": "late"})
    wait_for((home / "slow-began").exists)
    stop(child)
    assert written(home) == []
    (home / "quick").touch()
    child = start(home, children)
    wait_for(lambda: written(home) == ["late"])
    stop(child)


def test_task_of_a_killed_worker_goes_on_at_the_next_start(home, children):
    settings = Settings(home=home)
    child = start(home, children)
    ask(settings, "slow", {"word": "late"}, task_id="t")
    wait_for((home / "slow-began").exists)
    child.kill()
    child.wait()
    (home / "quick").touch()
    child = start(home, children)
    wait_for(lambda: written(home) == ["late"])
    wait_for(lambda: tasks(settings)[0].state == "done")
    stop(child)


def test_worker_beside_pages_rests_while_another_lives_and_gives_way_to_one(home, children):
    settings, pace = Settings(home=home), Pace(tick_s=0.1, look_s=0.1)
    storage, told = Storage.open(settings), []
    work = Work({}, told=lambda worker, task, outcome: told.append(outcome))
    rested = threading.Event()

    def beside():
        with pytest.raises(Conflict):
            run_worker(storage, settings, work, beside=True, stop=threading.Event(), pace=pace)
        rested.set()

    working = threading.Thread(target=beside)
    working.start()
    wait_for(lambda: told == ["begins"])
    assert [each.beside for each in workers(storage, settings)] == [True]
    child = start(home, children)
    assert rested.wait(60)
    working.join()
    assert [(each.pid, each.beside) for each in workers(storage, settings)] == [(child.pid, False)]
    beside()
    stop(child)
    storage.close()


def test_wrong_cron_expression_is_told_before_anything_begins(home):
    settings = Settings(home=home)
    storage = Storage.open(settings)
    with pytest.raises(BadInput):
        run_worker(storage, settings, Work({}, [Timetable("build", "often", "build")]))
    assert workers(storage, settings) == []
    storage.close()


@pytest.mark.parametrize("step", ["launch", "register_queue"])
def test_a_database_that_goes_away_as_a_worker_begins_is_said_and_the_worker_may_begin_again(home, monkeypatch, step):
    """Whoever works beside pages rests on DatabaseAway; any other error would end the worker for good."""
    queue, settings, stopped = load_queue().DBOS, Settings(home=home), threading.Event()
    real = getattr(queue, step)

    def away(*_arguments, **_named):
        raise OperationalError(None, None, Exception("server closed the connection unexpectedly"))

    storage = Storage.open(settings)
    monkeypatch.setattr(queue, step, away)
    with pytest.raises(DatabaseAway, match="queue of tasks"):
        run_worker(storage, settings, Work({}), stop=stopped)
    monkeypatch.setattr(queue, step, real)
    again = threading.Thread(target=run_worker, args=(storage, settings, Work({})), kwargs={"stop": stopped})
    again.start()
    wait_for(lambda: workers(storage, settings))
    stopped.set()
    again.join(60)
    assert not again.is_alive()
    storage.close()
