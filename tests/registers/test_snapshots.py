"""Yearly snapshots: what was true on the last day by what was known when they were taken, kept as they are whatever is learnt later."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused, Settings, WrongUse
from lingnan.lake import CommitFacts
from lingnan.registers import Snapshots
from lingnan.storage import Storage
from lingnan.trust import ANONYMOUS, SYSTEM, Trust

from .bureau import FIRST, SECOND, Bureau, resident
from .histories import PEOPLE, WORDS, Word, held, histories, lay, surviving, true_on

TAKEN = datetime(2026, 12, 31, 15, 55, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(TAKEN)


@pytest.fixture
def snapshots(bureau: Bureau, new_home: Callable[[str], Path], clock: FixedClock) -> Iterator[Snapshots]:
    home = new_home("snapshots")
    storage = Storage.open(Settings(home=home))
    storage.clock = clock
    trust = Trust.open(storage, home, clock)
    yield Snapshots(storage, trust, bureau.lake, bureau.engine)
    trust.close()
    storage.close()


def test_a_snapshot_stays_as_it_was_taken(bureau: Bureau, snapshots: Snapshots, clock: FixedClock) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2, division="440305"), resident(3, division=None, birth_date=date(2027, 1, 1)))
    bureau.build("people")
    first = snapshots.take(SYSTEM, "people", 2026)
    assert (first.edition, first.as_of, first.known_at, first.entries) == (1, date(2026, 12, 31), TAKEN, 3)
    assert first.counts == {"": 1, "440103": 1, "440305": 1}
    with pytest.raises(Conflict):
        snapshots.take(SYSTEM, "people", 2026)
    with pytest.raises(WrongUse):
        snapshots.take(SYSTEM, "people", 2026, again=True, reason="  ")
    bureau.deliver("gongan.resident", SECOND, resident(1, name="陈光"), resident(2, division="440305"))
    bureau.build("people")
    clock.at = datetime(2027, 3, 1, tzinfo=UTC)
    second = snapshots.take(SYSTEM, "people", 2026, again=True, reason="核实后重出")
    assert (second.edition, second.entries, second.reason) == (2, 2, "核实后重出")
    rows = {(row["edition"], row["name"]) for row in bureau.rows(PEOPLE.snapshot)}
    assert rows == {(1, "陈明"), (2, "陈明"), (2, "陈光")}
    assert snapshots.listing("people") == (second, first)
    assert snapshots.intact(first)
    assert snapshots.intact(second)
    earlier = snapshots.take(SYSTEM, "people", 2025)
    assert [each.year for each in snapshots.listing("people")] == [2026, 2026, 2025]
    assert snapshots.intact(earlier)
    assert snapshots.take_due(SYSTEM) == ()


def test_what_was_altered_is_noticed_and_a_new_column_alters_nothing(bureau: Bureau, snapshots: Snapshots) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2))
    bureau.build("people")
    taken = snapshots.take(SYSTEM, "people", 2025)
    facts = bureau.lake.history(PEOPLE.snapshot)[0]
    assert (facts.job, facts.extra["year"], facts.inputs) == ("registers.snapshot", 2025, {WORDS: bureau.lake.version(WORDS)})
    without = bureau.engine.query(f"select * exclude (household) from {PEOPLE.snapshot}", bureau.views(PEOPLE.snapshot))
    bureau.lake.overwrite(PEOPLE.snapshot, without, CommitFacts(job="test"))
    assert not snapshots.intact(taken)
    bureau.lake.drop(PEOPLE.snapshot)
    bureau.deliver("gongan.resident", SECOND, resident(1, household=None), resident(2, household=None))
    bureau.build("people")
    old = snapshots.take(SYSTEM, "people", 2024)
    rows = bureau.engine.query(f"select * exclude (household) from {PEOPLE.snapshot}", bureau.views(PEOPLE.snapshot))
    bureau.lake.overwrite(PEOPLE.snapshot, rows, CommitFacts(job="test"))
    new = snapshots.take(SYSTEM, "people", 2025, again=True, reason="增加属性后重出")
    assert "household" in bureau.lake.schema(PEOPLE.snapshot).names
    assert snapshots.intact(old)
    assert snapshots.intact(new)


def test_who_may_not_and_what_cannot_be_taken_is_refused(bureau: Bureau, snapshots: Snapshots) -> None:
    with pytest.raises(Missing):
        snapshots.take(SYSTEM, "people", 2025)
    bureau.build("people")
    with pytest.raises(BadInput):
        snapshots.take(SYSTEM, "people", 2027)
    with pytest.raises(Refused):
        snapshots.take(ANONYMOUS, "people", 2025)
    assert snapshots.listing("people") == ()
    assert [each.year for each in snapshots.take_due(SYSTEM)] == [2026], "on the last day it is that year's"


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=histories())
def test_a_snapshot_is_what_the_plainest_reading_gives(bureau: Bureau, snapshots: Snapshots, said: list[Word]) -> None:
    lay(bureau, said)
    taken = snapshots.take(SYSTEM, "people", 2026, again=True, reason="试")
    rows = bureau.rows(PEOPLE.snapshot, f"year = 2026 and edition = {taken.edition}")
    wanted = surviving(true_on(held(said, TAKEN), taken.as_of))
    assert {row["entry_id"]: {name: row[name] for name in wanted[row["entry_id"]]} for row in rows} == wanted
