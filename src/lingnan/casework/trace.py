"""The public trace: how a case stands, by number and trace code, or in the list where a flow is public; no names, only fields the flow gives."""

from datetime import date, datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from lingnan.base import CHINA, Missing
from lingnan.casework.cases import Cases
from lingnan.casework.flow import Flow
from lingnan.casework.form import fact_views
from lingnan.casework.listing import LARGEST_PAGE, make_cursor, read_cursor
from lingnan.casework.policy import opens
from lingnan.casework.records import NO_DUE, Case, CaseEntry
from lingnan.casework.shapes import TracePage, TraceStep, TraceView

PUBLIC = frozenset({"public"})


class Trace:
    """What anyone may see of cases."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def of(self, number: str, code: str) -> TraceView:
        """The case of that number, for who has its code; Missing for a wrong number and a wrong code alike."""
        with self._cases.storage.reading() as session:
            case = session.scalar(select(Case).where(Case.number == number.strip().upper()))
            if case is None or not opens(case, code.strip().upper()):
                raise Missing("编号或查询码不正确。请核对后重试。", "The number or the trace code is wrong. Check both and try again.")
            return self._view(session, case)

    def listed(self, *, flow: str = "", cursor: str = "", limit: int = 20) -> TracePage:
        """One page of the cases whose flow is public, newest first."""
        limit = min(max(limit, 1), LARGEST_PAGE)
        public = [each.id for each in self._cases.flows if each.trace.listed and flow in ("", each.id)]
        statement = select(Case).where(Case.flow.in_(public))
        if cursor:
            statement = statement.where(tuple_(Case.opened_at, Case.id) < tuple_(*read_cursor(cursor, datetime.fromisoformat)))
        with self._cases.storage.reading() as session:
            found = session.scalars(statement.order_by(Case.opened_at.desc(), Case.id.desc()).limit(limit + 1)).all()
            following = make_cursor(found[limit - 1].opened_at.isoformat(), found[limit - 1].id) if len(found) > limit else ""
            return TracePage(items=[self._view(session, case) for case in found[:limit]], cursor=following)

    def _view(self, session: Session, case: Case) -> TraceView:
        cases = self._cases
        flow = cases.flows.pinned(session, case.flow, case.flow_version)
        shown = flow.state(case.public_state)
        fields = {name: field for name, field in flow.fields.items() if name in flow.trace.fields}
        return TraceView(
            number=case.number, flow_zh=flow.zh, flow_en=flow.en, state_zh=shown.zh, state_en=shown.en, opened_on=_day(case.opened_at),
            closed_on=_day(case.closed_at) if case.closed_at else None, due_on=None if case.due_on == NO_DUE else case.due_on,
            overdue=case.closed_at is None and case.due_on < cases.mover.today, steps=_steps(session, case, flow),
            facts=fact_views(fields, cases.mover.facts(case), PUBLIC),
        )


def _steps(session: Session, case: Case, flow: Flow) -> list[TraceStep]:
    """The public states the case came through, each with its day."""
    statement = select(CaseEntry).where(CaseEntry.case_id == case.id, CaseEntry.kind.in_(("open", "move"))).order_by(CaseEntry.place)
    steps = []
    for entry in session.scalars(statement):
        state = flow.state(entry.to_state)
        if state.public and entry.from_state != entry.to_state:
            steps.append(TraceStep(zh=state.zh, en=state.en, on=_day(entry.at)))
    return steps


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
