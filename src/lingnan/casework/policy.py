"""Who may see a case and who may move it: tenancy by organisation and division, sides, interests. Roles' rights as such are trust's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Missing, content_digest
from lingnan.casework.flow import FormField, Party, Who
from lingnan.casework.places import above, overlap, stem
from lingnan.casework.records import Case, CaseSide
from lingnan.trust import Account, OrganisationUnit, Subject

SEEING_SIDES = ("applicant", "handler", "provider", "assigned")
INTERESTED_SIDES = ("concerned", "interest")
OVERSEEN = "overseen"
"""The side of an organisation whose units above may read, as its flow says."""
EVERYTHING = ("system", "operator")


@dataclass(frozen=True)
class Standing:
    """One subject before one case: on which sides it stands; `by_trace` when it showed the case's trace code, `above` when it belongs to a
    unit above an organisation of the case and the flow lets such units read."""

    subject: Subject
    case: Case
    sides: Sequence[CaseSide] = field(default=(), repr=False)
    by_trace: bool = False
    above: bool = False

    @property
    def is_applicant(self) -> bool:
        """Whether the subject applied: the account, for a legal person any of its agents, or who holds the trace code."""
        subject, case = self.subject, self.case
        if self.by_trace or subject.kind != case.applicant_kind:
            return self.by_trace
        if subject.kind == "enterprise":
            return bool(subject.credit_code) and subject.credit_code == case.applicant_organisation
        return bool(subject.account) and subject.account == case.applicant

    @property
    def may_see(self) -> bool:
        """Tenancy: the applicant, and officials of the organisations of the case within their division; the hub itself and its operator."""
        return self._stands_beside or self.oversees

    @property
    def oversees(self) -> bool:
        """Whether the subject may read from a unit above and do nothing: an official there who stands on no side of the case."""
        return self.above and self.subject.kind == "official" and self._within_division() and not self._stands_beside

    @property
    def _stands_beside(self) -> bool:
        if self.subject.kind in EVERYTHING or self.is_applicant:
            return True
        return self.subject.kind == "official" and self._within_division() and (not self.case.handler or self._belongs(SEEING_SIDES))

    def on_side(self, party: Party) -> bool:
        """Whether the subject stands on that side."""
        organisation, case = self.subject.organisation, self.case
        if party == "applicant":
            return self.is_applicant
        if party == "assignee":
            return bool(self.subject.account) and self.subject.account == case.assigned_account
        if party == "handler":
            return self.subject.kind == "official" and organisation == (case.handler or organisation)
        if party == "provider":
            return bool(organisation) and organisation == case.provider
        return self._belongs(SEEING_SIDES)

    def allowed_as(self, who: Iterable[Who]) -> tuple[bool, str]:
        """Whether one of these ways is open to the subject, and the role it then acts in (empty when it acts as a side only)."""
        if self.oversees:
            return False, ""
        for way in who:
            roles = sorted(self.subject.roles & set(way.roles))
            fits = (not way.roles or roles) and (way.party is None or self.on_side(way.party))
            fits = fits and (self.subject.kind in way.kinds if way.kinds else self.subject.kind != "system")
            if fits:
                return True, roles[0] if roles else ""
        return False, ""

    @property
    def interested(self) -> bool:
        """Whether the subject has an interest in the outcome: it applied, the case is about it or its organisation, or it said so."""
        account, organisation = self.subject.account, self.subject.organisation
        sides = [side for side in self.sides if side.side in INTERESTED_SIDES]
        named = bool(account) and any(side.account == account for side in sides)
        return self.is_applicant or named or (bool(organisation) and any(side.organisation == organisation for side in sides))

    def _within_division(self) -> bool:
        return not self.subject.division or not self.case.division or overlap(self.subject.division, self.case.division)

    def _belongs(self, among: Sequence[str]) -> bool:
        account, organisation = self.subject.account, self.subject.organisation
        sides = [side for side in self.sides if side.side in among]
        return any((bool(account) and side.account == account) or (bool(organisation) and side.organisation == organisation) for side in sides)


def visible(subject: Subject) -> ColumnElement[bool]:
    """`Standing.may_see` as a condition over cases, for lists."""
    if subject.kind in EVERYTHING:
        return true()
    ways: list[ColumnElement[bool]] = [applied_by(subject)]
    if subject.kind == "official":
        ways.append(and_(_within_division(subject), or_(Case.handler == "", _belongs(subject), _above(subject))))
    return or_(*ways)


def applied_by(subject: Subject) -> ColumnElement[bool]:
    """`Standing.is_applicant` as a condition over cases, trace codes aside."""
    column, value = (
        (Case.applicant_organisation, subject.credit_code) if subject.kind == "enterprise" else (Case.applicant, subject.account)
    )
    return and_(Case.applicant_kind == subject.kind, column == value) if value else false()


def _within_division(subject: Subject) -> ColumnElement[bool]:
    if not subject.division:
        return true()
    return or_(Case.division.in_(["", *above(subject.division)]), Case.division.startswith(stem(subject.division), autoescape=True))


def _belongs(subject: Subject) -> ColumnElement[bool]:
    names: list[ColumnElement[bool]] = [false()]
    if subject.organisation:
        names.append(CaseSide.organisation == subject.organisation)
    if subject.account:
        names.append(CaseSide.account == subject.account)
    return exists(select(CaseSide.id).where(CaseSide.case_id == Case.id, CaseSide.side.in_(SEEING_SIDES), or_(*names)))


def _above(subject: Subject) -> ColumnElement[bool]:
    """Whether a case has an overseen organisation below the subject's; asked of the tree as it is now."""
    if not subject.organisation:
        return false()
    below = select(OrganisationUnit.id).where(OrganisationUnit.parent_id == subject.organisation).cte(recursive=True)
    below = below.union(select(OrganisationUnit.id).join(below, OrganisationUnit.parent_id == below.c.id))
    watched = CaseSide.organisation.in_(select(below.c.id))
    return exists(select(CaseSide.id).where(CaseSide.case_id == Case.id, CaseSide.side == OVERSEEN, watched))


