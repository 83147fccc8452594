"""Finds single information items by words."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lingnan.catalogue.cards import item_card
from lingnan.catalogue.records import Department, Item, Resource, ResourceWords
from lingnan.catalogue.search.columns import Columns, scattered, whole
from lingnan.catalogue.search.facets import Chosen, Filters, checked_filters, counts, facet_values, passing, under
from lingnan.catalogue.search.finding import LARGEST_PAGE
from lingnan.catalogue.search.indexing import CLASSES, chunks
from lingnan.catalogue.search.matching import matching_items
from lingnan.catalogue.search.ranking import name_tier
from lingnan.catalogue.search.words import normal, runs
from lingnan.catalogue.shapes import FacetValue, ItemHit, ItemResult

ITEM_FACETS = ("department", "classification")
_LONGEST, _WEIGHT = 255, 1 << 32


def search_items(session: Session, columns: Columns, words: str, filters: Filters, page: int, page_size: int) -> ItemResult:
    """One page of the items that hold all words, one of them in their own names; no words, no items."""
    page, page_size, wanted = max(page, 1), min(max(page_size, 1), LARGEST_PAGE), runs(words)
    chosen = checked_filters(filters, ITEM_FACETS)
    if not wanted:
        return ItemResult(words=words, page=page, page_size=page_size, total=0, items=())
    items = matching_items(session, columns, wanted)
    passed = {field: _passing(columns, items, field, values) for field, values in chosen.items()}
    every = pa.array([True]).take(pa.array([0]).take(pc.multiply(items, pa.scalar(0, pa.int32()))))
    held = items.filter(under(every, passed))
    shown = _ranked(columns, words, held, page * page_size)[(page - 1) * page_size :]
    counted = [value for field in ITEM_FACETS for value in _facet(columns, field, items.filter(under(every, passed, field)), chosen)]
    return ItemResult(
        words=words, page=page, page_size=page_size, total=len(held), items=tuple(_cards(session, columns, shown)), facets=tuple(counted),
    )


def _passing(columns: Columns, items: pa.Int32Array, field: str, values: frozenset[str]) -> pa.BooleanArray:
    if field == "department":
        return passing(columns.column(field), values).take(columns.item_column("slot").take(items))
    wanted = pa.array([CLASSES.index(value) for value in sorted(values) if value in CLASSES], pa.int8())
    return pc.is_in(columns.item_column("class").take(items), value_set=wanted)


def _facet(columns: Columns, field: str, items: pa.Int32Array, chosen: Chosen) -> list[FacetValue]:
    if field == "department":
        return facet_values(field, counts(columns.column(field), columns.item_column("slot").take(items)), chosen, columns.departments)
    classes = pa.DictionaryArray.from_arrays(columns.item_column("class"), pa.array(CLASSES))
    return facet_values(field, counts(classes, items), chosen, columns.departments)


def _ranked(columns: Columns, words: str, items: pa.Int32Array, end: int) -> list[int]:
    """By how the name fits, the shorter first, then by the order of the resources, within one in the order of its items."""
    rows = columns.term_row.take(columns.item_column("term").take(items))
    distinct = pc.unique(rows)
    names = columns.terms.take(distinct).combine_chunks()
    zh, en, initials = (whole(names[name]) for name in ("title_zh", "title_en", "initials"))
    length = pc.min_element_wise(pc.utf8_length(zh).cast(pa.int64()), _LONGEST)
    weight = pc.add(pc.multiply(name_tier(normal(words), (zh, en), initials), _LONGEST + 1), length)
    by_row = scattered(weight, distinct)
    keys = pc.add(pc.multiply(by_row.take(rows), _WEIGHT), columns.order.take(columns.item_column("slot").take(items)))
    sorting = [("key", "ascending"), ("item", "ascending")]
    table = pa.table({"key": keys, "item": items})
    chosen = pc.select_k_unstable(table, k=end, sort_keys=sorting) if end < len(items) // 8 else pc.sort_indices(table, sort_keys=sorting)
    shown: list[int] = items.take(chosen.slice(0, end)).to_pylist()
    return shown


def _cards(session: Session, columns: Columns, items: Sequence[int]) -> list[ItemHit]:
    """The items themselves: a term holds the name that is unique within a resource."""
    if not items:
        return []
    numbers = columns.column("number").take(columns.item_column("slot").take(items)).to_pylist()
    names = columns.terms["item_name"].take(columns.term_row.take(columns.item_column("term").take(items))).to_pylist()
    wanted = list(zip(numbers, names, strict=True))
    statement = (
        select(ResourceWords.number, Item, Resource.key, Resource.zh, Resource.en, Department.zh)
        .join(Resource, Resource.id == ResourceWords.resource_id).join(Item, Item.resource_id == Resource.id)
        .join(Department, Department.id == Resource.department_id)
    )
    found = {}
    for chunk in chunks(wanted, 50):
        named = or_(*(and_(ResourceWords.number == number, Item.name == name) for number, name in chunk))
        for number, item, key, zh, en, department in session.execute(statement.where(named)):
            card = item_card(item, key)
            found[number, item.name] = ItemHit(item=card, resource_key=key, resource_zh=zh, resource_en=en, department=department)
    return [found[each] for each in wanted]
