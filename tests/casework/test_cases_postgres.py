"""Cases on PostgreSQL: the same journey, the same lists, and one winner of a race."""

import threading
from datetime import date

import pytest

from lingnan.base import Conflict, FixedClock, Settings
from lingnan.casework import CaseQuery, Casework
from lingnan.storage import Storage
from lingnan.trust import Trust
from tests.casework.bureau import DISPUTE, MONDAY, Bureau
from tests.casework.office import Office

pytestmark = pytest.mark.postgres


@pytest.fixture
def bureau(tmp_path, postgres_database):
    clock = FixedClock(MONDAY)
    storage = Storage.open(Settings(home=tmp_path, storage_url=postgres_database.replace("postgresql://", "postgresql+psycopg://")))
    storage.clock = clock
    trust = Trust.open(storage, tmp_path, clock)
    office = Office(tmp_path, clock, storage, trust)
    units = {key: trust.accounts.make_organisation(key, key, key) for key in ("shuju", "gongan")}
    opened = Bureau(office, Casework.open(storage, trust, office="shuju"), units)
    for name, unit, role in (("steward", "shuju", "steward"), ("second_steward", "shuju", "steward"), ("reviewer", "shuju", "reviewer"),
                             ("gongan_steward", "gongan", "steward"), ("auditor", "shuju", "auditor")):
        opened.official(name, unit, role)
    office.person("citizen", kind="citizen")
    yield opened
    trust.close()
    storage.close()


def test_the_journey_and_the_lists(bureau):
    made = [bureau.dispute() for _case in range(5)]
    first = bureau.work.inbox.of(bureau.steward, CaseQuery(limit=3))
    second = bureau.work.inbox.of(bureau.steward, CaseQuery(limit=3, cursor=first.cursor))
    assert sorted(line.number for line in (*first.items, *second.items)) == sorted(made)
    number = made[0]
    bureau.cases.act(number, "accept", bureau.steward)
    bureau.deliver()
    assert bureau.work.disputes.of("gongan.resident", DISPUTE["entry_key"])[0].number == number
    bureau.cases.act(number, "forward", bureau.steward, {"source_department": "gongan"})
    bureau.days(8)
    assert bureau.cases.tick().missed == 5
    bureau.cases.act(number, "report", bureau.gongan_steward, {"finding": "right", "verification": "x"})
    bureau.cases.act(number, "confirm_right", bureau.reviewer, note="x")
    assert bureau.work.statistics.of(date(2026, 3, 1), date(2026, 3, 31)).total.late == 1
    assert [entry.place for entry in bureau.cases.sheet(number, bureau.steward).timeline] == list(range(1, 7))
    facts = {"used_by": "steward", "agreed_by": "reviewer", "ground": "台风", "began": "2026-03-01", "resources": "a.b"}
    for override in ("o1", "o2", "o3"):
        with bureau.office.storage.session() as session:
            bureau.cases.open_in(session, "emergency-override", {**facts, "override": override}, once=override)
        bureau.days(1)
    listed = bureau.work.trace.listed(limit=2)
    assert len(bureau.work.trace.listed(limit=2, cursor=listed.cursor).items) == 1


def test_of_two_who_act_at_once_one_wins(bureau):
    number, outcomes, start = bureau.dispute(), [], threading.Barrier(2)

    def accept(who):
        start.wait()
        try:
            outcomes.append(bureau.cases.act(number, "accept", who).state)
        except Conflict:
            outcomes.append("conflict")

    racers = [threading.Thread(target=accept, args=(who,)) for who in (bureau.steward, bureau.second_steward)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(outcomes) == ["accepted", "conflict"]
    assert [event["effect"] for event in bureau.events("casework.effect")] == ["mark_disputed"]
