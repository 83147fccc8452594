"""Positive matrix factorisation: sources of what many samples hold, found without profiles (Paatero and Tapper 1994); needs the extra `models`."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lingnan.base import WrongUse
from lingnan.methods.extra import opened
from lingnan.methods.receptors import Measured

np: Any = opened("numpy")

BAD, WEAK = 0.5, 1.0
"""Signal to noise below which a component is left out, and below which its uncertainty is tripled (EPA PMF 5.0)."""
TRIPLED = 3.0
MOST_TURNS, INNER, SETTLED, LOOKED = 5000, 3, 1e-5, 10
ALIKE = 0.6
"""Likeness of amounts above which a factor of drawn samples is taken for one of the whole (EPA PMF 5.0)."""


@dataclass(frozen=True)
class Factors:
    """Sources that were found. `profiles` tell by factor how much of each component comes with one unit of its amount, `amounts` by sample how much
    each factor gave: in the unit of `total` where one was named, else so that a factor's mean is one.

    `q` is the sum of squared residuals over their uncertainties, `expected` what it would be were the samples such factors and noise alone: strong
    values less the numbers that were fitted. Factors can turn into each other: read them as one explanation among several.
    """

    components: tuple[str, ...]
    weak: tuple[str, ...]
    left_out: tuple[str, ...]
    profiles: tuple[tuple[float, ...], ...]
    amounts: tuple[tuple[float, ...], ...]
    q: float
    expected: int
    starts: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Q over what is expected: near one where the factors are as many as the sources and the uncertainties right."""
        return self.q / self.expected


def sample_uncertainty(value: float, error: float, limit: float) -> float:
    """Uncertainty of a measured value: 5/6 of the limit of detection at or below it, else √((error·value)² + (limit/2)²) (EPA PMF 5.0)."""
    return 5 / 6 * limit if value <= limit else math.hypot(error * value, 0.5 * limit)


def signal_to_noise(values: Sequence[Measured]) -> float:
    """The mean of (value − uncertainty)/uncertainty, nought where the value is below it (EPA PMF 5.0)."""
    return sum(max(value - blur, 0.0) / blur for value, blur in values) / len(values)


def factorise(samples: Sequence[Mapping[str, Measured]], number: int, total: str | None = None, starts: int = 5, seed: int = 1) -> Factors:
    """The samples as amounts of `number` factors, both nowhere below nought, with least Σ((value − explained)/uncertainty)² of several starts.

    Alternating least squares, each value weighed by its own uncertainty. `total` names the component that is the mass of all: weak, and the measure
    of amounts. A component that a sample lacks counts for nothing there. WrongUse for values below nought, uncertainties that are not above it, and
    samples too few for so many factors.
    """
    ground = _ground(samples, total)
    expected = int(ground.strong.sum()) - number * sum(ground.values.shape)
    if number < 1 or expected <= 0:
        raise WrongUse(
            f"样品 {len(samples)} 个、组分 {len(ground.components)} 个，不足以解析 {number} 个因子。",
            f"{len(samples)} samples of {len(ground.components)} components are too few for {number} factors.",
        )
    draws = np.random.default_rng(seed)
    found = [ground.settled(*ground.start(draws, number)) for _start in range(max(starts, 1))]
    amounts, profiles, q = min(found, key=lambda each: each[2])
    amounts, profiles = ground.measured(amounts, profiles)
    order = np.argsort(-amounts.mean(axis=0) * profiles.sum(axis=1), kind="stable")
    return Factors(
        ground.components, ground.weak, ground.left_out, _rows(profiles[order]), _rows(amounts[:, order]), float(q), expected,
        tuple(sorted(float(each[2]) for each in found)),
    )


@dataclass(frozen=True)
class FactorSearch:
    """Numbers of factors that were tried, the one that is `chosen`, and of its profiles the bands of drawn samples; none where none were drawn."""

    tried: Mapping[int, Factors]
    chosen: int
    bands: Sequence[Sequence[tuple[float, float]]]

    def shares(self) -> Iterator[tuple[int, int, str, float, float | None, float | None, float]]:
        """Number of factors, factor (from 1), component, its share with low and high bound (of the chosen alone), mean amount of the factor."""
        for number, found in self.tried.items():
            for at, profile in enumerate(found.profiles):
                amount = sum(row[at] for row in found.amounts) / len(found.amounts)
                for place, (component, share) in enumerate(zip(found.components, profile, strict=True)):
                    low, high = self.bands[at][place] if self.bands and number == self.chosen else (None, None)
                    yield number, at + 1, component, share, low, high, amount


