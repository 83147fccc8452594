"""Forecasts: scores with numbers worked by hand, baselines, boosted trees that beat them, bands that hold, and nothing seen of the future."""

import math
import random
import sys
from dataclasses import replace

import pytest

from lingnan.base import Unavailable, WrongUse
from lingnan.methods import (
    DirectModel,
    ModelCard,
    Panel,
    Setup,
    back_test,
    climatology,
    coverage,
    events,
    fit_forecast,
    leaks,
    mae,
    mase,
    persistence,
    pinball,
    rmse,
    seasonal_naive,
    skill,
)
from lingnan.methods.extra import opened
from lingnan.methods.forecasting.scores import Events

SMALL = Setup(horizons=(1, 12), rounds=40, rate=0.1, leaves=8, least=40, blocks=2, lags=(0, 1, 2, 11, 23), windows=(3, 24), floor=0.0)
SPLIT = 1800


def made_series(seed: int = 7, size: int = 2600) -> Panel:
    """A daily wave, a wind that blows it away some hours later, slow noise, and gaps."""
    chance, values, wind, slow, breeze = random.Random(seed), [], [], 0.0, 0.0
    for place in range(size):
        breeze = 0.9 * breeze + chance.gauss(0, 1)
        slow = 0.9 * slow + chance.gauss(0, 4) - 1.5 * (wind[-6] if place >= 6 else 0)
        wind.append(breeze)
        values.append(None if chance.random() < 0.03 else max(0.0, 60 + 15 * math.sin(place / 24 * 2 * math.pi) + slow))
    return Panel(values, {"wind": wind}, {"hour": [place % 24 for place in range(size)]})


@pytest.fixture(scope="module")
def panel() -> Panel:
    return made_series()


@pytest.fixture(scope="module")
def card(panel: Panel) -> ModelCard:
    return back_test(panel, SMALL, SPLIT, name="made", data_version="1", calendar=["hour"], threshold=80)[1]


def test_scores_by_hand() -> None:
    actual, forecast = [1.0, 2.0, None, 4.0, 9.0], [2.0, 2.0, 3.0, 6.0, float("nan")]
    assert rmse(actual, forecast) == pytest.approx(math.sqrt(5 / 3))
    assert mae(actual, forecast) == 1
    assert mase(actual, forecast, [1, 5, 3, 7], 2) == 0.5
    assert pinball([1.0, 5.0], [2.0, 3.0], 0.9) == pytest.approx((0.1 + 1.8) / 2)
    assert coverage([1.0, 5.0, None], [0.0, 0.0, 0.0], [1.0, 4.0, 9.0]) == 0.5
    assert skill(6.0, 8.0) == 0.25
    with pytest.raises(WrongUse):
        rmse([None], [1.0])


def test_scores_of_events() -> None:
    found = Events(42, 14, 18)
    assert (found.pod, found.far, found.csi, found.bias) == pytest.approx((0.75, 0.30, 0.5676, 1.0714), abs=5e-5)
    assert events([1.0, 3.0, 3.0, 1.0], [3.0, 3.0, 1.0, 1.0], above=2) == Events(1, 1, 1)
    assert Events(0, 0, 0).pod is None


def test_baselines() -> None:
    series = [1.0, 2.0, 3.0, None, 5.0, 6.0]
    assert persistence(series, 2) == series
    assert seasonal_naive(series, 1, 3) == [None, None, 1.0, 2.0, 3.0, None]
    assert seasonal_naive(series, 4, 3) == [None, None, 1.0, 2.0, 3.0, None]
    assert seasonal_naive(series, 3, 3) == series
    assert climatology(series, [0, 1, 0, 1, 0, 1], 1, until=4) == [2.0, 2.0, 2.0, 2.0, 2.0, None]


def test_the_model_beats_every_baseline(card: ModelCard) -> None:
    assert card.beats_baselines
    one, twelve = card.scores
    assert (set(one.baselines), one.best, twelve.best) == ({"persistence", "seasonal naive", "climatology"}, "persistence", "climatology")
    assert one.skill > 0.03
    assert twelve.skill > 0.2
    assert one.rmse < one.baselines["persistence"]
    assert one.mase < 1


def test_bands_hold_what_they_promise(card: ModelCard) -> None:
    assert all(abs(each.covered - card.confidence) < 0.05 for each in card.scores)
    assert card.scores[0].width < card.scores[1].width


def test_the_card_says_what_it_was_made_of(card: ModelCard) -> None:
    told = card.as_dict()
    assert (told["data_version"], told["parameters"]["rounds"], told["rows"][1] > 1600) == ("1", 40, True)
    assert "scikit-learn" in told["code_version"]
    assert "wind lag 3" in told["features"]
    assert set(card.scores[0].events) == {"pod", "far", "csi", "bias"}


@pytest.fixture(scope="module")
def model(panel: Panel) -> DirectModel:
    return fit_forecast(panel, SMALL, SPLIT)


def test_nothing_is_seen_of_the_future(panel: Panel, model: DirectModel) -> None:
    for horizon in SMALL.horizons:
        assert not leaks(lambda seen, at=horizon, model=model: model.forecast(seen, at).values, panel, 2000)
    assert leaks(lambda seen: [*seen.values[1:], None], panel, 2000), "a forecast that looks ahead is found out"


def test_nothing_is_learnt_from_targets_after_the_split(panel: Panel, model: DirectModel) -> None:
    changed = Panel([*panel.values[:SPLIT], *(0.0 for _ in panel.values[SPLIT:])], panel.beside, panel.ahead)
    other = fit_forecast(changed, SMALL, SPLIT)
    assert all(other.forecast(panel, at).values[1000] == model.forecast(panel, at).values[1000] for at in SMALL.horizons)


def test_bands_and_chances_agree(panel: Panel, model: DirectModel) -> None:
    found = model.forecast(panel, 1)
    low, high = found.band(0.5)
    place = next(at for at in range(2000, 2100) if panel.values[at] is not None)
    assert 0 <= low[place] <= high[place]
    assert found.chance_above(float(low[place]))[place] == pytest.approx(0.75, abs=0.02)
    assert found.chance_above(-1.0)[place] == 1
    gap = next(at for at in range(2000, 2600) if panel.values[at] is None)
    assert math.isnan(found.values[gap])
    assert math.isnan(found.chance_above(80)[gap])


def test_several_series_are_learnt_together(panel: Panel) -> None:
    model = fit_forecast([panel, made_series(8)], replace(SMALL, horizons=(1,)), SPLIT)
    assert model.rows[1] > 1.9 * 1600
    later = panel.values[SPLIT + 1 :]
    assert rmse(later, model.forecast(panel, 1).values.tolist()[SPLIT:-1]) < rmse(later, panel.values[SPLIT:-1])


def test_too_little_to_learn_from_is_said() -> None:
    with pytest.raises(WrongUse, match="use a baseline"):
        fit_forecast(made_series(size=100), SMALL)
    with pytest.raises(WrongUse, match="not as long"):
        Panel([1.0, 2.0], {"wind": [1.0]})


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(Unavailable, match="extra models"):
        _ = opened("sklearn.ensemble").HistGradientBoostingRegressor
