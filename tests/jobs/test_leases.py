import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from lingnan.base import Conflict, DatabaseAway, FixedClock
from lingnan.jobs import held, leases
from lingnan.jobs.processes import ProcessMark
from lingnan.jobs.records import Lease


def lease_holder(storage):
    with storage.reading() as session:
        lease = session.get(Lease, "build")
        return lease.holder if lease else None


def plant(storage, **changes):
    own = ProcessMark.own()
    now = datetime(2026, 10, 31, tzinfo=UTC)
    row = {"name": "build", "holder": "other", "host": own.host, "pid": own.pid, "process_started": own.started, "taken_at": now, "heard_at": now}
    with storage.session() as session:
        session.add(Lease(**(row | changes)))


def test_held_once_and_given_back(storage):
    with held(storage, "build", "one"):
        with pytest.raises(Conflict) as caught, held(storage, "build", "two"):
            pass
        assert str(os.getpid()) in caught.value.zh
        assert lease_holder(storage) == "one"
    assert lease_holder(storage) is None


def test_given_back_once_the_database_answers_again(storage, monkeypatch):
    """Else the process that held it, which lives on, would wait for itself."""
    held_by_one = held(storage, "build", "one")
    with held_by_one:
        answering, away = storage.session, iter([True, True])

        def restarting():
            if next(away, False):
                raise DatabaseAway("away", "away")
            return answering()

        monkeypatch.setattr(leases, "GIVING_BACK_S", (0.0, 0.01, 0.01, 0.01))
        monkeypatch.setattr(storage, "session", restarting)
    assert lease_holder(storage) is None


def test_taken_over_from_a_dead_process(storage):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    started = f"/proc/{child.pid}/stat"
    mark = ProcessMark(ProcessMark.own().host, child.pid, _started(started))
    assert mark.is_dead() is False
    plant(storage, pid=child.pid, process_started=mark.started)
    with pytest.raises(Conflict), held(storage, "build", "me"):
        pass
    child.kill()
    child.wait()
    with held(storage, "build", "me"):
        assert lease_holder(storage) == "me"


def _started(stat):
    from lingnan.jobs import processes

    return processes._started(int(stat.split("/")[2]))


def test_killed_child_not_yet_collected_counts_as_dead(storage):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    mark = ProcessMark(ProcessMark.own().host, child.pid, _started(f"/proc/{child.pid}/stat"))
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert mark.is_dead() is True
    child.wait()


def test_number_given_to_a_newcomer_is_not_the_old_process(storage):
    plant(storage, process_started="another boot 1")
    with held(storage, "build", "me"):
        assert lease_holder(storage) == "me"


def test_process_of_another_host_only_after_long_silence(storage):
    at = datetime(2026, 10, 31, tzinfo=UTC)
    plant(storage, host="elsewhere")
    with pytest.raises(Conflict), held(storage, "build", "me", clock=FixedClock(at + timedelta(seconds=100))):
        pass
    with held(storage, "build", "me", clock=FixedClock(at + timedelta(seconds=130))):
        assert lease_holder(storage) == "me"


def test_one_of_many_threads_gets_it(storage):
    won, lost, over = [], [], threading.Event()

    def attempt(number):
        try:
            with held(storage, "build", f"t{number}"):
                won.append(number)
                over.wait(60)
        except Conflict:
            lost.append(number)
            if len(lost) == 5:
                over.set()

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 5)
