"""What crosses casework's door: a case as its reader may see it, lists of cases, what may be done, the public trace, statistics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from lingnan.casework.flow import Choice
from lingnan.trust import Subject

Scope = Literal["waiting", "mine", "visible"]
"""Which cases a list holds: those that wait for me, those I applied for, all I may see."""


class Authority(Protocol):
    """What casework needs of `trust.Trust`."""

    @property
    def audit(self) -> Any:
        """The audit log, for intent and outcome."""
        ...

    def allow(self, subject: Subject, action: str, resource: str = "hub", purpose: str = "") -> Any:
        """Refused when policy does not permit the action."""
        ...

    def pseudonym(self, kind: str, value: str) -> str:
        """A keyed name for a value."""
        ...


class Vault(Protocol):
    """Seals texts that hold personal values; hub gives trust's."""

    def seal(self, use: str, text: str) -> str:
        """The text sealed for one use."""
        ...

    def unseal(self, use: str, sealed: str) -> str:
        """The text again; Damaged when it was changed."""
        ...


@dataclass(frozen=True)
class Attachment:
    """A file that belongs to a case."""

    id: str
    name: str
    size: int
    at: str
    by: str


Attachments = Callable[[str], Sequence[Any]]
"""Gives the attachments of a case by its id, objects with a field `id` at least."""
VerifySignature = Callable[[Subject, bytes, str], str]
"""Checks a signature over the bytes that were decided; gives a reference to keep, Refused when it does not hold."""


@dataclass(frozen=True)
class Opened:
    """A case just begun; `trace_code` is told this once, kept only as a hash."""

    id: str
    number: str
    state: str
    version: int
    trace_code: str


@dataclass(frozen=True)
class Moved:
    """What an act did; `moved` is false while further approvals are awaited."""

    id: str
    number: str
    state: str
    version: int
    moved: bool = True
    approvals: int = 1
    approvals_needed: int = 1


class FactView(BaseModel):
    """One fact of a case as its reader may see it."""

    name: str
    zh: str
    en: str
    type: str
    value: Any
    classification: str
    masked: bool = False


class EntryView(BaseModel):
    """One line of the timeline; `by` is an account reference, never a person's name."""

    place: int
    kind: str
    transition: str
    zh: str
    en: str
    from_state: str
    to_state: str
    at: datetime
    by: str
    organisation: str
    role: str
    note: str
    form: list[FactView] = []
    form_digest: str = ""
    signed: bool = False


class FieldView(BaseModel):
    """One field of a form to fill in."""

    name: str
    zh: str
    en: str
    type: str
    required: bool
    classification: str
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


class ActionView(BaseModel):
    """Something the reader may do now."""

    transition: str
    zh: str
    en: str
    to_state: str
    to_zh: str
    to_en: str
    fields: list[FieldView] = []
    reason: bool = False
    signature: bool = False
    approvals: int = 0
    approvals_needed: int = 1


class DeadlineView(BaseModel):
    """A deadline of a case; `remaining` days by its own counting, negative when over, None when it no longer runs."""

    deadline: str
    zh: str
    en: str
    rule: str
    basis: str
    proofed: bool
    unit: str
    days: int
    begun_on: date
    due_on: date
    state: str
    remaining: int | None = None
    estimated: bool = False
    extended_by: int = 0
    missed: bool = False


class CommentView(BaseModel):
    """A remark on a case."""

    at: datetime
    by: str
    organisation: str
    internal: bool
    text: str


class CaseLine(BaseModel):
    """A case in a list."""

    id: str
    number: str
    flow: str
    flow_zh: str
    flow_en: str
    state: str
    state_zh: str
    state_en: str
    about_kind: str
    about: str
    division: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    due_on: date | None
    overdue: bool
    role: str
    organisation: str
    account: str
    claimed: bool
    mine: bool


class CasePage(BaseModel):
    """One page of cases in the order they are due; `cursor` asks for the next, empty at the end."""

    items: list[CaseLine]
    cursor: str = ""
    total: int
    overdue: int
    by_flow: dict[str, int] = {}


@dataclass(frozen=True)
class CaseQuery:
    """Which cases are asked for."""

    scope: Scope = "waiting"
    flow: str = ""
    state: str = ""
    overdue: bool | None = None
    claimed: bool | None = None
    open: bool | None = None
    about: str = ""
    cursor: str = ""
    limit: int = 20


class CaseSheet(BaseModel):
    """A case whole, as one reader may see it."""

    line: CaseLine
    flow_version: int
    version: int
    basis: str
    applicant: str
    applicant_kind: str
    applicant_organisation: str
    handler: str
    provider: str
    facts: list[FactView]
    timeline: list[EntryView]
    actions: list[ActionView]
    deadlines: list[DeadlineView]
    comments: list[CommentView]
    attachments: list[Any] = []
    diagram: str = ""
    may_claim: bool = False
    may_release: bool = False
    interest: bool = False
    oversees: bool = False


class TraceStep(BaseModel):
    """One public step of a case."""

    zh: str
    en: str
    on: date


class TraceView(BaseModel):
    """What the public may see of a case: no names, no organisations but the handling office, only fields the flow gives."""

    number: str
    flow_zh: str
    flow_en: str
    state_zh: str
    state_en: str
    opened_on: date
    closed_on: date | None
    due_on: date | None
    overdue: bool
    steps: list[TraceStep] = []
    facts: list[FactView] = []


class TracePage(BaseModel):
    """One page of the public list."""

    items: list[TraceView]
    cursor: str = ""


@dataclass(frozen=True)
class Figures:
    """Counts over cases of a period; `median_days` in working days from opening to end, stopped time left out."""

    opened: int = 0
    closed: int = 0
    still_open: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    median_days: float | None = None


@dataclass(frozen=True)
class CaseStatistics:
    """Figures of a period whole, by flow, by handling organisation, by the organisation whose data it is, and by the role that closed."""

    since: date
    until: date
    total: Figures
    by_flow: Mapping[str, Figures] = field(default_factory=dict)
    by_organisation: Mapping[str, Figures] = field(default_factory=dict)
    by_provider: Mapping[str, Figures] = field(default_factory=dict)
    by_role: Mapping[str, Figures] = field(default_factory=dict)
    by_outcome: Mapping[str, int] = field(default_factory=dict)


class DisputeView(BaseModel):
    """An open dispute about an entry; `items` empty means the whole entry. The key is not told, only its digest."""

    case: str
    number: str
    table: str
    key_digest: str
    items: list[str]
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Round:
    """What one round of looking at deadlines did."""

    looked_at: int = 0
    reminded: int = 0
    missed: int = 0
    moved: int = 0
    recounted: int = 0
