"""The index of the air, held to an exact calculation at and beside every breakpoint of both editions."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from lingnan.lake import Engine
from lingnan.packkit import Pack, pack_places, try_pack

DAY = date(2026, 3, 1)
POLLUTANTS = {"so2_24h": "so2", "no2_24h": "no2", "co_24h": "co", "pm10_24h": "pm10", "pm25_24h": "pm25"}


def _intervals(pack: Pack, edition: str, metric: str) -> list[tuple[int, int, int, int | None]]:
    dated = pack.parameters["air_breakpoints"].values
    rows = [row for each in dated.values() for row in each.rows or () if row[:2] == (edition, metric)]
    return [tuple(row[2:]) for row in rows]  # type: ignore[misc]


def _index(intervals: list[tuple[int, int, int, int | None]], value: Fraction) -> int:
    """By hand: the interval in which the value lies, its low end outside."""
    for low_index, high_index, low, high in intervals:
        if high is None:
            return low_index
        if value <= high:
            return ceil(Fraction(high_index - low_index, high - low) * (value - low) + low_index)
    raise AssertionError(value)


def _hours(number: int, pollutant: str, value: Decimal, step: Decimal) -> list[dict[str, Any]]:
    """Twenty hours whose mean is the value and of which no two that follow each other are equal."""
    return [
        {"station_no": f"{pollutant}-{value}", "day": DAY + timedelta(days=number % 9), "hour": hour,
         pollutant: value + (step if hour % 2 else -step)} for hour in range(1, 21)
    ]


def test_every_breakpoint_is_exact_under_both_editions(environment: Pack, desk: Engine) -> None:
    rows, wanted = [], {}
    for number, (metric, pollutant) in enumerate(POLLUTANTS.items()):
        step = Decimal("0.1") if pollutant == "co" else Decimal(1)
        ends = {end for edition in ("2012", "2026") for each in _intervals(environment, edition, metric) for end in each[2:] if end}
        most = next(row[1] for dated in environment.parameters["air_checks"].values.values() for row in dated.rows or () if row[0] == pollutant)
        for value in sorted({Decimal(end) + beside for end in ends for beside in (-step, Decimal(0), step)}):
            if value + step > Decimal(str(most)):
                continue
            rows += _hours(number, pollutant, value, step)
            for edition in ("2012", "2026"):
                wanted[f"{pollutant}-{value}", edition] = _index(_intervals(environment, edition, metric), Fraction(value))
    made = try_pack(desk, environment, {"shengtai.air_hour": rows}, DAY, ["air_item"])["air_item"].to_pylist()
    found = {(row["place"], row["edition"]): row["item_index"] for row in made}
    assert len(wanted) > 150
    assert found == wanted


def test_the_pack_of_the_wheel_is_found_by_looking() -> None:
    assert "environment" in {place.folder.name for place in pack_places()}
