"""Forecasts that cost nothing and that every model has to beat. Each list gives, for every origin, the forecast for `horizon` steps later."""

from collections.abc import Hashable, Sequence
from statistics import fmean

from lingnan.methods.forecasting.scores import Values


def persistence(series: Values, horizon: int) -> list[float | None]:
    """It stays as it is now."""
    return list(series)


def seasonal_naive(series: Values, horizon: int, season: int) -> list[float | None]:
    """As it was one season (or as many as needed) before the time that is forecast."""
    back = -(-horizon // season) * season - horizon
    return [series[place - back] if place >= back else None for place in range(len(series))]


def climatology(series: Values, keys: Sequence[Hashable], horizon: int, until: int) -> list[float | None]:
    """The mean of all earlier values with the same key (hour, month, …) at the time that is forecast; only values before `until` are learnt from."""
    learnt: dict[Hashable, list[float]] = {}
    for value, key in zip(series[:until], keys, strict=False):
        if value is not None and value == value:
            learnt.setdefault(key, []).append(value)
    means: dict[Hashable, float] = {key: fmean(values) for key, values in learnt.items()}
    return [means.get(keys[place + horizon]) if place + horizon < len(keys) else None for place in range(len(series))]
