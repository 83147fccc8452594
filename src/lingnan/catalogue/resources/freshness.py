"""Freshness: the last load that was seen of a resource against the cycle it declares, with a dated table of grace and the working calendar."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from math import ceil
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Row, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from lingnan.base import CHINA, LingnanError, load_yaml
from lingnan.casework import DayCounter
from lingnan.catalogue.records import Department, LatestObservation, Resource, listed_number
from lingnan.catalogue.resources.shapes import Freshness, Lateness, Punctuality

RULES = Path(__file__).parent / "rules" / "cycles.yaml"
LOAD, SIZE = "load", "rows"
MONTHS = 12
DAY_END = time(23, 59, 59)
LONGEST = timedelta(days=3653)
"""No cycle is longer; what was not seen for so long is late under each."""
_LOAD, _SIZE = aliased(LatestObservation), aliased(LatestObservation)
_LOADED = func.coalesce(_LOAD.at, _SIZE.at)


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
    wanted, days = _rows().where(listed_number() == 1, _is_late(now)), DayCounter()
    rows = session.execute(wanted.where(Department.key == department) if department else wanted)
    return sorted((_card(row, now, days) for row in rows), key=lambda each: (-each.days_late, each.code))


def lateness(session: Session, now: datetime, department: str = "") -> list[Lateness]:
    """How many resources of each department are later than tolerated, and by how many days at most; the department with most of them first.

    Of what shares department and cycle the one that was seen first is the latest, so no resource is looked at by itself.
    """
    never = case((_LOADED.is_(None), Resource.created_at))
    wanted = select(Department.key, Resource.update_cycle, func.count(), func.min(_LOADED), func.min(never), func.count(never))
    wanted = _with_loads(wanted).where(listed_number() == 1, _is_late(now))
    wanted = wanted.group_by(Resource.department_id, Department.key, Resource.update_cycle)
    rules, days, found = rules_on(now.astimezone(CHINA).date()), DayCounter(), dict[str, Lateness]()
    for key, cycle, count, loaded, made, bare in session.execute(wanted.where(Department.key == department) if department else wanted):
        seen = [(loaded, now)] * (bare < count) + [(None, made)] * (bare > 0)
        latest = max(measure(cycle, at, since, now, rules, days).days_late for at, since in seen)
        before = found.get(key, Lateness(department=key, resources=0, days_late=0))
        found[key] = Lateness(department=key, resources=before.resources + count, days_late=max(before.days_late, latest))
    return sorted(found.values(), key=lambda each: (-each.resources, -each.days_late, each.department))


def _is_late(now: datetime) -> ColumnElement[bool]:
    """Whether a resource is overdue now, as the database can say it: each cycle has a moment, and what was seen before it is late."""
    rules, days, seen = rules_on(now.astimezone(CHINA).date()), DayCounter(), _LOADED
    late: list[ColumnElement[bool]] = []
    for cycle in rules.cycles:
        of_cycle = Resource.update_cycle == cycle
        if loaded := _first_tolerated(partial(_measured, cycle, now, rules, days), now):
            late.append(and_(of_cycle, seen < loaded))
        if never := _first_tolerated(partial(_measured, cycle, now, rules, days, never=True), now):
            late.append(and_(of_cycle, seen.is_(None), Resource.created_at < never))
    return or_(false(), *late)


def _measured(cycle: str, now: datetime, rules: CycleRules, days: DayCounter, at: datetime, *, never: bool = False) -> Punctual:
    """What is measured of a resource that was loaded at a moment, or stands in the catalogue since then and was never loaded."""
    return measure(cycle, None if never else at, at, now, rules, days)


def _first_tolerated(measured: Callable[[datetime], Punctual], now: datetime) -> datetime | None:
    """The earliest moment that is tolerated, to the microsecond, for of two loads the later is never due before the earlier; None when all are."""
    late, tolerated = now - LONGEST, now
    if not _late(measured, late):
        return None
    while tolerated - late > timedelta(microseconds=1):
        middle = late + (tolerated - late) // 2
        late, tolerated = (middle, tolerated) if _late(measured, middle) else (late, middle)
    return tolerated


def _late(measured: Callable[[datetime], Punctual], at: datetime) -> bool:
    try:
        return measured(at).state == "overdue"
    except LingnanError:
        return True  # before the first notice on public holidays nobody can count the days, and nothing is due so late


def _with_loads(wanted: Any) -> Any:
    """With the last load of each resource; a register is built by the hub itself, so its size is seen instead."""
    joined = wanted.select_from(Resource).join(Department, Department.id == Resource.department_id)
    joined = joined.outerjoin(_LOAD, and_(_LOAD.resource_id == Resource.id, _LOAD.kind == LOAD))
    return joined.outerjoin(_SIZE, and_(_SIZE.resource_id == Resource.id, _SIZE.kind == SIZE))


def _rows() -> Any:
    """One row a resource with its last load."""
    return _with_loads(select(
        Resource.key, Resource.code, Resource.zh, Resource.en, Resource.update_cycle, Resource.created_at, Department.key.label("department"),
        _LOADED.label("loaded"),
    ))


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
