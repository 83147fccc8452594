"""Freshness: the last load that was seen of a resource against the cycle it declares, with a dated table of grace and the working calendar."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from lingnan.base import CHINA, load_yaml
from lingnan.casework import DayCounter
from lingnan.catalogue.records import Department, LatestObservation, Resource, listed
from lingnan.catalogue.resources.shapes import Freshness, Punctuality

RULES = Path(__file__).parent / "rules" / "cycles.yaml"
LOAD, SIZE = "load", "rows"
MONTHS = 12
DAY_END = time(23, 59, 59)


class Span(BaseModel):
    """A length of time; months by the calendar, working days by the notices on public holidays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: int = 0
    days: int = 0
    months: int = 0
    working_days: int = 0

    def after(self, moment: datetime, days: DayCounter) -> datetime:
        """The end of the span that begins at the moment: for hours to the minute, else the end of the day in China."""
        if self.hours:
            return moment + timedelta(hours=self.hours)
        day = _months_after(moment.astimezone(CHINA).date(), self.months) + timedelta(days=self.days)
        if self.working_days:
            day = days.after(day, self.working_days, "working").on
        return datetime.combine(day, DAY_END, CHINA)


class CycleRule(BaseModel):
    """When the next load is due after the last, and how long it is tolerated; without `every` one load is enough."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Span | None = None
    grace: Span


class CycleRules(BaseModel):
    """The table that holds from a day on; a cycle it does not name is not measured."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    basis: str = Field(min_length=1)
    proofed: bool
    cycles: dict[str, CycleRule]


@dataclass(frozen=True)
class Punctual:
    """What is measured of one resource."""

    state: Punctuality
    due: datetime | None = None
    tolerated: datetime | None = None
    days_late: int = 0


@cache
def cycle_rules(path: Path = RULES) -> tuple[CycleRules, ...]:
    """Every table, the oldest first."""
    tables = [CycleRules.model_validate(entry) for entry in load_yaml(path.read_text(encoding="utf-8"))]
    return tuple(sorted(tables, key=lambda each: each.valid_from))


def rules_on(day: date) -> CycleRules:
    """The table that holds on a day; the oldest for days before it."""
    tables = cycle_rules()
    return next((each for each in reversed(tables) if each.valid_from <= day), tables[0])


def measure(cycle: str, loaded: datetime | None, since: datetime, now: datetime, rules: CycleRules, days: DayCounter) -> Punctual:
    """How punctual a resource is: `since` it stands in the catalogue counts where it was never loaded. Days late begin after the grace."""
    rule = rules.cycles.get(cycle)
    if rule is None:
        return Punctual("not_measured")
    if rule.every is None and loaded is not None:
        return Punctual("fresh")
    due = rule.every.after(loaded, days) if rule.every and loaded else since
    tolerated = rule.grace.after(due, days)
    if now <= due and loaded is not None:
        return Punctual("fresh", due, tolerated)
    if now <= tolerated:
        return Punctual("grace", due, tolerated)
    return Punctual("overdue", due, tolerated, ceil((now - tolerated) / timedelta(days=1)))


def of_resource(session: Session, resource: Resource, now: datetime) -> Freshness:
    """The freshness of one resource; of a withdrawn one nothing is expected."""
    row = session.execute(_rows().where(Resource.id == resource.id)).one()
    return _card(row, now, DayCounter(), withdrawn=resource.deleted_at is not None)


def of_resources(session: Session, keys: Iterable[str], now: datetime) -> dict[str, Freshness]:
    """The freshness of these resources by their keys."""
    days = DayCounter()
    return {row.key: _card(row, now, days) for row in session.execute(_rows().where(Resource.key.in_(keys)))}


def overdue(session: Session, now: datetime, department: str = "") -> list[Freshness]:
    """The resources that are later than tolerated, the latest first."""
    found = [each for each in measured(session, now, department) if each.state == "overdue"]
    return sorted(found, key=lambda each: (-each.days_late, each.code))


def measured(session: Session, now: datetime, department: str = "") -> Iterator[Freshness]:
    """The freshness of every resource in the catalogue, of one department when given."""
    wanted, days = _rows().where(listed()), DayCounter()
    for row in session.execute(wanted.where(Department.key == department) if department else wanted):
        yield _card(row, now, days)


def _rows() -> Any:
    """One row a resource with its last load; a register is built by the hub itself, so its size is seen instead."""
    kind = and_(LatestObservation.resource_id == Resource.id, LatestObservation.kind.in_((LOAD, SIZE)))
    last = select(LatestObservation.at).where(kind).order_by(LatestObservation.kind).limit(1).correlate(Resource).scalar_subquery()
    return select(
        Resource.key, Resource.code, Resource.zh, Resource.en, Resource.update_cycle, Resource.created_at, Department.key.label("department"),
        last.label("loaded"),
    ).join(Department, Department.id == Resource.department_id)


def _card(row: Row[Any], now: datetime, days: DayCounter, *, withdrawn: bool = False) -> Freshness:
    rules = rules_on(now.astimezone(CHINA).date())
    found = Punctual("not_measured") if withdrawn else measure(row.update_cycle, row.loaded, row.created_at, now, rules, days)
    return Freshness(
        resource=row.key, code=row.code, zh=row.zh, en=row.en, department=row.department, cycle=row.update_cycle, state=found.state,
        loaded_at=row.loaded, due_on=_day(found.due), tolerated_until=_day(found.tolerated), days_late=found.days_late, basis=rules.basis,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(CHINA).date() if moment else None


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
