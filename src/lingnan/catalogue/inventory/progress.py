"""How far every department's inventory is: tables and columns are counted once for each database, and again only where something has changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from threading import Lock
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from lingnan.catalogue.inventory.records import DatabaseTable, Duty, SystemDatabase, TableColumn
from lingnan.catalogue.inventory.shapes import InventoryProgress
from lingnan.catalogue.records import Department, Resource, System, listed_number
from lingnan.catalogue.search.indexing import chunks
from lingnan.storage import NodeSequence, Storage

DESCRIBED = or_(DatabaseTable.zh != "", DatabaseTable.comment != "")
STANDS_FOR = exists().where(Resource.key == DatabaseTable.resource_key, Resource.deleted_at.is_(None))
"""Whether a table was described as a resource that there still is."""
_LIVE_TABLE, _LIVE_COLUMN, _LIVE_DATABASE = (kind.deleted_at.is_(None) for kind in (DatabaseTable, TableColumn, SystemDatabase))
_LAST = select(NodeSequence.node, NodeSequence.last)


@dataclass(frozen=True)
class Figures:
    """What is counted of one database."""

    tables: int = 0
    tables_described: int = 0
    tables_catalogued: int = 0
    columns: int = 0
    columns_decided: int = 0


class Progress:
    """The figures of all databases as one process keeps them, brought up by the change sequence at each look; safe among threads."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._lock = storage, Lock()
        self._seen: Mapping[int, int] | None = None
        self._figures: Mapping[str, Figures] = {}

    def of_departments(self, department: str = "") -> list[InventoryProgress]:
        """One line a department, in the order of their numbers; of one by its key when given."""
        # The lock is held throughout, so that figures go on in the order of the snapshots they are counted in.
        with self._lock, self._storage.reading() as session:
            self._bring_up(session)
            return _lines(session, self._figures, department)

    def _bring_up(self, session: Session) -> None:
        last = dict(session.execute(_LAST).all())
        if self._seen is None:
            self._figures = _counted(session)
        elif last != self._seen:
            changed = _changed(session, self._seen, last)
            same = {database: figures for database, figures in self._figures.items() if database not in changed}
            self._figures = same | {database: figures for chunk in chunks(sorted(changed)) for database, figures in _counted(session, chunk).items()}
        self._seen = last


def _changed(session: Session, seen: Mapping[int, int], last: Mapping[int, int]) -> set[str]:
    """Databases of which a table, a column, or the resource that a table was described as has changed since."""

    def later(kind: Any) -> ColumnElement[bool]:
        return or_(false(), *(and_(kind.node == node, kind.sequence > seen.get(node, -1)) for node in last))

    of_table = select(DatabaseTable.database_id).where(later(DatabaseTable))
    of_column = select(DatabaseTable.database_id).join(TableColumn, TableColumn.table_id == DatabaseTable.id).where(later(TableColumn))
    of_resource = select(DatabaseTable.database_id).join(Resource, Resource.key == DatabaseTable.resource_key).where(later(Resource))
    return {database for each in (of_table, of_column, of_resource) for database in session.scalars(each.distinct())}


def _counted(session: Session, databases: Collection[str] | None = None) -> dict[str, Figures]:
    """The figures of these databases, of all when none are named."""
    tables = select(DatabaseTable.database_id, func.count(), _number_of(DESCRIBED), _number_of(STANDS_FOR)).where(_LIVE_TABLE)
    columns = select(DatabaseTable.database_id, func.count(), _number_of(TableColumn.decided_at.is_not(None))).where(_LIVE_TABLE, _LIVE_COLUMN)
    columns = columns.select_from(DatabaseTable).join(TableColumn, TableColumn.table_id == DatabaseTable.id)
    if databases is not None:
        tables, columns = (each.where(DatabaseTable.database_id.in_(databases)) for each in (tables, columns))
    found = {database: counts for database, *counts in session.execute(columns.group_by(DatabaseTable.database_id))}
    rows = session.execute(tables.group_by(DatabaseTable.database_id))
    return {database: Figures(*map(int, (*counts, *found.get(database, (0, 0))))) for database, *counts in rows}


def _number_of(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _lines(session: Session, figures: Mapping[str, Figures], department: str) -> list[InventoryProgress]:
    wanted = select(Department).where(Department.deleted_at.is_(None)).order_by(Department.level, Department.number)
    found = session.scalars(wanted.where(Department.key == department) if department else wanted).all()
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, kind in (("duties", Duty), ("systems", System)):
        for owner, count in session.execute(select(kind.department_id, func.count()).where(kind.deleted_at.is_(None)).group_by(kind.department_id)):
            sums[owner][name] = count
    _add_databases(session, figures, sums)
    counted = select(Resource.department_id, _number_of(Resource.deleted_at.is_(None)), func.sum(listed_number())).group_by(Resource.department_id)
    for owner, resources, published in session.execute(counted.where(Resource.department_id.in_([each.id for each in found]))):
        sums[owner] |= {"resources": int(resources), "resources_published": int(published)}
    names = set(InventoryProgress.model_fields) - {"department", "department_zh", "department_en"}
    return [
        InventoryProgress(
            department=each.key, department_zh=each.zh, department_en=each.en, **{name: sums[each.id].get(name, 0) for name in names},
        )
        for each in found
    ]


def _add_databases(session: Session, figures: Mapping[str, Figures], sums: dict[str, dict[str, int]]) -> None:
    """Add up the databases that there still are, each under the department that its system is of now."""
    joined = select(SystemDatabase.id, System.id, System.department_id).join(System, System.id == SystemDatabase.system_id)
    systems: set[str] = set()
    for database, system, owner in session.execute(joined.where(_LIVE_DATABASE)):
        held = sums[owner]
        held["databases"] += 1
        held["systems_with_database"] += system not in systems
        systems.add(system)
        for field in fields(Figures):
            held[field.name] += getattr(figures.get(database, Figures()), field.name)
