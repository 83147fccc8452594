"""One saved model weighs and clusters the same records alike on both engines; an engine over several machines learns beside it."""

import json
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lingnan.base import BadInput, SystemClock
from lingnan.govern import Asked, Choices, LinkReport, link, read_model
from lingnan.lake import Engine, Lake
from tests.govern.linking.conftest import mistyped, persons, register, write

RECORDS = 2_000
"""Of the long run and the short: what a statement costs the cluster's engine is the same for all of them."""
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
WEIGHT = 1e-6


def resident(row: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The same person with a Chinese name and an address beside what tells the made ones apart."""
    name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
    address = f"广州市天河区{dice.choice(GIVEN)}{dice.choice(SURNAMES)}路{dice.randint(1, 300)}号{dice.randint(1, 30)}栋"
    return {**row, "xm": name, "address": address}


def entered(count: int) -> list[dict[str, Any]]:
    """So many records of persons, a third of them entered twice with slips."""
    dice = random.Random(7)
    rows = [resident(row, dice) for row in persons(count * 3 // 4, 3)]
    rows += [mistyped(row, dice) for row in dice.sample(rows, count - len(rows))]
    return [{"id": f"r{n}", **row} for n, row in enumerate(dice.sample(rows, len(rows)))]


def linked(engine: Engine, file: Path, out: Path, choices: Choices) -> tuple[LinkReport, dict[str, int], dict[tuple[str, str], dict[str, Any]]]:
    """The report, every record's cluster, and every pair."""
    report = link(Asked(file, None, "id", "truth"), out, engine=engine, views={}, choices=choices)
    rows = pq.read_table(out).to_pylist()
    pairs = {(row["left_id"], row["right_id"]): row for row in rows if row["kind"] == "pair"}
    return report, {row["id"]: row["cluster"] for row in rows if row["kind"] == "record"}, pairs


@pytest.mark.long
@pytest.mark.spark
@pytest.mark.timeout(1800)
def test_one_model_on_both_engines(tmp_path: Path, spark_local: str) -> None:
    lake, file, model = Lake(tmp_path / "lake", SystemClock()), write(tmp_path / "persons.csv", entered(RECORDS)), tmp_path / "model.json"
    embedded = lake.engine(threads=2, memory="1GB")
    learnt, own, _ = linked(embedded, file, tmp_path / "own.parquet", Choices(save=model))
    by_model = Choices(model=read_model(model))
    here, mine, ours = linked(embedded, file, tmp_path / "here.parquet", by_model)
    there, theirs, others = linked(lake.engine(spark_local, threads=2, memory="1GB"), file, tmp_path / "there.parquet", by_model)
    assert (mine, here.pairs, here.review) == (own, learnt.pairs, learnt.review)
    assert theirs == mine
    assert (there.pairs, there.clusters, there.review, there.quality) == (here.pairs, here.clusters, here.review, here.quality)
    assert there.records == RECORDS
    assert here.pairs > RECORDS / 5
    assert others.keys() == ours.keys()
    apart = [pair for pair in ours if abs(others[pair]["weight"] - ours[pair]["weight"]) > WEIGHT or others[pair]["status"] != ours[pair]["status"]]
    assert apart == []


@pytest.mark.spark
@pytest.mark.long  # an engine over several machines learns beside it by the same code
def test_a_cluster_that_is_given_no_model_learns_beside_it(tmp_path: Path, spark_local: str) -> None:
    lake, file = Lake(tmp_path / "lake", SystemClock()), write(tmp_path / "persons.csv", register(250, 0.5))
    here, mine, _ = linked(lake.engine(threads=2, memory="1GB"), file, tmp_path / "here.parquet", Choices())
    there, theirs, _ = linked(lake.engine(spark_local, threads=2, memory="1GB"), file, tmp_path / "there.parquet", Choices())
    assert (theirs, there.threshold) == (mine, here.threshold)


def test_a_model_links_other_records_and_says_no_value(engine: Engine, tmp_path: Path) -> None:
    rows = register(250, 0.5)
    model = tmp_path / "models" / "persons.json"
    learnt, _, _ = linked(engine, write(tmp_path / "one.csv", rows), tmp_path / "one.parquet", Choices(save=model))
    told = model.read_text(encoding="utf-8")
    assert not [row["phone"] for row in rows if row["phone"] and row["phone"] in told]
    others = [{"id": f"s{n}", **{name: value for name, value in row.items() if name != "id"}} for n, row in enumerate(register(200, 0.5, seed=9))]
    report, _, _ = linked(engine, write(tmp_path / "two.csv", others), tmp_path / "two.parquet", Choices(model=read_model(model)))
    assert report.threshold == learnt.threshold
    assert report.quality is not None
    assert report.quality.f1 > 0.9
    asked, _, _ = linked(engine, tmp_path / "two.csv", tmp_path / "two.parquet", Choices(model=read_model(model), threshold=40.0))
    assert (asked.chosen_by, asked.threshold) == ("asked", 40.0)
    assert asked.pairs < report.pairs


@pytest.mark.parametrize("change", [{"schema": 1}, {"rules": None}, {"comparisons": []}])
def test_what_is_no_model_is_refused(engine: Engine, tmp_path: Path, change: dict[str, Any]) -> None:
    file, model = write(tmp_path / "one.csv", register(120, 0.5)), tmp_path / "model.json"
    linked(engine, file, tmp_path / "one.parquet", Choices(save=model))
    model.write_text(json.dumps({**json.loads(model.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    with pytest.raises(BadInput):
        linked(engine, file, tmp_path / "one.parquet", Choices(model=read_model(model)))
