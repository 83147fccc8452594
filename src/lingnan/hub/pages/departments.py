"""The departments with what they deliver, and the page of one."""

from typing import Any

from lingnan.base import Missing
from lingnan.catalogue import DepartmentCard
from lingnan.hub.pages import loads, quality
from lingnan.hub.pages.desk import Desk, percent
from lingnan.insight import Count, DepartmentLine, DepartmentPage, DepartmentSheet, SystemLine, Words
from lingnan.trust import Subject

FIGURES = "insight.department_figures"


def departments(desk: Desk, subject: Subject) -> DepartmentPage:
    """All departments; sizes and scores as the last build summed them up."""
    figures: dict[str, dict[str, Any]] = {}
    if desk.present([FIGURES]):
        figures = {row["department"]: row for row in desk.answer(f"select * from {FIGURES}", desk.views(subject, [FIGURES]))}
    received: dict[str, Any] = {}
    for feed, at in loads.last_received(desk).items():
        key = feed.split(".")[0]
        received[key] = max(at, received.get(key, at))
    lines = [_line(card, figures.get(card.key, {}), received.get(card.key)) for card in desk.hub.catalogue.departments()]
    return DepartmentPage(items=tuple(lines))


def department(desk: Desk, subject: Subject, key: str) -> DepartmentSheet:
    """One department by its short name; Missing when there is none."""
    line = next((item for item in departments(desk, subject).items if item.id == key), None)
    if line is None:
        raise Missing(f"没有部门“{key}”。请从部门列表选择。", f"There is no department “{key}”. Choose one from the list.", department=key)
    resources = [
        Count(key=card.key, title=Words(zh=card.zh, en=card.en), count=desk.rows(card.table) if card.table else 0, href=f"/catalogue/{card.code}")
        for card in desk.hub.catalogue.resource_names(key)
    ]
    systems = [SystemLine(title=Words(zh=system.zh, en=system.en), resources=system.resources) for system in desk.hub.catalogue.systems(key)]
    characteristics, trend = quality.department_quality(desk, subject, key)
    return DepartmentSheet(line=line, systems=tuple(systems), resources=tuple(resources), characteristics=characteristics, trend=trend)


def _line(card: DepartmentCard, figures: dict[str, Any], last_at: Any) -> DepartmentLine:
    return DepartmentLine(
        id=card.key, code=card.code, title=Words(zh=card.zh, en=card.en), systems=card.systems, resources=card.resources,
        accepted=figures.get("accepted", 0), quarantined=figures.get("quarantined", 0), score=percent(figures.get("score")), last_at=last_at,
    )
