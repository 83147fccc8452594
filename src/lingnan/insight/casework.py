"""The objects of the pages about cases, alerts, notices and places that are called, as one reader may see them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, Literal

from lingnan.casework import ActionView, DeadlineView, FieldView
from lingnan.insight.cockpit import Chart
from lingnan.insight.models import ModelTile
from lingnan.insight.shapes import Card, Facet, Words

Lateness = Literal["", "near", "late"]


@dataclass(frozen=True)
class Upload:
    """A file as a browser sent it; `content` is read once, piece by piece."""

    name: str
    content: BinaryIO = field(repr=False)
    declared: str = ""


@dataclass(frozen=True)
class Filled:
    """A form as it was sent: texts and files by field, the reason, and the version of the case it was filled in for."""

    texts: dict[str, str]
    files: dict[str, Upload] = field(default_factory=dict)
    note: str = ""
    version: int | None = None


@dataclass(frozen=True)
class CaseOpened:
    """A case just begun; the trace code is told this once and empty when the same form was sent again. `refused` are files not kept, with why."""

    number: str
    trace_code: str = field(repr=False)
    flow: Words
    refused: tuple[tuple[str, Words], ...] = ()


class CaseRow(Card):
    """A case in a list; `days_left` are working days until its next deadline, negative when over, None when none runs."""

    number: str
    flow: str
    title: Words
    state: str
    state_title: Words
    about: str
    division: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    due_on: date | None
    days_left: int | None
    lateness: Lateness
    role: Words
    organisation: Words
    claimed: bool
    mine: bool


class CaseList(Card):
    """A page of cases, those due first at its top; `overdue` and the facet count all that match, not the page alone.

    `states` are those of the chosen flow, empty without one; `may_count` says whether its reader may see figures.
    """

    items: tuple[CaseRow, ...]
    total: int
    overdue: int
    flows: Facet
    states: tuple[tuple[str, Words], ...] = ()
    may_count: bool = False
    next: str | None = None


class FactLine(Card):
    """One fact of a case; `shown` is what a code or key means, `href` leads to the file it names."""

    name: str
    title: Words
    value: str
    shown: Words | None = None
    masked: bool = False
    href: str = ""


class CaseEvent(Card):
    """One line of a case's time line: what was done, by which role of which organisation, never by whom."""

    place: int
    kind: str
    title: Words
    state: Words
    at: datetime
    role: Words
    organisation: Words
    own: bool
    note: str
    facts: tuple[FactLine, ...]
    signed: bool
    outcome: str = ""


class CaseRemark(Card):
    """A remark on a case."""

    at: datetime
    organisation: Words
    own: bool
    internal: bool
    text: str


class CaseFile(Card):
    """An attachment of a case; `removed_because` is set when only its digest is left."""

    id: str
    name: str
    size: int
    digest: str
    at: datetime
    scanned: bool
    removed_at: datetime | None
    removed_because: str


class CaseView(Card):
    """A case whole, as its reader may see it; `titles` are those of the flow's fields, `confirmed` while its reader may sign,
    `passkey` when they may show one to sign; `model` is what a case of approval asks for, with the numbers beside its baseline."""

    line: CaseRow
    version: int
    flow_version: int
    basis: str
    applicant: Words
    applies: bool
    handler: Words
    provider: Words
    facts: tuple[FactLine, ...]
    timeline: tuple[CaseEvent, ...]
    actions: tuple[ActionView, ...]
    deadlines: tuple[DeadlineView, ...]
    remarks: tuple[CaseRemark, ...]
    files: tuple[CaseFile, ...]
    diagram: str
    may_claim: bool
    may_release: bool
    may_reassign: bool
    may_attach: bool
    may_remark: bool
    interest: bool
    oversees: bool
    titles: dict[str, Words]
    roles: tuple[tuple[str, Words], ...] = ()
    confirmed: bool = False
    passkey: bool = False
    model: ModelTile | None = None


