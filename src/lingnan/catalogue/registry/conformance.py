"""Conformance: what was measured of each column, summed up to resources and departments, and the event when too few values fit."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import BigInteger, ColumnElement, Row, Subquery, and_, case, cast, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lingnan.base import CHINA, load_yaml
from lingnan.catalogue.inventory.records import TableColumn
from lingnan.catalogue.records import Department, Item, Resource, listed
from lingnan.catalogue.registry.events import ConformanceLow
from lingnan.catalogue.registry.measuring import shares_of
from lingnan.catalogue.registry.records import ColumnConformance, ConformanceHistory
from lingnan.catalogue.registry.shapes import ColumnMeasure, Conformance, MeasuredColumn, MeasuredOnce
from lingnan.standards import data_elements
from lingnan.storage import Storage
from lingnan.trust import OrganisationUnit

RULES = Path(__file__).parent / "rules" / "conformance.yaml"
Owner = InstrumentedAttribute[str]


class ConformanceRule(BaseModel):
    """From a day on: the share of fitting values below which a department hears of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    basis: str = Field(min_length=1)
    proofed: bool
    least: float = Field(ge=0, le=1)


@cache
def conformance_rules(path: Path = RULES) -> tuple[ConformanceRule, ...]:
    """Every line, the oldest first."""
    lines = [ConformanceRule.model_validate(entry) for entry in load_yaml(path.read_text(encoding="utf-8"))]
    return tuple(sorted(lines, key=lambda each: each.valid_from))


def rule_on(day: date) -> ConformanceRule:
    """The line that holds on a day; the oldest for days before it."""
    lines = conformance_rules()
    return next((each for each in reversed(lines) if each.valid_from <= day), lines[0])


def keep(session: Session, storage: Storage, resource: Resource, measures: Sequence[ColumnMeasure], version: str) -> bool:
    """Put the newest measures of a resource in place of the last; the same version again changes nothing, and gives False."""
    if version and version_of(session, resource.id) == version:
        return False
    session.execute(delete(ColumnConformance).where(ColumnConformance.resource_id == resource.id))
    now = storage.clock.now()
    session.add_all(
        ColumnConformance(
            resource_id=resource.id, item=each.item, element=each.element, filled=each.filled, conforming=each.conforming, faults=each.faults,
            version=version, measured_at=now,
        )
        for each in measures
    )
    _remember(session, resource, measures, version, now)
    _tell(session, storage, resource, measures, now.astimezone(CHINA).date())
    return True


def _remember(session: Session, resource: Resource, measures: Sequence[ColumnMeasure], version: str, now: datetime) -> None:
    """Keep what this counting came to beside those before it."""
    wanted = select(func.count(), func.sum(case((Item.element != "", 1), else_=0))).where(Item.resource_id == resource.id, Item.deleted_at.is_(None))
    columns, mapped = session.execute(wanted).one()
    faults = sum((Counter(each.faults) for each in measures), Counter())
    session.merge(ConformanceHistory(
        resource_id=resource.id, measured_at=now, columns=columns, mapped=int(mapped or 0), filled=sum(each.filled for each in measures),
        conforming=sum(each.conforming for each in measures), faults=dict(faults), version=version,
    ))


def history_of(session: Session, resource: Resource) -> list[MeasuredOnce]:
    """What each counting of a resource came to, the oldest first."""
    wanted = select(ConformanceHistory).where(ConformanceHistory.resource_id == resource.id).order_by(ConformanceHistory.measured_at)
    return [MeasuredOnce.model_validate(row, from_attributes=True) for row in session.scalars(wanted)]


def trend_of(session: Session, department: str) -> list[MeasuredOnce]:
    """A department, or all together, after each day of counting: the sums of the last that was counted of each resource."""
    wanted = (
        select(ConformanceHistory).join(Resource, Resource.id == ConformanceHistory.resource_id)
        .join(Department, Department.id == Resource.department_id).where(listed(), *([Department.key == department] if department else []))
        .order_by(ConformanceHistory.measured_at)
    )
    last: dict[str, ConformanceHistory] = {}
    days: dict[date, MeasuredOnce] = {}
    for row in session.scalars(wanted):
        last[row.resource_id] = row
        sums = {name: sum(getattr(each, name) for each in last.values()) for name in ("columns", "mapped", "filled", "conforming")}
        faults = sum((Counter(each.faults) for each in last.values()), Counter())
        days[row.measured_at.astimezone(CHINA).date()] = MeasuredOnce(measured_at=row.measured_at, faults=dict(faults), **sums)
    return list(days.values())


def version_of(session: Session, resource_id: str) -> str:
    """Which version of its table was counted last."""
    return session.scalar(select(ColumnConformance.version).where(ColumnConformance.resource_id == resource_id).limit(1)) or ""


