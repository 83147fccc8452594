"""Compares the index with the records it was written from."""

from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from lingnan.base import Damaged
from lingnan.catalogue.records import LISTED, Department, Item, ItemWords, Resource, ResourceWords
from lingnan.catalogue.search.index import ITEMS, RESOURCES
from lingnan.catalogue.search.indexing import item_words, resource_words


def differing(session: Session) -> list[str]:
    """Keys of resources whose words, or whose items' words, are not what their records say; Damaged for a broken index."""
    _check_full_text(session)
    kept = {row.resource_id: row for row in session.scalars(select(ResourceWords))}
    kept_items = {row.item_id: row for row in session.scalars(select(ItemWords))}
    found: set[str] = set()
    live = select(Resource, Department).join(Department, Department.id == Resource.department_id)
    for resource, department in session.execute(live).all():
        held = session.scalars(select(Item).where(Item.resource_id == resource.id, Item.deleted_at.is_(None))).all()
        if resource.deleted_at is not None or resource.status not in LISTED:
            wrong = resource.id in kept
        else:
            wrong = not _same(kept.get(resource.id), resource_words(resource, department, list(held)))
            wrong = wrong or any(not _same(kept_items.pop(item.id, None), item_words(resource, item)) for item in held)
        if wrong:
            found.add(resource.key)
    keys = dict(session.execute(select(Resource.id, Resource.key)).all())
    return sorted(found | {keys[row.resource_id] for row in kept_items.values()})


def _same(row: ResourceWords | ItemWords | None, wanted: dict[str, str]) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in wanted.items())


def _check_full_text(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        return
    try:
        for index in (RESOURCES, ITEMS):
            # rank 1 asks FTS5 to compare the index with the words table, not only with itself.
            session.execute(text(f"insert into {index.name} ({index.name}, rank) values ('integrity-check', 1)"))
    except DatabaseError as error:
        raise Damaged(
            "目录全文索引与文字表不一致。请重建索引。", "The full text index of the catalogue differs from its words. Rebuild the index."
        ) from error
