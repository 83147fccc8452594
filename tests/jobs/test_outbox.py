from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from lingnan.base import FixedClock, RegisterBuilt, TableCommitted
from lingnan.jobs import Handler, OutsideHandler, deliver, held, retry_poisoned
from lingnan.jobs.outbox import ATTEMPTS
from lingnan.jobs.records import EventDelivery, Schedule
from lingnan.storage import OutboxEvent

NOW = datetime(2026, 10, 31, tzinfo=UTC)
NAME = "lake.table_committed"


@pytest.fixture
def clock():
    return FixedClock(NOW)


def announce(storage, table="a.b"):
    with storage.session() as session:
        return storage.announce(session, TableCommitted(table, 1, 10, "job"), table)


def deliveries(storage):
    with storage.reading() as session:
        return {(d.event_id, d.handler): (d.state, d.attempts) for d in session.scalars(select(EventDelivery))}


def test_each_handler_gets_each_event_once_in_order(storage, clock):
    ids = [announce(storage, f"a.t{i}") for i in range(3)]
    first, second = [], []
    handlers = {NAME: [Handler("first", lambda s, e: first.append(e.id)), OutsideHandler("second", lambda e: second.append(e.payload["table"]))]}
    report = deliver(storage, handlers, clock=clock)
    assert (report.delivered, report.failed) == (6, 0)
    assert first == ids
    assert second == ["a.t0", "a.t1", "a.t2"]
    assert deliver(storage, handlers, clock=clock).delivered == 0
    with storage.reading() as session:
        assert all(e.delivered and e.delivered_at for e in session.scalars(select(OutboxEvent)))


def test_event_nobody_listens_to_is_closed(storage, clock):
    announce(storage)
    assert deliver(storage, {}, clock=clock).delivered == 0
    with storage.reading() as session:
        assert session.scalar(select(OutboxEvent)).delivered


@pytest.mark.parametrize("kind", [Handler, OutsideHandler])
def test_what_a_handler_announces_is_delivered_in_the_next_round(storage, clock, kind):
    """Announced after the round began, and so not yet given to anybody when the round closes what is done."""
    heard = []

    def tell_on(*given):
        if kind is Handler:
            storage.announce(given[0], RegisterBuilt("people", 1, 1), "people")
        else:
            with storage.session() as session:
                storage.announce(session, RegisterBuilt("people", 1, 1), "people")

    handlers = {NAME: [kind("first", tell_on)], RegisterBuilt.name: [OutsideHandler("second", lambda e: heard.append(e.name))]}
    announce(storage)
    assert deliver(storage, handlers, clock=clock).delivered == 1
    assert deliver(storage, handlers, clock=clock).delivered == 1
    assert heard == [RegisterBuilt.name]


class Killed(BaseException):
    """The process dies: nothing after this runs."""


def test_death_between_handling_and_mark_leaves_one_effect(storage, clock, monkeypatch):
    """The handler's record and the mark are one transaction: both are lost, then both are made."""
    from lingnan.jobs import outbox

    announce(storage)
    count = []

    def take(session, event):
        count.append(event.id)
        session.add(Schedule(name=f"effect {len(count)}", cron="", seen_until=NOW))

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_mark_done", die)
        with pytest.raises(Killed):
            deliver(storage, {NAME: [Handler("h", take)]}, clock=clock)
    assert deliver(storage, {NAME: [Handler("h", take)]}, clock=clock).delivered == 1
    assert len(count) == 2
    assert count[0] == count[1]
    with storage.reading() as session:
        assert [s.name for s in session.scalars(select(Schedule))] == ["effect 2"]


def test_death_after_an_outside_effect_brings_the_same_id_again(storage, clock, monkeypatch):
    from lingnan.jobs import outbox

    event_id = announce(storage)
    mailed = {}
    calls = []

    def mail(event):
        calls.append(event.id)
        mailed.setdefault(event.id, "sent")

    def die(*_):
        raise Killed

    handlers = {NAME: [OutsideHandler("mail", mail)]}
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_mark_done", die)
        with pytest.raises(Killed):
            deliver(storage, handlers, clock=clock)
    deliver(storage, handlers, clock=clock)
    assert calls == [event_id, event_id]
    assert mailed == {event_id: "sent"}


def test_back_off_then_poison_keeps_the_error_and_others_go_on(storage, clock):
    event_id = announce(storage)
    good, tries = [], []

    def fail(event):
        tries.append(clock.now())
        raise ValueError("letterbox full")

    handlers = {NAME: [OutsideHandler("bad", fail), OutsideHandler("good", lambda e: good.append(e.id))]}
    deliver(storage, handlers, clock=clock)
    deliver(storage, handlers, clock=clock)
    assert len(tries) == 1
    for _ in range(40):
        clock.advance(timedelta(seconds=10))
        deliver(storage, handlers, clock=clock)
    assert len(tries) == ATTEMPTS
    waits = [(b - a).total_seconds() for a, b in pairwise(tries)]
    assert waits == [10, 20, 40, 80, 160]
    assert good == [event_id]
    assert deliveries(storage)[event_id, "bad"] == ("poison", ATTEMPTS)
    with storage.reading() as session:
        event = session.get(OutboxEvent, event_id)
        assert not event.delivered
        assert "letterbox full" in event.last_error
        sequence = event.sequence
    assert retry_poisoned(storage, event_id, clock=clock) == 1
    handlers = {NAME: [OutsideHandler("bad", lambda e: None)]}
    assert deliver(storage, handlers, clock=clock).delivered == 1
    with storage.reading() as session:
        event = session.get(OutboxEvent, event_id)
        assert event.delivered
        assert event.sequence == sequence


def test_poison_does_not_hold_up_later_events(storage, clock):
    announce(storage, "a.bad")
    seen = []

    def take(event):
        if event.subject == "a.bad":
            raise ValueError("no")
        seen.append(event.subject)

    handlers = {NAME: [OutsideHandler("h", take)]}
    deliver(storage, handlers, clock=clock)
    announce(storage, "a.good")
    deliver(storage, handlers, clock=clock)
    assert seen == ["a.good"]


def test_another_deliverer_is_left_alone(storage, clock):
    announce(storage)
    with held(storage, "outbox", "somebody"):
        assert deliver(storage, {NAME: [OutsideHandler("h", lambda e: None)]}, clock=clock).busy
