"""Where values gather: Moran's I, hot spots by Gi*, false discoveries held down, and Kulldorff's scan for clusters of cases."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from lingnan.base import WrongUse
from lingnan.methods.distributions import NORMAL

Neighbours = Mapping[int, Sequence[int]]
"""For each place by its number, the places beside it; each weighs one."""


@dataclass(frozen=True)
class Gathering:
    """Moran's I, its value without any pattern, and the share of shuffles that come as far (one-sided, the seen one included)."""

    i: float
    expected: float
    chance: float


def moran(values: Sequence[float], neighbours: Neighbours, draws: int = 999, seed: int = 1) -> Gathering:
    """Moran's I = n/Σw · Σw(x − x̄)(y − x̄)/Σ(x − x̄)², judged by shuffling values among places; WrongUse where nothing differs or touches."""
    deviations = [value - fmean(values) for value in values]
    square, weight = sum(each * each for each in deviations), sum(len(others) for others in neighbours.values())
    if not square or not weight:
        raise WrongUse("各处的值没有差别，或没有相邻关系。", "The values do not differ, or no place touches another.")

    def index(at: Sequence[float]) -> float:
        return len(at) / weight * sum(at[place] * sum(at[other] for other in others) for place, others in neighbours.items()) / square

    seen, chance, beyond = index(deviations), random.Random(seed), 0  # noqa: S311 (repeatable, not secret)
    for _draw in range(draws):
        chance.shuffle(deviations)
        beyond += index(deviations) >= seen
    return Gathering(seen, -1 / (len(values) - 1), (beyond + 1) / (draws + 1))


def hot_spots(values: Sequence[float], neighbours: Neighbours) -> list[float]:
    """Gi* of every place as a z score (Ord and Getis 1995): its own value and its neighbours' beside what chance gives; weights of one."""
    n, mean = len(values), fmean(values)
    spread = math.sqrt(max(0.0, fmean(value * value for value in values) - mean * mean))
    found = []
    for place in range(n):
        around = {place, *neighbours.get(place, ())}
        weight = len(around)
        scale = spread * math.sqrt((n * weight - weight * weight) / (n - 1)) if n > 1 else 0.0
        found.append((sum(values[other] for other in around) - mean * weight) / scale if scale else 0.0)
    return found


def two_sided(z: float) -> float:
    """The chance of a normal value at least this far from nought."""
    return 2 * (1 - NORMAL.cdf(abs(z)))


def discoveries(chances: Sequence[float], share: float = 0.05) -> list[bool]:
    """Which of many tests to believe so that of those at most this share is false (Benjamini and Hochberg 1995)."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    last = max((rank for rank, place in enumerate(order, 1) if chances[place] <= share * rank / len(order)), default=0)
    believed = set(order[:last])
    return [place in believed for place in range(len(chances))]


@dataclass(frozen=True)
class Spot:
    """A cell of a grid: Gi* of it and the eight beside it, its chance, and whether it is believed to gather more than the rest."""

    z: float
    chance: float
    gathers: bool


def grid_hot_spots(counts: Mapping[tuple[int, int], int], share: float = 0.05) -> dict[tuple[int, int], Spot]:
    """Gi* of every cell that has a count, among all cells of the frame one wider than them; empty cells count as nought."""
    across, along = [x for x, _y in counts], [y for _x, y in counts]
    grid = [(x, y) for x in range(min(across) - 1, max(across) + 2) for y in range(min(along) - 1, max(along) + 2)] if counts else []
    place = {cell: at for at, cell in enumerate(grid)}
    steps = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
    beside = {at: [place[x + dx, y + dy] for dx, dy in steps if (x + dx, y + dy) in place] for at, (x, y) in enumerate(grid)}
    scores = hot_spots([float(counts.get(cell, 0)) for cell in grid], beside) if grid else []
    chances = [two_sided(z) for z in scores]
    believed = discoveries(chances, share)
    return {cell: Spot(scores[at], chances[at], believed[at] and scores[at] > 0) for cell in counts for at in (place[cell],)}


@dataclass(frozen=True)
class Cluster:
    """A circle of places with more cases than its people would have: places in order of distance, cases, expected, log likelihood ratio, chance."""

    places: tuple[int, ...]
    cases: int
    expected: float
    ratio: float
    chance: float


def likelihood_ratio(cases: float, expected: float, total: float) -> float:
    """Kulldorff's log likelihood ratio (1997) of an area against the rest; nought where it has no more than it should."""
    if expected <= 0 or cases / expected <= (total - cases) / max(total - expected, 1e-12):
        return 0.0
    rest = (total - cases) * math.log((total - cases) / (total - expected)) if cases < total else 0.0
    return cases * math.log(cases / expected) + rest


def scan(
    points: Sequence[tuple[float, float]], cases: Sequence[int], people: Sequence[float], share: float = 0.5, draws: int = 999, seed: int = 1,
) -> Cluster:
    """The most likely cluster among circles around each place with at most this share of the people, by Monte Carlo (needs the extra `models`).

    Points are in a plane (metres); WrongUse without cases or people.
    """
    from lingnan.methods.extra import opened

    np: Any = opened("numpy")
    total, whole = int(sum(cases)), float(sum(people))
    if not total or whole <= 0:
        raise WrongUse("没有病例或人口，无法扫描。", "Without cases or people there is nothing to scan.")
    plane, risk = np.asarray(points, dtype=float), np.asarray(people, dtype=float) / whole
    circles = [_circle(np, plane, centre, risk, share) for centre in range(len(points))]
    drawn = np.random.default_rng(seed).multinomial(total, risk, size=draws)
    rows = np.vstack([np.asarray(cases)[None, :], drawn])
    best, found = np.zeros(draws + 1), (0.0, 0, 0)
    for centre, (order, ends) in enumerate(circles):
        inside, expected = rows[:, order].cumsum(axis=1)[:, ends], total * risk[order].cumsum()[ends]
        ratios = _ratios(np, inside, expected, total)
        found = max(found, (float(ratios[0].max()), centre, int(ends[ratios[0].argmax()]) + 1))
        best = np.maximum(best, ratios.max(axis=1))
    ratio, centre, size = found
    places = tuple(int(place) for place in circles[centre][0][:size])
    chance = (1 + int((best[1:] >= ratio).sum())) / (draws + 1)
    return Cluster(places, sum(cases[place] for place in places), float(total * risk[list(places)].sum()), ratio, chance)


def _circle(np: Any, plane: Any, centre: int, risk: Any, share: float) -> tuple[Any, Any]:
    """Places from a centre outwards, and where circles end: after the last of equally distant places, as far as the share of people allows."""
    distances = ((plane - plane[centre]) ** 2).sum(axis=1)
    order = np.argsort(distances, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(distances[order]) > 0, True))
    allowed = ends[risk[order].cumsum()[ends] <= share + 1e-12]
    return order, allowed if len(allowed) else ends[:1]


def _ratios(np: Any, inside: Any, expected: Any, total: int) -> Any:
    outside, rest = total - inside, np.maximum(total - expected, 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(inside > 0, inside * np.log(inside / expected), 0) + np.where(outside > 0, outside * np.log(outside / rest), 0)
    return np.where(inside * rest > outside * expected, ratios, 0.0)
