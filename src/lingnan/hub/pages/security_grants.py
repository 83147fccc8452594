"""Answers the pages about grants and impact assessments.

They are shown to the organisation that provides the table, units above it and the hub's own office; a grant also to its holder and to who
proposed it; to security officers and auditors all of them. For anyone else there is none.
"""

from lingnan.base import Missing
from lingnan.hub.pages.case_numbers import number_of
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.security_policy import tables
from lingnan.hub.pages.tables import purposes
from lingnan.insight import AssessmentPage, AssessmentSheet, GrantChoices, GrantLine, GrantPage, GrantSheet, Words
from lingnan.trust import AssessmentCard, AssessmentForm, GrantCard, GrantForm, OrganisationCard, Subject, Trust, assessment_template
from lingnan.trust.policy.grants import GRANT_MASKS
from lingnan.trust.policy.shapes import GRANT_ACTIONS

VIEW, SEE, PROPOSE, WRITE = "trust.policy.view", "grant.view", "grant.propose", "assessment.write"
MOST = 500
OPERATORS = ("in", "starts_with", "at_least", "at_most", "between")


class GrantPages:
    """One hub's grants as pages show them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _trust(self) -> Trust:
        return self._desk.hub.trust

    def page(self, state: str, subject: Subject) -> GrantPage:
        """Grants, newest first; of one state when it is named."""
        self._trust.allow(subject, VIEW, "grants")
        found = [card for card in self._trust.grants.on(limit=MOST) if state in ("", card.state) and self._concerns(card, subject)]
        return GrantPage(items=tuple(self._line(card) for card in found), state=state, may_propose=self._may(subject, PROPOSE))

    def sheet(self, grant: str, subject: Subject) -> GrantSheet:
        """One grant; Missing also when it does not concern the reader."""
        self._trust.allow(subject, VIEW, f"grant:{grant}"[:200])
        card = self._seen(grant, subject)
        another = card.proposed_by != subject.reference
        return GrantSheet(
            line=self._line(card),
            assessment=self._trust.assessments.get(card.assessment) if card.assessment else None,
            may_approve=card.state == "proposed" and another and self._may(subject, "grant.approve", card.table),
            may_revoke=card.state in ("proposed", "waiting", "in_force") and self._may(subject, "grant.revoke", card.table),
            case=number_of(self._desk, card.case),
        )

    def choices(self, table: str, subject: Subject) -> GrantChoices:
        """What a new grant may be made of: the tables whose grants are the subject's, the columns of one when it is named."""
        self._trust.allow(subject, PROPOSE, "grants")
        known = self._desk.hub.classify(table) if table and self._may(subject, PROPOSE, table) else None
        columns = tuple((column.name, self._desk.titles.column(table, column.name)) for column in known.columns) if known else ()
        return GrantChoices(
            tables=self._tables(subject, PROPOSE), purposes=purposes(), masks=GRANT_MASKS, actions=GRANT_ACTIONS, operators=OPERATORS,
            columns=columns,
            organisations=tuple((unit.key, Words(zh=unit.zh, en=unit.en)) for unit in self._units()),
        )

    def propose(self, form: GrantForm, subject: Subject) -> str:
        """Keep a grant that opens nothing yet; gives its id."""
        return self._trust.grants.propose(form, subject).id

    def approve(self, grant: str, subject: Subject) -> None:
        """Open a grant, as a second person."""
        self._seen(grant, subject)
        self._trust.grants.approve(grant, subject)

    def revoke(self, grant: str, reason: str, subject: Subject) -> None:
        """Close a grant at once."""
        self._seen(grant, subject)
        self._trust.grants.revoke(grant, subject, reason)

    def assessments(self, subject: Subject) -> AssessmentPage:
        """The impact assessments of the reader's tables, newest first."""
        self._trust.allow(subject, VIEW, "assessments")
        found = tuple(card for card in self._trust.assessments.listing(MOST) if self._may(subject, SEE, card.table))
        return AssessmentPage(items=found, may_write=self._may(subject, WRITE))

    def assessment(self, assessment: str, subject: Subject) -> AssessmentSheet:
        """One impact assessment, an empty one when none is named; Missing also when its table is another organisation's."""
        self._trust.allow(subject, VIEW, f"assessment:{assessment}"[:200])
        card = self._seen_assessment(assessment, subject) if assessment else None
        may = self._may(subject, WRITE) if card is None else card.concluded_at is None and self._may(subject, WRITE, card.table)
        return AssessmentSheet(
            card=card, template=assessment_template(), may_write=may, tables=self._tables(subject, WRITE), purposes=purposes()
        )

    def write(self, assessment: str, form: AssessmentForm, subject: Subject) -> str:
        """Keep an assessment, a new one when none is named; gives its id."""
        if assessment:
            self._seen_assessment(assessment, subject)
        return self._trust.assessments.write(form, subject, assessment).id

    def conclude(self, assessment: str, favourable: bool, subject: Subject) -> None:
        """Close an assessment with its conclusion."""
        self._seen_assessment(assessment, subject)
        self._trust.assessments.conclude(assessment, "favourable" if favourable else "unfavourable", subject)

    def _seen(self, grant: str, subject: Subject) -> GrantCard:
        card = self._trust.grants.get(grant)
        if not self._concerns(card, subject):
            raise Missing(f"没有授权“{grant}”。", f"There is no grant “{grant}”.", grant=grant)
        return card

    def _seen_assessment(self, assessment: str, subject: Subject) -> AssessmentCard:
        card = self._trust.assessments.get(assessment)
        if not self._may(subject, SEE, card.table):
            raise Missing(f"没有影响评估“{assessment}”。", f"There is no impact assessment “{assessment}”.", assessment=assessment)
        return card

    def _concerns(self, card: GrantCard, subject: Subject) -> bool:
        """Whether it is the reader's to see: as who proposed it, as its holder, or because policy shows the grants of that table."""
        mine = card.proposed_by == subject.reference or self._trust.grants.is_holder(subject, card)
        return mine or self._may(subject, SEE, card.table)

    def _line(self, card: GrantCard) -> GrantLine:
        titles = dict(self._desk.organisations().values())
        holder = titles.get(card.organisation, Words(zh=card.organisation)) if card.organisation else Words(zh=f"official:{card.account}")
        purpose = dict(purposes()).get(card.purpose.code, Words(zh=card.purpose.code))
        return GrantLine(card=card, holder=holder, title=self._desk.titles.table(card.table), purpose=purpose)

    def _units(self) -> list[OrganisationCard]:
        return [unit for unit in self._trust.organisations.listing() if not unit.disabled]

    def _tables(self, subject: Subject, action: str) -> tuple[tuple[str, Words], ...]:
        return tuple(each for each in tables(self._desk) if self._may(subject, action, each[0]))

    def _may(self, subject: Subject, action: str, table: str = "") -> bool:
        """Whether policy permits it at all, or with the grants of one table."""
        point = self._trust.point
        return bool(subject.account) and point.permits(subject, action, table=point.described(table) if table else None)[0]
