"""How good forecasts are: errors, events, bands, and skill against a baseline. Pairs with a missing value on either side do not count."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from lingnan.base import WrongUse

Values = Sequence[float | None]


def _missing(value: float | None) -> bool:
    return value is None or value != value


def pairs(actual: Values, forecast: Values) -> list[tuple[float, float]]:
    """Values and forecasts where both are there; WrongUse without any."""
    found = [(a, f) for a, f in zip(actual, forecast, strict=True) if not _missing(a) and not _missing(f)]
    if not found:
        raise WrongUse("没有一对实测与预报可以比较。", "There is no pair of a value and its forecast to compare.")
    return found  # type: ignore[return-value]


def rmse(actual: Values, forecast: Values) -> float:
    """Root of the mean squared error, in the unit of the series."""
    return math.sqrt(fmean((a - f) ** 2 for a, f in pairs(actual, forecast)))


def mae(actual: Values, forecast: Values) -> float:
    """Mean absolute error, in the unit of the series."""
    return fmean(abs(a - f) for a, f in pairs(actual, forecast))


def mase(actual: Values, forecast: Values, history: Values, season: int) -> float:
    """Mean absolute error beside that of the seasonal naive forecast within the history (Hyndman and Koehler 2006); below one is better."""
    return mae(actual, forecast) / mae(history[season:], history[: len(history) - season])


def pinball(actual: Values, forecast: Values, share: float) -> float:
    """Loss of a forecast of a quantile."""
    return fmean(max(share * (a - f), (share - 1) * (a - f)) for a, f in pairs(actual, forecast))


def coverage(actual: Values, low: Values, high: Values) -> float:
    """Share of values within their band."""
    inside = [a >= f for a, f in pairs(actual, low)], [a <= f for a, f in pairs(actual, high)]
    return fmean(one and other for one, other in zip(*inside, strict=True))


def skill(error: float, reference: float) -> float:
    """1 − error/reference: the share of a baseline's error that is saved; negative where the baseline is better."""
    return 1 - error / reference if reference else 0.0


@dataclass(frozen=True)
class Events:
    """Events forecast and seen: hits, misses, false alarms."""

    hits: int
    misses: int
    false_alarms: int

    def _share(self, of: int, among: int) -> float | None:
        return of / among if among else None

    @property
    def pod(self) -> float | None:
        """Probability of detection, h/(h + m)."""
        return self._share(self.hits, self.hits + self.misses)

    @property
    def far(self) -> float | None:
        """False alarm ratio, f/(h + f)."""
        return self._share(self.false_alarms, self.hits + self.false_alarms)

    @property
    def csi(self) -> float | None:
        """Critical success index, h/(h + m + f)."""
        return self._share(self.hits, self.hits + self.misses + self.false_alarms)

    @property
    def bias(self) -> float | None:
        """Events forecast beside events seen, (h + f)/(h + m)."""
        return self._share(self.hits + self.false_alarms, self.hits + self.misses)


def events(actual: Values, forecast: Values, above: float) -> Events:
    """Counts of values above a threshold, forecast or not."""
    seen = [(a > above, f > above) for a, f in pairs(actual, forecast)]
    return Events(seen.count((True, True)), seen.count((True, False)), seen.count((False, True)))


def each_present(*columns: Values) -> Iterator[int]:
    """Places at which every column has a value, so that forecasts are compared on equal rows."""
    for place, row in enumerate(zip(*columns, strict=True)):
        if not any(_missing(value) for value in row):
            yield place
