"""What is kept of subscriptions and of what was delivered for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, UtcDateTime


class Subscription(Record):
    """What an account has sent to it: a question's id, or the key of a board or report with what is `asked` of it; `told_until` is the moment up to
    which it was served; `assurance` and `scope` are those of the session or token that asked for it."""

    __tablename__ = "subscription"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(200))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(String(200))
    rhythm: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_until: Mapped[datetime] = mapped_column(UtcDateTime)
    assurance: Mapped[int] = mapped_column(Integer)
    scope: Mapped[list[str]] = mapped_column(JSON)


class SubscriptionDelivery(Record):
    """One delivery: made or failed, its figures, what was said, where it is read; one for each moment that came due."""

    __tablename__ = "subscription_delivery"
    __table_args__ = (UniqueConstraint("subscription_id", "due_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscription.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    said_zh: Mapped[str] = mapped_column(Text)
    said_en: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(2000))
