"""A regular series as a forecast sees it, and the guard that a forecast sees nothing of the future."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lingnan.base import WrongUse


@dataclass(frozen=True)
class Panel:
    """A series with equal steps (missing values as None or NaN) and what stands beside it, place by place.

    `beside` is known up to the origin only (other pollutants, weather measured); `ahead` is known for the time that is forecast as well (hour, month,
    a weather forecast as it was issued). What is put into `ahead` must have been known at the origin: nothing can check that from here.
    """

    values: Sequence[float | None]
    beside: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    ahead: Mapping[str, Sequence[float | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wrong = [name for name, column in (*self.beside.items(), *self.ahead.items()) if len(column) != len(self.values)]
        if wrong:
            raise WrongUse(f"列 {'、'.join(wrong)} 与序列不等长。", f"The columns {', '.join(wrong)} are not as long as the series.")

    def keys(self, names: Sequence[str]) -> list[Hashable]:
        """What `climatology` groups by: the columns of `ahead` of these names."""
        return list(zip(*(self.ahead[name] for name in names), strict=True))


Predict = Callable[[Panel], Sequence[Any]]
"""Forecasts for every origin of a panel."""


def leaks(predict: Predict, panel: Panel, origin: int) -> bool:
    """Whether the forecast made at `origin` changes when everything after it does: then it was made with what nobody could know."""
    later = range(origin + 1, len(panel.values))

    def changed(column: Sequence[float | None]) -> list[float | None]:
        return [*column[: origin + 1], *(1e6 + place for place in later)]

    other = replace(panel, values=changed(panel.values), beside={name: changed(column) for name, column in panel.beside.items()})
    one, two = predict(panel)[origin], predict(other)[origin]
    return bool(one != two and not (one != one and two != two))
