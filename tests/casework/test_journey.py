"""A journey of a case from its opening to the statistics, its lists page by page, and one winner of a race."""

import threading
from datetime import date

import pytest

from lingnan.base import Conflict
from lingnan.casework import CaseQuery
from tests.casework.bureau import DISPUTE, WHY, bureau_at

pytestmark = pytest.mark.on_both


@pytest.fixture
def bureau(tmp_path, furnish):
    with bureau_at(furnish(tmp_path)) as opened:
        yield opened


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
    facts = {"used_by": "steward", "agreed_by": "reviewer", "ground": "台风", **WHY, "began": "2026-03-01", "resources": "a.b"}
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
