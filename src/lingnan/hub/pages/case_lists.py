"""Lists of cases: the inbox, those one applied for or may see, their export, and how many wait."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select

from lingnan.base import Missing
from lingnan.casework import CaseLine, CasePage, CaseQuery, Casework
from lingnan.casework.alert_list import AlertList
from lingnan.casework.listing import waits_for
from lingnan.casework.notice_records import Alert
from lingnan.casework.policy import visible
from lingnan.casework.records import Case
from lingnan.hub.pages.desk import Desk
from lingnan.insight import CaseList, CaseRow, Facet, FacetValue, Words
from lingnan.insight.casework import Lateness
from lingnan.trust import Subject, known_roles

NEAR_DAYS = 2
"""A case is near its deadline with so many working days left."""
EXPORTED_AT_ONCE = 200
NOBODY = Words(zh="")


def waiting(desk: Desk, subject: Subject) -> dict[str, int]:
    """How many cases, unread notices and open alerts wait for who is signed in; a count, so nothing of it is logged."""
    office, permits = desk.hub.office, desk.hub.trust.point.permits
    if not subject.account:
        return {}
    counts = {"notices": office.notices.unread(subject)}
    with desk.hub.storage.reading() as session:
        if permits(subject, "case.view")[0]:
            counts["inbox"] = session.scalar(select(func.count()).select_from(Case).where(visible(subject), waits_for(subject))) or 0
        if permits(subject, "alert.view")[0]:
            concerns = AlertList(desk.hub.storage, office.alerts.rules).concerns(subject)
            counts["alerts"] = session.scalar(select(func.count()).select_from(Alert).where(Alert.state == "open", concerns)) or 0
    return counts


def listing(desk: Desk, subject: Subject, query: CaseQuery) -> CaseList:
    """One page of the cases asked for, with every flow they are of."""
    casework = desk.hub.office.casework
    page = casework.inbox.of(subject, query)
    every = casework.inbox.of(subject, replace(query, flow="", state="", cursor="", limit=1)).by_flow if query.flow else page.by_flow
    return CaseList(
        items=tuple(_rows(desk, page)), total=page.total, overdue=page.overdue, flows=_flows(casework, every, query.flow),
        states=_states(casework, query.flow), may_count=desk.hub.trust.point.permits(subject, "case.statistics")[0], next=page.cursor or None,
    )


def export(desk: Desk, subject: Subject, query: CaseQuery) -> Iterator[CaseRow]:
    """Every case the query means; asked of policy and logged before the first row leaves."""
    casework = desk.hub.office.casework
    first = casework.inbox.of(subject, replace(query, cursor="", limit=EXPORTED_AT_ONCE))
    desk.hub.trust.record("delivery", subject, "case.export", "cases", "done", facts={"rows": first.total})
    return _every_row(desk, casework, subject, query, first)


def row(desk: Desk, line: CaseLine, organisations: Mapping[str, tuple[str, Words]]) -> CaseRow:
    """A case as a line of a list."""
    days = _days_left(desk, line.due_on) if line.closed_at is None else None
    lateness: Lateness = "late" if line.overdue else "near" if days is not None and days <= NEAR_DAYS else ""
    return CaseRow(
        number=line.number, flow=line.flow, title=Words(zh=line.flow_zh, en=line.flow_en), state=line.state,
        state_title=Words(zh=line.state_zh, en=line.state_en), about=line.about, division=line.division, opened_at=line.opened_at,
        closed_at=line.closed_at, outcome=line.outcome, due_on=line.due_on, days_left=days, lateness=lateness, role=role_title(line.role),
        organisation=unit_title(line.organisation, organisations), claimed=line.claimed, mine=line.mine,
    )


def role_title(role: str) -> Words:
    """What a role is called; nothing for none."""
    known = known_roles().get(role)
    return Words(zh=known.zh, en=known.en) if known else Words(zh=role)


def unit_title(unit: str, organisations: Mapping[str, tuple[str, Words]]) -> Words:
    """What an organisation is called; a legal person, which is none of the hub's units, by its code."""
    found = organisations.get(unit)
    return found[1] if found else Words(zh=unit)


def _every_row(desk: Desk, casework: Casework, subject: Subject, query: CaseQuery, page: CasePage) -> Iterator[CaseRow]:
    while True:
        yield from _rows(desk, page)
        if not page.cursor:
            return
        page = casework.inbox.of(subject, replace(query, cursor=page.cursor, limit=EXPORTED_AT_ONCE))


def _rows(desk: Desk, page: CasePage) -> Iterator[CaseRow]:
    organisations = desk.organisations()
    return (row(desk, line, organisations) for line in page.items)


def _days_left(desk: Desk, due_on: date | None) -> int | None:
    cases = desk.hub.office.casework.cases
    return None if due_on is None else cases.keeper.counter.between(cases.mover.today, due_on, "working")


def _flows(casework: Casework, counts: Mapping[str, int], chosen: str) -> Facet:
    values = tuple(
        FacetValue(value=flow, title=flow_title(casework, flow), count=number, chosen=flow == chosen)
        for flow, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    return Facet(field="flow", title=Words(zh="流程", en="Flow"), values=values)


def _states(casework: Casework, flow: str) -> tuple[tuple[str, Words], ...]:
    known = next((each for each in casework.flows if each.id == flow), None)
    return tuple((state.id, Words(zh=state.zh, en=state.en)) for state in known.states) if known else ()


def flow_title(casework: Casework, flow: str) -> Words:
    """What a flow is called; by its id when it is there no more."""
    try:
        known = casework.flows.flow(flow)
    except Missing:
        return Words(zh=flow)
    return Words(zh=known.zh, en=known.en)