def search_factors(
    samples: Sequence[Mapping[str, Measured]], numbers: Iterable[int], total: str | None = None, starts: int = 5, gain: float = 0.25, draws: int = 0,
) -> FactorSearch:
    """The samples by each of these numbers of factors: as many as the samples bear, and until Q is below what is expected and one factor more did not
    lower their ratio by `gain`, for more would explain the noise. The knee is chosen, with the bands of so many `draws`."""
    tried: dict[int, Factors] = {}
    before = math.inf
    for number in numbers:
        try:
            tried[number] = factorise(samples, number, total, starts)
        except WrongUse:
            if not tried:
                raise
            break
        ratio = tried[number].ratio
        if ratio < 1 and math.isfinite(before) and ratio > (1 - gain) * before:
            break
        before = ratio
    chosen = factor_knee({number: each.ratio for number, each in tried.items()}, gain)
    return FactorSearch(tried, chosen, bootstrap_factors(samples, tried[chosen], total, draws)[0] if draws else ())


def factor_amounts(samples: Sequence[Mapping[str, Measured]], profiles: Sequence[Mapping[str, float]], total: str | None = None) -> list[list[float]]:
    """How much factors of known profiles gave to each sample: least squares that nowhere go below nought, weighed as by `factorise`."""
    ground = _ground(samples, total)
    known = np.array([[each.get(name, 0.0) for name in ground.components] for each in profiles])
    start = np.full((len(samples), len(profiles)), ground.values.mean() / max(known.mean() * len(profiles), 1e-300))
    made = _half(ground.values, ground.weights, start, known, MOST_TURNS, SETTLED)
    return [[float(each) for each in row] for row in made]


def factor_knee(ratios: Mapping[int, float], gain: float) -> int:
    """The greatest number of factors that lowered Q over what is expected by at least this share against one factor less; else the least there is.

    A knee, no proof: look at the profiles of the numbers beside it.
    """
    better = [number for number in sorted(ratios) if number - 1 in ratios and ratios[number] <= (1 - gain) * ratios[number - 1]]
    return max(better, default=min(ratios))


def bootstrap_factors(
    samples: Sequence[Mapping[str, Measured]], whole: Factors, total: str | None = None, draws: int = 100, seed: int = 1,
) -> tuple[list[list[tuple[float, float]]], int]:
    """The 5th and 95th percentile of each profile over samples drawn again with replacement, and how many draws gave every factor back; no bands
    where none did.

    Each draw starts from the whole's profiles; a draw counts where each of its factors is most like one of the whole's and each of those is met.
    """
    ground, drawn, found = _ground(samples, total), np.random.default_rng(seed), []
    base, amounts = np.array(whole.profiles), np.array(whole.amounts)
    for _draw in range(draws):
        picked = drawn.integers(0, len(samples), len(samples))
        part = ground.picked(picked)
        made, profiles = part.measured(*part.settled(amounts[picked].copy(), base.copy())[:2])
        order = _mapped(made, amounts[picked])
        if order is not None:
            found.append(profiles[order])
    if not found:
        return [], 0
    low, high = np.percentile(np.array(found), (5, 95), axis=0)
    return [[(float(a), float(b)) for a, b in zip(*each, strict=True)] for each in zip(low, high, strict=True)], len(found)