class LimitLine(Card):
    """A time limit of a flow, as it holds today."""

    title: Words
    days: int
    unit: str
    basis: str
    proofed: bool


class FlowCard(Card):
    """What may be applied for: a sentence, its basis, its time limits, its form and its picture; `given` are fields another page may fill in."""

    id: str
    title: Words
    summary: Words
    basis: str
    limits: tuple[LimitLine, ...]
    fields: tuple[FieldView, ...]
    diagram: str
    given: tuple[str, ...] = ()


class FlowList(Card):
    """The flows that a reader may open."""

    items: tuple[FlowCard, ...]


class CaseFigures(Card):
    """Figures over cases of one flow, organisation or role; `median_days` are working days, stopped time left out."""

    key: str
    title: Words
    opened: int
    closed: int
    still_open: int
    on_time: int
    late: int
    overdue: int
    median_days: float | None


class CaseFigureSheet(Card):
    """Figures of a period whole and by flow, handling organisation and closing role, with pictures."""

    since: date
    until: date
    total: CaseFigures
    by_flow: tuple[CaseFigures, ...]
    by_organisation: tuple[CaseFigures, ...]
    by_role: tuple[CaseFigures, ...]
    charts: tuple[Chart, ...]
    scope: str = ""


class RectificationSheet(Card):
    """How departments rectify what was sent back to them, the one with most still overdue last; counts of cases, no score."""

    since: date
    until: date
    total: CaseFigures
    lines: tuple[CaseFigures, ...]


class TraceLine(Card):
    """What the public may see of a case."""

    number: str
    title: Words
    state: Words
    opened_on: date
    closed_on: date | None
    due_on: date | None
    overdue: bool
    steps: tuple[tuple[Words, date], ...]
    facts: tuple[FactLine, ...]


class TraceList(Card):
    """A page of the cases that anyone may see."""

    items: tuple[TraceLine, ...]
    next: str | None = None


class AlertRow(Card):
    """An alert as those whom it concerns may see it; `link` leads to what it is about, `case` is the number of its case.

    `rule_title` is what people call the rule.
    """

    id: str
    rule: str
    level: str
    level_title: Words
    state: str
    text: Words
    raised_at: datetime
    last_at: datetime
    count: int
    stage: int
    acknowledge_by: datetime | None
    case: str
    link: str
    rule_title: Words


class AlertList(Card):
    """A page of alerts, newest first; `counts` by state and level over all that concern the reader, `rule_titles` what people call the rules."""

    items: tuple[AlertRow, ...]
    total: int
    counts: dict[str, dict[str, int]]
    levels: tuple[tuple[str, Words], ...]
    rules: tuple[str, ...]
    days: Chart
    next: str | None = None
    rule_titles: dict[str, Words]


class AlertStepLine(Card):
    """One line of an alert's history."""

    at: datetime
    kind: str
    own: bool
    by_hub: bool
    note: str


class AlertFact(Card):
    """A fact or a piece of evidence in words: what it is called, and what its value means."""

    name: str
    title: Words
    shown: Words


class AlertSheet(Card):
    """One alert with what it was raised from and its history; `told` are its facts and evidence in words."""

    line: AlertRow
    facts: dict[str, Any]
    evidence: dict[str, Any]
    told: tuple[AlertFact, ...]
    history: tuple[AlertStepLine, ...]
    may_acknowledge: bool
    may_resolve: bool


class NoticeLine(Card):
    """One notice."""

    id: str
    kind: str
    title: Words
    text: Words
    link: str
    at: datetime
    read_at: datetime | None


class NoticeList(Card):
    """A page of one's notices, newest first."""

    items: tuple[NoticeLine, ...]
    total: int
    unread: int
    kinds: tuple[str, ...]
    next: str | None = None


class NoticeWish(Card):
    """How an account wants to be told; `kinds` are those there are, `mailing` whether this hub sends mail at all."""

    address: str
    lang: str
    mail: str
    muted: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    mailing: bool = False
