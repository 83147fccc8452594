"""Finds resources by words: exact names first, with facets counted under the other filters."""

from collections.abc import Mapping, Sequence

import pyarrow.compute as pc
from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.catalogue.records import Department, ItemTerm, Resource, ResourceWords
from lingnan.catalogue.search import facets
from lingnan.catalogue.search.columns import Columns
from lingnan.catalogue.search.facets import Filters, checked_filters
from lingnan.catalogue.search.indexing import chunks
from lingnan.catalogue.search.matching import Found as Matched
from lingnan.catalogue.search.matching import matching_slots, matching_terms, nearest_slots
from lingnan.catalogue.search.ranking import browsed_slots, ranked_slots
from lingnan.catalogue.search.words import runs
from lingnan.catalogue.shapes import Found, FoundItem, SearchResult

LARGEST_PAGE = 200
_SAME = ("id", "key", "code", "abstract_zh", "abstract_en", "format", "share_type", "open_type", "update_cycle", "origin", "stars")


def search_resources(session: Session, columns: Columns, words: str, filters: Filters, page: int, page_size: int) -> SearchResult:
    """One page of the resources that hold all words, in their own fields or in their items' names; the nearest ones when none does."""
    page, page_size = max(page, 1), min(max(page_size, 1), LARGEST_PAGE)
    chosen, wanted = checked_filters(filters), runs(words)
    matched = matching_slots(session, columns, wanted)
    nearest = bool(wanted) and not pc.any(matched.slots).as_py()
    if nearest:
        matched = nearest_slots(session, columns, wanted)
    passed = {field: facets.passing(columns.column(field), values) for field, values in chosen.items()}
    slots = pc.indices_nonzero(facets.under(matched.slots, passed))
    shown = _page(session, columns, words, wanted, matched, slots, page * page_size)[(page - 1) * page_size :]
    return SearchResult(
        words=words, page=page, page_size=page_size, total=len(slots), nearest=nearest and len(slots) > 0,
        items=tuple(_found(session, columns, wanted, shown)),
        facets=tuple(facets.count_facets(columns, matched.slots, passed, chosen)),
    )


def _page(
    session: Session, columns: Columns, words: str, wanted: Sequence[str], matched: Matched, slots: object, end: int
) -> list[int]:
    if not wanted:
        return browsed_slots(columns, slots, end)
    return ranked_slots(session, columns, words, wanted, matched, slots, end)


def _found(session: Session, columns: Columns, wanted: Sequence[str], slots: list[int]) -> list[Found]:
    if not slots:
        return []
    numbers = columns.column("number").take(slots).to_pylist()
    fields = [getattr(Resource, name) for name in _SAME]
    statement = select(ResourceWords.number, Resource.zh, Resource.en, Resource.table_name, Department.zh, Department.en, *fields)
    statement = statement.join(Resource, Resource.id == ResourceWords.resource_id).join(Department, Department.id == Resource.department_id)
    rows = {row[0]: row for row in session.execute(statement.where(ResourceWords.number.in_(numbers)))}
    held = _matched_items(session, columns, wanted, slots)
    return [
        Found(
            name=row[1], name_en=row[2], table=row[3], department=row[4], department_en=row[5], matched_items=tuple(held.get(slot, ())),
            **dict(zip(_SAME, row[6:], strict=True)),
        )
        for slot, row in zip(slots, (rows[number] for number in numbers), strict=True)
    ]


def _matched_items(session: Session, columns: Columns, wanted: Sequence[str], slots: list[int]) -> Mapping[int, list[FoundItem]]:
    """Of each slot, the items that hold every run in their term or their resource's name, at least one in their term."""
    if not wanted:
        return {}
    by_run = matching_terms(session, columns, wanted)
    zh, en = (columns.column(name).take(slots).to_pylist() for name in ("title_zh", "title_en"))
    matched: dict[int, list[int]] = {}
    for at, (slot, terms) in enumerate(zip(slots, columns.terms_at(slots), strict=True)):
        named = [run in zh[at] or run in en[at] for run in wanted]
        matched[slot] = [term for term in terms if _holds(term, by_run, named)]
    names = _terms(session, sorted({term for terms in matched.values() for term in terms}))
    return {slot: [names[term] for term in terms] for slot, terms in matched.items()}


def _holds(term: int, by_run: Sequence[set[int]], named: Sequence[bool]) -> bool:
    called = [term in terms for terms in by_run]
    return any(called) and all(one or other for one, other in zip(called, named, strict=True))


def _terms(session: Session, numbers: Sequence[int]) -> dict[int, FoundItem]:
    found: dict[int, FoundItem] = {}
    for chunk in chunks(numbers):
        for number, name, zh, en in session.execute(
            select(ItemTerm.number, ItemTerm.item_name, ItemTerm.zh, ItemTerm.en).where(ItemTerm.number.in_(chunk))
        ):
            found[number] = FoundItem(name=name, zh=zh, en=en)
    return found
