"""The objects of the pages about policy: its rules, its versions, the negative list, grants, impact assessments, purposes."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from lingnan.insight.shapes import Card, Words
from lingnan.trust import AssessmentCard, GrantCard, NegativeCard, PolicyEffect, PolicySetCard, PurposeCode, WhoCan

Named = tuple[tuple[str, Words], ...]
"""Values to choose from, each with its title."""


class PolicyRule(Card):
    """One rule of the policy; `shipped` when it came with the hub, else it is the hub's own addition."""

    id: str
    effect: Literal["permit", "deny"]
    text: Words
    basis: str
    mask: str
    rows: str
    source: str
    shipped: bool


class PolicyPage(Card):
    """The rules in force and, when a subject and a table were chosen, what the one may see of the other."""

    rules: tuple[PolicyRule, ...]
    digest: str
    drift: bool
    subjects: Named
    tables: Named
    subject: str = ""
    table: str = ""
    answer: WhoCan | None = None


class WhoCanAnswer(Card):
    """What a subject would be shown of a table, as a dry run."""

    answer: WhoCan


class PolicySetPage(Card):
    """The versions of the set, newest first, and the additions in force."""

    versions: tuple[PolicySetCard, ...]
    additions: str
    drift: bool
    may_propose: bool


class PolicySetSheet(Card):
    """One version with what it would change now, shown as far as `shown`; `case` is the number of the case it is decided in."""

    card: PolicySetCard
    effects: tuple[PolicyEffect, ...]
    changes: int
    case: str
    may_open: bool
    subjects: Named


class NegativePage(Card):
    """The negative list as it stands, its version, and what the reader may do with it."""

    entries: tuple[NegativeCard, ...]
    version: int
    today: date
    may_edit: bool
    may_approve: bool
    reader: str
    tables: Named


class GrantLine(Card):
    """A grant with its holder's, its table's and its purpose's names."""

    card: GrantCard
    holder: Words
    title: Words
    purpose: Words


class GrantPage(Card):
    """The grants the reader may see, newest first."""

    items: tuple[GrantLine, ...]
    state: str
    may_propose: bool


class GrantSheet(Card):
    """One grant and what the reader may do with it."""

    line: GrantLine
    assessment: AssessmentCard | None
    may_approve: bool
    may_revoke: bool
    case: str


class GrantChoices(Card):
    """What a new grant may be made of."""

    tables: Named
    organisations: Named
    purposes: Named
    masks: tuple[str, ...]
    actions: tuple[str, ...]
    operators: tuple[str, ...]
    columns: Named = ()


class AssessmentPage(Card):
    """The impact assessments, newest first."""

    items: tuple[AssessmentCard, ...]
    may_write: bool


class AssessmentSheet(Card):
    """One impact assessment, or an empty one to write, with the template's questions."""

    card: AssessmentCard | None
    template: Mapping[str, Any]
    may_write: bool
    tables: Named
    purposes: Named


class PurposePage(Card):
    """The coded list of purposes."""

    items: tuple[PurposeCode, ...]
