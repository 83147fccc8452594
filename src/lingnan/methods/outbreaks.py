"""Farrington's detection of outbreaks, flexible form (Noufaily et al. 2013): a quasi-Poisson regression over past years, outbreaks weighed down.

Weeks are numbered without gaps, 52 a year. The weeks around this one in past years are the reference; the rest of a year is cut into equal seasons.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lingnan.base import WrongUse
from lingnan.methods.distributions import NORMAL, negative_binomial_quantile
from lingnan.methods.linear import inverse, solve

YEAR = 52


@dataclass(frozen=True)
class FarringtonSetup:
    """Years back, half the width of the window, seasons with the window, latest weeks left out, residual from which a week weighs less, level."""

    years: int = 5
    half: int = 3
    seasons: int = 10
    left_out: int = 26
    reweight: float = 2.58
    alpha: float = 0.05
    recent: tuple[int, int] = (5, 4)


@dataclass(frozen=True)
class Outbreak:
    """A week judged: count, what was expected, upper bound, spread of counts, score (count beyond expectation over bound beyond expectation)."""

    count: float
    expected: float
    bound: float
    spread: float
    trend: float
    score: float
    enough: bool

    @property
    def alarm(self) -> bool:
        """Whether the count lies beyond the bound, with enough cases in the latest weeks."""
        return self.enough and self.count > self.bound


@dataclass(frozen=True)
class _Fit:
    coefficients: list[float]
    means: list[float]
    covariance: list[list[float]]
    spread: float


def farrington(counts: Sequence[float], week: int, setup: FarringtonSetup | None = None) -> Outbreak:
    """The week at this place of a weekly series; WrongUse without the years before it."""
    told = setup or FarringtonSetup()
    begin = week - told.years * YEAR - told.half
    weeks = list(range(begin, week - told.left_out))
    if begin < 0 or not weeks:
        raise WrongUse(
            f"需要之前 {told.years} 年又 {told.half} 周的周计数。",
            f"The weekly counts of {told.years} years and {told.half} weeks before are needed.",
        )
    history = [float(counts[at]) for at in weeks]
    before = sum(counts[week - told.recent[1] + 1 : week + 1])
    if not any(history):
        return Outbreak(counts[week], 0.0, 0.0, 1.0, 0.0, 0.0, before >= told.recent[0])
    found = _judged(history, weeks, week, told, trend=True)
    if found is None:
        found = _judged(history, weeks, week, told, trend=False)
    assert found is not None  # noqa: S101 (without a trend there is always an answer)
    expected, error, spread, slope = found
    bound = upper_bound(expected, error, spread, told.alpha)
    score = (counts[week] - expected) / (bound - expected) if bound > expected else 0.0
    return Outbreak(counts[week], expected, bound, spread, slope, score, before >= told.recent[0])


def _judged(history: list[float], weeks: list[int], week: int, setup: FarringtonSetup, trend: bool) -> tuple[float, float, float, float] | None:
    """Expected count, its error, spread and trend; None where the trend is not significant or leads beyond all that was seen."""
    design = [_row(at, week, setup, trend) for at in weeks]
    used = [column for column in range(len(design[0])) if any(row[column] for row in design)]
    design = [[row[column] for column in used] for row in design]
    fit = quasi_poisson(design, history, [1.0] * len(history))
    fit = quasi_poisson(design, history, outbreak_weights(residuals(fit, design, history), setup.reweight))
    today = [value for column, value in enumerate(_row(week, week, setup, trend)) if column in used]
    expected = math.exp(sum(a * b for a, b in zip(fit.coefficients, today, strict=True)))
    error = expected * math.sqrt(fit.spread * _quadratic(today, fit.covariance))
    slope = fit.coefficients[1] if trend else 0.0
    if trend:
        significance = abs(slope) / math.sqrt(fit.spread * fit.covariance[1][1])
        if significance < NORMAL.inv_cdf(0.975) or expected > max(history):
            return None
    return expected, error, fit.spread, slope


def _row(at: int, week: int, setup: FarringtonSetup, trend: bool) -> list[float]:
    """One week's constant, time in years, and season; the window around the week's place in the year is the reference."""
    away = (week - at) % YEAR
    near, rest = away <= setup.half or away >= YEAR - setup.half, YEAR - 2 * setup.half - 1
    season = 0 if near else 1 + (away - setup.half - 1) * (setup.seasons - 1) // rest
    seasons = [1.0 if season == each else 0.0 for each in range(1, setup.seasons)]
    return [1.0, *([(at - week) / YEAR] if trend else []), *seasons]


def quasi_poisson(design: Sequence[Sequence[float]], counts: Sequence[float], weights: Sequence[float]) -> _Fit:
    """A Poisson regression with a logarithmic link by weighted least squares, its spread at least one."""
    means = [count + 0.1 for count in counts]
    size, last = len(design[0]), math.inf
    for _step in range(100):
        goal = [math.log(mean) + (count - mean) / mean for mean, count in zip(means, counts, strict=True)]
        heavy = [weight * mean for weight, mean in zip(weights, means, strict=True)]
        table = [[sum(w * row[i] * row[j] for w, row in zip(heavy, design, strict=True)) for j in range(size)] for i in range(size)]
        right = [sum(w * row[i] * z for w, row, z in zip(heavy, design, goal, strict=True)) for i in range(size)]
        found = solve(table, right)
        means = [math.exp(max(-30.0, min(30.0, sum(a * b for a, b in zip(found, row, strict=True))))) for row in design]
        deviance = 2 * sum(w * ((y * math.log(y / m) if y else 0.0) - (y - m)) for w, y, m in zip(weights, counts, means, strict=True))
        if abs(deviance - last) < 1e-10 * (abs(deviance) + 0.1):
            break
        last = deviance
    freedom = sum(weight > 0 for weight in weights) - size
    spread = sum(w * (y - m) ** 2 / m for w, y, m in zip(weights, counts, means, strict=True)) / freedom if freedom > 0 else 1.0
    return _Fit(found, means, inverse(table), max(1.0, spread))


def residuals(fit: _Fit, design: Sequence[Sequence[float]], counts: Sequence[float]) -> list[float]:
    """Anscombe's residuals, 1.5·(y^⅔·μ^−⅙ − μ^½)/√(φ(1 − h))."""
    found = []
    for row, mean, count in zip(design, fit.means, counts, strict=True):
        leverage = min(mean * _quadratic(row, fit.covariance), 1 - 1e-9)
        found.append(1.5 * (count ** (2 / 3) * mean ** (-1 / 6) - math.sqrt(mean)) / math.sqrt(fit.spread * (1 - leverage)))
    return found


