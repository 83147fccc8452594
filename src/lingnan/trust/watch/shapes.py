"""What crosses the door from watching: findings, overrides, sightings, public counts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from lingnan.trust.shapes import Purpose


@dataclass(frozen=True)
class Finding:
    """Abnormal access as it was found: a statement about an account's doings in a window, no mark on a person."""

    id: str
    rule: str
    subject: str
    begins_at: datetime
    ends_at: datetime
    level: str
    counted: int
    allowed: int
    evidence: tuple[int, ...]
    zh: str = ""
    en: str = ""


OverrideState = Literal["requested", "approved", "refused", "ended"]


@dataclass(frozen=True)
class OverrideCard:
    """An emergency override as it may be told."""

    id: str
    subject: str
    organisation: str
    table: str
    columns: tuple[str, ...]
    reason: str
    purpose: Purpose
    minutes: int
    state: OverrideState
    requested_at: datetime
    settled_by: str
    approved_at: datetime | None
    ends_at: datetime | None
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ActiveOverride:
    """An override that holds now: its id, the columns it opens (none named means all of the table), for which actions, the
    rules whose denial it lifts beside masks and silence, and what it was asked for."""

    id: str
    columns: tuple[str, ...]
    ends_at: datetime
    actions: tuple[str, ...]
    lifts: tuple[str, ...]
    purpose: Purpose = field(default_factory=Purpose)

    def opens(self, column: str) -> bool:
        """Whether the override opens the column."""
        return not self.columns or column in self.columns


@dataclass(frozen=True)
class Sighting:
    """One look at one's own record: when, which organisation, why; never which official."""

    at: datetime
    organisation_zh: str
    organisation_en: str
    purpose: str
    article: str
    matter: str
    action: str
    number: int


@dataclass(frozen=True)
class PublicCount:
    """Counts of one organisation and month; None stands for a number too small to be told, `below` says smaller than what."""

    month: str
    organisation_zh: str
    organisation_en: str
    requests: int | None
    refusals: int | None
    overrides: int | None
    corrections: int | None
    below: int
