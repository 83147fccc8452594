"""Checks filters and counts facets: each under the filters of the others."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.base import Missing, WrongUse
from lingnan.catalogue.labels import label
from lingnan.catalogue.search.columns import FACETS, Columns, Label
from lingnan.catalogue.shapes import FacetValue
from lingnan.standards import code_list

Filters = Mapping[str, str | Sequence[str]]
Chosen = Mapping[str, frozenset[str]]


def checked_filters(filters: Filters, known: Sequence[str] = FACETS) -> dict[str, frozenset[str]]:
    """Filters as sets of values by facet; WrongUse for a field that is no facet."""
    unknown = sorted(set(filters) - set(known))
    if unknown:
        raise WrongUse(
            f"没有名为“{'、'.join(unknown)}”的筛选项。可用：{'、'.join(known)}。",
            f"There is no filter “{', '.join(unknown)}”. There are: {', '.join(known)}.",
            unknown=unknown,
        )
    sets = {field: frozenset([values] if isinstance(values, str) else values) for field, values in filters.items()}
    return {field: values for field, values in sets.items() if values}


def passing(column: pa.DictionaryArray, values: frozenset[str]) -> pa.BooleanArray:
    """Where a facet's column has one of these values."""
    codes = pc.index_in(pa.array(sorted(values), pa.string()), value_set=column.dictionary).drop_null()
    return pc.is_in(column.indices, value_set=codes)


def under(found: pa.BooleanArray, passed: Mapping[str, pa.BooleanArray], but: str = "") -> pa.BooleanArray:
    """What was found and passes every filter except one."""
    for field, mask in passed.items():
        if field != but:
            found = pc.and_(found, mask)
    return found


def count_facets(columns: Columns, found: pa.BooleanArray, passed: Mapping[str, pa.BooleanArray], chosen: Chosen) -> list[FacetValue]:
    """Every value of every facet with its count, the most frequent first."""
    everywhere = pc.indices_nonzero(under(found, passed))
    facets: list[FacetValue] = []
    for field in FACETS:
        slots = pc.indices_nonzero(under(found, passed, field)) if field in passed else everywhere
        facets += facet_values(field, counts(columns.column(field), slots), chosen, columns.departments)
    return facets


def counts(column: pa.DictionaryArray, at: pa.Array) -> dict[str, int]:
    """How often each value stands at these places."""
    counted = pc.value_counts(column.indices.take(at))
    values = column.dictionary.take(counted.field("values")).to_pylist()
    return dict(zip(values, counted.field("counts").to_pylist(), strict=True))


def facet_values(field: str, counted: Mapping[str, int], chosen: Chosen, departments: Mapping[str, Label]) -> list[FacetValue]:
    """Counts as they are shown."""
    # A chosen value stays visible with its zero, or the reader could not take the filter back.
    wanted = chosen.get(field, frozenset())
    shown = {**dict.fromkeys(wanted, 0), **counted}
    facets = []
    for value, count in sorted(shown.items(), key=lambda pair: (-pair[1], pair[0])):
        zh, en = _label(field, value, departments)
        facets.append(FacetValue(field=field, value=value, label_zh=zh, label_en=en or zh, count=count, chosen=value in wanted))
    return facets


def _label(field: str, value: str, departments: Mapping[str, Label]) -> tuple[str, str]:
    if field == "department":
        return (departments[value].zh, departments[value].en) if value in departments else (value, value)
    return _coded(field, value)


@lru_cache(maxsize=4096)
def _coded(field: str, value: str) -> tuple[str, str]:
    if field != "division" or not value:
        return label(field, value)
    try:
        name = code_list("divisions").name(value)
    except Missing:
        return value, value
    return (name, name) if name else (value, value)
