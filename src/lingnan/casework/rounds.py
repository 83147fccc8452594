"""The worker's round over deadlines: reminders, missed ones, and days counted anew; one transaction a case, so nothing happens twice."""

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA
from lingnan.casework.announcing import Announcer
from lingnan.casework.checking import Attempt
from lingnan.casework.flow import Deadline, Flow
from lingnan.casework.moving import Mover
from lingnan.casework.policy import add_side
from lingnan.casework.records import Case, CaseDeadline
from lingnan.casework.shapes import Round
from lingnan.storage import Storage
from lingnan.trust import SYSTEM

HORIZON = timedelta(days=60)
"""Deadlines due later than this are not looked at: no reminder comes earlier."""


def look_at_deadlines(storage: Storage, mover: Mover, now: datetime | None = None) -> Round:
    """One round. A round that was cut off is made good by the next; two at once do not both announce, since each locks the case."""
    today = (now or storage.clock.now()).astimezone(CHINA).date()
    moment = now or storage.clock.now()
    with storage.reading() as session:
        near = (CaseDeadline.due_on <= today + HORIZON) & CaseDeadline.missed_at.is_(None)
        statement = select(CaseDeadline.case_id).where(CaseDeadline.state == "running", or_(near, CaseDeadline.estimated)).distinct()
        waiting = sorted(session.scalars(statement))
    done: Counter[str] = Counter()
    for case_id in waiting:
        with storage.session() as session:
            done.update(_look_at(session, mover, case_id, today, moment))
    return Round(len(waiting), done["reminded"], done["missed"], done["moved"], done["recounted"])


def _look_at(session: Session, mover: Mover, case_id: str, today: date, moment: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    case = session.scalar(select(Case).where(Case.id == case_id).with_for_update())
    if case is None or case.closed_at is not None:
        return done
    flow = mover.flows.pinned(session, case.flow, case.flow_version)
    for limit in mover.keeper.open(session, case):
        if limit.state != "running" or case.closed_at is not None:
            continue
        done["recounted"] += mover.keeper.recount(limit)
        done["reminded"] += _remind(session, mover, case, flow, limit, today)
        if today > limit.due_on and limit.missed_at is None:
            limit.missed_at = moment
            done["missed"] += 1
            done["moved"] += _miss(session, mover, case, flow, limit)
    mover.keeper.refresh(session, case)
    return done


def _remind(session: Session, mover: Mover, case: Case, flow: Flow, limit: CaseDeadline, today: date) -> int:
    """Announce that the day comes near; marks that passed while nobody looked are told together, as one."""
    described = flow.deadline(limit.deadline)
    remaining = mover.keeper.remaining(limit, today)
    passed = [days for days in described.remind if remaining is not None and 0 <= remaining <= days and days not in limit.reminded]
    if not passed or remaining is None:
        return 0
    limit.reminded = sorted({*limit.reminded, *passed})
    Announcer(mover.announce, session, case, flow).near(described, limit.due_on, remaining)
    return 1


def _miss(session: Session, mover: Mover, case: Case, flow: Flow, limit: CaseDeadline) -> int:
    described = flow.deadline(limit.deadline)
    _escalate(session, case, described)
    mover.write(session, case, "missed", SYSTEM, transition=limit.deadline, from_state=case.state, to_state=case.state)
    case.version += 1
    Announcer(mover.announce, session, case, flow).missed(described, limit.due_on)
    move = flow.transition(described.when_missed) if described.when_missed else None
    if move is None or case.state not in move.source:
        return 0
    note = f"{described.zh}逾期 {described.en}: missed"
    mover.move(session, Attempt(case, flow, move, SYSTEM, "", {}, note))
    return 1


def _escalate(session: Session, case: Case, described: Deadline) -> None:
    if described.escalate is None:
        return
    case.escalated_role = described.escalate.role
    case.escalated_organisation = case.provider if described.escalate.party == "provider" else case.handler
    add_side(session, case, "assigned", organisation=case.escalated_organisation)
