"""Counts that stand out from what was before: EARS for short histories, robust z and EWMA for any series, exact Poisson exceedance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev

from lingnan.base import WrongUse
from lingnan.methods.distributions import NORMAL, poisson_at_least

ROBUST = 0.6745
"""Median of the absolute deviations of a normal distribution in standard deviations."""


@dataclass(frozen=True)
class Signal:
    """A place in a series judged: its value, the bound in its unit, and the statistic beside its limit."""

    place: int
    value: float
    bound: float
    statistic: float
    limit: float

    @property
    def alarm(self) -> bool:
        """Whether the statistic lies beyond its limit."""
        return self.statistic > self.limit


def ears_c1(counts: Sequence[float], alpha: float = 0.001, baseline: int = 7, least_spread: float = 0.0) -> list[Signal]:
    """EARS C1: the mean of the `baseline` days before, and z(1 − α) of their standard deviations (n − 1) above it."""
    return _ears(counts, alpha, baseline, 0, least_spread)


def ears_c2(counts: Sequence[float], alpha: float = 0.001, baseline: int = 7, least_spread: float = 0.0) -> list[Signal]:
    """EARS C2: as C1, with two days left out between, so that a slow rise does not hide itself."""
    return _ears(counts, alpha, baseline, 2, least_spread)


def ears_c3(counts: Sequence[float], alpha: float = 0.025, baseline: int = 7, least_spread: float = 0.0) -> list[Signal]:
    """EARS C3: the sum over three days of what C2's statistic has above one, held to z(1 − α); the bound is nought where two days reach it alone."""
    found, seconds = [], ears_c2(counts, alpha, baseline, least_spread)
    limit = NORMAL.inv_cdf(1 - alpha)
    for at in range(2, len(seconds)):
        today = seconds[at]
        before = sum(max(0.0, seconds[back].statistic - 1) for back in (at - 2, at - 1))
        mean, spread = _history(counts, today.place, baseline, 2, least_spread)
        bound = mean + spread * (limit - before + 1) if before <= limit else 0.0
        found.append(Signal(today.place, today.value, bound, before + max(0.0, today.statistic - 1), limit))
    return found


def _history(counts: Sequence[float], place: int, baseline: int, lag: int, least_spread: float) -> tuple[float, float]:
    before = counts[place - lag - baseline : place - lag]
    return fmean(before), max(stdev(before), least_spread)


def _ears(counts: Sequence[float], alpha: float, baseline: int, lag: int, least_spread: float) -> list[Signal]:
    found, z = [], NORMAL.inv_cdf(1 - alpha)
    for place in range(baseline + lag, len(counts)):
        mean, spread = _history(counts, place, baseline, lag, least_spread)
        beyond = counts[place] - mean
        statistic = beyond / spread if spread else math.copysign(math.inf, beyond) if beyond else 0.0
        found.append(Signal(place, counts[place], mean + z * spread, statistic, z))
    return found


def robust_z(values: Sequence[float]) -> list[float]:
    """0.6745·(x − median)/MAD (Iglewicz and Hoaglin 1993; beyond 3.5 is flagged); nought where half the values are equal."""
    middle = median(values)
    spread = median(abs(value - middle) for value in values)
    return [ROBUST * (value - middle) / spread if spread else 0.0 for value in values]


def ewma(values: Sequence[float], mean: float, spread: float, weight: float = 0.2, width: float = 3.0) -> list[Signal]:
    """Z = λx + (1 − λ)Z from the known mean; bound μ + L·σ·√(λ/(2 − λ)·(1 − (1 − λ)^2t)). For Poisson counts σ = √μ."""
    level, found = mean, []
    for step, value in enumerate(values, 1):
        level = weight * value + (1 - weight) * level
        limit = width * math.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * step)))
        found.append(Signal(step - 1, level, mean + limit * spread, (level - mean) / spread if spread else 0.0, limit))
    return found


def poisson_exceedance(count: int, expected: float) -> float:
    """The chance of at least so many where `expected` were expected, exactly."""
    if expected < 0:
        raise WrongUse("期望数不能为负。", "What is expected cannot be negative.")
    return poisson_at_least(count, expected)
