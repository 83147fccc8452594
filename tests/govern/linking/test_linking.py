"""Files in, clusters out: found without labels, judged by known entities."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lingnan.govern import LinkReport
from tests.govern.linking.conftest import FIRST, LAST, mistyped, persons, register, write

Run = Callable[..., tuple[LinkReport, list[dict[str, Any]]]]


def test_finds_repeated_entries_of_a_register(run: Run, tmp_path: Path) -> None:
    rows = register(800, 0.5)
    report, links = run(write(tmp_path / "register.csv", rows))
    told = json.loads(json.dumps(report.payload()))
    assert {"schema", "pairs", "clusters", "threshold", "chosen_by", "review", "precision", "recall", "f1", "b3"} <= set(told)
    assert not {"c_id", "c_truth"} & {each.name for each in report.columns}  # neither is ever compared
    assert report.quality is not None
    assert report.quality.f1 >= 0.985
    assert report.quality.precision >= 0.99
    assert report.chosen_by == "model"
    # What was promised without labels is near what came.
    assert abs(report.expected_recall - report.quality.recall) < 0.03
    records = [row for row in links if row["kind"] == "record"]
    assert sorted(row["id"] for row in records) == sorted(row["id"] for row in rows)
    assert len({row["cluster"] for row in records}) == report.clusters
    linked = [row for row in links if row["kind"] == "pair" and row["status"] == "linked"]
    cluster = {row["id"]: row["cluster"] for row in records}
    assert all(cluster[row["left_id"]] == cluster[row["right_id"]] and row["weight"] is not None for row in linked)
    assert len([row for row in links if row["kind"] == "pair"]) == report.compared


def test_links_two_files_one_to_one_when_they_look_so(run: Run, tmp_path: Path) -> None:
    dice = random.Random(5)
    people = persons(600, seed=7)
    left = [{"id": f"a{n}", **row} for n, row in enumerate(people[:450])]
    right = [{"id": f"b{n}", **mistyped(row, dice)} for n, row in enumerate(people[150:])]
    report, links = run(write(tmp_path / "a.csv", left), write(tmp_path / "b.csv", right))
    assert report.one_to_one
    assert report.quality is not None
    assert report.quality.true_pairs == 300
    assert report.quality.f1 >= 0.985
    linked = [row for row in links if row["kind"] == "pair" and row["status"] == "linked"]
    assert len({row["left_id"] for row in linked}) == len(linked)


def test_relatives_of_one_household_stay_apart(run: Run, tmp_path: Path) -> None:
    dice = random.Random(8)
    rows: list[dict[str, Any]] = []
    for _home in range(300):
        surname, street, phone = dice.choice(LAST), f"{dice.randint(1, 400)} {dice.choice(LAST)} road", str(dice.randint(10**8, 10**9 - 1))
        for _member in range(dice.choice((1, 2, 3, 4))):
            born = f"{dice.randint(1930, 2015)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
            own = {"truth": len(rows), "first_name": dice.choice(FIRST), "born": born}
            rows.append({**own, "last_name": surname, "address": street, "phone": phone})
    rows += [mistyped(row, dice) for row in rows if dice.random() < 0.4]
    dice.shuffle(rows)
    report, _links = run(write(tmp_path / "register.csv", [{"id": f"r{n}", **row} for n, row in enumerate(rows)]))
    assert report.quality is not None
    # Pairs within a household are more than true ones; learnt as one entity, precision would be about a quarter.
    assert report.quality.precision >= 0.7
    assert report.quality.recall >= 0.95


def test_two_lists_of_strangers_stay_apart(run: Run, tmp_path: Path) -> None:
    rows = [{"id": f"r{n}", **row} for n, row in enumerate(persons(400, seed=21))]
    report, _links = run(write(tmp_path / "register.csv", rows))
    assert report.pairs <= 3
