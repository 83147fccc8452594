"""Direct forecasts by gradient boosted trees: one model a horizon over lags, rolling means and the calendar, with bands from errors out of sample.

A straight line from the present value is fitted first and the trees learn what it leaves, so that one step ahead they begin at persistence and
far ahead at the mean. Bands are conformal within groups of like forecasts: errors are taken from blocks of time that the model had not seen.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lingnan.base import WrongUse
from lingnan.methods.extra import opened
from lingnan.methods.forecasting.series import Panel
from lingnan.methods.learning import ensure_learning, note_learnt

np = opened("numpy")
trees = opened("sklearn.ensemble")
threads = opened("threadpoolctl")

GROUPS = 10
"""Groups of like forecasts, each with its own errors: errors grow with what is forecast."""


@dataclass(frozen=True)
class Setup:
    """What is learnt from and how; steps are those of the series."""

    horizons: tuple[int, ...] = (1, 6, 24)
    season: int = 24
    lags: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6, 8, 11, 17, 23, 24, 47)
    windows: tuple[int, ...] = (3, 6, 12, 24, 72)
    beside_lags: tuple[int, ...] = (0, 3)
    beside_windows: tuple[int, ...] = (24,)
    rounds: int = 60
    rate: float = 0.05
    leaves: int = 31
    least: int = 100
    share: float = 0.7
    blocks: int = 3
    seed: int = 1
    floor: float | None = None


@dataclass(frozen=True)
class Bands:
    """Errors by groups of like forecasts: the upper ends of the groups, and each group's errors in order."""

    ends: tuple[float, ...]
    errors: tuple[tuple[float, ...], ...]

    def quantile(self, forecasts: Any, share: float) -> Any:
        """The value below which a share of outcomes is expected; with the correction of split conformal forecasts at both ends."""
        groups, found = np.searchsorted(self.ends, forecasts), np.empty(len(forecasts))
        for number, errors in enumerate(self.errors):
            size = len(errors)
            place = np.ceil((size + 1) * share) if share > 0.5 else np.floor((size + 1) * share)
            found[groups == number] = errors[int(min(max(place, 1), size)) - 1]
        return forecasts + found

    def chance_above(self, forecasts: Any, threshold: float) -> Any:
        """The chance that the outcome lies above a threshold."""
        groups, found = np.searchsorted(self.ends, forecasts), np.empty(len(forecasts))
        for number, errors in enumerate(self.errors):
            chosen = groups == number
            found[chosen] = 1 - np.searchsorted(errors, threshold - forecasts[chosen], side="right") / len(errors)
        return found


@dataclass(frozen=True)
class Forecast:
    """Forecasts for every origin of a panel at one horizon: NaN where the present value is missing."""

    horizon: int
    values: Any
    bands: Bands
    floor: float | None = None

    def band(self, confidence: float = 0.9) -> tuple[Any, Any]:
        """The band that holds the outcome with this probability."""
        low, high = (self._above(self.bands.quantile(self.values, share)) for share in ((1 - confidence) / 2, (1 + confidence) / 2))
        return low, high

    def chance_above(self, threshold: float) -> Any:
        """The chance that the outcome lies above a threshold, for each origin."""
        return np.where(np.isnan(self.values), np.nan, self.bands.chance_above(self.values, threshold))

    def _above(self, values: Any) -> Any:
        return values if self.floor is None else np.maximum(values, self.floor)


@dataclass(frozen=True)
class _Direct:
    """One horizon's model: the line, the trees, the bands."""

    line: tuple[float, float]
    model: Any
    bands: Bands
    rows: int


@dataclass(frozen=True)
class DirectModel:
    """A fitted model of all horizons; `names` are its features in order, `rows` the origins learnt from by horizon."""

    setup: Setup
    names: tuple[str, ...]
    parts: dict[int, _Direct] = field(repr=False)

    @property
    def rows(self) -> dict[int, int]:
        """Origins learnt from, by horizon."""
        return {horizon: part.rows for horizon, part in self.parts.items()}

    def parameters(self) -> dict[str, Any]:
        """The setup as plain values, for the model's card."""
        return asdict(self.setup)

    def forecast(self, panel: Panel, horizon: int) -> Forecast:
        """Forecasts from every origin of the panel; each sees nothing later than its origin but what the panel knows ahead."""
        part, table = self.parts[horizon], features(panel, self.setup, horizon)
        now, found = _numbers(panel.values), np.full(len(panel.values), np.nan)
        there = ~np.isnan(now)
        if there.any():
            found[there] = _answer(part.line, part.model, table[there], now[there])
        if self.setup.floor is not None:
            found = np.maximum(found, self.setup.floor)
        return Forecast(horizon, found, part.bands, self.setup.floor)


def fit_forecast(panels: Panel | Sequence[Panel], setup: Setup, until: int | None = None) -> DirectModel:
    """Learn from one series or from several alike, from targets before `until` only; WrongUse with too few of them."""
    ensure_learning()
    several = [panels] if isinstance(panels, Panel) else list(panels)
    parts = {horizon: _fit(several, setup, horizon, until) for horizon in setup.horizons}
    note_learnt()
    return DirectModel(setup, tuple(_names(several[0], setup)), parts)


