"""The board of the inventory: what a process keeps and brings up by the change sequence is what a fresh one counts, whatever has changed."""

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import func, select

from lingnan.catalogue import Catalogue, ColumnFound, DatabaseFound, InventoryProgress, SystemDetails, TableFound
from lingnan.catalogue.inventory.records import DatabaseTable, SystemDatabase, TableColumn
from lingnan.catalogue.inventory.service import Inventory
from lingnan.catalogue.records import Department, Resource, System
from lingnan.storage import Storage

pytestmark = pytest.mark.on_both
SYSTEMS = [("gongan", "a"), ("gongan", "b"), ("shuiwu", "c")]


def _found(draw: Random, name: str) -> DatabaseFound:
    """A database with some tables of some columns; a later look finds others."""
    tables = tuple(
        TableFound(
            name=f"t{number}", kind="table", comment=draw.choice(("", "说明")),
            columns=tuple(ColumnFound(name=f"c{at}", type="VARCHAR(8)") for at in range(draw.randint(1, 4))),
        )
        for number in range(6) if draw.random() < 0.7
    )
    return DatabaseFound(name=name, kind="sqlite", version="3", place="here", schemas=(), tables=tables)


def _decide(catalogue: Catalogue, draw: Random) -> None:
    bases = [base for system in SYSTEMS for base in catalogue.inventory.databases(".".join(system))]
    tables = [table for base in bases for table in catalogue.inventory.tables(base.id).items]
    if tables:
        chosen = draw.choice(tables)
        catalogue.inventory.describe_table(chosen.id, "名称")
        column = draw.choice(catalogue.inventory.columns(chosen.id))
        catalogue.inventory.decide_column(column.id, "official:s", classification="internal")
        catalogue.inventory.link_resource(chosen.id, "gongan.resident")


def _look_again(catalogue: Catalogue, draw: Random) -> None:
    system = ".".join(draw.choice(SYSTEMS))
    catalogue.inventory.record_discovery(system, _found(draw, draw.choice(("one", "two"))))


def _bury(catalogue: Catalogue, draw: Random, storage: Storage) -> None:
    """A database is given up, a system goes to another department, a resource is withdrawn or comes back."""
    with storage.session() as session:
        for base in session.scalars(select(SystemDatabase)).all()[:1]:
            base.deleted_at = None if base.deleted_at else storage.clock.now()
        system = draw.choice(session.scalars(select(System).where(System.key.in_([".".join(each) for each in SYSTEMS]))).all())
        system.department_id = draw.choice(session.scalars(select(Department.id)).all())
        resource = session.scalars(select(Resource).where(Resource.key == "gongan.resident")).one()
        resource.deleted_at = None if resource.deleted_at else storage.clock.now()


@pytest.mark.parametrize("seed", range(3))
def test_figures_brought_up_are_those_counted_anew(catalogue: Catalogue, storage: Storage, seed: int) -> None:
    draw = Random(seed)
    for department, system in SYSTEMS:
        catalogue.inventory.put_system(department, system, system, "", SystemDetails())
    acts: list[Callable[[], None]] = [
        lambda: _look_again(catalogue, draw), lambda: _decide(catalogue, draw), lambda: _bury(catalogue, draw, storage),
    ]
    for act in (acts[0], acts[0], acts[0], acts[1], *draw.choices(acts, k=8)):
        act()
        assert catalogue.inventory.progress() == Inventory(storage).progress()
    assert sum(each.columns for each in catalogue.inventory.progress()) > 0
    assert [each for each in catalogue.inventory.progress() if each.department == "gongan"] == catalogue.inventory.progress("gongan")
    assert _by_hand(storage) == {each.department: (each.tables, each.columns, each.columns_decided) for each in catalogue.inventory.progress()}


def test_only_databases_that_changed_are_counted_again(catalogue: Catalogue, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = Random(5)
    for department, system in SYSTEMS:
        catalogue.inventory.put_system(department, system, system, "", SystemDetails())
        catalogue.inventory.record_discovery(f"{department}.{system}", _found(draw, "one"))
    before = catalogue.inventory.progress()
    asked: list[object] = []
    from lingnan.catalogue.inventory import progress as counting

    counted = counting._counted
    monkeypatch.setattr(counting, "_counted", lambda session, only=None: asked.append(only) or counted(session, only))
    catalogue.observe("gongan.resident", "load", {"rows": 1}, storage.clock.now())
    assert (catalogue.inventory.progress(), asked) == (before, [])
    [base] = catalogue.inventory.databases("shuiwu.c")
    table = catalogue.inventory.tables(base.id).items[0]
    catalogue.inventory.decide_column(catalogue.inventory.columns(table.id)[0].id, "official:s", classification="internal")
    after: list[InventoryProgress] = catalogue.inventory.progress()
    assert asked == [[base.id]]
    assert [each.columns_decided for each in after] != [each.columns_decided for each in before]


def _by_hand(storage: Storage) -> dict[str, tuple[int, int, int]]:
    """Tables, columns and decided ones of each department, asked for one by one."""
    found = {}
    with storage.reading() as session:
        for key, department in session.execute(select(Department.key, Department.id)).all():
            bases = select(SystemDatabase.id).join(System, System.id == SystemDatabase.system_id).where(
                System.department_id == department, SystemDatabase.deleted_at.is_(None)
            )
            tables = select(DatabaseTable.id).where(DatabaseTable.database_id.in_(bases), DatabaseTable.deleted_at.is_(None))
            columns = select(func.count()).select_from(TableColumn).where(TableColumn.table_id.in_(tables), TableColumn.deleted_at.is_(None))
            counts = (select(func.count()).select_from(tables.subquery()), columns, columns.where(TableColumn.decided_at.is_not(None)))
            found[key] = tuple(session.scalar(each) or 0 for each in counts)
    return found
