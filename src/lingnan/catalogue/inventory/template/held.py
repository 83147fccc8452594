"""The rows of the template as the hub holds them: texts by column, for all of some departments or for the keys of a file."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lingnan.base import content_digest
from lingnan.catalogue.inventory.records import Duty
from lingnan.catalogue.inventory.template.sheets import EXTENSION, SEPARATOR, Sheet, canonical
from lingnan.catalogue.records import Department, Item, Resource, System
from lingnan.catalogue.resources.extensions import STEM
from lingnan.catalogue.resources.records import ResourceClassification, ResourceRelation

Key = tuple[str, ...]
Row = dict[str, str]
_AT_ONCE = 500


def held_rows(session: Session, sheet: Sheet, departments: Collection[str] | None) -> Iterator[tuple[Key, Row]]:
    """Every row of the sheet, of these departments when given, in its order."""
    statement, _keyed = _STATEMENTS[sheet.name]()
    if departments is not None:
        statement = statement.where(Department.key.in_(list(departments)))
    yield from _rows(session, sheet, statement)


def held_of(session: Session, sheet: Sheet, keys: Collection[Key]) -> dict[Key, Row]:
    """The rows of these keys that the hub has."""
    _statement, keyed = _STATEMENTS[sheet.name]()
    found: dict[Key, Row] = {}
    firsts = sorted({key[0] for key in keys})
    for at in range(0, len(firsts), _AT_ONCE):
        statement, _column = _STATEMENTS[sheet.name]()
        found.update(_rows(session, sheet, statement.where(keyed.in_(firsts[at : at + _AT_ONCE]))))
    return {key: row for key, row in found.items() if key in keys}


def digest_of(sheet: Sheet, row: Mapping[str, str]) -> str:
    """The digest by which an exported row is known again: of what an import may change."""
    return content_digest(*(row[each.name] for each in sheet.compared))[:16]


def _rows(session: Session, sheet: Sheet, statement: Select[Any]) -> Iterator[tuple[Key, Row]]:
    result = session.execute(statement.execution_options(yield_per=_AT_ONCE))
    for part in result.mappings().partitions(_AT_ONCE):
        further = _further(session, [each["id"] for each in part]) if sheet.name == "resource" else {}
        for each in part:
            values = {**each, **further.get(each["id"], {}), **(_extended(sheet, each) if sheet.name == "resource" else {})}
            row = {column.name: canonical(column, values.get(column.name)) for column in sheet.columns}
            yield tuple(row[name] for name in sheet.key), row


def _extended(sheet: Sheet, each: Any) -> dict[str, Any]:
    """The extension fields of the resource's own province."""
    own = f"{EXTENSION}{str(each['division'])[:STEM]}."
    held = each["extension"] or {}
    return {column.name: held.get(column.name.removeprefix(own)) for column in sheet.columns if column.name.startswith(own)}


def _further(session: Session, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Categories beside the main one, and relations; one that is not plainly related says its kind first."""
    found: dict[str, dict[str, list[str]]] = {each: {"categories": [], "relations": []} for each in ids}
    held = select(ResourceClassification.resource_id, ResourceClassification.category).where(
        ResourceClassification.resource_id.in_(ids), ResourceClassification.main.is_(False), ResourceClassification.dropped.is_(False)
    )
    for resource, category in session.execute(held.order_by(ResourceClassification.category)):
        found[resource]["categories"].append(category)
    related = select(ResourceRelation.resource_id, ResourceRelation.kind, ResourceRelation.target).where(ResourceRelation.resource_id.in_(ids))
    for resource, kind, target in session.execute(related.order_by(ResourceRelation.kind, ResourceRelation.target)):
        found[resource]["relations"].append(target if kind == "related" else f"{kind}:{target}")
    return {each: {name: SEPARATOR.join(values) for name, values in named.items()} for each, named in found.items()}


def _departments() -> tuple[Select[Any], Any]:
    names = ("id", "key", "zh", "en", "code", "level", "division", "duties")
    return select(*(getattr(Department, name) for name in names)).where(Department.deleted_at.is_(None)).order_by(
        Department.level, Department.number
    ), Department.key


def _duties() -> tuple[Select[Any], Any]:
    columns: Any = (Duty.id, Department.key.label("department"), Duty.number, Duty.zh, Duty.en, Duty.basis, Duty.collects)
    joined: Any = select(*columns).join(Department, Department.id == Duty.department_id).where(Duty.deleted_at.is_(None))
    return joined.order_by(Department.level, Department.number, Duty.number), Department.key


def _systems() -> tuple[Select[Any], Any]:
    names = (
        "id", "key", "zh", "en", "code", "purpose", "status", "operator", "builder", "protection_grade", "hosting", "in_service_since", "users",
        "contact_unit",
    )
    joined = select(*(getattr(System, name) for name in names)).join(Department, Department.id == System.department_id)
    return joined.where(System.deleted_at.is_(None)).order_by(System.key), System.key


def _resources() -> tuple[Select[Any], Any]:
    names = (
        "id", "key", "zh", "en", "code", "abstract_zh", "abstract_en", "format", "share_type", "share_condition", "share_basis", "share_way",
        "open_type", "open_condition", "open_basis", "update_cycle", "published_on", "division", "extension",
    )
    columns = (
        *(getattr(Resource, name) for name in names), Department.key.label("department"), Department.code.label("department_code"),
        System.key.label("system"),
    )
    joined = select(*columns).join(Department, Department.id == Resource.department_id).outerjoin(System, System.id == Resource.system_id)
    return joined.where(Resource.deleted_at.is_(None)).order_by(Resource.key), Resource.key


def _items() -> tuple[Select[Any], Any]:
    names = (
        "id", "name", "zh", "en", "type", "length", "unit", "definition", "element", "code_list", "classification", "share_level", "required",
        "key", "mask",
    )
    columns = (*(getattr(Item, name) for name in names), Resource.key.label("resource"))
    joined = select(*columns).join(Resource, Resource.id == Item.resource_id).join(Department, Department.id == Resource.department_id)
    live = joined.where(Item.deleted_at.is_(None), Resource.deleted_at.is_(None))
    return live.order_by(Resource.key, Item.position), Resource.key


_STATEMENTS: dict[str, Callable[[], tuple[Select[Any], Any]]] = {
    "department": _departments, "duty": _duties, "system": _systems, "resource": _resources, "item": _items,
}
