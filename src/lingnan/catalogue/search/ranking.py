"""Puts what was found in order: the name itself, its beginning or initials, a part of it, all words in it, own texts, items."""

from collections.abc import Mapping, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session

from lingnan.catalogue.search.columns import Columns
from lingnan.catalogue.search.matching import Found
from lingnan.catalogue.search.scoring import scores
from lingnan.catalogue.search.words import normal

REST = 5
_FEW = 1_000
"""Up to so many own hits are scored one by one; beyond, nobody would see the difference and everybody would wait."""
_TIER = 1 << 32


def ranked_slots(session: Session, columns: Columns, words: str, wanted: Sequence[str], found: Found, slots: pa.Array, end: int) -> list[int]:
    """The first slots of what was found, in their order, up to a place."""
    own = found.own.take(slots)
    # A name that is or holds the words is an own text, so what was found by its items alone need not be looked at.
    tier = pc.replace_with_mask(pa.repeat(pa.scalar(REST, pa.int64()), len(slots)), own, _tier(columns, words, wanted, slots.filter(own)))
    order = columns.order.take(slots)
    if 0 < found.own.true_count <= _FEW:
        order = _by_score(columns, scores(session, columns, wanted), slots, own, order)
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


def name_tier(whole: str, names: Sequence[pa.Array], initials: pa.Array, exact: pa.BooleanArray | None = None) -> pa.Int64Array:
    """0 for one of the names itself, 1 for its beginning or its initials, 2 for a part of it, 5 for the rest."""
    same = reduce(pc.or_, [pc.equal(name, whole) for name in names])
    same = same if exact is None else pc.or_(same, exact)
    begins = reduce(pc.or_, [pc.equal(initials, whole), *(pc.starts_with(name, whole) for name in names)])
    part = reduce(pc.or_, [pc.match_substring(name, whole) for name in names])
    return _steps([(same, 0), (begins, 1), (part, 2)])


def _tier(columns: Columns, words: str, wanted: Sequence[str], slots: pa.Array) -> pa.Int64Array:
    """The steps of slots that hold every run in their own texts."""
    asked, whole = words.strip(), normal(words)
    exact = reduce(pc.or_, [pc.equal(columns.column(name).take(slots), asked) for name in ("code", "key", "table")])
    titles = ("title_zh", "title_en") if any(run.isascii() for run in wanted) or not columns.titles_are_ascii else ("title_zh",)
    names = [columns.column(name).take(slots) for name in titles]
    by_name = name_tier(whole, names, columns.column("initials").take(slots), exact)
    by_name = pc.min_element_wise(by_name, pa.scalar(REST - 1, pa.int64()))
    if list(wanted) == [whole]:
        return by_name
    named = reduce(pc.and_, [reduce(pc.or_, [pc.match_substring(name, run) for name in names]) for run in wanted])
    return pc.min_element_wise(by_name, _steps([(named, REST - 2)]))


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
