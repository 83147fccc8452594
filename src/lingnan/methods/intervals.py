"""Rounding, percentiles and bounds of shares, as standards write them."""

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import NamedTuple

from lingnan.base import WrongUse
from lingnan.methods.distributions import NORMAL, beta_quantile

Number = int | float | Decimal | Fraction


class Interval(NamedTuple):
    """Both bounds, in the unit of what is bounded."""

    low: float
    high: float


def exact(value: Number) -> Fraction:
    """A number as it is written: 0.1 as one tenth, not as the binary number nearest to it."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def round_half_even(value: Number, digits: int = 0) -> Decimal:
    """Rounding of GB/T 8170-2008, 3.2: a five with nothing after it makes the kept digit even; negative `digits` round to tens."""
    exactly = exact(value)
    scaled = exactly * Fraction(10) ** digits
    return Decimal(round(scaled)).scaleb(-digits).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def percentile(values: Iterable[Number], share: Number) -> Decimal:
    """The percentile of HJ 663-2013, appendix A: k = 1 + (n − 1)·share, straight between the values beside it; WrongUse without values."""
    ordered = sorted(exact(value) for value in values)
    part = exact(share)
    if not ordered or not 0 <= part <= 1:
        raise WrongUse("分位数需要至少一个数，比例在 0 到 1 之间。", "A percentile needs at least one number, and a share between 0 and 1.")
    place = (len(ordered) - 1) * part
    below = math.floor(place)
    found = ordered[below] + (ordered[min(below + 1, len(ordered) - 1)] - ordered[below]) * (place - below)
    return Decimal(found.numerator) / Decimal(found.denominator)


def wilson(hits: int, trials: int, confidence: float = 0.95) -> Interval:
    """Bounds of a share (Wilson 1927), fit for few trials; (0, 1) without any."""
    _check(hits, trials)
    if trials == 0:
        return Interval(0.0, 1.0)
    z = NORMAL.inv_cdf((1 + confidence) / 2)
    share, grown = hits / trials, 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / grown
    reach = z / grown * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


def wilson_low_sql(hits: str, trials: str, confidence: float = 0.95) -> str:
    """Wilson's lower bound as portable SQL over two columns or expressions; null without trials."""
    z = NORMAL.inv_cdf((1 + confidence) / 2)
    n, p = f"cast(nullif({trials}, 0) as double)", f"(cast({hits} as double) / cast(nullif({trials}, 0) as double))"
    return (
        f"(({p} + {z * z / 2!r} / {n}) - {z!r} * sqrt({p} * (1 - {p}) / {n} + {z * z / 4!r} / ({n} * {n}))) / (1 + {z * z!r} / {n})"
    )


def clopper_pearson(hits: int, trials: int, confidence: float = 0.95) -> Interval:
    """Exact bounds of a share (Clopper and Pearson 1934): never narrower than promised; (0, 1) without trials."""
    _check(hits, trials)
    rest = (1 - confidence) / 2
    low = 0.0 if hits == 0 else beta_quantile(rest, hits, trials - hits + 1)
    high = 1.0 if hits == trials else beta_quantile(1 - rest, hits + 1, trials - hits)
    return Interval(low, high)


def _check(hits: int, trials: int) -> None:
    if not 0 <= hits <= trials:
        raise WrongUse(f"成功次数 {hits} 应在 0 与总次数 {trials} 之间。", f"The hits ({hits}) must lie between 0 and the trials ({trials}).")
