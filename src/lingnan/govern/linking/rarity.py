"""How rare a value is among other entities: copies of one entity are no sign that others share its value.

A firm's full name that stands in four lists is as common as a name borne by four firms, if one only counts. So of seldom values the share of equal
pairs that are no matches is found, from identifiers or from the model learnt so far; of common ones the copies are taken away.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lingnan.govern.linking.shapes import EXACT, Comparison, Model, Rarity
from lingnan.govern.linking.traits import TRAITS
from lingnan.govern.linking.values import RECORDS
from lingnan.lake import EngineSession

_LEAST_SHARE = 0.02
"""Share of the equal pairs of seldom values that are held for no matches at least."""
_ENOUGH = 200


@dataclass(frozen=True)
class _Seldom:
    """Values borne by few records: these records, their equal pairs, and of these the settled ones of one identifier and of two."""

    records: float
    pairs: float
    same: float
    different: float


def rarity_of(session: EngineSession, comparisons: Sequence[Comparison], linking: bool, model: Model | None, settled: float = 0.0) -> Rarity:
    """The rarity of every value that is weighed by its frequency; without a model only where identifiers tell enough.

    `settled` pairs of one identifier are matches besides those that the model expects.
    """
    found = {}
    for each in comparisons:
        if not each.by_frequency:
            continue
        rare = TRAITS[each.column.kind].rare
        for name in dict.fromkeys(("v", *rare.values())):
            levels = [EXACT, *(place for place, level in enumerate(each.levels) if name != "v" and rare.get(level.en) == name)]
            matches = (model.matches + settled) * sum(model.m[each.number][level] for level in levels) if model else None
            told = _one(session, f"{name}{each.number}", linking, matches)
            if told:
                found[f"{name.removeprefix('v')}bits{each.number}"] = told
    return found


def _one(session: EngineSession, value: str, linking: bool, matches: float | None) -> tuple[float, float] | None:
    size = float(session.query(f"select count({value}) as n from {RECORDS}").column(0)[0].as_py()) or 1.0
    partners = 1.0 if matches is None else 2 * matches / size
    copies = 2 * min(partners, 4.0) + (1 if linking else 2)
    seldom = _seldom(session, value, math.ceil(copies), linking)
    if not seldom.records or not seldom.pairs:
        return None
    if min(seldom.same, seldom.same + seldom.different) >= _ENOUGH:
        others = seldom.pairs * seldom.different / (seldom.same + seldom.different)
    elif matches is None:
        return None
    else:
        others = seldom.pairs - matches * seldom.records / size
    others = max(others, _LEAST_SHARE * seldom.pairs, 0.5)
    each = 2 * others / seldom.records
    return copies / size, min(2.0, each) / size


def _seldom(session: EngineSession, value: str, most: int, linking: bool) -> _Seldom:
    sides = "count(*) filter (where side = 0) as l, count(*) filter (where side = 1) as r"
    pairs = "l * r" if linking else "(l + r) * (l + r - 1) / 2"
    settled = "li * ri" if linking else "(li + ri) * (li + ri - 1) / 2"
    row = session.query(
        f"with told as (select {value} as v, ident, {sides} from {RECORDS} where {value} is not null group by all), "
        "of_ident as (select v, l, r, case when ident is null then 0 else l end as li, case when ident is null then 0 else r end as ri from told), "
        f"of_value as (select v, sum(l) as l, sum(r) as r, sum(li) as li, sum(ri) as ri, sum({settled}) as same from of_ident group by v) "
        f"select coalesce(sum(l + r), 0) as records, coalesce(sum({pairs}), 0) as pairs, coalesce(sum(same), 0) as same, "
        f"coalesce(sum({settled}), 0) as known from of_value where l + r <= {most}"
    ).to_pylist()[0]
    return _Seldom(float(row["records"]), float(row["pairs"]), float(row["same"]), float(row["known"]) - float(row["same"]))


__all__ = ["rarity_of"]
