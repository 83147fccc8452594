"""Ranks and weights from several criteria: AHP, entropy weights, TOPSIS, trimmed means of experts, and how far experts agree."""

import math
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from lingnan.base import WrongUse

Matrix = Sequence[Sequence[float]]

RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
"""Saaty's random index by the number of criteria."""

CONSISTENT = 0.1
"""Judgements with a greater consistency ratio are to be made again (Saaty 1980)."""


@dataclass(frozen=True)
class Judgement:
    """Weights from paired comparisons, the greatest eigenvalue, and the consistency ratio."""

    weights: tuple[float, ...]
    eigenvalue: float
    ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the comparisons contradict each other little enough to be used."""
        return self.ratio < CONSISTENT


def ahp(comparisons: Matrix) -> Judgement:
    """Weights of criteria compared in pairs: the principal eigenvector; WrongUse where the table is not square and reciprocal."""
    size = len(comparisons)
    if size not in RANDOM_INDEX or any(len(row) != size for row in comparisons):
        raise WrongUse("两两比较表应为方阵，一至十项。", "Comparisons in pairs stand in a square table of one to ten criteria.")
    for i in range(size):
        for j in range(size):
            if comparisons[i][j] <= 0 or abs(comparisons[i][j] * comparisons[j][i] - 1) > 1e-6:
                raise WrongUse(
                    f"第 {i + 1} 项与第 {j + 1} 项的比较不互为倒数。",
                    f"The comparisons of criteria {i + 1} and {j + 1} are not each other's reciprocals.",
                )
    weights, eigenvalue = _principal(comparisons)
    index = RANDOM_INDEX[size]
    return Judgement(tuple(weights), eigenvalue, max(0.0, (eigenvalue - size) / (size - 1) / index) if index else 0.0)


def _principal(matrix: Matrix) -> tuple[list[float], float]:
    """The eigenvector of the greatest eigenvalue by repeated multiplication; a matrix of positive numbers has one (Perron)."""
    vector, value = [1 / len(matrix)] * len(matrix), 0.0
    for _step in range(10_000):
        product = [sum(a * x for a, x in zip(row, vector, strict=True)) for row in matrix]
        before, value = value, sum(product)
        vector = [each / value for each in product]
        if abs(value - before) < 1e-14 * value:
            break
    return vector, value


def entropy_weights(rows: Matrix, costs: Collection[int] = (), scaled: bool = True) -> tuple[float, ...]:
    """Weights by how much a criterion tells alternatives apart: w = (1 − E)/Σ(1 − E), E = −Σ p·ln p / ln m.

    `scaled` brings each column to 0…1 first (columns in `costs` upside down); otherwise the columns' own shares are taken.
    A column of equals weighs nothing.
    """
    columns = [_unit(column, at in costs) if scaled else list(column) for at, column in enumerate(zip(*rows, strict=True))]
    spread = [1 - _entropy(column) for column in columns]
    whole = sum(spread)
    if len(rows) < 2 or whole <= 0:
        raise WrongUse("熵权法要有至少两个方案，且至少一项指标有差别。", "Entropy weights need two alternatives that differ in a criterion.")
    return tuple(each / whole for each in spread)


def _unit(column: Sequence[float], cost: bool) -> list[float]:
    low, high = min(column), max(column)
    if low == high:
        return [1.0] * len(column)
    return [(high - value if cost else value - low) / (high - low) for value in column]


def _entropy(column: Sequence[float]) -> float:
    if min(column) < 0 or sum(column) <= 0:
        raise WrongUse("熵权法的数不能为负，也不能全为零。", "Entropy weights take no negative numbers and no column of noughts.")
    shares = [value / sum(column) for value in column]
    return -sum(share * math.log(share) for share in shares if share > 0) / math.log(len(column))


def topsis(rows: Matrix, weights: Sequence[float], costs: Collection[int] = ()) -> tuple[float, ...]:
    """Closeness to the best alternative thinkable, 0…1 (Hwang and Yoon 1981, vector norm); missing values are to be settled before."""
    columns = []
    for at, (column, weight) in enumerate(zip(zip(*rows, strict=True), weights, strict=True)):
        length = math.sqrt(sum(value * value for value in column)) or 1.0
        sign = -1 if at in costs else 1
        columns.append([sign * weight * value / length for value in column])
    best, worst = [max(column) for column in columns], [min(column) for column in columns]
    found = []
    for row in zip(*columns, strict=True):
        far, near = math.dist(row, best), math.dist(row, worst)
        found.append(near / (far + near) if far + near else 1.0)
    return tuple(found)


def topsis_sql(source: str, keep: Sequence[str], weights: Mapping[str, str], costs: Collection[str] = ()) -> str:
    """A portable SELECT that gives each row of a table its closeness as `score`, as `topsis` does: `weights` by column, as SQL of one row or value.

    A row that lacks a criterion has no score; it still counts in the others' lengths by what it has.
    """
    told = list(weights)
    lengths = ", ".join(f"sqrt(sum(cast({name} as double) * cast({name} as double)) over ()) as {name}_length" for name in told)
    signs = {name: "-" if name in costs else "" for name in told}
    placed = ", ".join(
        f"{signs[name]}({weights[name]}) * {name} / case when {name}_length = 0 then 1 else {name}_length end as {name}_placed" for name in told
    )
    ends = ", ".join(f"max({name}_placed) over () as {name}_best, min({name}_placed) over () as {name}_worst" for name in told)
    far, near = (
        " + ".join(f"({name}_placed - {name}_{end}) * ({name}_placed - {name}_{end})" for name in told) for end in ("best", "worst")
    )
    kept = ", ".join(keep)
    return (
        f"select {kept}, case when far + near = 0 then 1 else near / (far + near) end as score from (\n"
        f"select {kept}, sqrt({far}) as far, sqrt({near}) as near from (\nselect *, {ends} from (\nselect *, {placed} from (\n"
        f"select *, {lengths} from {source}\n) as measured\n) as placed\n) as bounded\n) as judged"
    )


def rank_stability(
    rows: Matrix, weights: Sequence[float], costs: Collection[int] = (), reach: float = 0.2, draws: int = 1000, seed: int = 1,
) -> tuple[float, ...]:
    """For each alternative the share of draws in which it keeps its TOPSIS rank while each weight wavers by ±`reach`."""
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    kept, held = ranks(topsis(rows, weights, costs)), [0] * len(rows)
    for _draw in range(draws):
        wavering = [weight * chance.uniform(1 - reach, 1 + reach) for weight in weights]
        found = ranks(topsis(rows, [each / sum(wavering) for each in wavering], costs))
        held = [count + (now == then) for count, now, then in zip(held, found, kept, strict=True)]
    return tuple(count / draws for count in held)


def ranks(values: Sequence[float], ascending: bool = False) -> tuple[int, ...]:
    """Places from 1, the greatest first (or the least); equals share the better place, and the next place counts them all."""
    ordered = sorted(values, reverse=not ascending)
    return tuple(ordered.index(value) + 1 for value in values)


def mean_ranks(values: Sequence[float]) -> tuple[float, ...]:
    """Places from 1, the least first; equals share the mean of their places."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found, at = [0.0] * len(values), 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for place in order[at : end + 1]:
            found[place] = (at + end) / 2 + 1
        at = end + 1
    return tuple(found)


def trimmed_mean(scores: Sequence[float], least: int = 5) -> float:
    """The mean without the highest and the lowest score; WrongUse with fewer than `least` experts."""
    if len(scores) < least:
        raise WrongUse(
            f"去掉最高最低分需要至少 {least} 位专家，现有 {len(scores)} 位。",
            f"A trimmed mean needs {least} experts at least; there are {len(scores)}.",
        )
    return fmean(sorted(scores)[1:-1])


def kendall_w(scores: Matrix) -> float:
    """How far experts (rows) agree on alternatives (columns), 0…1: Kendall's W with the correction for ties (Kendall and Babington Smith 1939)."""
    experts, size = len(scores), len(scores[0])
    placed = [mean_ranks(row) for row in scores]
    sums = [sum(column) for column in zip(*placed, strict=True)]
    middle = fmean(sums)
    spread = sum((each - middle) ** 2 for each in sums)
    ties = sum(row.count(value) ** 2 - 1 for row in placed for value in row)
    whole = experts * experts * (size**3 - size) - experts * ties
    return 12 * spread / whole if whole else 1.0
