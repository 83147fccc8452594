"""What `casework` announces; nothing in it is a personal value."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class CaseEvent(Event):
    """What every event of a case says: its id and number, its flow, and who has it now."""

    case: str
    number: str
    flow: str
    zh: str
    en: str
    applicant: str
    role: str
    organisation: str
    account: str


@dataclass(frozen=True)
class CaseMoved(CaseEvent):
    """A case was opened (`transition` is `open`) or moved; `by` is the reference of who did it."""

    name: ClassVar[str] = "casework.case_moved"
    transition: str
    from_state: str
    to_state: str
    state_zh: str
    state_en: str
    by: str
    reason: str = ""
    ended: bool = False


@dataclass(frozen=True)
class CaseAssigned(CaseEvent):
    """A case waits for somebody else than before: a role at an organisation, or one account."""

    name: ClassVar[str] = "casework.case_assigned"
    by: str


@dataclass(frozen=True)
class DeadlineNear(CaseEvent):
    """A deadline comes near; `remaining` working (or calendar) days are left."""

    name: ClassVar[str] = "casework.deadline_near"
    deadline: str
    deadline_zh: str
    deadline_en: str
    due_on: str
    remaining: int


@dataclass(frozen=True)
class DeadlineMissed(CaseEvent):
    """A deadline has passed; it goes to this role at this organisation besides."""

    name: ClassVar[str] = "casework.deadline_missed"
    deadline: str
    deadline_zh: str
    deadline_en: str
    due_on: str
    escalate_role: str = ""
    escalate_organisation: str = ""


@dataclass(frozen=True)
class EffectDue(Event):
    """A transition's effect is to happen, once a case and entry; personal facts are left out, `Cases.facts` gives them to a handler."""

    name: ClassVar[str] = "casework.effect"
    effect: str
    case: str
    number: str
    flow: str
    entry: str
    facts: dict[str, Any] = field(default_factory=dict)
