"""Methods of a forecast held against each other on hours none has learnt from: the older half chooses one, the newer half tells how well it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lingnan.methods.forecasting.boosting import DirectModel
from lingnan.methods.forecasting.scores import Values, coverage, rmse, skill
from lingnan.methods.forecasting.series import Panel


@dataclass(frozen=True)
class Banded:
    """What one method says at every origin, with its band; None where it says nothing."""

    values: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]

    def whole(self, at: int) -> bool:
        """Whether there is both a value and a band at an origin."""
        return self.values[at] is not None and self.low[at] is not None


@dataclass(frozen=True)
class Contest:
    """Which method was chosen and which baseline is the best, with their errors (root mean square), the skill of the one over the other and the
    share of hours within the chosen band, all on `tried` hours that did not choose. None where there were no such hours."""

    method: str
    baseline: str
    error: float | None
    baseline_error: float | None
    skill: float | None
    covered: float | None
    tried: int


def banded(series: Values, made: Sequence[float | None], horizon: int, until: int, confidence: float) -> Banded:
    """A forecast with the band that its errors before `until` give it; bounds below nought become nought."""
    pairs = zip(series[horizon:until], made, strict=False)
    errors = sorted(actual - forecast for actual, forecast in pairs if actual is not None and forecast is not None)
    if not errors:
        return Banded(made, [None] * len(made), [None] * len(made))
    low, high = (errors[min(int(len(errors) * share), len(errors) - 1)] for share in ((1 - confidence) / 2, (1 + confidence) / 2))
    return Banded(made, [None if each is None else max(each + low, 0.0) for each in made], [None if each is None else each + high for each in made])


def model_banded(model: DirectModel, panel: Panel, horizon: int, confidence: float) -> Banded:
    """A model's forecasts for every origin; an origin without a value has none."""
    found = model.forecast(panel, horizon)
    low, high = found.band(confidence)
    return Banded(*([None if value != value else float(value) for value in column] for column in (found.values, low, high)))


def contest(series: Values, horizon: int, split: int, baselines: Mapping[str, Banded], models: Mapping[str, Banded]) -> Contest:
    """Holds methods against each other at the origins from `split` on at which all of them speak and the truth is known."""
    every, actual = {**baselines, **models}, [*series[horizon:], *[None] * horizon]
    places = [at for at in range(split, len(series)) if actual[at] is not None and all(each.whole(at) for each in every.values())]
    half = len(places) // 2
    if not half:
        baseline = next(iter(baselines))
        return Contest(baseline, baseline, None, None, None, None, len(places))
    before, after = ({name: rmse(*_at(of, actual, each.values)) for name, each in every.items()} for of in (places[:half], places[half:]))
    method, baseline = min(every, key=before.__getitem__), min(baselines, key=after.__getitem__)
    covered = coverage(*_at(places[half:], actual, every[method].low, every[method].high))
    return Contest(method, baseline, after[method], after[baseline], skill(after[method], after[baseline]), covered, len(places) - half)


def _at(places: Sequence[int], *columns: Sequence[float | None]) -> list[list[float | None]]:
    return [[column[place] for place in places] for column in columns]