def outbreak_weights(found: Sequence[float], limit: float = 2.58) -> list[float]:
    """γ/s² for residuals beyond the limit, γ for the others, summing to their number, so that past outbreaks do not hide this one."""
    raw = [1 / (each * each) if each > limit else 1.0 for each in found]
    return [len(raw) / sum(raw) * each for each in raw]


def upper_bound(expected: float, error: float, spread: float, alpha: float = 0.05, power: float = 2 / 3) -> float:
    """The bound on the scale of y^power (⅔ for counts, ½, or 1 for none): (μ^p + z·p·√(μ^(2p−1)·τ))^(1/p), τ = φ + se²/μ."""
    wide = spread + error * error / expected
    reach = NORMAL.inv_cdf(1 - alpha) * power * math.sqrt(expected ** (2 * power - 1) * wide)
    return float(max(0.0, expected**power + reach) ** (1 / power))


def count_bound(expected: float, spread: float, alpha: float = 0.05) -> int:
    """The quantile 1 − α of a negative binomial distribution of this mean and spread (Poisson for a spread of one)."""
    return negative_binomial_quantile(1 - alpha, expected, spread)


def _quadratic(row: Sequence[float], table: Sequence[Sequence[float]]) -> float:
    return sum(a * b * table[i][j] for i, a in enumerate(row) if a for j, b in enumerate(row) if b)
