"""What watching announces."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class AbnormalAccessFound(Event):
    """An account did what a rule calls abnormal; told once a rule, account and window. `evidence` are numbers of audit entries."""

    name: ClassVar[str] = "trust.abnormal_access"
    finding: str
    rule: str
    subject: str
    begins_at: str
    ends_at: str
    level: str
    counted: int
    allowed: int
    zh: str
    en: str
    evidence: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class OverrideEnded(Event):
    """An emergency override is over; what was seen under it, for the auditor."""

    name: ClassVar[str] = "trust.override_ended"
    override: str
    subject: str
    table: str
    state: str
    report: dict[str, Any] = field(default_factory=dict)
