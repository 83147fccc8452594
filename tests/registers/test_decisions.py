"""Decisions of clerks: one holds a pair, a later one follows it, a blind second one that disagrees opens it, taking back restores what was before."""

from datetime import timedelta

import pytest

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused
from lingnan.registers import (
    Decisions,
    Judgement,
    PairDecision,
    decisions_in_force,
    decisions_mark,
    entry_reference,
    read_reference,
    row_reference,
)
from lingnan.storage import Storage, pending_events
from lingnan.trust import Subject, Trust

pytestmark = pytest.mark.on_both

ROW, ENTRY = row_reference("renshe.insured", "R7"), entry_reference("P0123456789abcdef0123")


@pytest.fixture
def storage(trust: Trust) -> Storage:
    return trust._storage


@pytest.fixture
def decisions(trust: Trust, storage: Storage) -> Decisions:
    return Decisions(storage, trust)


def who(trust: Trust, name: str) -> Subject:
    return trust.accounts.subject_for(name)


def holding(storage: Storage) -> list[tuple[str, bool]]:
    with storage.reading() as session:
        return [(each.verdict, each.disputed) for each in decisions_in_force(session, "people")]


def decide(decisions: Decisions, trust: Trust, name: str, verdict: str, **more: str) -> PairDecision:
    return decisions.decide(who(trust, name), "people", ROW, ENTRY, verdict, **more)  # type: ignore[arg-type]


def test_a_pair_has_one_key_whichever_way_it_is_given(decisions: Decisions, trust: Trust, storage: Storage) -> None:
    first = decide(decisions, trust, "lin", "unsure")
    assert (first.left, first.right) == (ENTRY, ROW)
    decisions.decide(who(trust, "he"), "people", ENTRY, ROW, "same")
    assert holding(storage) == [("same", False)]
    assert [each.verdict for each in decisions.about("people", ROW, ENTRY)] == ["unsure", "same"]


def test_taking_back_restores_what_was_decided_before(decisions: Decisions, trust: Trust, storage: Storage, clock: FixedClock) -> None:
    decide(decisions, trust, "lin", "different")
    clock.advance(timedelta(minutes=1))
    later = decide(decisions, trust, "he", "same")
    assert holding(storage) == [("same", False)]
    taken = decisions.take_back(who(trust, "he"), later.id)
    assert (taken.taken_back_by, taken.taken_back_at) == (who(trust, "he").reference, clock.now())
    assert holding(storage) == [("different", False)]
    with pytest.raises(Conflict):
        decisions.take_back(who(trust, "he"), later.id)


def test_a_blind_second_decision_confirms_or_opens_and_a_third_settles(decisions: Decisions, trust: Trust, storage: Storage) -> None:
    first = decide(decisions, trust, "lin", "same")
    decide(decisions, trust, "he", "same", origin="double", second_of=first.id)
    assert holding(storage) == [("same", False)]
    other = decide(decisions, trust, "he", "different", origin="double", second_of=first.id)
    assert holding(storage) == [("unsure", True)]
    third = decide(decisions, trust, "mo", "different")
    assert holding(storage) == [("different", False)]
    decisions.take_back(who(trust, "mo"), third.id)
    decisions.take_back(who(trust, "he"), other.id)
    assert holding(storage) == [("same", False)]


def test_every_write_is_decided_on_told_before_and_after_and_announced(decisions: Decisions, trust: Trust, storage: Storage) -> None:
    with storage.reading() as session:
        before = decisions_mark(session, "people")
    made = decide(decisions, trust, "lin", "same", reason="同址同名")
    with storage.reading() as session:
        marks = [decisions_mark(session, "people")]
        events = [event.payload for event in pending_events(session) if event.name == "registers.link_decided"]
    decisions.take_back(who(trust, "lin"), made.id)
    with storage.reading() as session:
        marks.append(decisions_mark(session, "people"))
        assert decisions_mark(session, "entities") == ""
    assert len({before, *marks}) == 3
    assert events == [{"register": "people", "decisions": 1, "mark": marks[0]}]
    told = [(entry.kind, entry.action, entry.outcome) for entry in trust.audit.entries(limit=500) if entry.action.startswith("register.review")]
    assert told == [
        ("decision", "register.review", "allowed"), ("intent", "register.review", "pending"), ("outcome", "register.review", "done"),
        ("decision", "register.review.take_back", "allowed"), ("intent", "register.review.take_back", "pending"),
        ("outcome", "register.review.take_back", "done"),
    ]


def test_who_may_not_and_what_is_no_decision_is_refused(decisions: Decisions, trust: Trust, storage: Storage) -> None:
    with pytest.raises(Refused):
        decide(decisions, trust, "su", "same")
    with pytest.raises(Refused):
        decisions.take_back(who(trust, "su"), decide(decisions, trust, "lin", "unsure").id)
    with pytest.raises(Missing):
        decisions.decide(who(trust, "lin"), "nobody", ROW, ENTRY, "same")
    with pytest.raises(BadInput):
        decide(decisions, trust, "lin", "perhaps")
    with pytest.raises(BadInput):
        decide(decisions, trust, "lin", "same", reason="手机 13800138000")
    with pytest.raises(BadInput):
        decisions.decide(who(trust, "lin"), "people", ROW, ROW, "same")
    for wrong in ("", "row:", "row:a", "row:a:", "entry:", "P012"):
        with pytest.raises(BadInput):
            read_reference(wrong)
    assert read_reference("row:a.b:c:d") == ("a.b", "c:d")
    assert holding(storage) == [("unsure", False)]


def test_many_are_decided_together_or_not_at_all(decisions: Decisions, trust: Trust, storage: Storage) -> None:
    rows = [Judgement(row_reference("renshe.insured", f"R{number}"), ENTRY, "different") for number in range(3)]
    with pytest.raises(BadInput):
        decisions.decide_many(who(trust, "lin"), "people", [*rows, Judgement(ENTRY, ENTRY, "same")], origin="unmerge")
    assert holding(storage) == []
    decisions.decide_many(who(trust, "lin"), "people", rows, origin="unmerge")
    assert holding(storage) == [("different", False)] * 3
    assert len(decisions.all_of("people")) == len(decisions.in_force("people")) == 3
