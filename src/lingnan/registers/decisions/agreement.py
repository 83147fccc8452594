"""How far two persons agree who were given the same pairs blind: share, Cohen's kappa and its interval; of the sample, not of persons."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lingnan.registers.decisions.shapes import PairDecision

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class Agreement:
    """The sample of pairs decided twice. `kappa` and its interval of 95 % are None where the sample cannot tell: too few, or all alike.

    The interval follows the large-sample variance of Fleiss, Cohen and Everitt (1969).
    """

    pairs: int
    agreed: int
    kappa: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def share(self) -> float | None:
        """The share of the pairs decided alike (0–1)."""
        return self.agreed / self.pairs if self.pairs else None


def twice_decided(made: Iterable[PairDecision]) -> tuple[tuple[PairDecision, PairDecision], ...]:
    """First and blind second decision of every pair that has both and neither was taken back."""
    standing = [each for each in made if each.taken_back_at is None]
    first = {each.id: each for each in standing}
    return tuple((first[each.second_of], each) for each in standing if each.origin == "double" and each.second_of in first)


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """How far first and second verdicts agree."""
    counted = Counter(pairs)
    n = counted.total()
    agreed = sum(count for (one, other), count in counted.items() if one == other)
    if n < 2:
        return Agreement(n, agreed)
    share = {pair: count / n for pair, count in counted.items()}
    kinds = sorted({verdict for pair in counted for verdict in pair})
    rows = {kind: sum(share.get((kind, other), 0.0) for other in kinds) for kind in kinds}
    columns = {kind: sum(share.get((other, kind), 0.0) for other in kinds) for kind in kinds}
    by_chance = sum(rows[kind] * columns[kind] for kind in kinds)
    if by_chance >= 1:
        return Agreement(n, agreed)
    kappa = (agreed / n - by_chance) / (1 - by_chance)
    spread = NORMAL_95 * math.sqrt(_variance(share, rows, columns, kappa, by_chance) / n)
    return Agreement(n, agreed, kappa, max(-1.0, kappa - spread), min(1.0, kappa + spread))


def _variance(
    share: dict[tuple[str, str], float], rows: dict[str, float], columns: dict[str, float], kappa: float, by_chance: float
) -> float:
    """Of the estimate, times the number of pairs."""
    alike = sum(part * (1 - (rows[one] + columns[one]) * (1 - kappa)) ** 2 for (one, other), part in share.items() if one == other)
    unlike = sum(part * (columns[one] + rows[other]) ** 2 for (one, other), part in share.items() if one != other)
    mean = kappa - by_chance * (1 - kappa)
    return max(0.0, alike + (1 - kappa) ** 2 * unlike - mean**2) / (1 - by_chance) ** 2
