"""Index numbers of prices: baskets at fixed quantities, elementary means, and repeat sales of the same thing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lingnan.base import WrongUse
from lingnan.methods.intervals import Number, exact
from lingnan.methods.linear import solve


def laspeyres(prices: Sequence[Number], base_prices: Sequence[Number], base_quantities: Sequence[Number]) -> Fraction:
    """Σp_t·q_0 / Σp_0·q_0, exact; one is no change."""
    return _ratio(prices, base_prices, base_quantities)


def paasche(prices: Sequence[Number], base_prices: Sequence[Number], quantities: Sequence[Number]) -> Fraction:
    """Σp_t·q_t / Σp_0·q_t, exact."""
    return _ratio(prices, base_prices, quantities)


def fisher(
    prices: Sequence[Number], base_prices: Sequence[Number], quantities: Sequence[Number], base_quantities: Sequence[Number],
) -> float:
    """The geometric mean of Laspeyres and Paasche."""
    return math.sqrt(laspeyres(prices, base_prices, base_quantities) * paasche(prices, base_prices, quantities))


def jevons(prices: Sequence[float], base_prices: Sequence[float]) -> float:
    """The geometric mean of price ratios, for goods without known quantities; forward and backward multiply to one."""
    if not prices or min(*prices, *base_prices) <= 0:
        raise WrongUse("几何平均指数需要正的价格。", "A geometric index needs prices above nought.")
    return math.exp(math.fsum(math.log(p / q) for p, q in zip(prices, base_prices, strict=True)) / len(prices))


def _ratio(prices: Sequence[Number], base_prices: Sequence[Number], quantities: Sequence[Number]) -> Fraction:
    rows = [(exact(p), exact(b), exact(q)) for p, b, q in zip(prices, base_prices, quantities, strict=True)]
    base = sum((b * q for _p, b, q in rows), Fraction(0))
    if base <= 0:
        raise WrongUse("基期金额为零，无法算指数。", "The basket costs nothing in the base period, so there is no index.")
    return sum((p * q for p, _b, q in rows), Fraction(0)) / base


def chain(links: Sequence[float], base: float = 100.0) -> list[float]:
    """An index from its changes a step, the first period at `base`."""
    found = [base]
    for link in links:
        found.append(found[-1] * link)
    return found


@dataclass(frozen=True)
class Resale:
    """One thing sold twice: periods from 0 and prices."""

    first: int
    first_price: float
    second: int
    second_price: float


LEAST_RESALES = 30
"""Pairs below which a place's index is not published."""


def repeat_sales(pairs: Sequence[Resale], periods: int, base: float = 100.0) -> list[float]:
    """Index of periods from things sold twice (Bailey, Muth and Nourse 1963): ln(P2/P1) = β₂ − β₁ by least squares; WrongUse for unlinked periods."""
    size = periods - 1
    table, right = [[0.0] * size for _row in range(size)], [0.0] * size
    for pair in pairs:
        change = math.log(pair.second_price / pair.first_price)
        for period, sign in ((pair.first, -1.0), (pair.second, 1.0)):
            if period:
                right[period - 1] += sign * change
                table[period - 1][period - 1] += 1
        if pair.first and pair.second:
            table[pair.first - 1][pair.second - 1] -= 1
            table[pair.second - 1][pair.first - 1] -= 1
    return [base, *(base * math.exp(each) for each in solve(table, right))]