def _fit(panels: Sequence[Panel], setup: Setup, horizon: int, until: int | None) -> _Direct:
    learnt = [_rows(panel, setup, horizon, until) for panel in panels]
    table, now, target, place = (np.concatenate([each[at] for each in learnt]) for at in range(4))
    if len(target) < setup.least * (setup.blocks + 1):
        raise WrongUse(
            f"提前 {horizon} 步的预报只有 {len(target)} 行可学，至少要 {setup.least * (setup.blocks + 1)} 行；请用基线。",
            f"A forecast {horizon} steps ahead has {len(target)} rows to learn from and needs {setup.least * (setup.blocks + 1)}; use a baseline.",
        )
    errors, made = [], []
    blocks = np.minimum((place * setup.blocks).astype(int), setup.blocks - 1)
    for block in range(setup.blocks):
        inside = blocks == block
        line, model = _learn(table[~inside], now[~inside], target[~inside], setup)
        made.append(_answer(line, model, table[inside], now[inside]))
        errors.append(target[inside] - made[-1])
    line, model = _learn(table, now, target, setup)
    return _Direct(line, model, _bands(np.concatenate(made), np.concatenate(errors)), len(target))


def _rows(panel: Panel, setup: Setup, horizon: int, until: int | None) -> tuple[Any, Any, Any, Any]:
    """Features, present values, targets, and the place of each origin in time from 0 to 1."""
    now = _numbers(panel.values)
    target = np.concatenate([now[horizon:], np.full(min(horizon, len(now)), np.nan)])
    end = (len(now) if until is None else until) - horizon
    chosen = ~np.isnan(now) & ~np.isnan(target) & (np.arange(len(now)) < end)
    return features(panel, setup, horizon)[chosen], now[chosen], target[chosen], np.flatnonzero(chosen) / max(end, 1)


def _learn(table: Any, now: Any, target: Any, setup: Setup) -> tuple[tuple[float, float], Any]:
    spread = float(now.var())
    slope = float(((now - now.mean()) * (target - target.mean())).mean() / spread) if spread else 0.0
    line = (float(target.mean() - slope * now.mean()), slope)
    model = trees.HistGradientBoostingRegressor(
        max_iter=setup.rounds, learning_rate=setup.rate, max_leaf_nodes=setup.leaves, min_samples_leaf=setup.least, max_features=setup.share,
        early_stopping=False, random_state=setup.seed,
    )
    with threads.threadpool_limits(1):  # beside other work, several threads wait for each other a hundred times longer than they learn
        return line, model.fit(table, target - line[0] - line[1] * now)


def _answer(line: tuple[float, float], model: Any, table: Any, now: Any) -> Any:
    with threads.threadpool_limits(1):
        return line[0] + line[1] * now + model.predict(table)


def _bands(made: Any, errors: Any) -> Bands:
    ends = np.unique(np.quantile(made, np.arange(1, GROUPS) / GROUPS))
    groups = np.searchsorted(ends, made)
    parts = [np.sort(errors[groups == number]) for number in range(len(ends) + 1)]
    whole = np.sort(errors)
    return Bands(tuple(ends.tolist()), tuple(tuple((part if len(part) else whole).tolist()) for part in parts))


def _numbers(column: Sequence[float | None]) -> Any:
    return np.array([np.nan if value is None else value for value in column], dtype=float)


def _names(panel: Panel, setup: Setup) -> list[str]:
    own = [*(f"lag {lag}" for lag in setup.lags), *(f"mean {window}" for window in setup.windows), "change 1", "change 3"]
    beside = [f"{name} {what}" for name in panel.beside
              for what in (*(f"lag {lag}" for lag in setup.beside_lags), *(f"mean {window}" for window in setup.beside_windows))]
    return [*own, *beside, *(f"{name} ahead" for name in panel.ahead)]


def features(panel: Panel, setup: Setup, horizon: int) -> Any:
    """A row of features for each origin, from values up to it and from what is known ahead for the time forecast."""
    now = _numbers(panel.values)
    columns = [*(_before(now, lag) for lag in setup.lags), *(_mean(now, window) for window in setup.windows)]
    columns += [now - _before(now, lag) for lag in (1, 3)]
    for column in panel.beside.values():
        other = _numbers(column)
        columns += [*(_before(other, lag) for lag in setup.beside_lags), *(_mean(other, window) for window in setup.beside_windows)]
    columns += [_before(_numbers(column), -horizon) for column in panel.ahead.values()]
    return np.column_stack(columns)


def _before(column: Any, steps: int) -> Any:
    """The value so many steps before each place; later for negative steps."""
    found, size = np.full(len(column), np.nan), len(column)
    if abs(steps) < size:
        found[max(steps, 0) : size + min(steps, 0)] = column[max(-steps, 0) : size - max(steps, 0)]
    return found


def _mean(column: Any, window: int) -> Any:
    """The mean of what is there among the last values, each place included."""
    there = ~np.isnan(column)
    sums, counts = (np.concatenate([[0.0], np.cumsum(each)]) for each in (np.where(there, column, 0.0), there))
    ends = np.arange(1, len(column) + 1)
    starts = np.maximum(ends - window, 0)
    with np.errstate(invalid="ignore"):
        return (sums[ends] - sums[starts]) / np.where(counts[ends] > counts[starts], counts[ends] - counts[starts], np.nan)
