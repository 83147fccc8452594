"""Statistics of a whole year: the percentile's golden number, attainment under three editions, and what makes a year valid."""

from datetime import date, timedelta
from typing import Any

from lingnan.lake import Engine
from lingnan.packkit import Pack, try_pack

FIRST, LENGTH = date(2026, 1, 1), 365


def _year(pollutant: str, values: list[int], skip: int = 0) -> list[dict[str, Any]]:
    """A year of one station, each day with a value of its own, its first days left out."""
    return [
        {"station_no": "A1", "day": FIRST + timedelta(days=at), "hour": hour, pollutant: value + (1 if hour % 2 else -1)}
        for at, value in enumerate(values) if at >= skip for hour in range(1, 21)
    ]


def _judged(engine: Engine, pack: Pack, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    made = try_pack(engine, pack, {"shengtai.air_hour": rows}, date(2027, 1, 31), ["air_statistic"])["air_statistic"].to_pylist()
    return {row["edition"]: row for row in made if row["kind"] == "year"}


def test_the_percentile_of_one_to_365_at_ninety_five_is_346_point_8(desk: Engine, environment: Pack) -> None:
    found = _judged(desk, environment, _year("pm25", [(day * 101) % LENGTH + 1 for day in range(LENGTH)]))
    assert {edition: (row["days"], row["mean"], row["percentile"]) for edition, row in found.items()} == dict.fromkeys(
        ("2012", "2026", "2031"), (365, 183.0, 347.0),
    )
    assert [found[edition]["percentile_over"] for edition in ("2012", "2026", "2031")] == [3.63, 4.78, 5.94]
    assert [found[edition]["in_force"] for edition in ("2012", "2026", "2031")] == [False, True, False]


def test_one_year_attains_by_one_edition_and_fails_by_the_next(desk: Engine, environment: Pack) -> None:
    found = _judged(desk, environment, _year("pm25", [30 + (1 if day % 2 else -1) for day in range(LENGTH)]))
    assert found["2026"]["mean"] == 30
    assert {edition: row["attained"] for edition, row in found.items()} == {"2012": True, "2026": True, "2031": False}
    assert found["2031"]["mean_over"] == 0.2


def test_a_year_needs_324_days_and_every_month(desk: Engine, environment: Pack) -> None:
    values = [50 + day % 7 for day in range(LENGTH)]
    assert all(row["enough"] for row in _judged(desk, environment, _year("no2", values, skip=4)).values())
    assert not any(row["enough"] for row in _judged(desk, environment, _year("no2", values, skip=5)).values())  # January has 26 days then
