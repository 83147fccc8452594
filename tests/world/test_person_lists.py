"""The lists that linking is tried on: hard to tell apart, valid numbers of one person each, the same for the same seed."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lingnan.standards import CITIZEN_NUMBER
from lingnan.world.hard_people import transliterated, with_husbands_surname
from lingnan.world.person_lists import HIDDEN, make_person_lists, scale_of

SCALE = 0.1


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path = tmp_path_factory.mktemp("lists") / "people.parquet"
    assert make_person_lists(path, SCALE, 5) == pq.read_metadata(path).num_rows
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def test_every_person_stands_in_the_lists_under_one_valid_number(rows: list[dict[str, Any]]) -> None:
    held = defaultdict(set)
    for row in rows:
        number = CITIZEN_NUMBER.normal(row["citizen_number"])
        if number and CITIZEN_NUMBER.valid(number):
            held[row["truth"]].add(number)
    assert max(map(len, held.values())) == 1
    assert len(set.union(*held.values())) == len(held)
    assert len({row["id"] for row in rows}) == len(rows)
    assert scale_of(len(rows)) == pytest.approx(SCALE, rel=0.05)
    assert sum(row["citizen_number"] is None for row in rows) / len(rows) == pytest.approx(HIDDEN, rel=0.1)


def test_there_are_namesakes_of_one_day_and_county_and_twins_one_character_apart(rows: list[dict[str, Any]]) -> None:
    at_home = {row["truth"]: row for row in rows if row["address"] and row["name"] and row["birth_date"]}
    alike: Counter[tuple[str, ...]] = Counter((row["name"], row["birth_date"], row["division"]) for row in at_home.values())
    assert sum(count > 1 for count in alike.values()) > 10
    homes = defaultdict(list)
    for row in at_home.values():
        homes[row["address"], row["birth_date"]].append(row["name"])
    near = [names for names in homes.values() if len(names) == 2 and names[0][:2] == names[1][:2] and len(names[0]) == len(names[1]) == 3]
    assert len(near) > 10


def test_offices_err_in_numbers_names_and_births(rows: list[dict[str, Any]]) -> None:
    numbers = [row["citizen_number"] for row in rows if row["citizen_number"]]
    assert 0.02 < sum(not CITIZEN_NUMBER.valid(CITIZEN_NUMBER.normal(each)) for each in numbers) / len(numbers) < 0.04
    assert sum(len(each) == 15 for each in numbers) > 50
    assert sum((row["birth_date"] or "").endswith("0101") for row in rows) > len(rows) * 0.008
    assert transliterated("买买提·艾力", 0.3) == "麦麦提·艾力"
    assert transliterated("买买提·艾力", 0.1) == "买买提"
    assert transliterated("王建国", 0.1) == "王建国"
    assert with_husbands_surname("王小明", 0.0) == "陈王小明"


def test_the_same_seed_gives_the_same_lists(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        make_person_lists(tmp_path / name, 0.01, seed)
    one, same, other = (pq.read_table(tmp_path / name) for name in "abc")
    assert one.equals(same)
    assert not one.equals(other)
