"""Makes the cards of the inventory out of records."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from lingnan.base import Missing
from lingnan.catalogue.inventory.progress import DESCRIBED, STANDS_FOR
from lingnan.catalogue.inventory.records import DatabaseTable, Duty, SystemDatabase, TableColumn
from lingnan.catalogue.inventory.shapes import (
    ColumnCard,
    DatabaseCard,
    DutyCard,
    InventorySystem,
    SystemDetails,
    TableCard,
    TablePage,
)
from lingnan.catalogue.records import Department, Resource, System

DETAILS = tuple(SystemDetails.model_fields)
_TABLE = (
    "id", "schema_name", "name", "kind", "comment", "zh", "en", "description", "rows", "rows_are",
)
_COLUMN = tuple(name for name in ColumnCard.model_fields if name not in ("table", "gone_at", "element_reasons"))
_LIVE_TABLE, _LIVE_COLUMN = DatabaseTable.deleted_at.is_(None), TableColumn.deleted_at.is_(None)


def find_department(session: Session, wanted: str) -> Department:
    """The department of that key or id; Missing when there is none."""
    found = session.scalars(select(Department).where(or_(Department.key == wanted, Department.id == wanted), Department.deleted_at.is_(None))).first()
    if found is None:
        raise Missing(f"没有部门“{wanted}”。", f"There is no department “{wanted}”.", department=wanted)
    return found


def find_system(session: Session, wanted: str) -> System:
    """The system of that key or id; Missing when there is none."""
    found = session.scalars(select(System).where(or_(System.key == wanted, System.id == wanted), System.deleted_at.is_(None))).first()
    if found is None:
        raise Missing(
            f"没有信息系统“{wanted}”。系统键为“部门.系统”，请先登记该系统。",
            f"There is no system “{wanted}”. Its key is department.system; register it first.", system=wanted,
        )
    return found


def find_database(session: Session, wanted: str) -> SystemDatabase:
    """The database of that key or id; Missing when there is none."""
    found = session.scalars(select(SystemDatabase).where(or_(SystemDatabase.key == wanted, SystemDatabase.id == wanted))).first()
    if found is None:
        raise Missing(f"没有登记数据库“{wanted}”。", f"No database “{wanted}” is registered.", database=wanted)
    return found


def find_table(session: Session, wanted: str) -> DatabaseTable:
    """The table of that id; Missing when there is none."""
    found = session.get(DatabaseTable, wanted)
    if found is None:
        raise Missing(f"没有登记数据表“{wanted}”。", f"No table “{wanted}” is registered.", table=wanted)
    return found


def duty_cards(session: Session, department: str = "") -> list[DutyCard]:
    """Duties by department and number."""
    wanted = select(Duty, Department.key).join(Department, Department.id == Duty.department_id).where(Duty.deleted_at.is_(None))
    if department:
        wanted = wanted.where(Department.key == department)
    return [
        DutyCard(id=duty.id, department=key, number=duty.number, zh=duty.zh, en=duty.en, basis=duty.basis, collects=duty.collects)
        for duty, key in session.execute(wanted.order_by(Department.level, Department.number, Duty.number))
    ]


def system_list(session: Session, department: str = "") -> list[InventorySystem]:
    """Systems by department and key."""
    wanted = select(System, Department.key, Department.zh).join(Department, Department.id == System.department_id).where(System.deleted_at.is_(None))
    if department:
        wanted = wanted.where(Department.key == department)
    found = session.execute(wanted.order_by(Department.level, Department.number, System.key)).all()
    live = SystemDatabase.deleted_at.is_(None)
    held = select(SystemDatabase.system_id, func.count()).where(live).group_by(SystemDatabase.system_id)
    joined = select(SystemDatabase.system_id, func.count()).join(DatabaseTable, DatabaseTable.database_id == SystemDatabase.id)
    joined = joined.where(live, _LIVE_TABLE).group_by(SystemDatabase.system_id)
    described = select(Resource.system_id, func.count()).where(Resource.deleted_at.is_(None)).group_by(Resource.system_id)
    if department:
        ids = [system.id for system, _key, _zh in found]
        held, joined = (each.where(SystemDatabase.system_id.in_(ids)) for each in (held, joined))
        described = described.where(Resource.system_id.in_(ids))
    databases, tables, resources = (_counts(session, each) for each in (held, joined, described))
    return [
        InventorySystem(
            **{name: getattr(system, name) for name in (*DETAILS, "id", "key", "zh", "en")}, department=key, department_zh=zh,
            databases=databases.get(system.id, 0), tables=tables.get(system.id, 0), resources=resources.get(system.id, 0),
        )
        for system, key, zh in found
    ]


def database_cards(session: Session, system: str = "") -> list[DatabaseCard]:
    """Databases by key."""
    wanted = select(SystemDatabase, System.key).join(System, System.id == SystemDatabase.system_id)
    if system:
        wanted = wanted.where(System.key == system)
    records = session.execute(wanted.order_by(SystemDatabase.key)).all()
    ids = [record.id for record, _key in records]
    counted = (func.count(), func.sum(case((DESCRIBED, 1), else_=0)), func.sum(case((STANDS_FOR, 1), else_=0)))
    held = select(DatabaseTable.database_id, *counted).where(_LIVE_TABLE, DatabaseTable.database_id.in_(ids)).group_by(DatabaseTable.database_id)
    names = ("tables", "described", "catalogued")
    tables: dict[str, dict[str, Any]] = {
        key: dict(zip(names, (int(each or 0) for each in counts), strict=True)) for key, *counts in session.execute(held)
    }
    columns = _column_counts(session, DatabaseTable.database_id, DatabaseTable.database_id.in_(ids))
    return [
        DatabaseCard(
            **{name: getattr(record, name) for name in ("id", "key", "name", "kind", "version", "place", "discovered_at")}, system=key,
            **tables.get(record.id, dict.fromkeys(names, 0)),
            columns=columns.get(record.id, (0, 0))[0], decided=columns.get(record.id, (0, 0))[1], gone_at=record.deleted_at,
        )
        for record, key in records
    ]


def table_page(session: Session, database: str, words: str, gone: bool, page: int, page_size: int) -> TablePage:
    """Tables of a database whose name, comment or title holds the words; those gone only when asked for."""
    record = find_database(session, database)
    wanted = select(DatabaseTable).where(DatabaseTable.database_id == record.id)
    if not gone:
        wanted = wanted.where(_LIVE_TABLE)
    if words:
        named = (DatabaseTable.name, DatabaseTable.comment, DatabaseTable.zh)
        wanted = wanted.where(or_(*(field.icontains(words, autoescape=True) for field in named)))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(DatabaseTable.schema_name, DatabaseTable.name)
    found = session.scalars(ordered.limit(page_size).offset((page - 1) * page_size)).all()
    return TablePage(page=page, page_size=page_size, total=total, items=tuple(table_cards(session, found)))


def table_cards(session: Session, records: Sequence[DatabaseTable]) -> list[TableCard]:
    """Cards of these tables."""
    ids = [record.id for record in records]
    counts = _column_counts(session, TableColumn.table_id, TableColumn.table_id.in_(ids))
    flagged = select(TableColumn.table_id, func.count()).where(_LIVE_COLUMN, TableColumn.table_id.in_(ids), TableColumn.changed_from != "")
    retyped = _counts(session, flagged.group_by(TableColumn.table_id))
    homes = select(SystemDatabase.id, SystemDatabase.key, System.key, Department.key).join(System, System.id == SystemDatabase.system_id).join(
        Department, Department.id == System.department_id
    ).where(SystemDatabase.id.in_({record.database_id for record in records}))
    places = {each[0]: each[1:] for each in session.execute(homes)}
    resources = _resources(session, {record.resource_key for record in records})
    return [
        TableCard(
            **{name: getattr(record, name) for name in _TABLE}, references=tuple(record.references), database=places[record.database_id][0],
            system=places[record.database_id][1], department=places[record.database_id][2],
            **resources.get(record.resource_key, {"resource": ""}), columns=counts.get(record.id, (0, 0))[0],
            decided=counts.get(record.id, (0, 0))[1], retyped=retyped.get(record.id, 0),
            gone_at=record.deleted_at,
        )
        for record in records
    ]


def _resources(session: Session, keys: set[str]) -> dict[str, dict[str, Any]]:
    """What cards tell of the resources of these keys; a draft that was thrown away stands for nothing."""
    wanted = select(Resource.key, Resource.zh, Resource.en, Resource.status).where(Resource.key.in_(keys - {""}), Resource.deleted_at.is_(None))
    return {
        key: {"resource": key, "resource_zh": zh, "resource_en": en, "resource_status": status} for key, zh, en, status in session.execute(wanted)
    }


def column_cards(session: Session, table: str, gone: bool = False) -> list[ColumnCard]:
    """Columns of a table in their order; those gone only when asked for."""
    find_table(session, table)
    wanted = select(TableColumn).where(TableColumn.table_id == table).order_by(TableColumn.deleted_at.is_not(None), TableColumn.position)
    return [column_card(column) for column in session.scalars(wanted if gone else wanted.where(_LIVE_COLUMN))]


def column_card(column: TableColumn) -> ColumnCard:
    """One column as it is shown."""
    return ColumnCard(
        **{name: getattr(column, name) for name in _COLUMN}, table=column.table_id, element_reasons=tuple(column.element_reasons),
        gone_at=column.deleted_at,
    )


def _column_counts(session: Session, by: Any, condition: Any) -> dict[str, tuple[int, int]]:
    """Live columns and those decided on, by table or database."""
    decided = func.sum(case((TableColumn.decided_at.is_not(None), 1), else_=0))
    held = select(by, func.count(), decided).select_from(TableColumn).join(DatabaseTable, DatabaseTable.id == TableColumn.table_id)
    rows: Iterable[Any] = session.execute(held.where(_LIVE_COLUMN, _LIVE_TABLE, condition).group_by(by))
    return {key: (count, int(done or 0)) for key, count, done in rows}


def _counts(session: Session, statement: Any) -> dict[str, int]:
    return {key: count for key, count in session.execute(statement) if key is not None}
