"""What casework announces of alerts; the alert itself is found by its id, so that nothing personal travels."""

from dataclasses import dataclass
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class AlertEvent(Event):
    """What every event of an alert says; `stage` tells how often it was escalated, `count` how often it was seen."""

    alert: str
    rule: str
    level: str
    level_zh: str
    level_en: str
    zh: str
    en: str
    link: str
    stage: int
    count: int


@dataclass(frozen=True)
class AlertOpened(AlertEvent):
    """A new alert, or one that became graver while it was still open."""

    name: ClassVar[str] = "casework.alert_opened"


@dataclass(frozen=True)
class AlertEscalated(AlertEvent):
    """Nobody acknowledged the alert in time: it concerns more people now."""

    name: ClassVar[str] = "casework.alert_escalated"


@dataclass(frozen=True)
class AlertClosed(AlertEvent):
    """Somebody resolved the alert."""

    name: ClassVar[str] = "casework.alert_closed"
