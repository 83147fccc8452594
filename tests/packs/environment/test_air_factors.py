"""Sources of particles worked out without profiles, over the pack's own SQL: found again, named, held against the mass balance, told with bounds."""

import math
import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from lingnan.lake import Engine
from lingnan.packkit import Pack, try_pack
from lingnan.packkit.laying import listing

DAY = date(2026, 6, 30)
CITIES = {"440100": {"dust": 4.0, "coal": 3.5, "vehicle": 9.0, "sulphate": 6.0, "nitrate": 5.0, "biomass": 2.5, "sea": 1.5},
          "440800": {"dust": 4.0, "coal": 2.5, "vehicle": 5.0, "sulphate": 6.5, "nitrate": 3.0, "biomass": 5.0, "sea": 4.0}}
TABLES = ["air_factor", "air_factor_number", "air_factor_species", "air_factor_city", "air_source_city"]

pytest.importorskip("numpy")


def profiles(pack: Pack) -> dict[str, dict[str, float]]:
    """The pack's own profiles of the day."""
    found: dict[str, dict[str, float]] = {}
    for row in listing(pack.parameters["source_profiles"]).to_pylist():
        found.setdefault(row["source"], {})[row["species"]] = row["share"]
    return found


def filters(known: Mapping[str, Mapping[str, float]], count: int = 60) -> tuple[list[dict[str, Any]], dict[tuple[str, str], float]]:
    """Filters of two cities, whose sources come and go by themselves, and what each source gave on average."""
    drawn, rows, gave = random.Random(9), [], dict[tuple[str, str], float]()
    for city, usual in CITIES.items():
        for number in range(count):
            amounts = {source: mean * math.exp(drawn.gauss(0, 0.6)) for source, mean in usual.items()}
            held = {"pm25": sum(amounts.values())}
            for source, amount in amounts.items():
                gave[city, source] = gave.get((city, source), 0.0) + amount / count
                for species, share in known[source].items():
                    held[species] = held.get(species, 0.0) + amount * share
            about = {"sample_no": f"{city}-{number:03}", "station_no": city[:4], "city": city, "day": date(2026, 1, 1) + timedelta(days=number)}
            rows += [
                {**about, "species": name, "value": round(max(value * drawn.gauss(1, 0.05), 0.0), 5), "uncertainty": round(0.05 * value + 0.002, 5)}
                for name, value in held.items()
            ]
    return rows, gave


@pytest.fixture(scope="module")
def planted(environment: Pack) -> tuple[list[dict[str, Any]], dict[tuple[str, str], float]]:
    """Filters and the truth behind them."""
    return filters(profiles(environment))


@pytest.fixture(scope="module")
def made(desk: Engine, environment: Pack, planted: tuple[list[dict[str, Any]], Any]) -> Mapping[str, pa.Table]:
    """The tables of factors made of them."""
    return try_pack(desk, environment, {"shengtai.speciation": planted[0]}, DAY, TABLES)


def test_as_many_factors_are_chosen_as_there_are_sources_and_each_is_named(made: Mapping[str, pa.Table]) -> None:
    [chosen] = [row for row in made["air_factor_number"].to_pylist() if row["chosen"]]
    assert (chosen["number"], 0.5 < chosen["ratio"] < 1.2) == (7, True)
    factors = made["air_factor"].to_pylist()
    assert {row["source"] for row in factors} == set(CITIES["440100"])
    assert all(row["named"] and row["samples"] == 120 for row in factors)
    assert sum(row["share"] for row in factors) == pytest.approx(1)


def test_amounts_by_city_are_near_what_was_given_and_stand_beside_the_balance(
    made: Mapping[str, pa.Table], planted: tuple[Any, dict[tuple[str, str], float]],
) -> None:
    """Factors can turn into each other: half as much again is as near as they come for a small source; where cities differ, they are told to."""
    found = {(row["city"], row["source"]): row for row in made["air_factor_city"].to_pylist()}
    balanced = {(row["city"], row["source"]): row["amount"] for row in made["air_source_city"].to_pylist()}
    assert set(found) == set(planted[1])
    for at, gave in planted[1].items():
        assert found[at]["amount"] == pytest.approx(gave, rel=0.5), at
        assert found[at]["balanced"] == pytest.approx(balanced[at]), at
    for source in ("vehicle", "nitrate", "biomass", "sea"):
        told = found["440100", source]["amount"] / found["440800", source]["amount"]
        assert told == pytest.approx(planted[1]["440100", source] / planted[1]["440800", source], rel=0.25), source


def test_each_component_is_explained_whole_and_the_bounds_hold_the_share(made: Mapping[str, pa.Table]) -> None:
    rows = made["air_factor_species"].to_pylist()
    explained: dict[str, float] = {}
    for row in rows:
        explained[row["species"]] = explained.get(row["species"], 0.0) + row["explains"]
    assert "pm25" not in explained
    assert explained == pytest.approx(dict.fromkeys(explained, 1.0), abs=1e-6)
    assert all(row["low"] is not None and row["low"] <= row["high"] for row in rows)
    by_source = {(row["source"], row["species"]): row["explains"] for row in rows}
    assert by_source["sea", "na"] > 0.8
    assert by_source["nitrate", "no3"] > 0.8
    assert by_source["vehicle", "zn"] > 0.8


def test_a_value_below_nought_weighs_nothing_and_stops_no_build(desk: Engine, environment: Pack, planted: tuple[list[dict[str, Any]], Any]) -> None:
    """Blanks taken off give such values; an uncertainty of nought is a fault of whoever delivered it."""
    rows = [dict(row) for row in planted[0] if row["sample_no"] < "440800"]
    faulty = [row for row in rows if row["species"] == "as"]
    faulty[3]["value"], faulty[7]["uncertainty"] = -0.01, 0.0
    made = try_pack(desk, environment, {"shengtai.speciation": rows}, DAY, ["air_factor", "air_source"])
    assert {row["samples"] for row in made["air_factor"].to_pylist()} == {60}
    assert made["air_source"].num_rows == 60 * 7


def test_too_few_components_give_no_factors_and_stop_no_build(desk: Engine, environment: Pack, planted: tuple[list[dict[str, Any]], Any]) -> None:
    rows = [row for row in planted[0] if row["species"] in ("pm25", "si", "oc")]
    assert try_pack(desk, environment, {"shengtai.speciation": rows}, DAY, ["air_factor"])["air_factor"].num_rows == 0
