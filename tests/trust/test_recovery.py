"""Recovery finds how every write ended whose process was killed: done when the database holds it, else that nothing was changed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lingnan.base import Conflict
from lingnan.storage import IntentMark, Storage, unmarked
from lingnan.trust import Entry, Settled, Trust, by_marks, settle, sweep_marks, writing
from tests.back_ends import Furnish
from tests.trust.writer_child import SECURITY, WRITES_BEFORE_THE_END, settings_of, write

CHILD = Path(__file__).parent / "writer_child.py"
SEEDS = range(200 if os.environ.get("LINGNAN_LONG") else 3)


@contextmanager
def opened(home: Path, url: str = "") -> Iterator[tuple[Storage, Trust]]:
    storage = Storage.open(settings_of(home, url))
    trust = Trust.open(storage, home, storage.clock)
    yield storage, trust
    trust.close()
    storage.close()


def recover(storage: Storage, trust: Trust) -> list[Settled]:
    settled = settle(trust.audit, {}, by_marks(storage, trust.audit))
    sweep_marks(storage, trust.audit)
    return settled


def marks(storage: Storage) -> int:
    with storage.reading() as session:
        return session.scalar(select(func.count()).select_from(IntentMark)) or 0


def killed(home: Path, how: str, url: str = "", name: str = "n", after_s: float | None = None) -> None:
    command = [sys.executable, str(CHILD), str(home), how, url, name]
    known = os.pathsep.join([str(CHILD.parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": known}) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        if after_s is not None:
            time.sleep(after_s)
            child.send_signal(signal.SIGKILL)
        assert child.wait(60) == -signal.SIGKILL


def told(trust: Trust) -> dict[str, str]:
    """What the log says of each write, by the entry's key."""
    intents: dict[int, Entry] = {}
    found: dict[str, str] = {}
    for entry in trust.audit.entries(0, 100_000):
        if entry.kind == "intent" and entry.action == "negative.add":
            intents[entry.number] = entry
        elif entry.intent in intents:
            found[intents[entry.intent].resource.removeprefix("negative:")] = entry.outcome
    return found


def check_a_kill_at_each_side_of_the_commit(home: Path, url: str) -> None:
    killed(home, "before", url, "b")
    killed(home, "after", url, "a")
    last = WRITES_BEFORE_THE_END
    with opened(home, url) as (storage, trust):
        # Those before the last one have left their marks and their outcomes; the last ones are what recovery has to find out.
        assert marks(storage) == 2 * last + 1
        settled = recover(storage, trust)
        assert [(each.intent.resource, each.outcome) for each in settled] == [
            (f"negative:b-{last}", "abandoned"), (f"negative:a-{last}", "done")
        ]
        ends = {entry.intent: entry.facts for entry in trust.audit.entries(0, 1_000) if entry.kind == "outcome"}
        assert ends[settled[0].intent.number] == {"settled": True, "reason": "found", "changed": "nothing"}
        assert ends[settled[1].intent.number] == {"settled": True, "reason": "found"}
        assert "未作任何更改" in settled[0].zh
        assert "changed nothing" in settled[0].en
        kept = {card.key for card in trust.negative_list.entries()}
        assert f"a-{last}" in kept
        assert f"b-{last}" not in kept
        assert {name for name, outcome in told(trust).items() if outcome == "done"} == kept
        assert marks(storage) == 0
        assert recover(storage, trust) == []
        assert trust.verify().sound


def test_a_kill_before_the_commit_changed_nothing_and_one_after_it_did(tmp_path: Path) -> None:
    check_a_kill_at_each_side_of_the_commit(tmp_path, "")


@pytest.mark.postgres
def test_on_postgresql_too(tmp_path: Path, postgres_database: str) -> None:
    check_a_kill_at_each_side_of_the_commit(tmp_path, postgres_database.replace("postgresql://", "postgresql+psycopg://"))


@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_kill_at_any_moment_the_log_says_what_the_database_holds(seed: int, tmp_path: Path, furnish: Furnish) -> None:
    killed(furnish(tmp_path), "free", name=f"s{seed}", after_s=random.Random(seed).uniform(0.01, 0.15))
    with opened(tmp_path) as (storage, trust):
        recover(storage, trust)
        kept = {card.key for card in trust.negative_list.entries()}
        assert {name for name, outcome in told(trust).items() if outcome == "done"} == kept
        assert trust.audit.open_intents() == []
        assert marks(storage) == 0


def test_marks_of_living_writes_stay_and_others_go(trust: Trust) -> None:
    storage = trust.negative_list._storage
    write(trust, "twice")
    with pytest.raises(Conflict):
        write(trust, "twice")
    with writing(trust.audit, SECURITY, "outer", "a.t") as outer:
        write(trust, "of-two")
        with storage.reading() as session:
            marked = session.scalars(select(IntentMark.intent)).all()
        assert outer.number in marked, "a unit of work is a part of every write around it"
        assert len(marked) == 3
        assert sweep_marks(storage, trust.audit) == 2
        assert recover(storage, trust) == []
        assert marks(storage) == 1
    trust.keep_watch()
    assert marks(storage) == 0, "the worker's round sweeps"


def test_what_is_no_part_of_a_write_leaves_no_mark(trust: Trust) -> None:
    storage = trust.negative_list._storage
    with writing(trust.audit, SECURITY, "outer", "a.t"):
        with unmarked(), storage.session():
            pass
        with storage.reading():
            pass
        assert marks(storage) == 0
    with storage.session():
        pass
    assert marks(storage) == 0


def test_a_mark_of_an_entry_that_the_log_lost_says_nothing_of_the_next_one_with_its_number(trust: Trust) -> None:
    """After a power cut the log may give a number out again; the older entry's time tells its mark apart."""
    storage, audit = trust.negative_list._storage, trust.audit
    lost = audit.size() + 1
    with storage.session() as session:
        session.add(IntentMark(log=audit.notes.origin, intent=lost, at=audit.clock.now().replace(year=2020)))
    assert audit.intent(SECURITY, "later", "a.t", facts={"process": {"host": _own_host(), "pid": 1 << 22, "started": "gone", "marks": True}}) == lost
    assert [(each.intent.number, each.outcome) for each in recover(storage, trust)] == [(lost, "abandoned")]
    assert marks(storage) == 0


def _own_host() -> str:
    from lingnan.jobs import ProcessMark

    return ProcessMark.own().host