def _tell(session: Session, storage: Storage, resource: Resource, measures: Iterable[ColumnMeasure], day: date) -> None:
    counted = [each for each in measures if each.filled]
    filled, conforming = sum(each.filled for each in counted), sum(each.conforming for each in counted)
    least = rule_on(day).least
    if not filled or conforming >= least * filled:
        return
    department = session.get_one(Department, resource.department_id)
    unit = session.scalar(select(OrganisationUnit.id).where(OrganisationUnit.key == department.key)) or ""
    worst = min(counted, key=lambda each: each.conforming / each.filled)
    storage.announce(session, ConformanceLow(
        department.key, unit, resource.key, resource.zh, resource.en or resource.zh, round(100 * conforming / filled, 1), round(100 * least, 1),
        worst.item, day.isoformat(),
    ), resource.key)


def columns_of(session: Session, resource: Resource) -> list[MeasuredColumn]:
    """The measured columns of a resource, the least conforming first."""
    rows = session.scalars(select(ColumnConformance).where(ColumnConformance.resource_id == resource.id)).all()
    cards = [
        MeasuredColumn(
            item=row.item, element=row.element, filled=row.filled, conforming=row.conforming, faults=row.faults,
            share=row.conforming / row.filled if row.filled else None, measured_at=row.measured_at,
        )
        for row in rows
    ]
    return sorted(cards, key=lambda each: (1.0 if each.share is None else each.share, each.item))


def sampled(session: Session, table: str) -> dict[str, float | None]:
    """Share of fitting values per decided column of a discovered table, from its sample; None where the profile does not tell."""
    wanted = select(TableColumn).where(TableColumn.table_id == table, TableColumn.element != "", TableColumn.deleted_at.is_(None))
    known = data_elements()
    return {
        column.name: shares_of(known[column.element], column.profile) if column.element in known else None
        for column in session.scalars(wanted.order_by(TableColumn.position))
    }


def of_departments(session: Session) -> list[Conformance]:
    """Every department, in the order of their numbers; counted in the database."""
    items = _items_by(Resource.department_id)
    measured = _measures_by(Resource.department_id)
    wanted = (
        select(
            Department.key, Department.zh, Department.en, Department.key.label("department"), items.c.columns, items.c.mapped, measured.c.measured,
            measured.c.filled, measured.c.conforming,
        )
        .outerjoin(items, items.c.owner == Department.id).outerjoin(measured, measured.c.owner == Department.id)
        .where(Department.deleted_at.is_(None)).order_by(Department.level, Department.number)
    )
    return [_card(row) for row in session.execute(wanted)]


def of_resources(session: Session, department: str = "", resource: str = "") -> list[Conformance]:
    """The resources of a department, or one resource by its id; by code."""
    chosen = [Resource.id == resource] if resource else [or_(Department.key == department, Department.id == department)]
    ids = select(Resource.id).join(Department, Department.id == Resource.department_id).where(listed(), *chosen)
    items = _items_by(Resource.id, Resource.id.in_(ids))
    measured = _measures_by(Resource.id, Resource.id.in_(ids))
    wanted = (
        select(
            Resource.key, Resource.zh, Resource.en, Department.key.label("department"), items.c.columns, items.c.mapped, measured.c.measured,
            measured.c.filled, measured.c.conforming,
        )
        .join(Department, Department.id == Resource.department_id)
        .outerjoin(items, items.c.owner == Resource.id).outerjoin(measured, measured.c.owner == Resource.id)
        .where(Resource.id.in_(ids)).order_by(Resource.code)
    )
    return [_card(row) for row in session.execute(wanted)]


def _items_by(owner: Owner, *conditions: ColumnElement[bool]) -> Subquery:
    mapped = func.sum(case((Item.element != "", 1), else_=0))
    held = select(owner.label("owner"), func.count().label("columns"), mapped.label("mapped")).join(Item, Item.resource_id == Resource.id)
    return held.where(listed(), Item.deleted_at.is_(None), *conditions).group_by(owner).subquery()


def _measures_by(owner: Owner, *conditions: ColumnElement[bool]) -> Subquery:
    joined = and_(ColumnConformance.resource_id == Resource.id, ColumnConformance.filled > 0)
    sums = (cast(func.sum(each), BigInteger).label(each.key) for each in (ColumnConformance.filled, ColumnConformance.conforming))
    held = select(owner.label("owner"), func.count().label("measured"), *sums).join(ColumnConformance, joined)
    return held.where(listed(), *conditions).group_by(owner).subquery()


def _card(row: Row[Any]) -> Conformance:
    return Conformance(
        key=row.key, zh=row.zh, en=row.en, department=row.department, columns=row.columns or 0, mapped=int(row.mapped or 0),
        measured=row.measured or 0, filled=int(row.filled or 0), conforming=int(row.conforming or 0),
    )
