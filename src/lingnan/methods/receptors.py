"""Shares of sources in what a filter holds: the chemical mass balance with effective variance (Watson, Cooper and Huntzicker 1984)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from lingnan.base import WrongUse
from lingnan.methods.linear import inverse

MOST_STEPS, SETTLED = 200, 1e-9
MOST_INFLATION = 100.0
"""How much a contribution's variance may be blown up by the likeness of profiles: beyond it they cannot be told apart. Ours, no standard's."""
Measured = tuple[float, float]
"""A value and its uncertainty, one standard deviation."""
Profiles = Mapping[str, Mapping[str, Measured]]


@dataclass(frozen=True)
class Contribution:
    """What one source gave, in the unit of the sample; nought and without uncertainty where it was left out because it came out below nought."""

    source: str
    amount: float
    uncertainty: float | None

    @property
    def t(self) -> float | None:
        """The amount over its uncertainty; above two it is told apart from nothing."""
        return self.amount / self.uncertainty if self.uncertainty else None


@dataclass(frozen=True)
class Balance:
    """Contributions by source, and how well they explain the sample: R² (0.8 and more), χ² (4 and less), percent of the mass (80 to 120)."""

    contributions: tuple[Contribution, ...]
    r_square: float
    chi_square: float
    mass_percent: float | None


@dataclass(frozen=True)
class _Solution:
    amounts: list[float]
    spreads: list[float]


@dataclass(frozen=True)
class _Ground:
    """The equations of one sample with some of the sources: a row for each component, a column for each source."""

    components: Sequence[str]
    sources: Sequence[str]
    sample: Mapping[str, Measured]
    shares: list[list[Measured]]

    def weights(self, amounts: Sequence[float]) -> list[float]:
        """One over the effective variance of each component."""
        found = []
        for name, row in zip(self.components, self.shares, strict=True):
            variance = self.sample[name][1] ** 2 + sum((blur * amount) ** 2 for (_share, blur), amount in zip(row, amounts, strict=True))
            if variance <= 0:
                raise WrongUse(f"组分 {name} 没有不确定度。", f"The component {name} has no uncertainty.")
            found.append(1 / variance)
        return found

    def solved(self, weights: Sequence[float]) -> _Solution:
        """Weighted least squares; the columns are brought to one length first, so that likeness can be seen."""
        columns = [[row[at][0] for row in self.shares] for at in range(len(self.sources))]
        lengths = [math.sqrt(sum(w * a * a for w, a in zip(weights, column, strict=True))) for column in columns]
        if 0.0 in lengths:
            source = self.sources[lengths.index(0.0)]
            raise WrongUse(f"源谱 {source} 与样品没有共同组分。", f"The profile {source} shares no component with the sample.")
        scaled = [[a / length for a in column] for column, length in zip(columns, lengths, strict=True)]
        likeness = self._parted([[sum(w * a * b for w, a, b in zip(weights, one, other, strict=True)) for other in scaled] for one in scaled])
        values = [self.sample[name][0] for name in self.components]
        right = [sum(w * a * value for w, a, value in zip(weights, one, values, strict=True)) for one in scaled]
        amounts = [sum(a * b for a, b in zip(row, right, strict=True)) / length for row, length in zip(likeness, lengths, strict=True)]
        return _Solution(amounts, [math.sqrt(likeness[at][at]) / length for at, length in enumerate(lengths)])

    def _parted(self, likeness: list[list[float]]) -> list[list[float]]:
        """The inverse; its diagonal tells how much likeness blows each variance up."""
        try:
            found = inverse(likeness)
            alike = [source for at, source in enumerate(self.sources) if found[at][at] > MOST_INFLATION]
        except WrongUse:
            closest = [max(abs(each) for at, each in enumerate(row) if at != place) for place, row in enumerate(likeness)]
            found, alike = [], [source for source, each in zip(self.sources, closest, strict=True) if math.isclose(each, max(closest))]
        if alike:
            raise WrongUse(
                f"源谱共线，无法区分：{'、'.join(alike)}。请合并后再算。",
                f"Profiles too alike to tell apart: {', '.join(alike)}. Join them and try again.",
            )
        return found

    def settled(self) -> _Solution:
        """Weights and amounts in turn, until the amounts stand."""
        amounts = [0.0] * len(self.sources)
        for _step in range(MOST_STEPS):
            found = self.solved(self.weights(amounts))
            if all(abs(new - old) <= SETTLED * (1 + abs(new)) for new, old in zip(found.amounts, amounts, strict=True)):
                return found
            amounts = found.amounts
        raise WrongUse("迭代不收敛。", "The balance does not settle.")

    def balance(self, solution: _Solution, every: Sequence[str], mass: float | None) -> Balance:
        """The solution with its measures; sources that were left out stand with nought."""
        left = seen = 0.0
        for weight, name, row in zip(self.weights(solution.amounts), self.components, self.shares, strict=True):
            explained = sum(share * amount for (share, _blur), amount in zip(row, solution.amounts, strict=True))
            left += weight * (self.sample[name][0] - explained) ** 2
            seen += weight * self.sample[name][0] ** 2
        told = zip(self.sources, solution.amounts, solution.spreads, strict=True)
        kept = {source: Contribution(source, amount, spread) for source, amount, spread in told}
        return Balance(
            tuple(kept.get(source, Contribution(source, 0.0, None)) for source in every), 1 - left / seen if seen else 0.0,
            left / (len(self.components) - len(self.sources)), 100 * sum(solution.amounts) / mass if mass else None,
        )


def mass_balance(sample: Mapping[str, Measured], profiles: Profiles, mass: float | None = None) -> Balance:
    """C_i = Σ F_ij·S_j by least squares with weights 1/(σ²_Ci + Σ σ²_Fij·S_j²), repeated until S stands.

    A component that a profile lacks counts as none of it. Sources that come out below nought are left out, the lowest first. WrongUse where there
    are no more components than sources or where profiles are so alike that no sample parts them.
    """
    every, known = sorted(profiles), set(chain.from_iterable(profiles.values()))
    components, sources = sorted(known & set(sample)), list(every)
    while sources:
        if len(components) <= len(sources):
            raise WrongUse(
                f"组分 {len(components)} 个、源 {len(sources)} 个，组分须多于源。",
                f"{len(components)} components and {len(sources)} sources: components must be more.",
            )
        shares = [[profiles[source].get(name, (0.0, 0.0)) for source in sources] for name in components]
        ground = _Ground(components, tuple(sources), sample, shares)
        solution = ground.settled()
        lowest = min(range(len(sources)), key=solution.amounts.__getitem__)
        if solution.amounts[lowest] >= 0:
            return ground.balance(solution, every, mass)
        del sources[lowest]
    raise WrongUse("没有一个源能解释此样品。", "No source explains this sample.")
