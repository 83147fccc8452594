"""Moves a case within one session: checks, timeline, deadlines, assignment, effects and events, all or nothing."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA, Clock, Event
from lingnan.casework.announcing import Announcer
from lingnan.casework.case_deadlines import DeadlineKeeper
from lingnan.casework.checking import Attempt, approvals_so_far
from lingnan.casework.flow import Assignment, Flow, Step, Transition
from lingnan.casework.flow_library import Flows
from lingnan.casework.form import canonical, is_personal, sealed, unsealed
from lingnan.casework.policy import OVERSEEN, account_id, add_side, named_organisations, organisation_id, organisation_of, trace_hash
from lingnan.casework.records import Case, CaseEntry
from lingnan.casework.shapes import Authority, Vault
from lingnan.trust import OrganisationUnit, Subject

NUMBER_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No letter or digit that can be taken for another."""
NUMBER_LENGTH, TRACE_LENGTH = 6, 12


@dataclass(frozen=True)
class Beginning:
    """What a case begins with besides its form."""

    about: str = ""
    provider: str = ""
    handler: str = ""
    division: str = ""
    id: str = ""


@dataclass(frozen=True)
class Mover:
    """Does what opening and moving a case consist of."""

    flows: Flows
    keeper: DeadlineKeeper
    trust: Authority
    clock: Clock
    announce: Callable[[Session, Event, str], object] = field(repr=False)
    vault: Vault | None = field(default=None, repr=False)
    office: str = ""

    @property
    def today(self) -> date:
        """The day it is in China."""
        return self.clock.now().astimezone(CHINA).date()

    def begin(self, session: Session, flow: Flow, subject: Subject, values: Mapping[str, Any], given: Beginning) -> tuple[Case, str]:
        """A new case in its start; gives it and its trace code."""
        self.flows.keep(session, flow)
        values = named_organisations(session, flow.opening.form, values)
        number, code = self._number(session), _letters(TRACE_LENGTH)
        case = Case(
            id=given.id or None, number=number, flow=flow.id, flow_version=flow.version, state=flow.start.id, public_state=flow.start.id, version=1,
            about_kind=flow.about, about=given.about, division=given.division, applicant_kind=subject.kind, applicant=subject.account,
            applicant_organisation=organisation_of(subject), handler=self._handler(session, given.handler),
            provider=organisation_id(session, given.provider), facts={},
            trace_hash=trace_hash(number, code), opened_at=self.clock.now(),
        )
        session.add(case)
        session.flush()
        self._take_sides(session, case)
        entry = self.write(session, case, "open", subject, transition="open", to_state=case.state, form=values, fields=flow)
        self._consequences(session, case, flow, flow.opening, values)
        add_side(session, case, "applicant", organisation=case.applicant_organisation, account=case.applicant)
        self._concerned(session, case, flow)
        self.keeper.refresh(session, case)
        told = Announcer(self.announce, session, case, flow)
        told.moved("open", "", subject)
        told.assigned(subject)
        told.effects(flow.opening.effects, entry.id, self.plain_facts(flow, case))
        return case, code

    def move(self, session: Session, attempt: Attempt) -> tuple[bool, int]:
        """Do a transition that was found right; gives whether the case moved (not while approvals are awaited) and how many approved."""
        case, flow, transition = attempt.case, attempt.flow, attempt.transition
        approved = approvals_so_far(session, case, transition) | {attempt.subject.account}
        moves = len(approved) >= transition.approvals
        before, was_assigned = case.state, _assigned(case)
        entry = self.write(
            session, case, "move" if moves else "approve", attempt.subject, transition=transition.id, from_state=before,
            to_state=transition.target if moves else before, form=attempt.values, fields=flow, role=attempt.role, note=attempt.note,
            signature=attempt.signature,
        )
        case.version += 1
        if not moves:
            case.assigned_account, case.claimed_at = "", None
            return False, len(approved)
        self._enter(session, case, flow, transition)
        self._consequences(session, case, flow, transition, attempt.values)
        self._concerned(session, case, flow)
        self._end(session, case, flow, attempt.role)
        self.keeper.refresh(session, case)
        told = Announcer(self.announce, session, case, flow)
        told.moved(transition.id, before, attempt.subject, attempt.note if transition.reason else "")
        if _assigned(case) != was_assigned and case.closed_at is None:
            told.assigned(attempt.subject)
        told.effects(transition.effects, entry.id, self.plain_facts(flow, case))
        return True, len(approved)

    def write(
        self, session: Session, case: Case, kind: str, subject: Subject, *, transition: str = "", from_state: str = "", to_state: str = "",
        form: Mapping[str, Any] | None = None, fields: Flow | None = None, role: str = "", note: str = "", signature: str = "",
    ) -> CaseEntry:
        """Add a line to the timeline; the form's digest is keyed, because it may hold personal values."""
        place = (session.scalar(select(func.max(CaseEntry.place)).where(CaseEntry.case_id == case.id)) or 0) + 1
        values = dict(form or {})
        entry = CaseEntry(
            case_id=case.id, place=place, kind=kind, transition=transition, from_state=from_state, to_state=to_state, at=self.clock.now(),
            by=subject.reference, account=subject.account, organisation=organisation_of(subject), role=role, note=note, signature=signature,
            form=sealed(fields.fields if fields else {}, values, self.vault), form_digest=self.digest(values),
        )
        session.add(entry)
        session.flush()
        if values:
            case.facts = {**case.facts, **entry.form}
        return entry

    def digest(self, values: Mapping[str, Any]) -> str:
        """The keyed digest of what was filled in; empty for nothing."""
        return self.trust.pseudonym("form", canonical(values)) if values else ""

    def facts(self, case: Case) -> dict[str, Any]:
        """Every fact of a case, unsealed."""
        return unsealed(case.facts, self.vault)

    def plain_facts(self, flow: Flow, case: Case) -> dict[str, Any]:
        """The facts that concern no person, for events."""
        return {name: value for name, value in case.facts.items() if not is_personal(flow.fields.get(name))}

    def _enter(self, session: Session, case: Case, flow: Flow, transition: Transition) -> None:
        old, new = flow.state(case.state), flow.state(transition.target)
        self.keeper.stop(session, case, transition.stops, self.today)
        if transition.extends:
            self.keeper.extend(session, case, transition.extends, self.today)
        case.state = new.id
        if new.public:
            case.public_state = new.id
        if old.clock == "running" and new.clock == "stopped":
            self.keeper.pause(session, case, self.today)
            case.stopped_on = self.today
        elif old.clock == "stopped" and new.clock == "running":
            self.keeper.resume(session, case, self.today)
            self._count_stop(case)

    def _consequences(self, session: Session, case: Case, flow: Flow, step: Step, values: Mapping[str, Any]) -> None:
        """Deadlines begun, provider named, and the case handed on."""
        if step.starts:
            self.keeper.start(session, case, flow, step.starts, self.today)
        if named := self._field(case, step.provider):
            case.provider = named
            add_side(session, case, "provider", organisation=named)
        if step.assign is not None:
            self._assign(session, case, step.assign)
        sides = {"applicant": case.applicant_organisation, "handler": case.handler, "provider": case.provider}
        for side in flow.overseen:
            add_side(session, case, OVERSEEN, organisation=sides[side])

    def _assign(self, session: Session, case: Case, assign: Assignment) -> None:
        by_party = {"applicant": "", "handler": case.handler, "provider": case.provider}
        organisation = self._field(case, assign.organisation) or by_party.get(assign.party or "", "")
        account = account_id(session, self._field(case, assign.account)) if assign.account else ""
        if assign.party == "applicant":
            account = case.applicant
        self.hand_to(session, case, role=assign.role or "", organisation=organisation, account=account)

    def hand_to(self, session: Session, case: Case, *, role: str, organisation: str, account: str) -> None:
        """Let the case wait for a role at an organisation, or for one account."""
        case.assigned_role, case.assigned_organisation, case.assigned_account, case.claimed_at = role, organisation, account, None
        case.escalated_role = case.escalated_organisation = ""
        add_side(session, case, "assigned", organisation=organisation)
        add_side(session, case, "assigned", account=account)

    def _end(self, session: Session, case: Case, flow: Flow, role: str) -> None:
        state = flow.state(case.state)
        if state.kind != "end":
            return
        self.keeper.end_all(session, case, self.today, dropped=state.outcome == "withdrawn")
        self._count_stop(case)
        case.closed_at, case.outcome, case.closed_by_role = self.clock.now(), state.outcome or "done", role
        case.assigned_role = case.assigned_organisation = case.assigned_account = case.escalated_role = case.escalated_organisation = ""

    def _count_stop(self, case: Case) -> None:
        if case.stopped_on is not None:
            case.stopped_days += self.keeper.counter.between(case.stopped_on, self.today, "working")
            case.stopped_on = None

    def _field(self, case: Case, reference: str) -> str:
        return str(self.facts(case).get(reference.removeprefix("field:"), "")) if reference else ""

    def _take_sides(self, session: Session, case: Case) -> None:
        add_side(session, case, "handler", organisation=case.handler)
        add_side(session, case, "provider", organisation=case.provider)

    def _concerned(self, session: Session, case: Case, flow: Flow) -> None:
        facts = self.facts(case)
        for name in flow.concerns.accounts:
            for named in str(facts.get(name, "")).split(","):
                add_side(session, case, "concerned", account=account_id(session, named.strip()))
        for name in flow.concerns.organisations:
            add_side(session, case, "concerned", organisation=str(facts.get(name, "")))

    def _handler(self, session: Session, named: str) -> str:
        """The office named, else the hub's own where it is one of its organisations."""
        if named:
            return organisation_id(session, named)
        unit = session.get(OrganisationUnit, organisation_id(session, self.office))
        return unit.id if unit is not None else ""

    def _number(self, session: Session) -> str:
        """The day and six letters that cannot be guessed; drawn again in the unlikely case that it is taken."""
        while True:
            number = f"{self.today:%Y%m%d}-{_letters(NUMBER_LENGTH)}"
            if session.scalar(select(Case.id).where(Case.number == number)) is None:
                return number


def _assigned(case: Case) -> tuple[str, str, str]:
    return case.assigned_role, case.assigned_organisation, case.assigned_account


def _letters(number: int) -> str:
    return "".join(secrets.choice(NUMBER_LETTERS) for _place in range(number))
