"""What deliveries announce to the person they are for."""

from dataclasses import dataclass
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class DeliveryMade(Event):
    """What was subscribed to was made: its figures with their change in words, and where it is read."""

    name: ClassVar[str] = "insight.delivery_made"
    account: str
    subscription: str
    title: str
    day: str
    said_zh: str
    said_en: str
    link: str


@dataclass(frozen=True)
class DeliveryFailed(Event):
    """What was subscribed to could not be made this time, and why."""

    name: ClassVar[str] = "insight.delivery_failed"
    account: str
    subscription: str
    title: str
    day: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class SubscriptionEnded(Event):
    """A subscription ended because what it was for is there no more."""

    name: ClassVar[str] = "insight.subscription_ended"
    account: str
    subscription: str
    title: str
    reason_zh: str
    reason_en: str