@dataclass(frozen=True)
class _Ground:
    """Samples as a table: values and weights (nought where there is no value), and which values are strong."""

    components: tuple[str, ...]
    weak: tuple[str, ...]
    left_out: tuple[str, ...]
    total: int | None
    values: Any
    weights: Any
    strong: Any

    def start(self, draws: Any, number: int) -> tuple[Any, Any]:
        """Amounts and profiles drawn about the samples' means."""
        rows, columns = self.values.mean(axis=1, keepdims=True), self.values.mean(axis=0)
        return draws.random((len(self.values), number)) * rows / number, draws.random((number, len(columns))) * columns / self.values.mean()

    def settled(self, amounts: Any, profiles: Any) -> tuple[Any, Any, float]:
        """Amounts and profiles in turn, until Q stands."""
        across, weights, last = np.ascontiguousarray(self.values.T), np.ascontiguousarray(self.weights.T), math.inf
        for turn in range(MOST_TURNS):
            amounts = _half(self.values, self.weights, amounts, profiles, INNER)
            profiles = _half(across, weights, np.ascontiguousarray(profiles.T), np.ascontiguousarray(amounts.T), INNER).T
            if turn % LOOKED == 0:
                q = float((self.weights * (self.values - amounts @ profiles) ** 2).sum())
                if last - q <= SETTLED * LOOKED * q:
                    break
                last = q
        return amounts, profiles, q

    def measured(self, amounts: Any, profiles: Any) -> tuple[Any, Any]:
        """Both brought to the measure of amounts; a factor without any stays as it is."""
        size = profiles[:, self.total] if self.total is not None else 1 / np.where(amounts.mean(axis=0) > 0, amounts.mean(axis=0), 1.0)
        size = np.where(size > 0, size, 1.0)
        return amounts * size, profiles / size[:, None]

    def picked(self, places: Any) -> "_Ground":
        """The ground of some of the samples."""
        return _Ground(
            self.components, self.weak, self.left_out, self.total, self.values[places], self.weights[places], self.strong[places],
        )


def _ground(samples: Sequence[Mapping[str, Measured]], total: str | None) -> _Ground:
    by_name: dict[str, list[Measured]] = {}
    for name, each in _checked(samples):
        by_name.setdefault(name, []).append(each)
    clear = {name: signal_to_noise(each) for name, each in by_name.items()}
    kept = tuple(name for name in sorted(by_name) if clear[name] >= BAD or name == total)
    weak = tuple(name for name in kept if clear[name] < WEAK or name == total)
    held = [[each.get(name) for name in kept] for each in samples]
    values = np.array([[0.0 if each is None else each[0] for each in row] for row in held]).reshape(len(samples), len(kept))
    wide = [TRIPLED if name in weak else 1.0 for name in kept]
    weights = np.array([[0.0 if each is None else (times * each[1]) ** -2 for each, times in zip(row, wide, strict=True)] for row in held])
    strong = (weights > 0) & ~np.isin(kept, weak)
    left_out, place = tuple(sorted(set(by_name) - set(kept))), kept.index(total) if total in kept else None
    return _Ground(kept, weak, left_out, place, values, weights.reshape(values.shape), strong)


def _checked(samples: Sequence[Mapping[str, Measured]]) -> Iterator[tuple[str, Measured]]:
    for number, sample in enumerate(samples, 1):
        for name, (value, blur) in sample.items():
            if not (value >= 0 and blur > 0 and math.isfinite(value) and math.isfinite(blur)):
                raise WrongUse(
                    f"第 {number} 个样品的 {name} 为 {value} ± {blur}：数值须不小于 0，不确定度须大于 0。",
                    f"{name} of sample {number} is {value} ± {blur}: values must not be below nought and uncertainties above it.",
                )
            yield name, (value, blur)


def _half(values: Any, weights: Any, amounts: Any, profiles: Any, turns: int, settled: float = 0.0) -> Any:
    """Amounts that fit the profiles better: each sample's own weighted normal equations, solved one factor after the other, never below nought."""
    number, made = len(profiles), np.ascontiguousarray(amounts.T)
    pairs = (profiles[:, None, :] * profiles[None, :, :]).reshape(number * number, -1)
    equations, right = (pairs @ weights.T).reshape(number, number, -1), profiles @ (weights * values).T
    own = np.einsum("kkr->kr", equations)
    scale = np.divide(1.0, own, out=np.zeros_like(own), where=own > 0)
    for _turn in range(turns):
        before = made.copy() if settled else made
        for at in range(number):
            made[at] += scale[at] * (right[at] - np.einsum("kr,kr->r", equations[at], made))
            np.maximum(made[at], 0.0, out=made[at])
        if settled and np.abs(made - before).max() <= settled * (1 + made.max()):
            break
    return np.ascontiguousarray(made.T)


def _mapped(made: Any, known: Any) -> Any:
    """For each known factor the place of the made one whose amounts go with its own; None where one is met by none or by two."""
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = np.nan_to_num(np.corrcoef(known.T, made.T)[: known.shape[1], known.shape[1]:])
    order, best = alike.argmax(axis=1), alike.max(axis=1)
    return order if best.min() >= ALIKE and len(set(order.tolist())) == len(order) else None


def _rows(table: Any) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(each) for each in row) for row in table)
