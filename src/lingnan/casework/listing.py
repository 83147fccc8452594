"""Lists of cases: which, in the order they are due, page by page."""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from lingnan.base import BadInput
from lingnan.casework.flow_library import Flows
from lingnan.casework.policy import applied_by, visible
from lingnan.casework.records import NO_DUE, Case, CaseDeadline
from lingnan.casework.shapes import CaseLine, CasePage, CaseQuery
from lingnan.trust import Subject

LARGEST_PAGE = 200
T = TypeVar("T")


def page_of(session: Session, flows: Flows, subject: Subject, query: CaseQuery, today: date) -> CasePage:
    """One page of the cases asked for, those due first at its top."""
    chosen = and_(visible(subject), *_conditions(subject, query, today))
    limit = min(max(query.limit, 1), LARGEST_PAGE)
    statement = select(Case).where(chosen)
    if query.cursor:
        statement = statement.where(tuple_(Case.due_on, Case.id) > tuple_(*read_cursor(query.cursor, date.fromisoformat)))
    found = session.scalars(statement.order_by(Case.due_on, Case.id).limit(limit + 1)).all()
    counts = session.execute(select(Case.flow, func.count()).where(chosen).group_by(Case.flow)).all()
    overdue = session.scalar(select(func.count()).select_from(Case).where(chosen, is_overdue(today))) or 0
    following = make_cursor(found[limit - 1].due_on.isoformat(), found[limit - 1].id) if len(found) > limit else ""
    by_flow: dict[str, int] = {name: number for name, number in counts}  # noqa: C416 (rows are no pairs to a type checker)
    lines = [line_of(session, flows, case, subject, today) for case in found[:limit]]
    return CasePage(items=lines, cursor=following, total=sum(by_flow.values()), overdue=overdue, by_flow=by_flow)


def line_of(session: Session, flows: Flows, case: Case, subject: Subject, today: date) -> CaseLine:
    """A case as a line of a list."""
    flow = flows.pinned(session, case.flow, case.flow_version)
    state = flow.state(case.state)
    late = select(CaseDeadline.id).where(CaseDeadline.case_id == case.id, CaseDeadline.missed_at.is_not(None), CaseDeadline.state == "running")
    overdue = case.closed_at is None and (case.due_on < today or session.scalar(late.limit(1)) is not None)
    return CaseLine(
        id=case.id, number=case.number, flow=case.flow, flow_zh=flow.zh, flow_en=flow.en, state=state.id, state_zh=state.zh, state_en=state.en,
        about_kind=case.about_kind, about=case.about, division=case.division, opened_at=case.opened_at, closed_at=case.closed_at,
        outcome=case.outcome, due_on=None if case.due_on == NO_DUE else case.due_on, overdue=overdue, role=case.assigned_role,
        organisation=case.assigned_organisation, account=case.assigned_account, claimed=case.claimed_at is not None,
        mine=bool(subject.account) and subject.account == case.assigned_account,
    )


def is_overdue(today: date) -> ColumnElement[bool]:
    """Open cases with a deadline that has passed and still runs."""
    return Case.closed_at.is_(None) & (Case.due_on < today)


def waits_for(subject: Subject) -> ColumnElement[bool]:
    """Open cases that wait for the subject: by name, by role at its organisation, or escalated to it."""
    ways: list[ColumnElement[bool]] = [false()]
    if subject.account:
        ways.append(Case.assigned_account == subject.account)
    here = [Case.assigned_organisation.in_({"", subject.organisation})] if subject.kind == "official" else []
    if here and subject.roles:
        ways.append(and_(Case.assigned_account == "", Case.assigned_role.in_(sorted(subject.roles)), *here))
        above = Case.escalated_organisation.in_({"", subject.organisation})
        ways.append(Case.escalated_role.in_(sorted(subject.roles)) & above)
    if here and subject.organisation:
        ways.append((Case.assigned_account == "") & (Case.assigned_role == "") & (Case.assigned_organisation == subject.organisation))
    return Case.closed_at.is_(None) & or_(*ways)


def make_cursor(*parts: str) -> str:
    """An opaque word for the place where a page ends."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str, parse: Callable[[str], T]) -> tuple[T, str]:
    """The place again; BadInput when the word was not given by `make_cursor`."""
    try:
        first, second = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return parse(first), str(second)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadInput("翻页标记无效，请从第一页开始。", "This page marker is wrong; begin at the first page.", cursor=cursor[:80]) from error


def _conditions(subject: Subject, query: CaseQuery, today: date) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if query.scope == "waiting":
        wanted.append(waits_for(subject))
    elif query.scope == "mine":
        wanted.append(applied_by(subject))
    by_column: dict[Any, str] = {Case.flow: query.flow, Case.state: query.state, Case.about: query.about}
    wanted += [column == value for column, value in by_column.items() if value]
    if query.overdue is not None:
        wanted.append(is_overdue(today) if query.overdue else ~is_overdue(today))
    if query.claimed is not None:
        wanted.append(Case.claimed_at.is_not(None) if query.claimed else Case.claimed_at.is_(None))
    if query.open is not None:
        wanted.append(Case.closed_at.is_(None) if query.open else Case.closed_at.is_not(None))
    return wanted
