"""The catalogue's list: what was searched, with facets, sizes and scores."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from lingnan.catalogue import FacetValue as Counted
from lingnan.catalogue import Found
from lingnan.hub.pages import quality
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.resource_values import CLASS_NAMES
from lingnan.hub.pages.titles import format_name
from lingnan.insight import CatalogueLine, CataloguePage, CatalogueQuery, Facet, FacetValue, Words
from lingnan.trust import Subject

FACETS = {
    "department": Words(zh="提供部门", en="Provider"), "theme": Words(zh="主题", en="Theme"), "format": Words(zh="格式", en="Format"),
    "share_type": Words(zh="共享类型", en="Sharing"), "open_type": Words(zh="开放类型", en="Opening"),
    "update_cycle": Words(zh="更新周期", en="Update cycle"), "stars": Words(zh="星级", en="Stars"), "level": Words(zh="层级", en="Level"),
    "division": Words(zh="区划", en="Division"), "origin": Words(zh="数据性质", en="Origin"),
}
"""In the order of the guide's fields; what the guide does not know stands at the end."""
UNRATED = Words(zh="未评星", en="Not rated")
LARGEST_CURSOR = 7


def page_of(cursor: str) -> int:
    """The page's number, which is what a cursor here is; the first when it cannot be read."""
    return max(int(cursor), 1) if cursor.isdecimal() and len(cursor) < LARGEST_CURSOR else 1


def search(desk: Desk, subject: Subject, query: CatalogueQuery) -> CataloguePage:
    """Resources that hold the words under the chosen facets; the cursor is the page's number."""
    page = page_of(query.cursor)
    desk.hub.trust.allow(subject, "catalogue.search", "catalogue")
    found = desk.hub.catalogue.search(query.words, query.facets, page, query.limit)
    counts = quality.counts(desk, subject, [each.table for each in found.items if each.table in desk.titles.feeds])
    lines = tuple(_line(desk, each, counts.get(each.table, [])) for each in found.items)
    more = page * query.limit < found.total
    return CataloguePage(
        total=found.total, items=lines, facets=facets(found.facets, FACETS), nearest=found.nearest, next=str(page + 1) if more else None,
    )


def _line(desk: Desk, found: Found, counts: quality.Counts) -> CatalogueLine:
    commit = desk.commit(found.table) if found.table else None
    return CatalogueLine.model_validate({
        "code": found.code, "title": Words(zh=found.name, en=found.name_en), "summary": Words(zh=found.abstract_zh, en=found.abstract_en),
        "department": Words(zh=found.department, en=found.department_en), "table": found.table, "format": format_name(found.format),
        "origin": found.origin, "share_type": found.share_type, "open_type": found.open_type,
        "rows": desk.rows(found.table) if commit else None, "score": quality.score(counts), "updated_at": commit.at if commit else None,
        "matched_fields": tuple(Words(zh=item.zh or item.name, en=item.en) for item in found.matched_items),
        "stars": found.stars,
    })


def facets(counted: tuple[Counted, ...], titles: Mapping[str, Words]) -> tuple[Facet, ...]:
    """A facet with a single value that is not chosen narrows nothing and is left out."""
    by_field: dict[str, list[Counted]] = defaultdict(list)
    for each in counted:
        if each.value or each.chosen:
            by_field[each.field].append(each)
    shown = []
    for field, title in titles.items():
        values = by_field[field]
        if field == "stars":
            values.sort(key=lambda each: each.value, reverse=True)
        if len(values) > 1 or any(each.chosen for each in values):
            shown.append(Facet(field=field, title=title, values=tuple(_value(each) for each in values)))
    return tuple(shown)


def _value(each: Counted) -> FacetValue:
    return FacetValue(value=each.value, title=_title(each.field, each.value, each.label_zh, each.label_en), count=each.count, chosen=each.chosen)


@lru_cache(maxsize=4096)
def _title(field: str, value: str, zh: str, en: str) -> Words:
    if field == "stars" and value.isdecimal():
        return Words(zh="★" * int(value), en="★" * int(value)) if value != "0" else UNRATED
    return CLASS_NAMES.get(value, Words(zh=value)) if field == "classification" else Words(zh=zh, en=en)
