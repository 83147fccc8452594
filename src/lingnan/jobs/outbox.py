"""Delivers announced events to their handlers at least once, each handler on its own: tried again, at last kept as poison."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from lingnan.base import Clock, Conflict, LingnanError, SystemClock, new_id
from lingnan.jobs.leases import held
from lingnan.jobs.records import EventDelivery
from lingnan.storage import OutboxEvent, Storage

logger = logging.getLogger(__name__)

ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=10)
ERROR_LENGTH = 500
OUTBOX_LEASE = "outbox"


@dataclass(frozen=True)
class Announced:
    """An event as a handler gets it; `id` stays the same however often it comes."""

    id: str
    name: str
    subject: str
    payload: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class Handler:
    """A handler that changes only the hub's database, through the session it is given: its effect and the mark that the
    event was handled are one transaction, so the effect happens exactly once. It must open no session of its own."""

    name: str
    take: Callable[[Session, Announced], None]


@dataclass(frozen=True)
class OutsideHandler:
    """A handler whose effect lies elsewhere (lake, mail, another node): called at least once, idempotent by the event's id."""

    name: str
    take: Callable[[Announced], None]


Handlers = Mapping[str, Sequence[Handler | OutsideHandler]]


@dataclass(frozen=True)
class DeliveryReport:
    """What one round of delivery did; `busy` when another process was delivering."""

    delivered: int = 0
    failed: int = 0
    poisoned: int = 0
    busy: bool = False


def deliver(storage: Storage, handlers: Handlers, *, clock: Clock | None = None, limit: int = 500) -> DeliveryReport:
    """One round: spread new events over the handlers bound to their names, hand over what is due, close what all have taken.

    Waits go by the machine's clock unless one is given: a hub whose clock is held still must retry all the same.
    """
    wall = clock or SystemClock()
    if not anything_to_deliver(storage, wall):
        return DeliveryReport()
    try:
        with held(storage, OUTBOX_LEASE, new_id(storage.node, wall)):
            _spread(storage, handlers, wall)
            states = [_hand_over(storage, handlers, wall, *key) for key in _due(storage, wall, limit)]
            _close(storage, wall)
    except Conflict:
        return DeliveryReport(busy=True)
    return DeliveryReport(states.count("done"), states.count("waiting"), states.count("poison"))


def retry_poisoned(storage: Storage, event_id: str | None = None, *, clock: Clock | None = None) -> int:
    """Give poisoned deliveries (of one event, or all) their attempts back; gives how many."""
    chosen = [EventDelivery.state == "poison"] + ([EventDelivery.event_id == event_id] if event_id else [])
    with storage.session() as session:
        poisoned = session.scalars(select(EventDelivery).where(*chosen)).all()
        for delivery in poisoned:
            delivery.state, delivery.attempts, delivery.due_at = "waiting", 0, (clock or SystemClock()).now()
        return len(poisoned)


def anything_to_deliver(storage: Storage, wall: Clock | None = None) -> bool:
    """A look that takes no lock, because an idle worker looks every second: something due, or an event nobody still waits for."""
    wall = wall or SystemClock()
    due = select(EventDelivery.event_id).where(EventDelivery.state == "waiting", EventDelivery.due_at <= wall.now())
    open_still = exists().where(EventDelivery.event_id == OutboxEvent.id, EventDelivery.state != "done")
    fresh = select(OutboxEvent.id).where(OutboxEvent.delivered.is_(False), ~open_still)
    with storage.reading() as session:
        return any(session.scalar(statement.limit(1)) is not None for statement in (due, fresh))


def _spread(storage: Storage, handlers: Handlers, wall: Clock) -> None:
    """Give every new event to its handlers, and close at once the ones nobody listens to."""
    known = exists().where(EventDelivery.event_id == OutboxEvent.id)
    with storage.session() as session:
        wanted = select(OutboxEvent.id, OutboxEvent.name, OutboxEvent.sequence).where(OutboxEvent.delivered.is_(False), ~known)
        fresh = session.execute(wanted).all()
        session.add_all(
            EventDelivery(event_id=event_id, handler=handler.name, event_sequence=sequence, state="waiting", due_at=wall.now())
            for event_id, name, sequence in fresh for handler in handlers.get(name, ())
        )
        unheard = [event_id for event_id, name, _sequence in fresh if not handlers.get(name)]
        for start in range(0, len(unheard), 500):
            _mark_delivered(session, OutboxEvent.id.in_(unheard[start : start + 500]), wall)


