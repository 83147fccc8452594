"""A forecast tried on years it has not seen, beside the baselines, and the card that says what it was made of."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

from lingnan.methods.forecasting.baselines import climatology, persistence, seasonal_naive
from lingnan.methods.forecasting.boosting import DirectModel, Setup, fit_forecast
from lingnan.methods.forecasting.scores import coverage, each_present, events, mae, mase, rmse, skill
from lingnan.methods.forecasting.series import Panel

METHOD_VERSION = "direct-boosting 1"
"""Grows by one when the same data would give another forecast."""


@dataclass(frozen=True)
class HorizonScores:
    """What a horizon came to on unseen rows, the same for the model and the baselines; `best` names the best baseline by RMSE."""

    horizon: int
    rows: int
    rmse: float
    mae: float
    mase: float
    covered: float
    width: float
    baselines: Mapping[str, float]
    best: str
    skill: float
    events: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelCard:
    """What a model is made of and worth: versions of data and code, parameters, rows learnt from, features, scores, limits."""

    name: str
    data_version: str
    code_version: str
    parameters: Mapping[str, Any]
    rows: Mapping[int, int]
    features: Sequence[str]
    confidence: float
    scores: Sequence[HorizonScores]
    limits: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON and for the registry of models."""
        return asdict(self)

    @property
    def beats_baselines(self) -> bool:
        """Whether the model is better than every baseline at every horizon."""
        return all(each.skill > 0 for each in self.scores)


def back_test(
    panel: Panel, setup: Setup, split: int, *, name: str, data_version: str, calendar: Sequence[str] = (), confidence: float = 0.9,
    threshold: float | None = None, learn_from: Sequence[Panel] | None = None, limits: str = "",
) -> tuple[DirectModel, ModelCard]:
    """Learn from targets before `split` (of this series, or of `learn_from`), score on origins from there on.

    `calendar` names columns known ahead by which the climatology groups; `threshold` adds scores of events above it.
    """
    model = fit_forecast(learn_from or panel, setup, split)
    scores = [_scores(model, panel, split, horizon, calendar, confidence, threshold) for horizon in setup.horizons]
    code = f"{METHOD_VERSION}; scikit-learn {version('scikit-learn')}"
    return model, ModelCard(name, data_version, code, model.parameters(), model.rows, model.names, confidence, scores, limits)


def _scores(
    model: DirectModel, panel: Panel, split: int, horizon: int, calendar: Sequence[str], confidence: float, threshold: float | None,
) -> HorizonScores:
    season, values = model.setup.season, [None if value is None or value != value else value for value in panel.values]
    found = model.forecast(panel, horizon)
    low, high = found.band(confidence)
    others = {"persistence": persistence(values, horizon), "seasonal naive": seasonal_naive(values, horizon, season)}
    if calendar:
        others["climatology"] = climatology(values, panel.keys(calendar), horizon, split)
    actual = [*values[horizon:], *[None] * horizon]
    columns = [actual, found.values.tolist(), low.tolist(), high.tolist(), *others.values()]
    rows = [place for place in each_present(*columns) if place >= split]
    truth, made, lower, upper, *rest = ([column[place] for place in rows] for column in columns)
    errors = {name: rmse(truth, column) for name, column in zip(others, rest, strict=True)}
    best = min(errors, key=errors.__getitem__)
    own = rmse(truth, made)
    found_events = events(truth, made, threshold) if threshold is not None else None
    return HorizonScores(
        horizon, len(rows), own, mae(truth, made), mase(truth, made, values[:split], season), coverage(truth, lower, upper),
        sum(b - a for a, b in zip(lower, upper, strict=True)) / len(rows), errors, best, skill(own, errors[best]),
        {key: getattr(found_events, key) for key in ("pod", "far", "csi", "bias")} if found_events else {},
    )
