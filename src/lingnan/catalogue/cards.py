"""Makes the cards of resources, departments and systems out of records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, or_, select, true
from sqlalchemy.orm import Session

from lingnan.base import Missing
from lingnan.catalogue.records import LISTED, WITHDRAWN, Department, Item, LatestObservation, Resource, ResourceWords, System, listed, listed_number
from lingnan.catalogue.resources.classifications import classification_cards
from lingnan.catalogue.resources.records import ResourceClassification
from lingnan.catalogue.resources.relations import relation_cards
from lingnan.catalogue.shapes import DepartmentCard, FormFault, ItemCard, ObservationCard, ResourceCard, ResourceName, Summary, SystemCard, Tombstone

_ITEM = (
    "id", "position", "name", "zh", "en", "source", "type", "length", "element", "code_list", "classification", "share_level",
    "required", "key", "mask", "unit", "definition",
)
_RESOURCE = (
    "id", "key", "code", "kind", "zh", "en", "abstract_zh", "abstract_en", "theme", "level", "division", "format", "share_type",
    "share_condition", "share_basis", "open_type", "open_condition", "update_cycle", "published_on", "origin", "licence", "source",
    "contract_path", "contract_version", "extension", "changed_at", "status", "version", "stars", "format_class", "share_way", "open_basis",
    "reviewed_on",
)


def find_resource(session: Session, wanted: str, *, drafts: bool = False) -> Resource:
    """The resource of that id, code (any of its codes), key or table, withdrawn ones included but last; Missing when there is none.

    One that was never published is found with `drafts` only: for those who may see it, and for the hub itself.
    """
    coded = select(ResourceClassification.resource_id).where(ResourceClassification.code == wanted)
    named = or_(Resource.id.in_(coded), *(column == wanted for column in (Resource.id, Resource.code, Resource.key, Resource.table_name)))
    # By a case, for a condition on the state would lead SQLite past the indexes of id, code, key and table.
    shown = true() if drafts else case((Resource.status.in_((*LISTED, WITHDRAWN)), 1), else_=0) == 1
    chosen = select(Resource).where(named, shown).order_by(Resource.deleted_at.is_not(None), Resource.code)
    found = session.scalars(chosen).first() if wanted else None
    if found is None:
        raise Missing(
            f"目录中没有“{wanted}”。请用资源编号、代码、名称键或表名，或先检索。",
            f"The catalogue has no “{wanted}”. Use a resource's id, code, key or table, or search first.",
            resource=wanted,
        )
    return found


def resource_card(session: Session, record: Resource, faults: tuple[FormFault, ...] = ()) -> ResourceCard:
    """Everything known of one resource; `faults` are what its form still lacks."""
    departments = department_cards(session, record.department_id)
    systems = system_cards(session, System.id == record.system_id) if record.system_id else []
    return ResourceCard(
        **{name: getattr(record, name) for name in _RESOURCE}, table=record.table_name, department=departments[0],
        system=systems[0] if systems else None, registered_at=record.created_at, withdrawn_at=record.deleted_at,
        items=tuple(item_cards(session, record)), latest=latest_observations(session, record.id), faults=faults,
        classifications=classification_cards(session, record.id), relations=relation_cards(session, record), tombstone=_tombstone(record),
    )


def _tombstone(record: Resource) -> Tombstone | None:
    if record.deleted_at is None:
        return None
    return Tombstone(reason=record.withdrawn_reason, replacement=record.replaced_by, case=record.withdrawn_case)


def item_cards(session: Session, record: Resource) -> list[ItemCard]:
    """The items of a resource in their order."""
    held = select(Item).where(Item.resource_id == record.id, Item.deleted_at.is_(None)).order_by(Item.position)
    return [item_card(item, record.key) for item in session.scalars(held)]


def item_card(item: Item, resource: str) -> ItemCard:
    """One item as it is shown."""
    return ItemCard(**{name: getattr(item, name) for name in _ITEM}, resource=resource)


def latest_observations(session: Session, resource_id: str) -> dict[str, ObservationCard]:
    """The youngest observation of each kind."""
    rows = session.scalars(select(LatestObservation).where(LatestObservation.resource_id == resource_id))
    return {row.kind: ObservationCard.model_validate(row, from_attributes=True) for row in rows}


def department_cards(session: Session, department_id: str | None = None, *, items: bool = False) -> list[DepartmentCard]:
    """All departments in the order of their numbers, or one; their items are counted from the index, and not at all unless wished."""
    wanted = select(Department).where(Department.deleted_at.is_(None)).order_by(Department.level, Department.number)
    systems = select(System.department_id, func.count()).where(System.deleted_at.is_(None)).group_by(System.department_id)
    resources = select(Resource.department_id, func.sum(listed_number())).group_by(Resource.department_id)
    # A resource that stands in the index has one byte there for each live item.
    held = select(Resource.department_id, func.sum(func.length(ResourceWords.classes))).group_by(Resource.department_id)
    held = held.join(ResourceWords, ResourceWords.resource_id == Resource.id)
    if department_id:
        wanted, systems = wanted.where(Department.id == department_id), systems.where(System.department_id == department_id)
        resources, held = (each.where(Resource.department_id == department_id) for each in (resources, held))
    counted = [_counts(session, each) for each in (systems, resources, *([held] if items else []))]
    return [
        DepartmentCard(
            id=record.id, key=record.key, code=record.code, zh=record.zh, en=record.en, level=record.level, division=record.division,
            **{name: int(counts.get(record.id, 0)) for name, counts in zip(("systems", "resources", "items"), counted, strict=False)},
        )
        for record in session.scalars(wanted)
    ]


def resource_names(session: Session, department: str) -> list[ResourceName]:
    """What a department's live resources are called, in the order of their codes."""
    fields = (Resource.key, Resource.code, Resource.zh, Resource.en, Resource.table_name)
    wanted = select(*fields).join(Department, Department.id == Resource.department_id).where(listed_number() == 1, Department.key == department)
    rows = session.execute(wanted.order_by(Resource.code))
    return [ResourceName(key=key, code=code, zh=zh, en=en, table=table) for key, code, zh, en, table in rows]


