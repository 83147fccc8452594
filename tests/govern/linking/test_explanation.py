"""Plans in a file, and the waterfall of a pair."""

from pathlib import Path

import pytest

from lingnan.base import BadInput, Missing, WrongUse
from lingnan.govern import LinkPlan, explain_pair, link, read_plan
from lingnan.lake import Engine
from tests.govern.linking.conftest import register, write


@pytest.fixture
def rows(tmp_path: Path) -> list[dict[str, str]]:
    made = register(250, 0.5)
    write(tmp_path / "register.csv", made)
    return made


def test_a_plan_says_kinds_what_to_leave_out_and_where_to_write(engine: Engine, tmp_path: Path, rows: list[dict[str, str]]) -> None:
    (tmp_path / "plan.yaml").write_text(
        "left: register.csv\nid: id\ntruth: truth\nout: links.parquet\nleave_out: [phone]\nkinds: {town: category}\nthreshold: 3\n", encoding="utf-8"
    )
    plan = read_plan(tmp_path / "plan.yaml")
    report = link(plan.asked, plan.out, engine=engine, views={}, choices=plan.choices)
    assert "phone" not in {each.title for each in report.columns}
    assert {each.title: each.kind for each in report.columns}["town"] == "category"
    assert (report.threshold, report.chosen_by) == (3.0, "asked")

    # The steps of an explanation add up to the weight that was written.
    twice = [each for each in rows if sum(other["truth"] == each["truth"] for other in rows) == 2]
    first, second = [each["id"] for each in twice if each["truth"] == twice[0]["truth"]]
    told = explain_pair(tmp_path / "links.parquet", first, second, engine=engine, views={})
    import pyarrow.parquet as pq

    written = [
        row for row in pq.read_table(tmp_path / "links.parquet").to_pylist()
        if row["kind"] == "pair" and {row["left_id"], row["right_id"]} == {first, second}
    ]
    assert told.weight == pytest.approx(written[0]["weight"], abs=0.01)
    assert told.weight == pytest.approx(sum(step.bits for step in told.steps))
    assert told.decision == ("above" if told.weight >= 3 else "below")
    zh, en = told.lines("zh"), told.lines("en")
    assert len(zh) == len(en) == len(told.steps) + 2
    assert "阈值" in zh[-1]
    assert "threshold" in en[-1]
    with pytest.raises(Missing):
        explain_pair(tmp_path / "links.parquet", first, "nobody", engine=engine, views={})


@pytest.mark.parametrize("text", ["left: a.csv\nid: x\ncolour: red\n", "- left\n", "left: a.csv\nid: x\nthreshold: high\n"])
def test_a_plan_that_says_nonsense_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        read_plan(tmp_path / "plan.yaml")


def test_side_and_key_must_be_said() -> None:
    from lingnan.govern import Choices

    with pytest.raises(WrongUse):
        LinkPlan.of("", "", "id", "", None, Choices())
