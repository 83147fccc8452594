"""A made register of persons with the errors of typing, and a way to link files of it."""

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lingnan.base import SystemClock
from lingnan.govern import Asked, Choices, LinkReport, link
from lingnan.lake import Engine, Lake

FIRST = [
    "anna", "benjamin", "carla", "david", "elena", "felix", "greta", "hugo", "irene", "jakob", "karin", "lukas", "marta", "nina", "oskar",
    "paula", "robert", "sophie", "tobias", "ursula", "viktor", "wanda", "yannick", "zoe", "aaron", "bettina", "conrad", "daria", "emil",
    "flora",
]
LAST = [
    "abbott", "barlow", "carver", "dalton", "emerson", "fletcher", "garner", "hobson", "ingram", "jarvis", "kendall", "lowell", "marlow",
    "norris", "osborne", "pearson", "quigley", "radcliffe", "sheldon", "thornton", "underwood", "vickers", "walton", "yardley", "zimmer",
    "ashford", "brandon", "colby", "draper", "ellison", "farrow", "gibbs", "harlow", "irwin",
]
TOWNS = ["northfield", "easton", "westbrook", "southgate", "midvale", "oakham", "lakeside", "hillcrest", "stonebridge", "riverton"]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Lake(tmp_path / "lake", SystemClock()).engine(threads=2, memory="1GB")


@pytest.fixture
def run(engine: Engine, tmp_path: Path) -> Callable[..., tuple[LinkReport, list[dict[str, Any]]]]:
    """Link files and read what was written."""

    def linked(
        left: Path, right: Path | None = None, *, key: str = "id", truth: str = "truth", **choices: Any
    ) -> tuple[LinkReport, list[dict[str, Any]]]:
        out = tmp_path / "links.parquet"
        report = link(Asked(left, right, key, truth), out, engine=engine, views={}, choices=Choices(**choices))
        return report, pq.read_table(out).to_pylist()

    return linked


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def persons(count: int, seed: int = 1) -> list[dict[str, Any]]:
    dice = random.Random(seed)
    return [
        {
            "truth": n, "given_name": dice.choice(FIRST), "surname": dice.choice(LAST), "born": f"{dice.randint(1930, 2005)}{dice.randint(1, 12):02}"
            f"{dice.randint(1, 28):02}", "street": f"{dice.randint(1, 150)} {dice.choice(LAST)} street", "town": dice.choice(TOWNS),
            "phone": str(dice.randint(10**8, 10**9 - 1)),
        }
        for n in range(count)
    ]


def mistyped(row: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """One to three fields with a wrong letter, two letters swapped, or nothing."""
    changed = dict(row)
    for name in dice.sample([name for name in row if name not in ("truth", "id")], dice.randint(1, 3)):
        value, place = row[name], dice.randrange(len(row[name]) - 1)
        changed[name] = dice.choice((
            value[:place] + dice.choice("abcde" if value[place].isalpha() else "12345") + value[place + 1 :],
            value[:place] + value[place + 1] + value[place] + value[place + 2 :],
            value[:place] + value[place + 1 :],
            "",
        ))
    return changed


def register(count: int, repeated: float, seed: int = 1) -> list[dict[str, Any]]:
    """Persons, some of them entered twice, in an order that tells nothing."""
    dice = random.Random(seed + 1)
    rows = persons(count, seed)
    rows += [mistyped(row, dice) for row in rows if dice.random() < repeated]
    dice.shuffle(rows)
    return [{"id": f"r{n}", **row} for n, row in enumerate(rows)]
