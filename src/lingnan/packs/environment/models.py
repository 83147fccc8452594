"""What SQL cannot say: forecasts of the air by the method that fares best on unseen hours, sources of particles, places where complaints gather."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from lingnan.base import Unavailable, WrongUse
from lingnan.methods import DirectModel, Panel, Setup, coverage, fit_forecast, grid_hot_spots, mass_balance, persistence, rmse, seasonal_naive, skill

HORIZONS, DAY = (1, 6, 24), 24
LEARNT_DAYS = 90
"""Newest days that are looked at: more hours of all cities take longer to learn than a build may."""
TRIED = 0.25
"""Share of the series, at its end, from which nothing is learnt: its older half chooses the method, its newer half tells how well it does."""
CONFIDENCE, LEAST_HOURS = 0.9, 72
PERSISTENCE, SEASONAL, MODEL = "persistence", "seasonal", "boosting"
SETUP = Setup(horizons=HORIZONS, season=DAY, floor=0.0)
SCHEMA = pa.schema([
    ("city", pa.string()), ("pollutant", pa.string()), ("horizon", pa.int64()), ("made_on", pa.date32()), ("made_hour", pa.int64()),
    ("for_day", pa.date32()), ("for_hour", pa.int64()), ("value", pa.float64()), ("low", pa.float64()), ("high", pa.float64()),
    ("method", pa.string()), ("error", pa.float64()), ("baseline", pa.string()), ("baseline_error", pa.float64()), ("skill", pa.float64()),
    ("covered", pa.float64()), ("tried_hours", pa.int64()),
])


@dataclass(frozen=True)
class Series:
    """Hours of one city without gaps in time; `first` is its first day, its first value that of hour 1."""

    city: str
    pollutant: str
    first: date
    panel: Panel

    @property
    def split(self) -> int:
        """The first place on which methods are held against each other."""
        return int(len(self.panel.values) * (1 - TRIED))

    @property
    def origin(self) -> int:
        """The newest hour that has a value."""
        return max(place for place, value in enumerate(self.panel.values) if value is not None)

    def moment(self, place: int) -> tuple[date, int]:
        """Day and hour (1 to 24) of a place."""
        return self.first + timedelta(days=place // DAY), place % DAY + 1


@dataclass(frozen=True)
class Told:
    """What one method says for every origin, with its band."""

    values: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]


def air_forecast(tables: Mapping[str, pa.Table], as_of: date) -> pa.Table:
    """One row is one city, pollutant and horizon, forecast from the newest hour; with the error on unseen hours beside that of the best baseline."""
    found = [row for pollutant, several in _series(tables["int_air_city_hour"]).items() for row in _pollutant(pollutant, several)]
    return pa.Table.from_pylist(found, schema=SCHEMA)


def _series(hours: pa.Table) -> dict[str, list[Series]]:
    told: dict[tuple[str, str], dict[tuple[date, int], float]] = {}
    for row in hours.to_pylist():
        told.setdefault((row["pollutant"], row["city"]), {})[row["day"], row["hour"]] = row["value"]
    found: dict[str, list[Series]] = {}
    for (pollutant, city), values in sorted(told.items()):
        last = max(day for day, _hour in values)
        first = max(min(day for day, _hour in values), last - timedelta(days=LEARNT_DAYS - 1))
        places = [(first + timedelta(days=at), hour) for at in range((last - first).days + 1) for hour in range(1, DAY + 1)]
        ahead = {"hour": [float(hour) for _day, hour in places]}
        if len(places) >= LEAST_HOURS:
            found.setdefault(pollutant, []).append(Series(city, pollutant, first, Panel([values.get(each) for each in places], ahead=ahead)))
    return found


def _pollutant(pollutant: str, several: Sequence[Series]) -> list[dict[str, Any]]:
    model = learnt([each.panel for each in several], min(each.split for each in several))
    return [_row(series, horizon, model) for series in several for horizon in HORIZONS]


def learnt(panels: Sequence[Panel], until: int) -> DirectModel | None:
    """The model of all cities together; None without the extra or with too little to learn from."""
    try:
        return fit_forecast(panels, SETUP, until)
    except (Unavailable, WrongUse):
        return None


def _row(series: Series, horizon: int, model: DirectModel | None) -> dict[str, Any]:
    values, origin = series.panel.values, series.origin
    baselines = {
        PERSISTENCE: _with_band(values, persistence(values, horizon), horizon, series.split),
        SEASONAL: _with_band(values, seasonal_naive(values, horizon, DAY), horizon, series.split),
    }
    every = {**baselines, **({MODEL: told(model, series.panel, horizon)} if model is not None else {})}
    actual = [*values[horizon:], *[None] * horizon]
    places = [at for at in range(series.split, len(values)) if actual[at] is not None and all(_whole(each, at) for each in every.values())]
    half = len(places) // 2
    before, errors = ({name: rmse(*_at(of, actual, each.values)) for name, each in every.items() if half} for of in (places[:half], places[half:]))
    best = min(baselines, key=lambda name: errors.get(name, 0.0))
    method = min(every, key=lambda name: before[name]) if before else best
    chosen, (made_on, made_hour), (for_day, for_hour) = every[method], series.moment(origin), series.moment(origin + horizon)
    return {
        "city": series.city, "pollutant": series.pollutant, "horizon": horizon, "made_on": made_on, "made_hour": made_hour, "for_day": for_day,
        "for_hour": for_hour, "value": _rounded(chosen.values[origin]), "low": _rounded(chosen.low[origin]), "high": _rounded(chosen.high[origin]),
        "method": method, "error": _rounded(errors.get(method)), "baseline": best, "baseline_error": _rounded(errors.get(best)),
        "skill": round(skill(errors[method], errors[best]), 3) if errors else None,
        "covered": round(coverage(*_at(places[half:], actual, chosen.low, chosen.high)), 3) if half else None, "tried_hours": len(places) - half,
    }


def told(model: DirectModel, panel: Panel, horizon: int) -> Told:
    """The model's forecasts for every origin; an origin without a value has none."""
    found = model.forecast(panel, horizon)
    low, high = found.band(CONFIDENCE)
    return Told(*([None if value != value else float(value) for value in column] for column in (found.values, low, high)))


