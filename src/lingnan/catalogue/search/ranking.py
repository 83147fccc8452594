"""Puts what was found in order: the name itself, its beginning or initials, a part of it, all words in it, own texts, items."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from lingnan.catalogue.search.columns import Columns
from lingnan.catalogue.search.index import RESOURCES, scores
from lingnan.catalogue.search.matching import Found, in_name
from lingnan.catalogue.search.words import normal

REST = 5
_FEW = 1_000
"""Up to so many own hits are scored one by one; beyond, nobody would see the difference and everybody would wait."""
_TIER = 1 << 32


def ranked_slots(session: Session, columns: Columns, words: str, wanted: Sequence[str], found: Found, slots: pa.Array, end: int) -> list[int]:
    """The first slots of what was found, in their order, up to a place."""
    own = found.own.take(slots)
    tier = _tier(columns, words, wanted, slots, own)
    order = columns.order.take(slots)
    if own.true_count <= _FEW:
        order = _by_score(columns, scores(session, RESOURCES, wanted), slots, own, order)
    chosen: list[int] = slots.take(first(pc.add(pc.multiply(tier, _TIER), order), end)).to_pylist()
    return chosen


def browsed_slots(columns: Columns, slots: pa.Array, end: int) -> list[int]:
    """The first slots of a list without words."""
    chosen: list[int] = slots.take(first(columns.browsing.take(slots), end)).to_pylist()
    return chosen


def first(keys: pa.Array, end: int) -> pa.Array:
    """The places of the smallest keys, in order; keys must differ."""
    if end < len(keys) // 8:
        return pc.select_k_unstable(keys, k=end, sort_keys=[("", "ascending")])
    return pc.sort_indices(keys).slice(0, end)


def name_tier(whole: str, zh: pa.Array, en: pa.Array, initials: pa.Array, exact: pa.BooleanArray | None = None) -> pa.Int64Array:
    """0 for the name itself, 1 for its beginning or its initials, 2 for a part of it, 5 for the rest."""
    same = pc.or_(pc.equal(zh, whole), pc.equal(en, whole))
    same = same if exact is None else pc.or_(same, exact)
    begins = pc.or_(pc.or_(pc.starts_with(zh, whole), pc.starts_with(en, whole)), pc.equal(initials, whole))
    part = pc.or_(pc.match_substring(zh, whole), pc.match_substring(en, whole))
    return _steps([(same, 0), (begins, 1), (part, 2)])


def _tier(columns: Columns, words: str, wanted: Sequence[str], slots: pa.Array, own: pa.BooleanArray) -> pa.Int64Array:
    asked, whole = words.strip(), normal(words)
    exact = pc.or_(pc.equal(columns.column("code"), asked), pc.equal(columns.column("key"), asked))
    exact = pc.or_(exact, pc.equal(columns.column("table"), asked)).take(slots)
    zh, en, initials = (columns.column(name).take(slots) for name in ("title_zh", "title_en", "initials"))
    by_name = name_tier(whole, zh, en, initials, exact)
    named = pa.array([True]).take(pa.array([0] * len(slots), pa.int8()))
    for run in wanted:
        named = pc.and_(named, in_name(columns, run).take(slots))
    return pc.min_element_wise(by_name, _steps([(named, 3), (own, 4)]))


def _steps(steps: Sequence[tuple[pa.BooleanArray, int]]) -> pa.Int64Array:
    result: pa.Array | pa.Scalar = pa.scalar(REST, pa.int64())
    for mask, value in reversed(steps):
        result = pc.if_else(mask, pa.scalar(value, pa.int64()), result)
    return result


def _by_score(columns: Columns, scored: Mapping[int, float], slots: pa.Array, own: pa.BooleanArray, order: pa.Int64Array) -> pa.Int64Array:
    """Places of own hits by score, and by the order where the score says nothing; the rest behind them as they were."""
    numbers, places = columns.column("number").take(slots.filter(own)).to_pylist(), order.filter(own).to_pylist()
    keys = [(scored.get(number, 0.0), place) for number, place in zip(numbers, places, strict=True)]
    ranks = dict(zip(sorted(range(len(keys)), key=keys.__getitem__), range(len(keys)), strict=True))
    return pc.replace_with_mask(pc.add(order, _FEW), own, pa.array([ranks[at] for at in range(len(keys))], pa.int64()))
