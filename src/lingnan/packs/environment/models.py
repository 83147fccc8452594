"""What SQL cannot say: forecasts of the air by the method that fares best on unseen hours, sources of particles, places where complaints gather."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from lingnan.base import Unavailable, WrongUse
from lingnan.methods import (
    DirectModel,
    Panel,
    Setup,
    banded,
    contest,
    factor_amounts,
    fit_forecast,
    grid_hot_spots,
    mass_balance,
    model_banded,
    persistence,
    search_factors,
    seasonal_naive,
)

HORIZONS, DAY = (1, 6, 24), 24
LEARNT_DAYS = 90
"""Newest days that are looked at: more hours of all cities take longer to learn than a build may."""
TRIED = 0.25
"""Share of the series, at its end, from which nothing is learnt: its older half chooses the method, its newer half tells how well it does."""
CONFIDENCE, LEAST_HOURS = 0.9, 72
PERSISTENCE, SEASONAL, MODEL = "persistence", "seasonal", "boosting"
SETUP = Setup(horizons=HORIZONS, season=DAY, floor=0.0)
Row = dict[str, Any]


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


def air_forecast(tables: Mapping[str, pa.Table], as_of: date) -> list[Row]:
    """One row is one city, pollutant and horizon, forecast from the newest hour; with the error on unseen hours beside that of the best baseline."""
    return [row for pollutant, several in _series(tables["int_air_city_hour"]).items() for row in _pollutant(pollutant, several)]


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


def _pollutant(pollutant: str, several: Sequence[Series]) -> list[Row]:
    model = learnt([each.panel for each in several], min(each.split for each in several))
    return [_row(series, horizon, model) for series in several for horizon in HORIZONS]


def learnt(panels: Sequence[Panel], until: int) -> DirectModel | None:
    """The model of all cities together; None without the extra or with too little to learn from."""
    try:
        return fit_forecast(panels, SETUP, until)
    except (Unavailable, WrongUse):
        return None


def _row(series: Series, horizon: int, model: DirectModel | None) -> Row:
    values, origin = series.panel.values, series.origin
    plain = {PERSISTENCE: persistence(values, horizon), SEASONAL: seasonal_naive(values, horizon, DAY)}
    baselines = {name: banded(values, made, horizon, series.split, CONFIDENCE) for name, made in plain.items()}
    models = {MODEL: model_banded(model, series.panel, horizon, CONFIDENCE)} if model else {}
    found = contest(values, horizon, series.split, baselines, models)
    chosen, (made_on, made_hour), (for_day, for_hour) = {**baselines, **models}[found.method], series.moment(origin), series.moment(origin + horizon)
    return {
        "city": series.city, "pollutant": series.pollutant, "horizon": horizon, "made_on": made_on, "made_hour": made_hour, "for_day": for_day,
        "for_hour": for_hour, "value": _rounded(chosen.values[origin]), "low": _rounded(chosen.low[origin]), "high": _rounded(chosen.high[origin]),
        "method": found.method, "error": _rounded(found.error), "baseline": found.baseline, "baseline_error": _rounded(found.baseline_error),
        "skill": _rounded(found.skill, 3), "covered": _rounded(found.covered, 3), "tried_hours": found.tried,
    }


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


WHOLE = "pm25"  # the component that is the mass of all
Held = dict[str, tuple[float, float]]
"""What a sample holds: value and uncertainty by component."""


def int_air_balance(tables: Mapping[str, pa.Table], as_of: date) -> list[Row]:
    """One row is one source of one sample, by the profiles of its day; a sample that cannot be parted tells why."""
    profiles = tables["int_source_profile"].to_pylist()
    return [{**about, **row} for about, held in _samples(tables["int_speciation"]) for row in _parted(held, _known(profiles, about["day"]))]


def _known(profiles: Sequence[Mapping[str, Any]], day: date) -> dict[str, Held]:
    found: dict[str, Held] = {}
    for row in (each for each in profiles if each["valid_from"] <= day <= each["valid_to"]):
        found.setdefault(row["source"], {})[row["species"]] = (row["share"], row["uncertainty"])
    return found


def _parted(held: Held, profiles: Mapping[str, Held]) -> list[Row]:
    mass = held[WHOLE][0] if WHOLE in held else None
    try:
        made = mass_balance({name: value for name, value in held.items() if name != WHOLE}, profiles, mass)
    except WrongUse as error:
        return [{"source": source, "mass": mass, "refused": error.zh} for source in sorted(profiles)]
    whole = sum(each.amount for each in made.contributions)
    about = {"explained": whole, "r_square": made.r_square, "chi_square": made.chi_square, "mass_percent": made.mass_percent}
    figures = [(each.source, {**about, "amount": each.amount, "uncertainty": each.uncertainty}) for each in made.contributions]
    return [{"source": source, "mass": mass, **{name: _rounded(value, 4) for name, value in each.items()}} for source, each in figures]


def int_air_factor(tables: Mapping[str, pa.Table], as_of: date, parameters: Mapping[str, Any]) -> list[Row]:
    """One row is one component of one factor, for every number of factors tried; none with too few samples or components, or without the extra."""
    [told] = [row for row in parameters["factor_search"].to_pylist() if row["valid_from"] <= as_of <= row["valid_to"]]
    samples = [_weighable(held) for _about, held in _samples(tables["int_speciation"])]
    if len(samples) < told["least_samples"]:
        return []
    try:
        found = search_factors(samples, range(told["lowest"], told["highest"] + 1), WHOLE, told["starts"], told["gain"], told["draws"])
    except (Unavailable, WrongUse):
        return []
    return [
        {"number": number, "factor": factor, "species": species, "expected": found.tried[number].expected, "chosen": number == found.chosen,
         "q": _rounded(found.tried[number].q, 6),
         **{name: _rounded(each, 6) for name, each in zip(("share", "low", "high", "amount"), figures, strict=True)}}
        for number, factor, species, *figures in found.shares()
    ]


def _weighable(held: Held) -> Held:
    """What factors may rest on: blanks taken off can leave a value below nought, which then weighs nothing."""
    return {name: each for name, each in held.items() if each[0] >= 0 and each[1] > 0}


def int_air_factor_amount(tables: Mapping[str, pa.Table], as_of: date) -> list[Row]:
    """One row is what one factor of the chosen number gave to one sample."""
    profiles: dict[int, dict[str, float]] = {}
    for row in (each for each in tables["int_air_factor"].to_pylist() if each["chosen"]):
        profiles.setdefault(row["factor"], {})[row["species"]] = row["share"]
    if not profiles:
        return []
    samples = _samples(tables["int_speciation"])
    made = factor_amounts([_weighable(held) for _about, held in samples], list(profiles.values()), WHOLE)
    return [
        {**about, "factor": factor, "amount": _rounded(amount, 6)}
        for (about, _held), amounts in zip(samples, made, strict=True) for factor, amount in zip(profiles, amounts, strict=True)
    ]


def _samples(components: pa.Table) -> list[tuple[Row, Held]]:
    """What each filter holds, with where and when it was taken, in the order of their numbers."""
    found: dict[str, tuple[Row, Held]] = {}
    for row in components.to_pylist():
        about = {name: row[name] for name in ("sample_no", "station_no", "city", "day")}
        found.setdefault(row["sample_no"], (about, {}))[1][row["species"]] = (row["value"], row["uncertainty"])
    return [found[number] for number in sorted(found)]


def int_complaint_spot(tables: Mapping[str, pa.Table], as_of: date) -> list[Row]:
    """One row is one cell with complaints: Gi* among all cells of the frame about its city's, and whether it is believed to gather them."""
    kinds: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
    for row in tables["int_complaint_cell"].to_pylist():
        kinds.setdefault((row["city"], row["category"]), {})[row["cell_x"], row["cell_y"]] = row["complaints"]
    return [
        {"city": city, "category": category, "cell_x": x, "cell_y": y, "complaints": cells[x, y], "z": _rounded(spot.z, 4),
         "chance": _rounded(spot.chance, 6), "gathers": spot.gathers}
        for (city, category), cells in sorted(kinds.items()) for (x, y), spot in sorted(grid_hot_spots(cells).items())
    ]
