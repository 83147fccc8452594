"""A pack scores places by several criteria without code: as the shared method does, by weights of the day, and no persons."""

import random
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from lingnan.lake.spark import portable
from lingnan.methods import topsis, topsis_sql
from lingnan.packkit import bench, check_packs, new_pack, read_pack, troubles, try_pack
from lingnan.packkit.shapes import Place

FIGURE = """
description: {zh: 景区评价权重, en: Weights of criteria}
unit: 份额 share
columns: {criterion: text, weight: number}
values:
  2020-01-01: {rows: [[enterprises, 0.5], [unplaced, 0.5]], reference: 样例权重 an example, proofed: false}
  2026-01-01: {rows: [[enterprises, 0.9], [unplaced, 0.1]], reference: 样例权重 an example, proofed: false}
"""
MEASURED = """-- One row is one county: its enterprises, and those without an entry number.
select e.division as county, count(*) as enterprises, count(*) - count(e.entry_id) as unplaced
from registers.entities as e
group by e.division
"""
ROWS = [{"division": county, "entry_id": f"E{at}" if at % 3 else None} for at, county in enumerate("AABBBBCCCCCCCC")]


def test_sql_scores_as_the_method_does() -> None:
    drawn = random.Random(2)
    rows = [[drawn.uniform(1, 9), drawn.uniform(-3, 3), float(drawn.randint(0, 1))] for _each in range(12)]
    connection = duckdb.connect()
    connection.execute("create table held (i integer, a double, b double, c double)")
    connection.executemany("insert into held values (?, ?, ?, ?)", [(at, *row) for at, row in enumerate(rows)])
    text = topsis_sql("held", ["i"], {"a": "0.5", "b": "0.3", "c": "0.2"}, ["b"])
    assert portable.outside(text) == []
    assert [score for _at, score in connection.sql(f"select * from ({text}) order by i").fetchall()] == pytest.approx(
        topsis(rows, [0.5, 0.3, 0.2], costs=[1])
    )


def scored(folder: Path, **changed: object) -> Path:
    """A new pack with a table of scores."""
    place = new_pack("demo_pack", "E1", folder).place.folder
    told = yaml.safe_load((place / "pack.yaml").read_text(encoding="utf-8"))
    told["scores"] = {"int_score": {
        "reads": "int_measured", "keeps": ["county"], "criteria": ["enterprises", "unplaced"], "costs": ["unplaced"], "weights": "criteria_weights",
    }}
    (place / "pack.yaml").write_text(yaml.safe_dump({**told, **changed}, allow_unicode=True), encoding="utf-8")
    (place / "parameters/criteria_weights.yaml").write_text(FIGURE, encoding="utf-8")
    (place / "sql/int_measured.sql").write_text(MEASURED, encoding="utf-8")
    return place


@pytest.mark.parametrize(("day", "weights"), [(date(2025, 12, 31), [0.5, 0.5]), (date(2026, 1, 1), [0.9, 0.1])])
def test_a_pack_scores_by_the_weights_of_the_day(tmp_path: Path, day: date, weights: list[float]) -> None:
    reading = read_pack(Place(scored(tmp_path), "folder"))
    assert troubles(reading) == []
    assert reading.pack is not None
    [standing] = check_packs([reading])
    assert [each.en for each in standing.findings if each.rule != "readme"] == []
    assert reading.pack.unproofed_behind("int_score") == ("criteria_weights",)
    with bench() as engine:
        made = try_pack(engine, reading.pack, {"registers.entities": ROWS}, day, ["int_measured", "int_score"])
    measured = sorted(made["int_measured"].to_pylist(), key=lambda row: row["county"])
    wanted = topsis([[row["enterprises"], row["unplaced"]] for row in measured], weights, costs=[1])
    assert {row["county"]: row["score"] for row in made["int_score"].to_pylist()} == pytest.approx(
        {row["county"]: score for row, score in zip(measured, wanted, strict=True)}
    )


def test_natural_persons_are_not_scored(tmp_path: Path) -> None:
    told = troubles(read_pack(Place(scored(tmp_path, subjects="people"), "folder")))
    assert any("RESPONSIBLE_USE" in each.en for each in told)


def test_a_score_over_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    place = scored(tmp_path)
    (place / "sql/int_measured.sql").unlink()
    assert [(each.file, "int_measured" in each.en) for each in troubles(read_pack(Place(place, "folder")))] == [("pack.yaml", True)]
