"""What pairs of settled identity tell beyond column by column: how much two levels together weigh more or less than their sum.

Twins share birth date and address and differ in one character of the name; column by column that looks like a slip of the pen. Where identifiers have
settled enough pairs of both sorts, a logistic regression on pairs of levels, with the model's weight as its offset, learns such things.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from lingnan.govern.linking.em import prior_bits
from lingnan.govern.linking.shapes import MISSING, Model
from lingnan.lake import EngineSession

ENOUGH_SETTLED = 200
"""Pairs of either sort without which nothing is learnt."""

_SPREAD = 1.0
"""Standard deviation, in natural units, supposed of a correction before anything is seen: what was seen seldom moves little."""
_MOST, _LEAST = 8.0, 0.05
_FAR_BELOW = 14.0
_SWEEPS = 12
_BIT = math.log(2)

Feature = tuple[int, int, int, int]


@dataclass
class _Seen:
    """Settled pairs of one pattern: their offset in natural units, how many, how many of them matches, and the features they bear."""

    margin: float
    pairs: float
    same: float
    features: tuple[Feature, ...]


def corrected(session: EngineSession, model: Model, weight: str, known: str, odds: float) -> Model:
    """The model with what the settled pairs of the table `known` (g0 …, known, stratum, times) tell of two levels together.

    `odds` is log2 of the odds that two records with identifiers have the same; the model's prior is about those that lack one. Unchanged with
    fewer than ENOUGH_SETTLED pairs of either sort.
    """
    seen = _seen(session, model, f"{weight} + {odds - prior_bits(model):.6f}", known)
    same = sum(each.same for each in seen)
    if min(same, sum(each.pairs for each in seen) - same) < ENOUGH_SETTLED:
        return model
    bits = _regressed(seen)
    joint: dict[tuple[int, int], tuple[tuple[float, ...], ...]] = {}
    for a, b in sorted({(a, b) for (a, _la, b, _lb), found in bits.items() if abs(found) >= _LEAST}):
        rows = [[bits.get((a, first, b, second), 0.0) for second in range(len(model.m[b]))] for first in range(len(model.m[a]))]
        joint[(a, b)] = tuple(tuple(round(each, 4) if abs(each) >= _LEAST else 0.0 for each in row) for row in rows)
    return replace(model, joint=joint)


def _seen(session: EngineSession, model: Model, weight: str, known: str) -> list[_Seen]:
    """Settled pairs that a rule meets, counted by pattern; where different ones are thinned, the odds are shifted by how much."""
    gammas = [f"g{c}" for c in range(len(model.m))]
    rows = session.query(
        f"with weighed as (select {', '.join(gammas)}, known, stratum, times, 2 * round(({weight}) / 2) as w from {known} where stratum >= 0), "
        "shifts as (select stratum, coalesce(log2(any_value(times) filter (where known = 0) / "
        "(select any_value(times) from weighed where known = 1)), 0) as shift from weighed group by stratum) "
        f"select {', '.join(gammas)}, w, shift, count(*) as n, sum(known) as same "
        f"from weighed join shifts using (stratum) where w > {-_FAR_BELOW} group by all order by all"
    ).to_pylist()
    found: dict[tuple[tuple[int, ...], float], list[tuple[float, float, float]]] = {}
    for row in rows:
        found.setdefault((tuple(int(row[g]) for g in gammas), float(row["w"])), []).append((float(row["n"]), float(row["same"]), float(row["shift"])))
    return [_pattern(levels, weighed, counts) for (levels, weighed), counts in found.items()]


def _pattern(levels: tuple[int, ...], weighed: float, counts: Sequence[tuple[float, float, float]]) -> _Seen:
    shift = sum(n * each for n, _same, each in counts) / sum(n for n, _same, _shift in counts)
    features = tuple((a, levels[a], b, levels[b]) for a, b in combinations(range(len(levels)), 2) if MISSING not in (levels[a], levels[b]))
    pairs, same = sum(n for n, _same, _shift in counts), sum(n for _n, n, _shift in counts)
    return _Seen((weighed + shift) * _BIT, pairs, same, features)


def _regressed(seen: Sequence[_Seen]) -> dict[Feature, float]:
    """Bits of every feature, by Newton's step for one after the other."""
    of_feature: dict[Feature, list[_Seen]] = {}
    for each in seen:
        for feature in each.features:
            of_feature.setdefault(feature, []).append(each)
    found = dict.fromkeys(of_feature, 0.0)
    for _sweep in range(_SWEEPS):
        for feature, bearing in of_feature.items():
            found[feature] += _stepped(bearing, found[feature])
    return {feature: max(-_MOST, min(_MOST, value / _BIT)) for feature, value in found.items()}


def _stepped(seen: Sequence[_Seen], value: float) -> float:
    """Moves the margin of these patterns by one step of Newton's, at most one unit, and gives the step."""
    slope, bend = -value / _SPREAD**2, 1 / _SPREAD**2
    for each in seen:
        p = 1 / (1 + math.exp(-max(-30.0, min(30.0, each.margin))))
        slope += each.same - each.pairs * p
        bend += each.pairs * p * (1 - p)
    step = max(-1.0, min(1.0, slope / bend))
    for each in seen:
        each.margin += step
    return step


__all__ = ["ENOUGH_SETTLED", "corrected"]