def _due(storage: Storage, wall: Clock, limit: int) -> list[tuple[str, str]]:
    statement = (
        select(EventDelivery.event_id, EventDelivery.handler)
        .where(EventDelivery.state == "waiting", EventDelivery.due_at <= wall.now())
        .order_by(EventDelivery.event_sequence, EventDelivery.handler).limit(limit)
    )
    with storage.reading() as session:
        return [(event_id, handler) for event_id, handler in session.execute(statement)]


def _hand_over(storage: Storage, handlers: Handlers, wall: Clock, event_id: str, handler_name: str) -> str:
    try:
        with storage.session() as session:
            # Locked: another deliverer, whose lease this one took over, may wake up at this very event.
            delivery = session.get_one(EventDelivery, (event_id, handler_name), with_for_update=True)
            if delivery.state != "waiting":
                return "passed"
            event, handler = _announced(session, event_id), _bound(handlers, session, event_id, handler_name)
            if isinstance(handler, Handler):
                handler.take(session, event)
                return _mark_done(session, wall, event_id, handler_name)
        handler.take(event)
        with storage.session() as session:
            return _mark_done(session, wall, event_id, handler_name)
    except Exception as error:
        return _mark_failed(storage, wall, event_id, handler_name, error)


def _announced(session: Session, event_id: str) -> Announced:
    record = session.get_one(OutboxEvent, event_id)
    return Announced(record.id, record.name, record.subject, dict(record.payload), record.at)


def _bound(handlers: Handlers, session: Session, event_id: str, handler_name: str) -> Handler | OutsideHandler:
    name = session.get_one(OutboxEvent, event_id).name
    for handler in handlers.get(name, ()):
        if handler.name == handler_name:
            return handler
    raise Conflict(
        f"事件 {name} 的处理程序“{handler_name}”已不存在。", f"Handler “{handler_name}” of event {name} is bound no more.", handler=handler_name
    )


def _mark_done(session: Session, wall: Clock, event_id: str, handler_name: str) -> str:
    delivery = session.get_one(EventDelivery, (event_id, handler_name))
    delivery.state, delivery.done_at, delivery.error = "done", wall.now(), ""
    delivery.attempts += 1
    return "done"


def _mark_failed(storage: Storage, wall: Clock, event_id: str, handler_name: str, error: Exception) -> str:
    told = (error.en if isinstance(error, LingnanError) else f"{type(error).__name__}: {error}")[:ERROR_LENGTH]
    with storage.session() as session:
        delivery = session.get_one(EventDelivery, (event_id, handler_name))
        delivery.attempts += 1
        delivery.error = told
        delivery.due_at = wall.now() + FIRST_WAIT * 2 ** (delivery.attempts - 1)
        delivery.state = "poison" if delivery.attempts >= ATTEMPTS else "waiting"
        # A plain statement: a change through the record would give the event a new sequence number, and it would travel again.
        session.execute(update(OutboxEvent).where(OutboxEvent.id == event_id).values(attempts=delivery.attempts, last_error=told))
        logger.warning("event %s, handler %s, attempt %d: %s", event_id, handler_name, delivery.attempts, told)
        return delivery.state


def _close(storage: Storage, wall: Clock) -> None:
    """Close what all its handlers have taken. An event without any delivery was announced after the spreading and is the next round's."""
    spread = exists().where(EventDelivery.event_id == OutboxEvent.id)
    open_still = exists().where(EventDelivery.event_id == OutboxEvent.id, EventDelivery.state != "done")
    with storage.session() as session:
        _mark_delivered(session, OutboxEvent.delivered.is_(False) & spread & ~open_still, wall)


def _mark_delivered(session: Session, chosen: ColumnElement[bool], wall: Clock) -> None:
    statement = update(OutboxEvent).where(chosen).values(delivered=True, delivered_at=wall.now())
    session.execute(statement.execution_options(synchronize_session=False))