def _with_band(values: Sequence[float | None], made: Sequence[float | None], horizon: int, until: int) -> Told:
    """A baseline with the band that its errors before a place give it."""
    pairs = zip(values[horizon:until], made, strict=False)
    errors = sorted(actual - forecast for actual, forecast in pairs if actual is not None and forecast is not None)
    if not errors:
        return Told(made, [None] * len(made), [None] * len(made))
    low, high = (errors[min(int(len(errors) * share), len(errors) - 1)] for share in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2))
    return Told(made, [None if each is None else max(each + low, 0.0) for each in made], [None if each is None else each + high for each in made])


def _whole(each: Told, at: int) -> bool:
    return each.values[at] is not None and each.low[at] is not None


def _at(places: Sequence[int], *columns: Sequence[float | None]) -> list[list[float | None]]:
    return [[column[place] for place in places] for column in columns]


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


BALANCE = pa.schema([
    ("sample_no", pa.string()), ("station_no", pa.string()), ("city", pa.string()), ("day", pa.date32()), ("source", pa.string()),
    *((name, pa.float64()) for name in ("mass", "amount", "uncertainty", "explained", "r_square", "chi_square", "mass_percent")),
    ("refused", pa.string()),
])
WHOLE = "pm25"  # the component that is the mass of all


def int_air_balance(tables: Mapping[str, pa.Table], as_of: date) -> pa.Table:
    """One row is one source of one sample, by the profiles of its day; a sample that cannot be parted tells why."""
    profiles, samples = tables["int_source_profile"].to_pylist(), dict[tuple[Any, ...], dict[str, tuple[float, float]]]()
    for row in tables["int_speciation"].to_pylist():
        about = (row["sample_no"], row["station_no"], row["city"], row["day"])
        samples.setdefault(about, {})[row["species"]] = (row["value"], row["uncertainty"])
    found = [(*about, *each) for about, held in sorted(samples.items()) for each in _parted(held, _known(profiles, about[3]))]
    return pa.Table.from_pylist([dict(zip(BALANCE.names, each, strict=True)) for each in found], schema=BALANCE)


def _known(profiles: Sequence[Mapping[str, Any]], day: date) -> dict[str, dict[str, tuple[float, float]]]:
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for row in profiles:
        if row["valid_from"] <= day <= row["valid_to"]:
            found.setdefault(row["source"], {})[row["species"]] = (row["share"], row["uncertainty"])
    return found


def _parted(held: Mapping[str, tuple[float, float]], profiles: Mapping[str, Mapping[str, tuple[float, float]]]) -> list[tuple[Any, ...]]:
    mass = held[WHOLE][0] if WHOLE in held else None
    try:
        made = mass_balance({name: value for name, value in held.items() if name != WHOLE}, profiles, mass)
    except WrongUse as error:
        return [(source, mass, *[None] * 6, error.zh) for source in sorted(profiles)]
    whole = sum(each.amount for each in made.contributions)
    measures = (whole, made.r_square, made.chi_square, made.mass_percent)
    return [(each.source, mass, *(_rounded(value, 4) for value in (each.amount, each.uncertainty, *measures)), None) for each in made.contributions]


SPOTS = pa.schema([
    ("city", pa.string()), ("category", pa.string()), ("cell_x", pa.int64()), ("cell_y", pa.int64()), ("complaints", pa.int64()),
    ("z", pa.float64()), ("chance", pa.float64()), ("gathers", pa.bool_()),
])


def int_complaint_spot(tables: Mapping[str, pa.Table], as_of: date) -> pa.Table:
    """One row is one cell with complaints: Gi* among all cells of the frame about its city's, and whether it is believed to gather them."""
    kinds: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
    for row in tables["int_complaint_cell"].to_pylist():
        kinds.setdefault((row["city"], row["category"]), {})[row["cell_x"], row["cell_y"]] = row["complaints"]
    found = [
        (*about, *cell, cells[cell], _rounded(spot.z, 4), _rounded(spot.chance, 6), spot.gathers)
        for about, cells in sorted(kinds.items()) for cell, spot in sorted(grid_hot_spots(cells).items())
    ]
    return pa.Table.from_pylist([dict(zip(SPOTS.names, each, strict=True)) for each in found], schema=SPOTS)
