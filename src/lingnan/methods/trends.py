"""Whether a series rises or falls: Spearman's rank correlation and the Mann–Kendall test, with Theil and Sen's slope."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, median

from lingnan.base import WrongUse
from lingnan.methods.distributions import NORMAL, student_two_sided
from lingnan.methods.ranking import mean_ranks

LEAST = 5
"""Years below which HJ 663 judges no trend."""


@dataclass(frozen=True)
class Trend:
    """A test of trend: its statistic (rho, or Kendall's S), the two-sided chance of as much without a trend, and the change a step where known."""

    statistic: float
    chance: float
    slope: float | None = None

    def direction(self, level: float = 0.05) -> int:
        """1 rising, −1 falling, 0 neither at this level of significance."""
        return 0 if self.chance >= level or not self.statistic else 1 if self.statistic > 0 else -1


def spearman(one: Sequence[float], other: Sequence[float]) -> Trend:
    """Rank correlation; the chance by Student's t with n − 2 degrees (below ten pairs compare with a table of exact values)."""
    _enough(one)
    rho = _correlation(mean_ranks(one), mean_ranks(other))
    freedom = len(one) - 2
    t = math.inf if abs(rho) >= 1 else rho * math.sqrt(freedom / (1 - rho * rho))
    return Trend(rho, student_two_sided(t, freedom))


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    first, second = fmean(one), fmean(other)
    joint = sum((a - first) * (b - second) for a, b in zip(one, other, strict=True))
    spread = math.sqrt(sum((a - first) ** 2 for a in one) * sum((b - second) ** 2 for b in other))
    return max(-1.0, min(1.0, joint / spread)) if spread else 0.0


def mann_kendall(series: Sequence[float]) -> Trend:
    """Mann (1945) and Kendall (1975) with the correction for ties; the slope is Theil and Sen's median of all slopes."""
    _enough(series)
    n = len(series)
    total = sum((later > earlier) - (later < earlier) for earlier, later in combinations(series, 2))
    ties = sum(count * (count - 1) * (2 * count + 5) for count in Counter(series).values())
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    z = 0.0 if not total or not variance else (total - math.copysign(1, total)) / math.sqrt(variance)
    slopes = [(series[j] - series[i]) / (j - i) for i, j in combinations(range(n), 2)]
    return Trend(total, 2 * (1 - NORMAL.cdf(abs(z))), median(slopes))


def _enough(series: Sequence[float]) -> None:
    if len(series) < LEAST:
        raise WrongUse(f"判断趋势需要至少 {LEAST} 个数，现有 {len(series)} 个。", f"A trend needs {LEAST} values at least; there are {len(series)}.")
