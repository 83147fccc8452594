"""Figures over the cases of a period, with their pictures."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from lingnan.base import BadInput
from lingnan.casework import Figures
from lingnan.hub.pages.case_lists import flow_title, role_title, unit_title
from lingnan.hub.pages.desk import Desk
from lingnan.hub.tickets import FLOW as RECTIFICATION
from lingnan.insight import CaseFigures, CaseFigureSheet, Chart, RectificationSheet, Series, Words
from lingnan.trust import Subject

USUAL_DAYS, MOST_DAYS = 90, 3660
VISIBLE = "visible"
OFFICE = Words(zh="本平台", en="The hub's office")
ALL = Words(zh="全部", en="All")


def figures(desk: Desk, subject: Subject, since: date | None, until: date | None, flow: str, scope: str = "") -> CaseFigureSheet:
    """Figures by flow, organisation and role, for whoever governs or audits; BadInput for a period that cannot be.

    The scope `visible` counts the cases that the reader may see, among them those that flows show to units above.
    """
    desk.hub.trust.allow(subject, "case.statistics", "cases")
    casework, (first, last) = desk.hub.office.casework, _period(desk, since, until)
    counted = casework.statistics.of(first, last, flow=flow, seen_by=subject if scope == VISIBLE else None)
    organisations = desk.organisations()
    by_flow = tuple(_line(name, flow_title(casework, name), each) for name, each in counted.by_flow.items())
    by_organisation = tuple(
        _line(unit, unit_title(unit, organisations) if unit else OFFICE, each) for unit, each in counted.by_organisation.items()
    )
    by_role = tuple(_line(role, role_title(role), each) for role, each in counted.by_role.items())
    return CaseFigureSheet(
        since=first, until=last, scope=scope if scope == VISIBLE else "", total=_line("", ALL, counted.total),
        by_flow=by_flow, by_organisation=by_organisation, by_role=by_role,
        charts=(_ends(by_flow), _days(by_flow), _outcomes(counted.by_outcome)) if by_flow else (),
    )


def rectification(desk: Desk, subject: Subject, since: date | None, until: date | None) -> RectificationSheet:
    """How departments rectified in a period, those who did best in time first; for whoever may see figures of cases."""
    desk.hub.trust.allow(subject, "case.statistics", "cases")
    first, last = _period(desk, since, until)
    counted, organisations = desk.hub.office.casework.statistics.of(first, last, flow=RECTIFICATION), desk.organisations()
    lines = [_line(unit, unit_title(unit, organisations), each) for unit, each in counted.by_provider.items()]
    ordered = sorted(lines, key=lambda line: (line.overdue + line.late, -line.on_time, line.median_days or 0, line.key))
    return RectificationSheet(since=first, until=last, total=_line("", ALL, counted.total), lines=tuple(ordered))


def _period(desk: Desk, since: date | None, until: date | None) -> tuple[date, date]:
    last = until or desk.hub.office.casework.cases.mover.today
    first = since or last - timedelta(days=USUAL_DAYS - 1)
    if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
        raise BadInput("起日不得晚于止日，且至多十年。", "The first day must not lie after the last, and the period is ten years at most.")
    return first, last


def _line(key: str, title: Words, counted: Figures) -> CaseFigures:
    return CaseFigures(
        key=key, title=title, opened=counted.opened, closed=counted.closed, still_open=counted.still_open, on_time=counted.on_time,
        late=counted.late, overdue=counted.overdue, median_days=counted.median_days,
    )


def _ends(lines: tuple[CaseFigures, ...]) -> Chart:
    series = (
        Series(title=Words(zh="按时办结", en="Closed on time"), values=tuple(Decimal(line.on_time) for line in lines)),
        Series(title=Words(zh="超期办结", en="Closed late"), values=tuple(Decimal(line.late) for line in lines)),
        Series(title=Words(zh="在办未逾期", en="Open in time"), values=tuple(Decimal(line.still_open - line.overdue) for line in lines)),
        Series(title=Words(zh="在办已逾期", en="Open and overdue"), values=tuple(Decimal(line.overdue) for line in lines)),
    )
    title = Words(zh="各流程办理情况（件）", en="Cases by flow")
    return Chart(key="ends", title=title, kind="stacked", unit="", labels=tuple(line.title for line in lines), series=series, hrefs=_hrefs(lines))


def _days(lines: tuple[CaseFigures, ...]) -> Chart:
    timed = tuple(line for line in lines if line.median_days is not None)
    values = tuple(Decimal(str(line.median_days)) for line in timed)
    title = Words(zh="办结用时中位数（工作日）", en="Median working days to the end")
    series = (Series(title=Words(zh="工作日", en="Working days"), values=values),)
    return Chart(key="days", title=title, kind="bar", unit="", labels=tuple(line.title for line in timed), series=series, hrefs=_hrefs(timed))


def _outcomes(counts: Mapping[str, int]) -> Chart:
    series = (Series(title=Words(zh="件", en="Cases"), values=tuple(Decimal(number) for number in counts.values())),)
    labels = tuple(OUTCOMES.get(name, Words(zh=name)) for name in counts)
    return Chart(key="outcomes", title=Words(zh="办结结果（件）", en="How cases ended"), kind="bar", unit="", labels=labels, series=series)


OUTCOMES = {
    "granted": Words(zh="同意", en="Granted"), "refused": Words(zh="不同意", en="Refused"), "withdrawn": Words(zh="撤回", en="Withdrawn"),
    "done": Words(zh="办毕", en="Done"),
}


def _hrefs(lines: tuple[CaseFigures, ...]) -> tuple[str, ...]:
    return tuple(f"/cases?scope=visible&flow={line.key}" for line in lines)
