"""Finds single information items by words."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.catalogue.cards import item_card
from lingnan.catalogue.records import Department, Item, ItemWords, Resource
from lingnan.catalogue.search.finding import LARGEST_PAGE, rank
from lingnan.catalogue.search.index import ITEMS, hits
from lingnan.catalogue.search.words import runs
from lingnan.catalogue.shapes import ItemHit, ItemResult


def search_items(session: Session, words: str, page: int, page_size: int) -> ItemResult:
    """One page of the items that hold all words, one of them in their own name; no words, no items."""
    page, page_size, wanted = max(page, 1), min(max(page_size, 1), LARGEST_PAGE), runs(words)
    if not wanted:
        return ItemResult(words=words, page=page, page_size=page_size, total=0, items=())
    hit = hits(session, ITEMS, wanted, own=True)
    total = session.scalar(select(func.count()).select_from(hit)) or 0
    statement = (
        select(Item, Resource, Department.zh).join(ItemWords, ItemWords.item_id == Item.id).join(hit, hit.c.number == ItemWords.number)
        .join(Resource, Resource.id == Item.resource_id).join(Department, Department.id == Resource.department_id)
        .order_by(rank(words, ItemWords), hit.c.score, Resource.code, Item.position)
    )
    rows = session.execute(statement.limit(page_size).offset((page - 1) * page_size)).all()
    found = tuple(
        ItemHit(item=item_card(item, resource.key), resource_key=resource.key, resource_zh=resource.zh, resource_en=resource.en, department=zh)
        for item, resource, zh in rows
    )
    return ItemResult(words=words, page=page, page_size=page_size, total=total, items=found)
