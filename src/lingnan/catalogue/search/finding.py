"""Finds resources and items by words: exact names first, then the index's score, with facets counted under the other filters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lingnan.base import Missing, WrongUse
from lingnan.catalogue.labels import label
from lingnan.catalogue.records import Department, Item, ItemWords, Resource, ResourceWords, listed
from lingnan.catalogue.search.index import ITEMS, RESOURCES, hits
from lingnan.catalogue.search.words import normal, runs
from lingnan.catalogue.shapes import FacetValue, Found, FoundItem, SearchResult
from lingnan.standards import code_list

Filters = Mapping[str, str | Sequence[str]]
FACETS: dict[str, InstrumentedAttribute[str]] = {
    "department": Department.key, "theme": Resource.theme, "division": Resource.division, "level": Resource.level,
    "format": Resource.format, "share_type": Resource.share_type, "open_type": Resource.open_type,
    "update_cycle": Resource.update_cycle, "origin": Resource.origin,
}
Rows = Select[*tuple[Any, ...]]
LARGEST_PAGE = 200


def search_resources(session: Session, words: str, filters: Filters, page: int, page_size: int) -> SearchResult:
    """One page of the resources that hold all words, in their own fields or in their items' names."""
    page, page_size = max(page, 1), min(max(page_size, 1), LARGEST_PAGE)
    chosen, wanted = checked_filters(filters), runs(words)
    combinations = session.execute(_combinations(session, wanted)).all()
    rows = session.execute(_page(session, words, wanted, chosen).limit(page_size).offset((page - 1) * page_size)).all()
    matched = _matched_items(session, wanted, [row[0].id for row in rows])
    return SearchResult(
        words=words, page=page, page_size=page_size, total=_total(combinations, chosen),
        items=tuple(_found(resource, department, matched) for resource, department in rows),
        facets=tuple(_facets(session, combinations, chosen)),
    )


def checked_filters(filters: Filters) -> dict[str, frozenset[str]]:
    """Filters as sets of values by facet; WrongUse for a field that is no facet."""
    unknown = sorted(set(filters) - set(FACETS))
    if unknown:
        raise WrongUse(
            f"没有名为“{'、'.join(unknown)}”的筛选项。可用：{'、'.join(FACETS)}。",
            f"There is no filter “{', '.join(unknown)}”. There are: {', '.join(FACETS)}.",
            unknown=unknown,
        )
    sets = {field: frozenset([values] if isinstance(values, str) else values) for field, values in filters.items()}
    return {field: values for field, values in sets.items() if values}


def rank(words: str, titles: type[ResourceWords] | type[ItemWords], exact: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """0 for the name itself, 1 for its beginning or its initials, 2 for a part of it, 3 for the rest."""
    whole = normal(words)
    same = or_(titles.title_zh == whole, titles.title_en == whole)
    begins = or_(
        titles.title_zh.startswith(whole, autoescape=True), titles.title_en.startswith(whole, autoescape=True), titles.initials == whole
    )
    part = or_(titles.title_zh.contains(whole, autoescape=True), titles.title_en.contains(whole, autoescape=True))
    return case((same if exact is None else or_(same, exact), 0), (begins, 1), (part, 2), else_=3)


def _combinations(session: Session, wanted: list[str]) -> Rows:
    """How many found resources have each combination of facet values: one scan feeds every facet and the total."""
    fields = list(FACETS.values())
    base = select(*fields, func.count()).join(Department, Department.id == Resource.department_id).where(listed())
    if wanted:
        hit = hits(session, RESOURCES, wanted)
        base = base.join(ResourceWords, ResourceWords.resource_id == Resource.id).join(hit, hit.c.number == ResourceWords.number)
    return base.group_by(*fields)


def _page(session: Session, words: str, wanted: list[str], chosen: Mapping[str, frozenset[str]]) -> Rows:
    base = select(Resource, Department).join(Department, Department.id == Resource.department_id).where(listed())
    for field, values in chosen.items():
        base = base.where(FACETS[field].in_(values))
    if not wanted:
        return base.order_by(Department.level, Department.number, Resource.code)
    hit, asked = hits(session, RESOURCES, wanted), words.strip()
    named = or_(Resource.code == asked, Resource.key == asked, Resource.table_name == asked)
    base = base.join(ResourceWords, ResourceWords.resource_id == Resource.id).join(hit, hit.c.number == ResourceWords.number)
    return base.order_by(rank(words, ResourceWords, named), hit.c.score, Resource.code)


def _total(combinations: Sequence[Row[Any]], chosen: Mapping[str, frozenset[str]]) -> int:
    return sum(row[-1] for row in combinations if _passes(row, chosen))


def _passes(row: Row[Any], chosen: Mapping[str, frozenset[str]], but: str = "") -> bool:
    return all(row[at] in chosen[field] for at, field in enumerate(FACETS) if field in chosen and field != but)


def _facets(session: Session, combinations: Sequence[Row[Any]], chosen: Mapping[str, frozenset[str]]) -> list[FacetValue]:
    departments = {key: (zh, en) for key, zh, en in session.execute(select(Department.key, Department.zh, Department.en))}
    facets: list[FacetValue] = []
    for at, field in enumerate(FACETS):
        counts: Counter[str] = Counter()
        for row in combinations:
            if _passes(row, chosen, but=field):
                counts[row[at]] += row[-1]
        for value in chosen.get(field, ()):
            # A chosen value stays visible with its zero, or the reader could not take the filter back.
            counts[value] += 0
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            zh, en = _label(field, value, departments)
            facets.append(
                FacetValue(field=field, value=value, label_zh=zh, label_en=en or zh, count=count, chosen=value in chosen.get(field, ()))
            )
    return facets


def _label(field: str, value: str, departments: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    if field == "department":
        return departments.get(value, (value, value))
    if field == "division" and value:
        try:
            name = code_list("divisions").name(value)
        except Missing:
            return value, value
        return (name, name) if name else (value, value)
    return label(field, value)


def _matched_items(session: Session, wanted: list[str], resource_ids: list[str]) -> dict[str, list[FoundItem]]:
    found: dict[str, list[FoundItem]] = {}
    if not wanted or not resource_ids:
        return found
    hit = hits(session, ITEMS, wanted, own=True)
    statement = select(Item.resource_id, Item.name, Item.zh, Item.en).join(ItemWords, ItemWords.item_id == Item.id)
    statement = statement.join(hit, hit.c.number == ItemWords.number).where(ItemWords.resource_id.in_(resource_ids))
    for resource_id, name, zh, en in session.execute(statement.order_by(Item.resource_id, Item.position)):
        found.setdefault(resource_id, []).append(FoundItem(name=name, zh=zh, en=en))
    return found


def _found(resource: Resource, department: Department, matched: Mapping[str, list[FoundItem]]) -> Found:
    same = ("id", "key", "code", "abstract_zh", "abstract_en", "format", "share_type", "open_type", "update_cycle", "origin")
    return Found(
        **{name: getattr(resource, name) for name in same}, name=resource.zh, name_en=resource.en, department=department.zh,
        department_en=department.en, table=resource.table_name, matched_items=tuple(matched.get(resource.id, ())),
    )
