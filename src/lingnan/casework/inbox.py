"""The inbox: what waits for whom; taking a case, letting it go, and giving it to somebody else."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Refused, WrongUse
from lingnan.casework.announcing import Announcer
from lingnan.casework.cases import Cases
from lingnan.casework.listing import page_of, waits_for
from lingnan.casework.policy import Standing, account_id
from lingnan.casework.records import Case
from lingnan.casework.shapes import CasePage, CaseQuery
from lingnan.trust import Subject


class Inbox:
    """What waits for a subject, and who takes it."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def of(self, subject: Subject, query: CaseQuery | None = None) -> CasePage:
        """The cases that wait for the subject (or that it applied for, or may see at all), those due first at the top."""
        cases = self._cases
        cases.trust.allow(subject, "case.view", "inbox")
        with cases.storage.reading() as session:
            return page_of(session, cases.flows, subject, query or CaseQuery(), cases.mover.today)

    def claim(self, case: str, subject: Subject) -> None:
        """Take a case that waits for one's role; Conflict when somebody else has, Refused when it does not wait for one."""
        self._cases.trust.allow(subject, "case.act", f"case:{case}")
        with self._cases.held(case, subject, "case.claim") as (session, at):
            if at.case.claimed_at is not None and at.case.assigned_account != subject.account:
                raise Conflict(f"事项 {at.case.number} 已由他人签收。", f"Somebody else has claimed case {at.case.number}.", case=at.case.number)
            if not subject.account or not waiting(session, at):
                raise Refused(
                    f"事项 {at.case.number} 现不由您办理，不能签收。", f"Case {at.case.number} does not wait for you.", case=at.case.number
                )
            at.case.assigned_account, at.case.claimed_at = subject.account, self._cases.storage.clock.now()
            self._note(session, at, subject, "claim")

    def release(self, case: str, subject: Subject) -> None:
        """Let a claimed case go back to its role; Conflict when one has not claimed it."""
        self._cases.trust.allow(subject, "case.act", f"case:{case}")
        with self._cases.held(case, subject, "case.release") as (session, at):
            if at.case.claimed_at is None or at.case.assigned_account != subject.account:
                raise Conflict(f"您没有签收事项 {at.case.number}。", f"You have not claimed case {at.case.number}.", case=at.case.number)
            at.case.assigned_account, at.case.claimed_at = "", None
            self._note(session, at, subject, "release")

    def reassign(self, case: str, subject: Subject, reason: str, *, role: str = "", organisation: str = "", account: str = "") -> None:
        """Give a case to another role, organisation or account, with a reason; needs `case.administer`."""
        self._cases.trust.allow(subject, "case.administer", f"case:{case}")
        if not reason.strip() or not (role or organisation or account):
            raise WrongUse("改派须写明理由和去向。", "To reassign, give a reason and a role, organisation or account.")
        with self._cases.held(case, subject, "case.reassign") as (session, at):
            if at.case.closed_at is not None:
                raise Conflict(f"事项 {at.case.number} 已办结。", f"Case {at.case.number} has ended.", case=at.case.number)
            mover = self._cases.mover
            to = account_id(session, account) if account else ""
            mover.hand_to(session, at.case, role=role, organisation=organisation or at.case.assigned_organisation, account=to)
            self._note(session, at, subject, "reassign", reason.strip())
            flow = mover.flows.pinned(session, at.case.flow, at.case.flow_version)
            Announcer(mover.announce, session, at.case, flow).assigned(subject)

    def _note(self, session: Session, at: Standing, subject: Subject, kind: str, note: str = "") -> None:
        at.case.version += 1
        self._cases.mover.write(session, at.case, kind, subject, note=note)


def waiting(session: Session, at: Standing) -> bool:
    """Whether the case waits for the subject."""
    return session.scalar(select(Case.id).where(Case.id == at.case.id, waits_for(at.subject))) is not None
