"""Distributions that several methods stand on, in plain Python: normal, Student, beta, Poisson and negative binomial."""

import math
from collections.abc import Callable
from statistics import NormalDist

NORMAL = NormalDist()
_TINY, _STEPS = 1e-300, 1_000


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by Lentz's continued fraction (NIST Handbook of Mathematical Functions, 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - math.log(a) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))
    one, ratio, total = 1.0, 0.0, 1.0
    for step in range(_STEPS):
        half = step // 2
        if step == 0:
            part = 1.0
        elif step % 2 == 0:
            part = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        else:
            part = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        ratio = 1 / _away(1 + part * ratio)
        one = _away(1 + part / one)
        total *= one * ratio
        if abs(1 - one * ratio) < 1e-15:
            break
    return front * (total - 1)


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def beta_quantile(share: float, a: float, b: float) -> float:
    """The value below which a share of a beta distribution lies, by halving."""
    return _halved(lambda x: incomplete_beta(a, b, x) - share, 0.0, 1.0)


def _halved(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a growing function crosses nought, to the last bits of a double."""
    for _step in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if function(middle) >= 0 else (middle, high)
    return (low + high) / 2


def student_two_sided(t: float, freedom: float) -> float:
    """The chance of a Student value at least this far from nought."""
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t)) if math.isfinite(t) else 0.0


def poisson_at_least(count: int, mean: float) -> float:
    """P(X ≥ count) of a Poisson distribution, summed from the smaller side."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if count <= mean:
        return 1 - sum(_poisson(k, mean) for k in range(count))
    total, term, k = 0.0, _poisson(count, mean), count
    while term > total * 1e-17:
        total, k = total + term, k + 1
        term *= mean / k
    return total


def _poisson(k: int, mean: float) -> float:
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def negative_binomial_at_most(count: int, mean: float, spread: float) -> float:
    """P(X ≤ count) where the variance is `spread` times the mean; Poisson for a spread of one or less."""
    if count < 0:
        return 0.0
    if spread <= 1:
        return 1 - poisson_at_least(count + 1, mean)
    return incomplete_beta(mean / (spread - 1), count + 1, 1 / spread)


def negative_binomial_quantile(share: float, mean: float, spread: float) -> int:
    """The least count whose P(X ≤ count) reaches the share."""
    high = 1
    while negative_binomial_at_most(high, mean, spread) < share:
        high *= 2
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if negative_binomial_at_most(middle, mean, spread) >= share else (middle, high)
    return high