def system_cards(session: Session, *conditions: Any) -> list[SystemCard]:
    """Systems by department and key."""
    wanted = select(System, Department.key).join(Department, Department.id == System.department_id).where(System.deleted_at.is_(None), *conditions)
    counted = select(Resource.system_id, func.sum(listed_number())).join(System, System.id == Resource.system_id)
    counted = counted.join(Department, Department.id == System.department_id).where(*conditions).group_by(Resource.system_id)
    resources = _counts(session, counted)
    rows: Sequence[Any] = session.execute(wanted.order_by(Department.number, System.key)).all()
    return [
        SystemCard(id=system.id, key=system.key, zh=system.zh, en=system.en, department=key, resources=int(resources.get(system.id, 0)))
        for system, key in rows
    ]


def summary(session: Session) -> Summary:
    """How much the catalogue holds; items of live resources only, counted from the index."""
    live = listed()
    origins = select(Resource.origin, func.count()).where(live).group_by(Resource.origin)
    return Summary(
        departments=_count(session, select(func.count()).select_from(Department).where(Department.deleted_at.is_(None))),
        systems=_count(session, select(func.count()).select_from(System).where(System.deleted_at.is_(None))),
        resources=_count(session, select(func.count()).select_from(Resource).where(live)),
        items=_count(session, select(func.sum(func.length(ResourceWords.classes)))),
        withdrawn=_count(session, select(func.count()).select_from(Resource).where(Resource.status == WITHDRAWN)),
        by_origin=_counts(session, origins),
    )


def _count(session: Session, statement: Select[int]) -> int:
    return session.scalar(statement) or 0


def _counts(session: Session, statement: Any) -> dict[str, int]:
    return {key: count for key, count in session.execute(statement) if key is not None}
