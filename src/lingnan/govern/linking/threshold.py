"""Chooses the weight from which pairs are linked, without labels: where the expected F1 is greatest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lingnan.lake import EngineSession

BIN = 0.5
"""Bits of weight that are counted together."""
LOWEST, HIGHEST = -40.0, 40.0
_ENOUGH_KNOWN = 200


@dataclass(frozen=True)
class Bin:
    """Unsettled pairs of one span of weights, and the settled ones that are matches and not."""

    weight: float
    pairs: float
    expected: float
    same: float = 0.0
    different: float = 0.0


@dataclass(frozen=True)
class Threshold:
    """The weight in bits, who chose it (`identifiers`, `model` or `asked`), what it promises, and the probability of each span of weights."""

    weight: float
    chosen_by: str
    precision: float
    recall: float
    probabilities: tuple[tuple[float, float], ...]


def bins_of(session: EngineSession, scored: str, known: str = "") -> list[Bin]:
    """Counted weights of a table with `weight`; `known` is a table of settled pairs with `weight`, `known` and `times`."""
    span = f"floor(greatest({LOWEST}, least({HIGHEST}, weight)) / {BIN}) * {BIN}"
    p = "1 / (1 + pow(2.0, -greatest(-100, least(100, weight))))"
    sources = [f"select {span} as w, 1 as n, {p} as e, 0 as s, 0 as d from {scored}"]
    if known:
        sources.append(f"select {span} as w, 0 as n, 0 as e, known * times as s, (1 - known) * times as d from {known}")
    rows = session.query(
        f"select w, sum(n) as n, sum(e) as e, sum(s) as s, sum(d) as d from ({' union all '.join(sources)}) as met group by w order by w"
    ).to_pylist()
    return [Bin(float(row["w"]), float(row["n"]), float(row["e"]), float(row["s"]), float(row["d"])) for row in rows]


def choose_threshold(bins: Sequence[Bin], missed: float, asked: float | None = None) -> Threshold:
    """The weight with the greatest expected F1; pairs settled by identifiers calibrate the weights when there are enough of both sorts."""
    same, different = sum(each.same for each in bins), sum(each.different for each in bins)
    known = same >= _ENOUGH_KNOWN and different >= _ENOUGH_KNOWN
    shares = _calibrated(bins, same, different) if known else [each.expected / each.pairs if each.pairs else _logistic(each.weight) for each in bins]
    weight = _best(bins, shares, missed) if asked is None else asked
    chosen_by = "asked" if asked is not None else "identifiers" if known else "model"
    precision, recall = _promised(bins, shares, weight, missed)
    return Threshold(weight, chosen_by, precision, recall, tuple((each.weight, share) for each, share in zip(bins, shares, strict=True)))


def _logistic(weight: float) -> float:
    return 1 / (1 + math.exp2(-max(-100.0, min(100.0, weight + BIN / 2))))


def _calibrated(bins: Sequence[Bin], same: float, different: float) -> list[float]:
    """Probabilities from the shapes of both sorts of settled pairs; how many matches are among the others is found by maximum likelihood."""
    match = [(each.same + 0.01) / (same + 0.01 * len(bins)) for each in bins]
    other = [(each.different + 0.01) / (different + 0.01 * len(bins)) for each in bins]
    total = sum(each.pairs for each in bins) or 1.0
    share = min(0.9, max(1e-6, sum(each.expected for each in bins) / total))
    for _round in range(200):
        found = [share * a / (share * a + (1 - share) * b) for a, b in zip(match, other, strict=True)]
        share = min(0.999999, max(1e-9, sum(each.pairs * p for each, p in zip(bins, found, strict=True)) / total))
    counts = [each.same + each.different + each.pairs for each in bins]
    return _rising(found, counts)


def _rising(values: Sequence[float], counts: Sequence[float]) -> list[float]:
    """The nearest values that never fall (pooling of neighbours that do)."""
    pools: list[list[float]] = []
    for value, count in zip(values, counts, strict=True):
        pools.append([value, max(count, 1e-9), 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            last = pools.pop()
            weight = pools[-1][1] + last[1]
            pools[-1] = [(pools[-1][0] * pools[-1][1] + last[0] * last[1]) / weight, weight, pools[-1][2] + last[2]]
    return [value for value, _weight, size in pools for _each in range(int(size))]


def _best(bins: Sequence[Bin], shares: Sequence[float], missed: float) -> float:
    total = sum(each.pairs * share for each, share in zip(bins, shares, strict=True)) / max(1e-9, 1 - missed)
    best, weight = -1.0, math.inf
    linked = right = 0.0
    for each, share in zip(reversed(bins), reversed(shares), strict=True):
        linked += each.pairs
        right += each.pairs * share
        f1 = 2 * right / (linked + total) if linked else 0.0
        if f1 > best:
            best, weight = f1, each.weight
    return weight if math.isfinite(weight) else 0.0


def _promised(bins: Sequence[Bin], shares: Sequence[float], weight: float, missed: float) -> tuple[float, float]:
    total = sum(each.pairs * share for each, share in zip(bins, shares, strict=True)) / max(1e-9, 1 - missed)
    above = [(each.pairs, each.pairs * share) for each, share in zip(bins, shares, strict=True) if each.weight >= weight]
    linked, right = sum(pairs for pairs, _right in above), sum(found for _pairs, found in above)
    return (right / linked if linked else 1.0), (right / total if total else 1.0)
