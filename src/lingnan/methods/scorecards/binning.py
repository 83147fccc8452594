"""Bins of a column whose weights of evidence rise or fall throughout: of all ways to join pieces, the one of the greatest information value.

WOE = ln((g/G)/(b/B)), IV = Σ (g/G − b/B)·WOE; half a case is added to each count of a bin, so that an empty one does not weigh without end.
"""

import math
from collections.abc import Sequence
from typing import Any

from lingnan.methods.extra import opened
from lingnan.methods.scorecards.card import Attribute, Bin

np = opened("numpy")

PIECES, DIGITS = 20, 4
"""Pieces of equal size that a column of numbers is cut into first, and the digits that their edges keep."""


def bin_column(name: str, values: Sequence[Any], bad: Sequence[bool], bins: int = 6, least: float = 0.05) -> Attribute:
    """A column in at most so many bins, each with `least` of all cases and both outcomes; texts are categories, ordered by their share of bad."""
    texts = any(isinstance(value, str) for value in values)
    missing = np.array([value is None or value != value for value in values])
    outcome = np.asarray(bad, dtype=bool)
    whole = (int((~outcome).sum()), int(outcome.sum()))
    given, seen = [value for value, gone in zip(values, missing, strict=True) if not gone], outcome[~missing]
    cut = _categories(given, seen) if texts else _pieces(np.asarray(given, dtype=float), seen)
    goods, bads, marks = cut
    ends = _joined(goods, bads, whole, bins, max(1.0, least * len(outcome)))
    found, begun = [], 0
    for end in ends:
        good, unwell = int(goods[begun:end].sum()), int(bads[begun:end].sum())
        place = {"values": tuple(marks[begun:end])} if texts else {
            "low": None if begun == 0 else marks[begun - 1], "high": None if end == len(goods) else marks[end - 1],
        }
        found.append(Bin(good, unwell, woe(good, unwell, whole), **place))
        begun = end
    if missing.any():
        good, unwell = int((missing & ~outcome).sum()), int((missing & outcome).sum())
        found.append(Bin(good, unwell, woe(good, unwell, whole), missing=True))
    return Attribute(name, tuple(found), sum(_worth(each.goods, each.bads, whole) for each in found))


def woe(good: int, bad: int, whole: tuple[int, int]) -> float:
    """The weight of evidence of a bin; above nought it speaks for good."""
    return math.log(((good + 0.5) / (whole[0] + 0.5)) / ((bad + 0.5) / (whole[1] + 0.5)))


def _worth(good: int, bad: int, whole: tuple[int, int]) -> float:
    """A bin's part of the information value; from smoothed shares, so that it is never negative."""
    return ((good + 0.5) / (whole[0] + 0.5) - (bad + 0.5) / (whole[1] + 0.5)) * woe(good, bad, whole)


def _pieces(values: Any, bad: Any) -> tuple[Any, Any, list[Any]]:
    """Counts of good and bad in pieces of about equal size, and the edges between them, at the digits a reader can keep."""
    quantiles = np.quantile(values, np.arange(1, PIECES) / PIECES) if len(values) else np.array([])
    edges = np.unique([float(f"{edge:.{DIGITS}g}") for edge in quantiles])
    places = np.searchsorted(edges, values, side="right")
    counts = [np.bincount(places[chosen], minlength=len(edges) + 1) for chosen in (~bad, bad)]
    return counts[0], counts[1], edges.tolist()


def _categories(values: list[Any], bad: Any) -> tuple[Any, Any, list[Any]]:
    """Counts by category, the share of bad rising, so that neighbours are alike."""
    names = sorted({str(value) for value in values})
    places = np.array([names.index(str(value)) for value in values])
    goods, bads = (np.bincount(places[chosen], minlength=len(names)) for chosen in (~bad, bad))
    order = np.argsort((bads + 0.5) / (goods + bads + 1), kind="stable")
    return goods[order], bads[order], [names[place] for place in order]


def _joined(goods: Any, bads: Any, whole: tuple[int, int], bins: int, least: float) -> list[int]:
    """Ends of the bins of the greatest worth, rising or falling; one bin where nothing else is allowed."""
    found = [_best(goods, bads, whole, bins, least, sign) for sign in (1, -1)]
    worth, ends = max(found, key=lambda pair: pair[0])
    return ends if worth > 0 else [len(goods)]


def _best(goods: Any, bads: Any, whole: tuple[int, int], bins: int, least: float, sign: int) -> tuple[float, list[int]]:
    """By the last bin (begun, end) and the number of bins: the greatest worth of all that ends there, and the bin before it."""
    size = len(goods)
    sums = [[0, *np.cumsum(each).tolist()] for each in (goods, bads)]
    parts: dict[tuple[int, int], tuple[float, float]] = {}
    for begun in range(size):
        for end in range(begun + 1, size + 1):
            good, unwell = sums[0][end] - sums[0][begun], sums[1][end] - sums[1][begun]
            if good and unwell and good + unwell >= least:
                parts[begun, end] = (sign * unwell / (good + unwell), _worth(good, unwell, whole))
    ending: dict[int, list[tuple[int, int]]] = {}
    for part in parts:
        ending.setdefault(part[1], []).append(part)
    layer = {part: (parts[part][1], [part[1]]) for part in parts if part[0] == 0}
    best = max((told for part, told in layer.items() if part[1] == size), default=(0.0, [size]), key=lambda told: told[0])
    for _number in range(bins - 1):
        grown: dict[tuple[int, int], tuple[float, list[int]]] = {}
        for part, (rate, worth) in parts.items():
            before = [layer[other] for other in ending.get(part[0], ()) if other in layer and parts[other][0] < rate]
            if before:
                total, ends = max(before, key=lambda told: told[0])
                grown[part] = (total + worth, [*ends, part[1]])
        layer = grown
        best = max([best, *(told for part, told in layer.items() if part[1] == size)], key=lambda told: told[0])
    return best
