"""Forecasts of the air: chosen by their error on unseen hours, never worse than the best baseline there, and blind to the future."""

import math
import random
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from lingnan.methods import leaks, model_banded
from lingnan.packkit import Pack
from lingnan.packkit.models import load_code

FIRST, DAYS = date(2026, 3, 1), 40


@pytest.fixture(scope="module")
def models(environment: Pack) -> Any:
    """The pack's Python."""
    return load_code(environment, "models.py")


def _hours(days: int = DAYS) -> pa.Table:
    """A city whose ozone follows the sun of a weather that changes slowly."""
    drawn, weather, rows = random.Random(5), 0.0, []
    for at in range(days * 24):
        weather = 0.97 * weather + drawn.gauss(0, 4)
        value = max(60 + 35 * math.sin(2 * math.pi * (at % 24 - 9) / 24) + weather, 1.0)
        rows.append({"city": "440100", "day": FIRST + timedelta(days=at // 24), "hour": at % 24 + 1, "pollutant": "o3", "value": value})
    return pa.Table.from_pylist(rows)


def test_the_model_is_told_only_where_it_beats_both_baselines(models: Any) -> None:
    pytest.importorskip("sklearn")
    rows = models.air_forecast({"int_air_city_hour": _hours()}, date(2026, 4, 10))
    assert [(row["horizon"], row["for_day"], row["for_hour"]) for row in rows] == [
        (1, FIRST + timedelta(days=DAYS), 1), (6, FIRST + timedelta(days=DAYS), 6), (24, FIRST + timedelta(days=DAYS), 24),
    ]
    assert {row["method"] for row in rows} == {models.MODEL}
    assert all(row["skill"] > 0 and row["error"] < row["baseline_error"] for row in rows)
    assert all(row["low"] < row["value"] < row["high"] and row["covered"] > 0.75 for row in rows)


def test_the_hours_that_tell_a_methods_error_do_not_choose_it(models: Any) -> None:
    pytest.importorskip("sklearn")
    hours = _hours()
    last = hours.num_rows // 8
    wild = [value if at < hours.num_rows - last else 60.0 + 50 * (at % 2) for at, value in enumerate(hours["value"].to_pylist())]
    told = [
        models.air_forecast({"int_air_city_hour": hours.set_column(4, "value", [values])}, date(2026, 4, 10))
        for values in (hours["value"].to_pylist(), wild)
    ]
    assert [row["method"] for row in told[0]] == [row["method"] for row in told[1]]
    assert any(row["skill"] < 0 for row in told[1]), "a method that stops doing well says so"


def test_without_enough_to_learn_from_the_better_baseline_speaks(models: Any) -> None:
    rows = {row["horizon"]: row for row in models.air_forecast({"int_air_city_hour": _hours(6)}, date(2026, 4, 10))}
    assert {row["method"] for row in rows.values()} <= {models.PERSISTENCE, models.SEASONAL}
    assert rows[1]["method"] == models.PERSISTENCE
    assert rows[6]["method"] == models.SEASONAL
    assert all(row["skill"] == 0 for row in rows.values())


def test_the_forecast_does_not_see_the_future(models: Any) -> None:
    pytest.importorskip("sklearn")
    panel = models._series(_hours())["o3"][0].panel
    model = models.learnt([panel], 700)
    assert not any(leaks(lambda other, horizon=horizon: model_banded(model, other, horizon, 0.9).values, panel, 800) for horizon in (1, 6, 24))
