"""Alerts as they cross casework's door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

AlertState = Literal["open", "acknowledged", "resolved"]


class AlertQuery(BaseModel):
    """Which alerts are asked for, newest first; `cursor` is the `next` of the page before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: AlertState | None = None
    level: Literal["blue", "yellow", "orange", "red"] | None = None
    rule: str = ""
    since: datetime | None = None
    until: datetime | None = None
    cursor: str = ""
    limit: int = 20


@dataclass(frozen=True)
class AlertLine:
    """One line of an alert's history; `by` is the log's name of who did it."""

    at: datetime
    kind: str
    by: str
    note: str


@dataclass(frozen=True)
class AlertCard:
    """An alert as those whom it concerns may see it."""

    id: str
    rule: str
    key: str
    level: str
    level_zh: str
    level_en: str
    severity: str
    state: str
    zh: str
    en: str
    link: str
    raised_at: datetime
    last_at: datetime
    count: int
    stage: int
    acknowledge_by: datetime | None
    case_number: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    history: tuple[AlertLine, ...] = ()


@dataclass(frozen=True)
class AlertPage:
    """A page of alerts; `total` counts all that match, `next` is empty on the last page."""

    total: int
    items: tuple[AlertCard, ...]
    next: str = ""


@dataclass(frozen=True)
class RuleFigures:
    """What became of the alerts of a rule: how many, how often seen, how many acknowledged and escalated, the median time to acknowledge."""

    rule: str
    raised: int
    seen: int
    acknowledged: int
    escalated: int
    cases: int
    median_minutes: float | None


@dataclass(frozen=True)
class AlertTick:
    """What one round did: escalated alerts, cases opened."""

    escalated: int = 0
    cases: int = 0


OpenCase = Callable[[AlertCard, str, str], str]
"""Opens a case of the named flow for an alert, handled by the named organisation or, for none, as the flow says, and gives its number; for the
same alert the same case, however often it is asked."""
