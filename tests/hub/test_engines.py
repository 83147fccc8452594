"""A build whose large steps run on Spark makes the same tables, and says where each was made; parity can fail."""

import pytest

from benchmarks.parity import built_again, difference
from lingnan.base import WrongUse, load_settings
from lingnan.hub import Hub
from lingnan.lake import CommitFacts, Lake
from tests import pension

STEPS = ["govern:minzheng.pension", "insight:figures"]
LINES = ["P1,440103,100,王小明", "P2,440305,200,李秀英", "P3,440103,many,王大明", "P4,999999,400,欧阳明", "P4,440305,500,王小明", "P5,440305,,"]


@pytest.fixture
def home(tmp_path, furnish, monkeypatch):
    """A hub with one feed, built by the embedded engine."""
    monkeypatch.setenv("LINGNAN_CLOCK", "2026-11-01T00:00:00+08:00")
    monkeypatch.setenv("LINGNAN_ENGINE_FROM", "0")
    home = pension.describe(furnish(tmp_path / "home"))
    (home / "pensions.csv").write_text("\n".join(["编号,区划,金额,姓名", *LINES]) + "\n", encoding="utf-8")
    with Hub.open(load_settings(home)) as hub:
        hub.build(only=STEPS).ensure_done()
    return home


@pytest.mark.spark
def test_a_build_on_spark_makes_the_same_tables_and_says_so(home, tmp_path, spark_local):
    _seconds, told = built_again(home, tmp_path / "copy", spark_local, STEPS)
    assert all("ran on spark" in told[step] for step in STEPS), told
    first, second = (Lake(folder / "lake", load_settings(folder).make_clock()) for folder in (home, tmp_path / "copy"))
    made = [table for table in first.tables() if not table.startswith("landing.")]
    assert {"minzheng.pension", "quarantine.minzheng_pension"} <= set(made)
    assert first.rows("quarantine.minzheng_pension") > 0
    assert {table: difference(first, second, table) for table in made} == dict.fromkeys(made, "")
    assert second.history("minzheng.pension", 1)[0].extra["engine"] == "spark"
    assert "engine" not in first.history("minzheng.pension", 1)[0].extra


def test_an_engine_that_is_none_is_refused_before_anything_runs(home):
    with Hub.open(load_settings(home)) as hub, pytest.raises(WrongUse):
        hub.build(engine="yarn")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("select * from one", ""), ("select * from one order by id desc", ""), ("select id, part, money, share * (1 + 1e-12) as share from one", ""),
        ("select id, part, money, share * 1.001 as share from one", "share"), ("select * from one where id < 3", "rows"),
        ("select id, part, cast(money + 0.01 as decimal(18, 2)) as money, share from one", "money"),
        ("select id, upper(part) as part, money, share from one", "part"), ("select id, part, money from one", "columns"),
        ("select * from one where id > 0 union all select * from one where id = 1", "rows apart"),
    ],
)
def test_parity_sees_every_difference_but_order_and_the_last_digits(tmp_path, other, told):
    lakes = [Lake(tmp_path / name, load_settings(tmp_path).make_clock()) for name in ("one", "two")]
    part = "case when range = 2 then null else 'a' end as part"
    whole = f"select range as id, {part}, cast(range as decimal(18, 2)) as money, 1 / (range + 3) as share from range(4)"
    for lake, sql in zip(lakes, (whole, other.replace("from one", f"from ({whole}) as one")), strict=True):
        lake.engine(threads=1).write("area.t", sql, {}, CommitFacts("test"))
    found = difference(*lakes, "area.t")
    assert (told in found) if told else not found
