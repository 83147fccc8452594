"""What rooms announce upwards; storage keeps events in the outbox, jobs delivers them, hub binds the handlers."""

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """Something that happened, in words that a handler of another room understands."""

    name: ClassVar[str] = ""

    def payload(self) -> dict[str, Any]:
        """The event's facts as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class TableCommitted(Event):
    """A table of the lake has a new version."""

    name: ClassVar[str] = "lake.table_committed"
    table: str
    version: int
    rows: int
    job: str


@dataclass(frozen=True)
class BatchLoaded(Event):
    """A department's delivery is in the hub."""

    name: ClassVar[str] = "collect.batch_loaded"
    feed: str
    table: str
    batch: str
    rows: int
    rejected: int
    received_at: str


@dataclass(frozen=True)
class LoadAlarmed(Event):
    """A delivery is empty, shrunken, re-typed, or its source does not answer."""

    name: ClassVar[str] = "collect.load_alarmed"
    feed: str
    batch: str
    alarm: str
    zh: str
    en: str


@dataclass(frozen=True)
class TableGoverned(Event):
    """A table was standardised and checked."""

    name: ClassVar[str] = "govern.table_governed"
    table: str
    version: int
    accepted: int
    quarantined: int
    failed_by_rule: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RegisterBuilt(Event):
    """A register has a new version."""

    name: ClassVar[str] = "registers.register_built"
    register: str
    version: int
    entries: int
    sources: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AlertRaised(Event):
    """Any room asks for somebody's attention; casework turns it into an alert, or counts it into the one that is open.

    `level` is blue, yellow, orange or red; `audience` has the lists `roles`, `organisations`, `accounts`; nothing in it is a personal value.
    """

    name: ClassVar[str] = "casework.alert_raised"
    rule: str
    level: str
    key: str
    zh: str
    en: str
    audience: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True)
class ModelMoved(Event):
    """An approved model reads other data than it was approved on, errs more, or no longer beats its baseline."""

    name: ClassVar[str] = "packs.model_moved"
    pack: str
    model: str
    moved: str
    drift: float
    error: float | None
    baseline_error: float | None
    beats: bool
