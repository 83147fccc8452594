"""In what a profile differs from the one kept before: columns, types, empty values, different values, the distribution."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lingnan.govern.profiles.shapes import Drift, ProfiledColumn, TableProfile
from lingnan.lake import divergence, shares_between

NULLS: Final = 0.05
"""A share of empty values that moved by more than this is told; by twice as much it is marked."""
DISTINCT: Final = 1.5
"""So many times more or fewer different values, measured against the rows where nearly every row has its own."""
SHIFTED, OTHER = 0.1, 0.25
"""Bounds of the population stability index: a shift, and another distribution."""
LEAST_ROWS = 50
"""Fewer filled rows on either side say nothing of a distribution."""


def drift_between(before: Mapping[str, Any], after: TableProfile) -> tuple[Drift, ...]:
    """What moved since the kept profile (JSON), table first, then columns in their order."""
    held = {each["name"]: each for each in before.get("columns", ())}
    found = [*_columns(held, after)]
    for each in after.columns:
        if each.name in held:
            found += _column(held[each.name], each)
    return tuple(found)


def _columns(held: Mapping[str, Any], after: TableProfile) -> Iterator[Drift]:
    names = {each.name for each in after.columns}
    for name in held:
        if name not in names:
            yield Drift("gone", name, name, "", True, "列已不存在", "the column is gone")
    for each in after.columns:
        if each.name not in held:
            yield Drift("new", each.name, "", each.name, False, "新增的列", "a new column")


def _column(before: Mapping[str, Any], after: ProfiledColumn) -> Iterator[Drift]:
    counts = after.counts
    if before["kind"] != counts.kind:
        yield Drift("type", after.name, before["kind"], counts.kind, True, "类型改变", "another type")
        return
    yield from _nulls(before, after)
    if min(int(before["filled"]), counts.filled) < LEAST_ROWS:
        return
    yield from _distinct(before, after)
    index = _index(before, after)
    if index is not None and index >= SHIFTED:
        zh, en = ("分布明显改变", "another distribution") if index >= OTHER else ("分布有偏移", "the distribution shifted")
        yield Drift("distribution", after.name, "0", f"{index:.2f}", index >= OTHER, zh, en)


def _nulls(before: Mapping[str, Any], after: ProfiledColumn) -> Iterator[Drift]:
    old, new = _empty(before["rows"], before["filled"]), _empty(after.counts.rows, after.counts.filled)
    # A column that was always filled in and is not any more is worth a word however few they are.
    if abs(new - old) > NULLS or (old == 0 < new):
        zh, en = ("空值增多", "more empty values") if new > old else ("空值减少", "fewer empty values")
        yield Drift("nulls", after.name, f"{old:.4f}", f"{new:.4f}", new - old > 2 * NULLS, zh, en)


def _empty(rows: int, filled: int) -> float:
    return (rows - filled) / rows if rows else 0.0


def _distinct(before: Mapping[str, Any], after: ProfiledColumn) -> Iterator[Drift]:
    counts, old, new = after.counts, int(before["distinct"]), after.counts.distinct
    of_rows = old > 0.5 * int(before["filled"]) or new > 0.5 * counts.filled
    ratio = (new / counts.filled) / (old / int(before["filled"])) if of_rows else new / max(old, 1)
    if not 1 / DISTINCT < ratio < DISTINCT:
        zh, en = ("不同值增多", "more different values") if ratio > 1 else ("不同值减少", "fewer different values")
        yield Drift("distinct", after.name, str(old), str(new), False, zh, en)


def _index(before: Mapping[str, Any], after: ProfiledColumn) -> float | None:
    """The stability index: of numbers and days between the tenths of the earlier one, of the rest between parts by digest.

    Where nearly every row has a value of its own, digests say nothing; None then.
    """
    counts = after.counts
    few = max(int(before["distinct"]), counts.distinct) <= 0.5 * min(int(before["filled"]), counts.filled)
    if before.get("quantiles") and counts.quantiles and max(int(before["distinct"]), counts.distinct) > 50:
        edges = sorted(set(before["quantiles"][2:-1:2]))
        return divergence(shares_between(edges, before["quantiles"]), shares_between(edges, counts.quantiles)) if edges else None
    return divergence(before["buckets"], counts.buckets) if few and before.get("buckets") and counts.buckets else None
