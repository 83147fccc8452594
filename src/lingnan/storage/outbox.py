"""The durable outbox: an event is kept in the transaction of the change it tells of."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lingnan.storage.records import Record, Travelling, UtcDateTime


class OutboxEvent(Travelling, Record):
    """One announced event; `delivered_at` is set when every handler bound to its name has taken it."""

    __tablename__ = "outbox_event"

    name: Mapped[str] = mapped_column(String(80), index=True)
    subject: Mapped[str] = mapped_column(String(200), default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered: Mapped[bool] = mapped_column(Boolean, default=False, index=True)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")


def pending_events(session: Session, limit: int = 500) -> Iterator[OutboxEvent]:
    """Events not yet delivered, in the order of their sequence."""
    statement = select(OutboxEvent).where(OutboxEvent.delivered.is_(False)).order_by(OutboxEvent.sequence).limit(limit)
    yield from session.scalars(statement)
