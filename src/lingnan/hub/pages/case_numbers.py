"""Numbers of cases, for pages that lead to a case and need no more of it; the case's own page asks whether its reader may see it."""

from collections.abc import Iterable

from sqlalchemy import select

from lingnan.casework.records import Case
from lingnan.hub.pages.desk import Desk
from lingnan.insight import RunningCase, Words


def number_of(desk: Desk, case: str) -> str:
    """The number of a case by its id; empty when there is none."""
    if not case:
        return ""
    with desk.hub.storage.reading() as session:
        return session.scalar(select(Case.number).where(Case.id == case)) or ""


def numbers_about(desk: Desk, matters: Iterable[str]) -> dict[str, str]:
    """The number of the newest case about each of these, where there is one."""
    statement = select(Case.about, Case.number).where(Case.about.in_(list(matters))).order_by(Case.sequence)
    with desk.hub.storage.reading() as session:
        return {row.about: row.number for row in session.execute(statement)}


def running(desk: Desk, matter: str, flow: str) -> RunningCase | None:
    """The case of a flow about a matter that has not ended; None when there is none."""
    wanted = select(Case).where(Case.about == matter, Case.flow == flow, Case.closed_at.is_(None)).order_by(Case.sequence.desc())
    with desk.hub.storage.reading() as session:
        case = session.scalars(wanted.limit(1)).first()
        if case is None:
            return None
        state = desk.hub.office.casework.flows.pinned(session, case.flow, case.flow_version).state(case.state)
        return RunningCase(number=case.number, state=Words(zh=state.zh, en=state.en), opened_at=case.opened_at)
