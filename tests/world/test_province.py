"""The made province itself: everywhere, everybody with numbers of their time, the same for the same seed."""

import sqlite3
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from lingnan.base import Missing, SilentProgress
from lingnan.standards import CITIZEN_NUMBER, ORGANISATION_CODE, USCC, code_list
from lingnan.world import WorldSummary, make_world, read_truth
from lingnan.world.columns import day
from lingnan.world.people import Population
from lingnan.world.places import Places

TODAY = date(2026, 10, 31)


def _files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file() and path.name != "manifest.json"}


def _cells(path: Path) -> list[list[tuple[str, ...]]]:
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master order by name")]
        return [connection.execute(f'select * from "{table}"').fetchall() for table in tables]


def test_same_seed_same_bytes_other_seed_other_people(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_world(tmp_path / name, 0.02, seed, SilentProgress())
    one, same, other = (_files(tmp_path / name) for name in "abc")
    assert one.keys() == same.keys()
    assert [path for path in one if not path.endswith(".db") and one[path] != same[path]] == []
    assert [path for path in one if path.endswith(".db") and _cells(tmp_path / "a" / path) != _cells(tmp_path / "b" / path)] == []
    assert one["world/handover/gongan/resident_440100.csv"] != other["world/handover/gongan/resident_440100.csv"]


def test_made_again_in_the_same_place_nothing_is_left_of_before(tmp_path: Path) -> None:
    make_world(tmp_path, 0.05, 1, SilentProgress())
    make_world(tmp_path, 0.02, 1, SilentProgress())
    make_world(tmp_path / "fresh", 0.02, 1, SilentProgress())
    assert list(_files(tmp_path / "fresh")) == [path for path in _files(tmp_path) if not path.startswith("fresh")]


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(TODAY, 1)


def test_scale_1_reaches_every_city_and_county_in_its_share(places: Places) -> None:
    population = Population(places, 1.0, 1, day(TODAY), np.ones(10))
    county = np.concatenate([people.county for people in population.blocks()])
    counties = {code for code in places.division(np.unique(county)).to_pylist() if not code.endswith("00")}
    assert len(counties) == 122  # county-level divisions of Guangdong
    shares = np.bincount(places.county_city[county], minlength=21) / len(county)
    census = places.city_population / places.city_population.sum()
    assert places.city_population.sum() == 126_012_510  # the census total of the province
    assert np.abs(shares - census).max() < 0.003


def test_ages_names_and_twins_are_as_common_as_told(province: tuple[Path, WorldSummary]) -> None:
    people = read_truth(province[0], "people")
    living = people.filter(people["death_date"].is_null())
    birth = np.array([int(text[:4]) for text in living["birth_date"].to_pylist()])
    old = float((birth <= TODAY.year - 61).mean())
    young = float((birth >= TODAY.year - 14).mean())
    assert 0.10 < old < 0.15  # census: 12.35 % are 60 and older
    assert 0.165 < young < 0.21  # census: 18.85 % are under 15
    assert 1 - people["former_name"].null_count / len(people) == pytest.approx(0.03, rel=0.15)
    assert sum(people["twin"].to_pylist()) / len(people) == pytest.approx(0.005, rel=0.15)


def test_citizen_numbers_are_valid_unique_and_of_a_division_of_their_time(province: tuple[Path, WorldSummary]) -> None:
    people = read_truth(province[0], "people").to_pylist()
    divisions = code_list("divisions")
    assert len({row["citizen_number"] for row in people}) == len(people)
    for row in people:
        number = row["citizen_number"]
        assert CITIZEN_NUMBER.valid(number)
        assert number[6:14] == row["birth_date"].replace("-", "")
        assert int(number[16]) % 2 == int(row["sex"]) % 2
        issued = max(date.fromisoformat(row["birth_date"]), date(1986, 1, 1))
        assert divisions.get(number[:6], issued), (number, issued)


def test_twins_share_birth_and_home_and_bear_neighbouring_numbers(province: tuple[Path, WorldSummary]) -> None:
    people = read_truth(province[0], "people")
    twins = people.filter(people["twin"]).to_pylist()
    homes: dict[tuple[str, str], list[str]] = {}
    for row in twins:
        homes.setdefault((row["household"], row["birth_date"]), []).append(row["citizen_number"])
    assert twins
    assert all(len(numbers) % 2 == 0 for numbers in homes.values())
    assert all(number[:14] == numbers[0][:14] for numbers in homes.values() for number in numbers)


def test_firms_have_valid_codes_and_branches_bear_their_parents_name(province: tuple[Path, WorldSummary]) -> None:
    firms = read_truth(province[0], "firms").to_pylist()
    assert len({row["uscc"] for row in firms}) == len(firms)
    assert all(USCC.valid(row["uscc"]) and ORGANISATION_CODE.valid(row["uscc"][8:17]) for row in firms)
    branches = [row for row in firms if row["parent_firm_id"] is not None]
    assert branches
    assert all(row["name"].startswith(firms[row["parent_firm_id"]]["name"]) and row["name"].endswith("分公司") for row in branches)
    assert all(row["founded_on"] >= firms[row["parent_firm_id"]]["founded_on"] for row in branches)
    industries, kinds = code_list("industries-2017"), code_list("entity-types")
    assert all(row["industry"] in industries and row["kind"] in kinds for row in firms)


def test_stale_codes_lead_to_their_county_and_unknown_ones_never_were(places: Places) -> None:
    divisions = code_list("divisions")
    assert "440183" in places.stale[places.county_code.index("440118")]
    for position, codes in places.stale.items():
        assert all(divisions.successor(code) == (places.county_code[position],) for code in codes)
    assert places.unknown_codes
    assert not any(divisions.ever_existed(code) for code in places.unknown_codes)


def test_truth_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        read_truth(tmp_path, "people")
