"""The deadlines of a case: begun, stopped, paused while the applicant amends, resumed, extended once; all within the session of the move."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict
from lingnan.casework.deadlines import DayCounter, DeadlineRules
from lingnan.casework.flow import Flow
from lingnan.casework.records import NO_DUE, Case, CaseDeadline

OPEN_STATES = ("running", "paused")


class DeadlineKeeper:
    """Keeps the deadlines of cases by the rules and the calendar."""

    def __init__(self, rules: DeadlineRules, counter: DayCounter) -> None:
        self.rules, self.counter = rules, counter

    def start(self, session: Session, case: Case, flow: Flow, names: Iterable[str], today: date) -> None:
        """Begin deadlines; one that runs already is dropped and begun anew."""
        self.stop(session, case, names, today, dropped=True)
        for name in names:
            rule = self.rules.find(flow.deadline(name).rule, case.division, today)
            due = self.counter.after(today, rule.days, rule.unit)
            session.add(CaseDeadline(
                case_id=case.id, deadline=name, rule=rule.rule, unit=rule.unit, days=rule.days, begun_on=today, counted_from=today,
                days_left=rule.days, due_on=due.on, estimated=due.estimated, state="running", reminded=[], extended_by=0,
            ))
        session.flush()

    def stop(self, session: Session, case: Case, names: Iterable[str], today: date, *, dropped: bool = False) -> None:
        """End deadlines: met when in time, late when not."""
        chosen = set(names)
        for limit in self.open(session, case):
            if limit.deadline in chosen:
                in_time = limit.state == "paused" or today <= limit.due_on
                limit.state, limit.ended_on = "dropped" if dropped else "met" if in_time else "late", today

    def end_all(self, session: Session, case: Case, today: date, *, dropped: bool) -> None:
        """End what still runs when the case ends; dropped when it was withdrawn."""
        self.stop(session, case, [limit.deadline for limit in self.open(session, case)], today, dropped=dropped)

    def pause(self, session: Session, case: Case, today: date, *, but: Iterable[str] = ()) -> None:
        """Stop the clock, except for deadlines just begun; a day already past its limit stays past."""
        for limit in self.open(session, case):
            if limit.state == "running" and limit.deadline not in set(but) and today <= limit.due_on:
                limit.days_left -= self.counter.between(limit.counted_from, today, limit.unit)
                limit.state, limit.paused_on = "paused", today

    def resume(self, session: Session, case: Case, today: date) -> None:
        """Let the clock go on: what was left counts from the day after; if it stood for a day or more, at least one day is left."""
        for limit in self.open(session, case):
            if limit.state != "paused":
                continue
            limit.days_left = max(limit.days_left, 1 if today != limit.paused_on else 0)
            due = self.counter.after(today, limit.days_left, limit.unit)
            limit.counted_from, limit.due_on, limit.estimated = today, due.on, due.estimated
            limit.state, limit.paused_on, limit.reminded = "running", None, []

    def extend(self, session: Session, case: Case, name: str, today: date) -> None:
        """Lengthen a deadline by its rule's extension; Conflict when it does not run, is over, was extended before or cannot be."""
        limit = next((each for each in self.open(session, case) if each.deadline == name), None)
        rule = self.rules.find(limit.rule, case.division, limit.begun_on) if limit else None
        if limit is None or rule is None or not rule.extension or limit.extended_on is not None or limit.state != "running" or today > limit.due_on:
            raise Conflict(
                f"时限“{name}”不能延长：须在期限内、规则允许且未曾延长。",
                f"Deadline “{name}” cannot be extended: it must run, its rule allow it, and once only.",
                deadline=name,
            )
        limit.extended_on, limit.extended_by = today, rule.extension
        limit.days_left += rule.extension
        due = self.counter.after(limit.counted_from, limit.days_left, limit.unit)
        limit.due_on, limit.estimated, limit.reminded = due.on, due.estimated, []

    def recount(self, limit: CaseDeadline) -> bool:
        """Count an estimated day anew when the calendar goes further; gives whether it changed."""
        if not limit.estimated or limit.state != "running":
            return False
        due = self.counter.after(limit.counted_from, limit.days_left, limit.unit)
        changed = (due.on, due.estimated) != (limit.due_on, limit.estimated)
        limit.due_on, limit.estimated = due.on, due.estimated
        return changed

    def refresh(self, session: Session, case: Case) -> None:
        """Bring the case's own due day up to date: the next of its running deadlines."""
        session.flush()
        case.due_on = min((limit.due_on for limit in self.open(session, case) if limit.state == "running"), default=NO_DUE)

    def open(self, session: Session, case: Case) -> list[CaseDeadline]:
        """The deadlines of a case that have not ended."""
        statement = select(CaseDeadline).where(CaseDeadline.case_id == case.id, CaseDeadline.state.in_(OPEN_STATES))
        return list(session.scalars(statement.order_by(CaseDeadline.sequence)))

    def remaining(self, limit: CaseDeadline, today: date) -> int | None:
        """Days left today by the deadline's own counting; negative when over, None when it has ended."""
        if limit.state not in OPEN_STATES:
            return None
        return limit.days_left if limit.state == "paused" else self.counter.between(today, limit.due_on, limit.unit)
