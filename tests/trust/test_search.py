"""Looking things up in the log: what a query means, and that pages together give every entry once."""

from datetime import UTC, datetime, timedelta

import pytest

from lingnan.base import FixedClock
from lingnan.trust import ANONYMOUS, EntryQuery, Trust
from lingnan.trust.log import search

BEGIN = datetime(2026, 10, 31, 1, tzinfo=UTC)


@pytest.fixture
def written(trust: Trust, clock: FixedClock) -> Trust:
    for minute in range(60):
        clock.at = BEGIN + timedelta(minutes=minute)
        trust.record("decision", ANONYMOUS, "read", f"gongan.table{minute % 3}", "refused" if minute % 5 == 0 else "allowed")
    return trust


def numbers(trust: Trust, query: EntryQuery) -> list[int]:
    return [entry.number for entry in trust.log.page(query).entries]


def test_pages_together_give_every_entry_once_from_the_newest(written: Trust) -> None:
    found, before = [], 0
    while True:
        page = written.log.page(EntryQuery(before=before, limit=7))
        found += [entry.number for entry in page.entries]
        before = page.next
        if not before:
            break
    assert found == list(range(written.audit.size(), 0, -1))


def test_words_narrow(written: Trust) -> None:
    last = written.audit.size()
    assert numbers(written, EntryQuery(outcome="refused", limit=100)) == [last - 59 + minute for minute in range(55, -1, -5)]
    assert len(numbers(written, EntryQuery(resource="gongan.table1", limit=100))) == 20
    assert len(numbers(written, EntryQuery(resource="gongan.", limit=100))) == 60
    assert numbers(written, EntryQuery(outcome="refuse", limit=100)) == []
    between = EntryQuery(since=BEGIN + timedelta(minutes=10), until=BEGIN + timedelta(minutes=12), limit=100)
    assert numbers(written, between) == [last - 48, last - 49]


def test_a_rare_word_is_sought_in_bounded_bites(written: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 20)
    first = written.log.page(EntryQuery(action="nothing"))
    assert first.entries == ()
    assert first.next == first.down_to == written.audit.size() + 1 - 20
    bites, before = 0, 0
    while bites == 0 or before:
        before, bites = written.log.page(EntryQuery(action="nothing", before=before)).next, bites + 1
    assert bites == -(-written.audit.size() // 20)


def test_days_are_those_of_china(trust: Trust, clock: FixedClock) -> None:
    for hour in (15, 16):
        clock.at = datetime(2026, 10, 31, hour, 30, tzinfo=UTC)
        trust.record("decision", ANONYMOUS, "read", "a.b", "refused")
    assert trust.log.refusals(BEGIN) == {"2026-10-31": 1, "2026-11-01": 1}


def test_an_intent_leads_to_its_end_and_a_leaf_to_its_proof(trust: Trust) -> None:
    number = trust.audit.intent("system", "build", "hub")
    assert trust.log.end_of(number) is None
    trust.audit.outcome(number, "done")
    ended = trust.log.end_of(number)
    assert ended is not None
    assert ended.outcome == "done"
    assert trust.log.end_of(0) is None
    trust.audit.checkpoint()
    covering = trust.audit.notes.covering(number)
    assert covering is not None
    proof = trust.audit.inclusion(number, covering.checkpoint.size)
    assert proof.leaf == trust.log.leaf(number)
    assert proof.steps()[-1][2] == covering.checkpoint.root
    assert next(note.checkpoint.size for note in trust.audit.notes.listing()) == covering.checkpoint.size
    assert trust.audit.notes.covering(trust.audit.size() + 1) is None


def test_checks_of_the_log_are_found_and_say_how_far_they_are(trust: Trust) -> None:
    heard: list[int] = []
    trust.audit.verify(tell=heard.append)
    assert heard[-1] == trust.audit.size()
    trust.record("verify", "system", search.VERIFY, "audit", "done")
    assert [entry.action for entry in trust.log.verifications()] == [search.VERIFY]
