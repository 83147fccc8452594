"""Files in, clusters out: found without labels, judged by known entities."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lingnan.govern import LinkReport
from tests.govern.linking.conftest import mistyped, persons, register, write

Run = Callable[..., tuple[LinkReport, list[dict[str, Any]]]]


def test_finds_repeated_entries_of_a_register(run: Run, tmp_path: Path) -> None:
    rows = register(1200, 0.5)
    report, links = run(write(tmp_path / "register.csv", rows))
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


def test_the_key_and_the_known_entity_are_never_compared(run: Run, tmp_path: Path) -> None:
    report, _links = run(write(tmp_path / "register.csv", register(300, 0.5)))
    assert not {"c_id", "c_truth"} & {each.name for each in report.columns}
    without, _links = run(write(tmp_path / "other.csv", [{k: v for k, v in row.items() if k != "truth"} for row in register(300, 0.5)]), truth="")
    assert without.quality is None
    assert (without.pairs, without.clusters, without.threshold) == (report.pairs, report.clusters, report.threshold)


def test_links_two_files_one_to_one_when_they_look_so(run: Run, tmp_path: Path) -> None:
    dice = random.Random(5)
    people = persons(900, seed=7)
    left = [{"id": f"a{n}", **row} for n, row in enumerate(people[:700])]
    right = [{"id": f"b{n}", **mistyped(row, dice)} for n, row in enumerate(people[200:])]
    report, links = run(write(tmp_path / "a.csv", left), write(tmp_path / "b.csv", right))
    assert report.one_to_one
    assert report.quality is not None
    assert report.quality.true_pairs == 500
    assert report.quality.f1 >= 0.985
    linked = [row for row in links if row["kind"] == "pair" and row["status"] == "linked"]
    assert len({row["left_id"] for row in linked}) == len(linked)


def test_the_report_has_the_promised_keys(run: Run, tmp_path: Path) -> None:
    report, _links = run(write(tmp_path / "register.csv", register(200, 0.5)))
    told = json.loads(json.dumps(report.payload()))
    assert {"schema", "pairs", "clusters", "threshold", "chosen_by", "review", "precision", "recall", "f1", "b3"} <= set(told)


def test_two_lists_of_strangers_stay_apart(run: Run, tmp_path: Path) -> None:
    rows = [{"id": f"r{n}", **row} for n, row in enumerate(persons(600, seed=21))]
    report, _links = run(write(tmp_path / "register.csv", rows))
    assert report.pairs <= 3