def standing(session: Session, subject: Subject, case: Case, trace_code: str = "") -> Standing:
    """The subject before the case."""
    sides = session.scalars(select(CaseSide).where(CaseSide.case_id == case.id)).all()
    may_watch = subject.kind == "official" and any(side.side == OVERSEEN for side in sides)
    above = may_watch and session.scalar(select(Case.id).where(Case.id == case.id, _above(subject))) is not None
    return Standing(subject, case, sides, bool(trace_code) and opens(case, trace_code), above)


def find(session: Session, subject: Subject, case: str, *, trace_code: str = "", lock: bool = False) -> Standing:
    """The case of that id or number with the subject before it; Missing also when the subject may not know of it."""
    statement = select(Case).where((Case.id == case) | (Case.number == case))
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is not None:
        at = standing(session, subject, found, trace_code)
        if at.may_see:
            return at
    raise Missing(f"没有事项“{case}”。请核对事项编号。", f"There is no case “{case}”. Check its number.", case=case)


def add_side(session: Session, case: Case, side: str, *, organisation: str = "", account: str = "", note: str = "") -> None:
    """Note that an organisation or account has to do with the case; once."""
    if not organisation and not account:
        return
    same = select(CaseSide.id).where(
        CaseSide.case_id == case.id, CaseSide.side == side, CaseSide.organisation == organisation, CaseSide.account == account
    )
    if session.scalar(same) is None:
        session.add(CaseSide(case_id=case.id, side=side, organisation=organisation, account=account, note=note))


def account_id(session: Session, named: str) -> str:
    """The id of the account of that name or id; the text itself when there is none."""
    found = session.scalar(select(Account.id).where((Account.id == named) | (Account.name == named)))
    return found or named


def organisation_id(session: Session, named: str) -> str:
    """The id of the organisation of that key or id; the text itself when there is none."""
    found = session.scalar(select(OrganisationUnit.id).where((OrganisationUnit.id == named) | (OrganisationUnit.key == named))) if named else None
    return found or named


def named_organisations(session: Session, fields: Iterable[FormField], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with every organisation by its id; BadInput for one that is not known."""
    found = dict(values)
    for each in fields:
        if each.type != "organisation" or each.name not in found:
            continue
        named = str(found[each.name])
        unit = session.get(OrganisationUnit, organisation_id(session, named))
        if unit is None:
            raise BadInput(
                f"{each.zh}：没有机构“{named}”。请填机构编号。", f"{each.en}: there is no organisation “{named}”. Give its key.",
                fields={each.name: {"zh": "没有这个机构", "en": "no such organisation"}},
            )
        found[each.name] = unit.id
    return found


def organisation_of(subject: Subject) -> str:
    """The organisation a subject speaks for: its unit, or the legal person acted for."""
    return subject.organisation or subject.credit_code


def opens(case: Case, trace_code: str) -> bool:
    """Whether that is the case's trace code."""
    return bool(case.trace_hash) and compare_digest(case.trace_hash, trace_hash(case.number, trace_code))


def trace_hash(number: str, trace_code: str) -> str:
    """How a trace code is kept: it is random, so a plain hash cannot be searched back."""
    return content_digest(number, trace_code)
