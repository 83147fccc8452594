"""Reads a directory in portions: which resources stand in it, each with its department, items and codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from lingnan.catalogue.records import Department, Item, Resource, System, listed
from lingnan.catalogue.resources.records import ResourceClassification, ResourceRelation

DirectoryKind = Literal["sharing", "open"]
PORTION = 500


@dataclass(frozen=True)
class Entry:
    """A resource as a directory shows it."""

    resource: Resource
    department: Department
    system: System | None
    items: tuple[Item, ...]
    codes: tuple[ResourceClassification, ...]
    relations: tuple[ResourceRelation, ...]


def stands_in(kind: DirectoryKind) -> ColumnElement[bool]:
    """Whether a resource stands in the directory 目录: what is neither shared nor opened is not offered there."""
    return and_(listed(), (Resource.share_type if kind == "sharing" else Resource.open_type) != "none")


def entries(session: Session, kind: DirectoryKind, *, department: str = "", only: str = "", after: str = "", limit: int = 0) -> Iterator[list[Entry]]:
    """Portions of a directory in the order of codes, after a code; of one department by its key or `only` one code; `limit` 0 reads to the end."""
    left = limit or None
    chosen = [stands_in(kind), *([Department.key == department] if department else []), *([Resource.code == only] if only else [])]
    while True:
        size = min(PORTION, left) if left is not None else PORTION
        portion = _portion(session, chosen, after, size) if size else []
        if not portion:
            return
        yield portion
        after, left = portion[-1].resource.code, None if left is None else left - len(portion)


def _portion(session: Session, chosen: list[ColumnElement[bool]], after: str, size: int) -> list[Entry]:
    wanted = (
        select(Resource, Department, System).join(Department, Department.id == Resource.department_id)
        .outerjoin(System, System.id == Resource.system_id).where(*chosen, Resource.code > after)
    )
    rows = session.execute(wanted.order_by(Resource.code).limit(size)).all()
    ids = [resource.id for resource, _department, _system in rows]
    items: dict[str, list[Item]] = {}
    for item in session.scalars(select(Item).where(Item.resource_id.in_(ids), Item.deleted_at.is_(None)).order_by(Item.position)):
        items.setdefault(item.resource_id, []).append(item)
    codes: dict[str, list[ResourceClassification]] = {}
    held = select(ResourceClassification).where(ResourceClassification.resource_id.in_(ids), ResourceClassification.dropped.is_(False))
    for code in session.scalars(held.order_by(ResourceClassification.code)):
        codes.setdefault(code.resource_id, []).append(code)
    relations: dict[str, list[ResourceRelation]] = {}
    for relation in session.scalars(select(ResourceRelation).where(ResourceRelation.resource_id.in_(ids)).order_by(ResourceRelation.target)):
        relations.setdefault(relation.resource_id, []).append(relation)
    found = [
        Entry(
            resource, holder, system, tuple(items.get(resource.id, ())), tuple(codes.get(resource.id, ())), tuple(relations.get(resource.id, ())),
        )
        for resource, holder, system in rows
    ]
    # Portions follow one another over a hundred thousand resources: what is shown is not kept, and outlives the session.
    session.expunge_all()
    return found
