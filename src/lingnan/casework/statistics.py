"""Statistics of cases, counted from their records alone: by flow, handling organisation, closing role and outcome; never by person.

A case counts as closed when it ends, or when it is settled: an authority in force waits for nobody, and that it may be taken back
does not make it open.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA
from lingnan.casework.cases import Cases
from lingnan.casework.policy import visible
from lingnan.casework.records import Case, CaseDeadline, CaseEntry
from lingnan.casework.shapes import CaseStatistics, Figures
from lingnan.trust import Subject

COLUMNS = (
    "number", "flow", "flow_version", "state", "outcome", "division", "handler", "provider", "role", "opened_on", "closed_on", "due_on",
    "in_time", "working_days",
)


class Statistics:
    """Figures over cases, and the rows they were counted from."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def of(self, since: date, until: date, *, flow: str = "", handler: str = "", seen_by: Subject | None = None) -> CaseStatistics:
        """Figures over the cases that were open at some time from `since` up to and with `until`; `seen_by` counts those it may see alone."""
        rows = self.rows(since, until, flow=flow, handler=handler, seen_by=seen_by)

        def by(key: str) -> dict[str, Figures]:
            return _grouped(rows, lambda row: str(row[key]), since, until)

        outcomes = Counter(str(row["outcome"]) for row in rows if row["closed_on"] and since <= _date(row["closed_on"]) <= until)
        closed = [row for row in rows if row["role"]]
        return CaseStatistics(
            since=since, until=until, total=_figures(rows, since, until),
            by_flow=by("flow"), by_organisation=by("handler"), by_provider=by("provider"),
            by_role=_grouped(closed, lambda row: str(row["role"]), since, until),
            by_outcome=dict(sorted(outcomes.items())),
        )

    def rows(self, since: date, until: date, *, flow: str = "", handler: str = "", seen_by: Subject | None = None) -> list[dict[str, object]]:
        """One row a case, without anything about people: what the figures are counted from."""
        first, last = _moment(since), _moment(until + timedelta(days=1))
        then = (Case.opened_at < last, or_(Case.closed_at.is_(None), Case.closed_at >= first))
        statement = select(Case).where(*then)
        statement = statement.where(Case.flow == flow) if flow else statement
        statement = statement.where(Case.handler == handler) if handler else statement
        statement = statement.where(visible(seen_by)) if seen_by is not None else statement
        with self._cases.storage.reading() as session:
            cases = session.scalars(statement.order_by(Case.opened_at, Case.id)).all()
            limits = session.execute(
                select(CaseDeadline.case_id, CaseDeadline.state, CaseDeadline.due_on).join(Case, Case.id == CaseDeadline.case_id)
                .where(*then)
            ).all()
            today = min(until, self._cases.mover.today)
            late = {case for case, state, due_on in limits if state == "late" or (state == "running" and due_on < today)}
            ends = self._ends(session, cases, then)
            return [self._row(case, ends[case.id], case.id not in late, until) for case in cases if ends[case.id].reaches(since)]

    def export_csv(self, since: date, until: date, *, flow: str = "", handler: str = "") -> str:
        """The rows as CSV; every value is the hub's own word, so none can begin a formula."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self.rows(since, until, flow=flow, handler=handler))
        return text.getvalue()

    def _ends(self, session: Session, cases: Sequence[Case], which: tuple[ColumnElement[bool], ...]) -> dict[str, "_End"]:
        """When and how each case was closed or, before that, settled."""
        flows = {(case.flow, case.flow_version): self._cases.flows.pinned(session, case.flow, case.flow_version) for case in cases}
        settled = {key: {state.id: state.outcome or "" for state in flow.states if state.settled} for key, flow in flows.items()}
        names = {state for states in settled.values() for state in states}
        steps: dict[str, list[CaseEntry]] = defaultdict(list)
        if names:
            touching = or_(CaseEntry.to_state.in_(names), CaseEntry.from_state.in_(names))
            entries = select(CaseEntry).join(Case, Case.id == CaseEntry.case_id).where(touching, *which)
            for entry in session.scalars(entries.order_by(CaseEntry.place)):
                steps[entry.case_id].append(entry)
        return {case.id: self._end(case, steps[case.id], settled[case.flow, case.flow_version]) for case in cases}

    def _end(self, case: Case, steps: Sequence[CaseEntry], settled: Mapping[str, str]) -> "_End":
        reached = next((entry for entry in steps if entry.to_state in settled), None)
        if reached is None:
            return _End(_day(case.closed_at) if case.closed_at else None, case.outcome, case.closed_by_role, case.stopped_days)
        on = _day(reached.at)
        left = next((entry for entry in steps if entry.place > reached.place and entry.from_state != entry.to_state), None)
        rested = self._cases.keeper.counter.between(on, _day(left.at), "working") if left else 0
        return _End(on, settled[reached.to_state], reached.role, case.stopped_days - rested)

    def _row(self, case: Case, end: "_End", in_time: bool, until: date) -> dict[str, object]:
        opened, ended = _day(case.opened_at), end.on if end.on is not None and end.on <= until else None
        days = self._cases.keeper.counter.between(opened, ended, "working") - end.stopped_days if ended else ""
        return {
            "number": case.number, "flow": case.flow, "flow_version": case.flow_version, "state": case.state, "outcome": end.outcome,
            "division": case.division, "handler": case.handler, "provider": case.provider, "role": end.role,
            "opened_on": opened.isoformat(), "closed_on": ended.isoformat() if ended else "",
            "due_on": "" if case.due_on.year == date.max.year else case.due_on.isoformat(), "in_time": in_time, "working_days": days,
        }


@dataclass(frozen=True)
class _End:
    """The day a case was closed or settled on, None while it is open; how, by which role, and how many working days its clock had stood."""

    on: date | None
    outcome: str
    role: str
    stopped_days: int

    def reaches(self, since: date) -> bool:
        """Whether the case was still open on that day or ended later."""
        return self.on is None or self.on >= since


def _grouped(rows: list[dict[str, object]], key: Callable[[dict[str, object]], str], since: date, until: date) -> dict[str, Figures]:
    names = sorted({key(row) for row in rows})
    return {name: _figures([row for row in rows if key(row) == name], since, until) for name in names}


def _figures(rows: Iterable[dict[str, object]], since: date, until: date) -> Figures:
    rows = list(rows)
    opened = [row for row in rows if since <= _date(row["opened_on"]) <= until]
    closed = [row for row in rows if row["closed_on"] and since <= _date(row["closed_on"]) <= until]
    still = [row for row in rows if not row["closed_on"]]
    days = [int(str(row["working_days"])) for row in closed]
    return Figures(
        opened=len(opened), closed=len(closed), still_open=len(still), on_time=sum(bool(row["in_time"]) for row in closed),
        late=sum(not row["in_time"] for row in closed), overdue=sum(not row["in_time"] for row in still), median_days=median(days) if days else None,
    )


def _date(value: object) -> date:
    return date.fromisoformat(str(value))


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)
