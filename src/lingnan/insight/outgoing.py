"""Places that are called and those that call in, as their page shows them: sources, streams, webhooks, deliveries."""

from datetime import datetime
from typing import Literal

from lingnan.insight.shapes import Card, Words


class PlaceLine(Card):
    """A place that may be called, or may not yet; `own` when its reader proposed it."""

    id: str
    place: str
    purpose: str
    reason: str
    state: str
    proposed_at: datetime
    approved_at: datetime | None
    revoked_at: datetime | None
    own: bool


class StreamLine(Card):
    """How the listener of one stream fares; `rate` in messages a second, `lag_s` the age of the newest event when it was committed."""

    feed: str
    title: Words
    state: Literal["listening", "silent", "away", "gone", "stopped", "failed"]
    rate: float
    lag_s: float | None
    last_message_at: datetime | None
    rows: int
    late: int
    rejected: int
    duplicates: int
    error: Words | None


class PlaceList(Card):
    """The list of places, newest first, what its reader may do with it, and the streams that are listened to."""

    items: tuple[PlaceLine, ...]
    streams: tuple[StreamLine, ...] = ()
    may_propose: bool
    may_approve: bool
    may_revoke: bool


class WebhookLine(Card):
    """An address that is told of events."""

    id: str
    url: str
    organisation: Words
    events: tuple[str, ...]
    signature: str
    state: str
    generation: int
    overlap_until: datetime | None
    disabled_because: str
    own: bool


class WebhookList(Card):
    """All webhooks, the events they may ask for, and what its reader may do with them."""

    items: tuple[WebhookLine, ...]
    events: tuple[str, ...]
    may_propose: bool
    may_approve: bool
    may_rotate: bool
    may_revoke: bool


class DeliveryLine(Card):
    """One message on its way out: to a webhook, or a mail."""

    id: str
    to: str
    state: str
    attempts: int
    status: int
    error: str
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None


class DeliveryList(Card):
    """Messages to webhooks and mails, newest first."""

    webhooks: tuple[DeliveryLine, ...]
    mails: tuple[DeliveryLine, ...]
    may_resend: bool
