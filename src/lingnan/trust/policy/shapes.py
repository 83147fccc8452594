"""What goes into and comes out of the policy: rules, circumstances, grants, assessments, the negative list, answers of a dry run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from lingnan.trust.shapes import Purpose

DATA_ACTIONS = ("read", "read_own", "preview", "query", "export", "build")
TABLE_ACTIONS = ("grant.view", "grant.propose", "grant.approve", "grant.revoke", "assessment.write")
"""What is done about one table without reading it: policy is asked about that table."""
GRANT_ACTIONS = ("read", "query", "export")
"""What a grant can open: the actions by which data leaves with a purpose."""
Operator = Literal["in", "starts_with", "at_least", "at_most", "between"]
Effect = Literal["permit", "deny"]
Answer = Literal["clear", "masked", "denied"]


@dataclass(frozen=True)
class RowFilter:
    """One condition a grant sets on its rows: `column operator values`; several hold together. Values are texts or numbers, dates as ISO texts."""

    column: str
    operator: Operator
    values: tuple[str | int | float, ...]


@dataclass(frozen=True)
class GrantForm:
    """A grant as proposed: one of `organisation` (unit key) and `account` (id); `columns` gives each column its mask, `clear` for none.

    Masks: `clear`, `by_kind` (as the column's kind of value is usually masked), `pseudonym` (keyed, differs per grant), `hidden`, `year_only`.
    """

    table: str
    columns: Mapping[str, str]
    purpose: Purpose
    valid_from: datetime
    valid_to: datetime
    organisation: str = ""
    account: str = ""
    actions: tuple[str, ...] = ("read", "query")
    rows: tuple[RowFilter, ...] = ()
    assessment: str = ""
    case: str = ""


@dataclass(frozen=True)
class GrantCard:
    """A grant as kept; `columns` as pairs of column and mask, `state` as of the moment it was asked for."""

    id: str
    table: str
    organisation: str
    account: str
    actions: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[RowFilter, ...]
    purpose: Purpose
    valid_from: datetime
    valid_to: datetime
    assessment: str
    case: str
    proposed_by: str
    approved_by: str
    revoked_at: datetime | None
    state: Literal["proposed", "waiting", "in_force", "over", "revoked"]

    @property
    def masks(self) -> dict[str, str]:
        """The mask of each column."""
        return dict(self.columns)


@dataclass(frozen=True)
class PurposeNeed:
    """What an access shows masked for want of a purpose: pairs of table and column, and what is missing in Chinese and English."""

    columns: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]

    @property
    def zh(self) -> str:
        """The notice in Chinese."""
        tables, parts = "、".join(dict.fromkeys(table for table, _column in self.columns)), "、".join(zh for zh, _en in self.missing)
        return f"{tables} 有条件共享：内部级列现为脱敏值。如需查看，请载明{parts}。"

    @property
    def en(self) -> str:
        """The notice in English."""
        tables, parts = ", ".join(dict.fromkeys(table for table, _column in self.columns)), ", ".join(en for _zh, en in self.missing)
        return f"{tables}: shared on conditions, so internal columns are masked. To see them, state {parts}."


@dataclass(frozen=True)
class AssessmentForm:
    """An impact assessment as written: what it is about, and the answers to the template's questions by their ids."""

    title: str
    table: str
    columns: tuple[str, ...]
    purpose: str
    assessor: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AssessmentCard:
    """An impact assessment as kept; `missing` are the questions not answered yet."""

    id: str
    title: str
    table: str
    columns: tuple[str, ...]
    purpose: str
    assessor: str
    answers: Mapping[str, str]
    missing: tuple[str, ...]
    conclusion: Literal["", "favourable", "unfavourable"]
    concluded_at: datetime | None


@dataclass(frozen=True)
class NegativeForm:
    """A line for the negative list: `table`, `columns` of it (none means all), or a data element wherever it stands."""

    key: str
    article: str
    zh: str
    en: str
    table: str = ""
    columns: tuple[str, ...] = ()
    element: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class NegativeCard:
    """A line of the negative list as kept, from `version` on until `ended_version`; `end_asked_by` asked for its end, which takes a second person."""

    key: str
    version: int
    table: str
    columns: tuple[str, ...]
    element: str
    article: str
    zh: str
    en: str
    valid_from: date
    valid_to: date | None
    ended_version: int | None = None
    end_asked_by: str = ""

    def names(self, table: str, column: str, element: str) -> bool:
        """Whether it speaks of that column."""
        return (not self.table or self.table == table) and (not self.columns or column in self.columns) and self.element in ("", element)


@dataclass(frozen=True)
class Reason:
    """A rule, or a line of the negative list, that said so."""

    id: str
    effect: Effect
    zh: str
    en: str
    basis: str


@dataclass(frozen=True)
class ColumnAnswer:
    """What a dry run found for one column; `reasons` are ids, `rows` names the row scopes it depends on."""

    column: str
    classification: str
    grade: str
    answer: Answer
    masks: tuple[str, ...]
    rows: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ActionAnswer:
    """What a dry run found for one action on the table."""

    action: str
    allowed: bool
    columns: tuple[ColumnAnswer, ...]


@dataclass(frozen=True)
class WhoCan:
    """The answer of a dry run: per action and column what is shown and why, the grants the subject holds, what else it may do."""

    subject: str
    table: str
    known: bool
    policy: str
    actions: tuple[ActionAnswer, ...]
    reasons: tuple[Reason, ...]
    grants: tuple[GrantCard, ...]
    may: tuple[str, ...]


@dataclass(frozen=True)
class PolicyEffect:
    """What a candidate would change for one kind of subject, action and kind of column; for actions without a table `item` is empty."""

    subject: str
    action: str
    table: str
    item: str
    before: str
    after: str


@dataclass(frozen=True)
class Candidate:
    """A policy set somebody proposes; with errors it is not kept and has no id."""

    id: str
    digest: str
    errors: tuple[str, ...] = ()
    effects: tuple[PolicyEffect, ...] = ()


@dataclass(frozen=True)
class PolicySetCard:
    """One version of the policy set."""

    id: str
    digest: str
    state: Literal["candidate", "active", "replaced"]
    proposed_by: str
    approved_by: str
    case: str
    created_at: datetime
    activated_at: datetime | None
    additions: str
