"""What a person keeps for later: searches, and what is sent to them on schedule."""

from datetime import datetime
from typing import Literal

from lingnan.insight.deliveries import DeliveryCard, Rhythm
from lingnan.insight.shapes import Card


class SavedSearchLine(Card):
    """One saved search; `link` leads to what it finds now."""

    id: str
    title: str
    words: str
    link: str
    saved_at: datetime
    looked_at: datetime


class SavedSearchPage(Card):
    """One's saved searches, the youngest first."""

    items: tuple[SavedSearchLine, ...]


class SubscriptionLine(Card):
    """One subscription with its newest delivery; `href` leads to what it is for, `proven` when a second factor was shown by who asked for it."""

    id: str
    title: str
    kind: Literal["question", "board", "report"]
    target: str
    asked: dict[str, str]
    rhythm: Rhythm
    href: str
    proven: bool
    made_at: datetime
    last: DeliveryCard | None


class SubscriptionPage(Card):
    """One's subscriptions, the youngest first."""

    items: tuple[SubscriptionLine, ...]


class SubscriptionSheet(Card):
    """One subscription with what was delivered for it, the newest first."""

    line: SubscriptionLine
    items: tuple[DeliveryCard, ...]
