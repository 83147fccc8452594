"""How well scores tell bad from good, whether what they promise comes true, and whether those scored are still those learnt from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lingnan.base import WrongUse
from lingnan.methods.intervals import Interval, wilson
from lingnan.methods.ranking import mean_ranks

WATCH, REBUILD = 0.1, 0.25
"""PSI from which a card is watched, and from which it is built anew (common practice of credit offices)."""


def auc(scores: Sequence[float], bad: Sequence[bool]) -> float:
    """The chance that a bad case has a greater score than a good one, ties by half; WrongUse without both kinds."""
    bads = sum(map(bool, bad))
    goods = len(bad) - bads
    if not bads or not goods:
        raise WrongUse("需要好坏两类样本才能衡量区分力。", "Both good and bad cases are needed to tell how well they are told apart.")
    placed = sum(rank for rank, is_bad in zip(mean_ranks(scores), bad, strict=True) if is_bad)
    return (placed - bads * (bads + 1) / 2) / (bads * goods)


def gini(scores: Sequence[float], bad: Sequence[bool]) -> float:
    """2·AUC − 1."""
    return 2 * auc(scores, bad) - 1


def ks(scores: Sequence[float], bad: Sequence[bool]) -> float:
    """The greatest distance between the two distributions of scores (Kolmogorov and Smirnov)."""
    bads = sum(map(bool, bad)) or 1
    goods = len(bad) - sum(map(bool, bad)) or 1
    seen, greatest, last = [0, 0], 0.0, None
    for score, is_bad in sorted(zip(scores, bad, strict=True), key=lambda pair: pair[0]):
        if score != last:
            greatest, last = max(greatest, abs(seen[1] / bads - seen[0] / goods)), score
        seen[bool(is_bad)] += 1
    return max(greatest, abs(seen[1] / bads - seen[0] / goods))


def psi(expected: Sequence[float], actual: Sequence[float]) -> float:
    """Population stability index Σ(a − e)·ln(a/e) over counts in the same bins; an empty bin counts as half a case."""
    before, after = ([max(count, 0.5) for count in counts] for counts in (expected, actual))
    shares = [(e / sum(before), a / sum(after)) for e, a in zip(before, after, strict=True)]
    return sum((a - e) * math.log(a / e) for e, a in shares)


def brier(chances: Sequence[float], bad: Sequence[bool]) -> float:
    """The mean squared distance of chances from what came."""
    return sum((chance - bool(is_bad)) ** 2 for chance, is_bad in zip(chances, bad, strict=True)) / len(bad)


@dataclass(frozen=True)
class Calibration:
    """A tenth of the cases by chance: how many, the mean chance promised, the share that came with its bounds."""

    cases: int
    promised: float
    came: float
    bounds: Interval

    @property
    def held(self) -> bool:
        """Whether the promise lies within the bounds of what came."""
        return self.bounds.low <= self.promised <= self.bounds.high


def calibration(chances: Sequence[float], bad: Sequence[bool], groups: int = 10) -> list[Calibration]:
    """Promises beside outcomes in groups of like chances, the least first."""
    ordered = sorted(zip(chances, map(bool, bad), strict=True), key=lambda pair: pair[0])
    found = []
    for group in range(groups):
        part = ordered[group * len(ordered) // groups : (group + 1) * len(ordered) // groups]
        if part:
            came = sum(is_bad for _chance, is_bad in part)
            found.append(Calibration(len(part), sum(chance for chance, _bad in part) / len(part), came / len(part), wilson(came, len(part))))
    return found
