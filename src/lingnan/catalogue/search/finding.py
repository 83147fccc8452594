"""Finds resources by words: exact names first, with facets counted under the other filters."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lingnan.catalogue.records import Resource, ResourceWords
from lingnan.catalogue.search import facets
from lingnan.catalogue.search.columns import Columns
from lingnan.catalogue.search.facets import Filters, checked_filters
from lingnan.catalogue.search.matching import Found as Matched
from lingnan.catalogue.search.matching import matching_slots, nearest_slots, terms_that_hold
from lingnan.catalogue.search.ranking import browsed_slots, ranked_slots
from lingnan.catalogue.search.words import runs
from lingnan.catalogue.shapes import Found, FoundItem, SearchResult

LARGEST_PAGE = 200
_SAME = ("key", "code", "table", "format", "share_type", "open_type", "update_cycle", "origin")
_IN_MEMORY = ("number", "department", "zh", "en", "title_zh", "title_en", "stars", *_SAME)
_SHOWN = (
    select(ResourceWords.number, Resource.id, Resource.abstract_zh, Resource.abstract_en)
    .join(Resource, Resource.id == ResourceWords.resource_id).where(ResourceWords.number.in_(bindparam("numbers", expanding=True)))
)
"""All of a page that does not stand in the columns; written once, for building a statement costs as much as running it."""


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
    shown = columns.slots.select(_IN_MEMORY).take(slots).to_pylist()
    told = {row[0]: row for row in session.execute(_SHOWN, {"numbers": [row["number"] for row in shown]})}
    held = _matched_items(session, columns, wanted, slots, shown)
    found = []
    for row, items in zip(shown, held, strict=True):
        department = columns.departments[row["department"]]
        _number, identity, abstract_zh, abstract_en = told[row["number"]]
        found.append(Found(
            id=identity, name=row["zh"], name_en=row["en"], department=department.zh, department_en=department.en, abstract_zh=abstract_zh,
            abstract_en=abstract_en, stars=int(row["stars"]), matched_items=items, **{name: row[name] for name in _SAME},
        ))
    return found


def _matched_items(
    session: Session, columns: Columns, wanted: Sequence[str], slots: list[int], shown: Sequence[Mapping[str, str]]
) -> list[tuple[FoundItem, ...]]:
    """Of each slot, the items that hold every run in their term or their resource's name, at least one in their term."""
    if not wanted:
        return [()] * len(slots)
    held = columns.terms_at(slots)
    terms = pc.unique(pa.array([term for of_slot in held for term in of_slot], pa.int32()))
    by_run = terms_that_hold(session, columns, wanted, terms)
    in_names = [[run in row["title_zh"] or run in row["title_en"] for run in wanted] for row in shown]
    matched = [_matching(of_slot, by_run, named) for of_slot, named in zip(held, in_names, strict=True)]
    named = _named(columns, sorted({term for of_slot in matched for term in of_slot}))
    return [tuple(named[term] for term in of_slot) for of_slot in matched]


def _matching(terms: Sequence[int], by_run: Sequence[set[int]], named: Sequence[bool]) -> list[int]:
    """Terms that hold a run, and every run that the resource's name does not hold."""
    lacking = [holding for holding, in_name in zip(by_run, named, strict=True) if not in_name]
    return [term for term in terms if all(term in holding for holding in lacking) and any(term in holding for holding in by_run)]


def _named(columns: Columns, terms: Sequence[int]) -> dict[int, FoundItem]:
    rows = columns.terms.select(("number", "item_name", "zh", "en")).take(columns.term_row.take(pa.array(terms, pa.int32()))).to_pylist()
    return {row["number"]: FoundItem(name=row["item_name"], zh=row["zh"], en=row["en"]) for row in rows}
