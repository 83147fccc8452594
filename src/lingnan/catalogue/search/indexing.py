"""Writes the words of resources and items; the database's own triggers carry them into the full text index."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from lingnan.catalogue.records import Department, Item, ItemWords, Resource, ResourceWords
from lingnan.catalogue.search.words import normal, pinyin_tokens, tokens

_CHUNK = 500


def remove(session: Session, resource_ids: Sequence[str]) -> None:
    """Take these resources and their items out of the index."""
    for at in range(0, len(resource_ids), _CHUNK):
        chunk = resource_ids[at : at + _CHUNK]
        session.execute(delete(ResourceWords).where(ResourceWords.resource_id.in_(chunk)))
        session.execute(delete(ItemWords).where(ItemWords.resource_id.in_(chunk)))


def add(session: Session, entries: Iterable[tuple[Resource, Department, list[Item]]]) -> None:
    """Put resources with their department and items into the index; they must not stand in it."""
    listed = list(entries)
    resources = [resource_words(*entry) for entry in listed]
    items = [item_words(resource, item) for resource, _department, held in listed for item in held]
    if resources:
        session.execute(insert(ResourceWords), resources)
    if items:
        session.execute(insert(ItemWords), items)


def resource_words(resource: Resource, department: Department, items: list[Item]) -> dict[str, Any]:
    """The row a resource is found by."""
    initials, pinyin = pinyin_tokens(resource.zh)
    codes = (resource.key, resource.code, resource.table_name, resource.theme, resource.format)
    return {
        "resource_id": resource.id, "title_zh": normal(resource.zh), "title_en": normal(resource.en), "initials": initials, "pinyin": pinyin,
        "name": tokens(resource.zh, resource.en),
        "items": tokens(*(text for item in sorted(items, key=lambda item: item.position) for text in (item.zh, item.en, item.name))),
        "other": tokens(*codes, department.zh, department.en, resource.abstract_zh, resource.abstract_en),
    }


def item_words(resource: Resource, item: Item) -> dict[str, Any]:
    """The row an item is found by."""
    initials, pinyin = pinyin_tokens(item.zh)
    return {
        "item_id": item.id, "resource_id": resource.id, "title_zh": normal(item.zh), "title_en": normal(item.en or item.name),
        "initials": initials, "pinyin": pinyin, "name": tokens(item.zh, item.en, item.name),
        "other": tokens(item.element, item.code_list, resource.zh, resource.en),
    }
