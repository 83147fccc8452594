"""The engine on Spark keeps the lake's promises: versions, types, views, temporary tables, and nothing left of a writer that died."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lingnan.base import FixedClock, Incomplete, Missing, WrongUse
from lingnan.lake import CommitFacts, Lake, Unsupported, View, content_hash
from lingnan.lake.spark.driver import configuration, guarded, own_address
from lingnan.lake.staging import staged, sweep_staging
from tests.spark import ENGINES

FACTS = CommitFacts("test:write", code="abc", inputs={"landing.x": 3})
ROWS = (
    "select i as id, cast(i * 1.5 as decimal(18, 2)) as amount, cast(i as double) / 7 as share, date '2026-01-01' + cast(i as integer) as day, "
    "timestamp '2026-01-01 08:00:00' as moment, case when i % 3 = 0 then null else '名' || i end as name from (select range as i from range(10)) as t"
)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake of 岭南", FixedClock(datetime(2026, 11, 1, tzinfo=UTC)))


@pytest.fixture
def spark(lake, spark_local):
    return lake.engine(spark_local, threads=2)


def whole(*tables, version=None):
    return {table: View.for_step(table, "test", version) for table in tables}


@pytest.mark.spark
def test_what_one_engine_writes_the_other_reads(lake, spark):
    """Rows, types, facts, statistics and hash are the same whoever wrote; an older version and an empty one are read; a folder may have a blank."""
    embedded = lake.engine(threads=1)
    embedded.write("area.one", ROWS, {}, FACTS)
    spark.write("area.two", ROWS, {}, FACTS)
    assert lake.schema("area.one") == lake.schema("area.two")
    assert content_hash(lake, embedded, "area.one") == content_hash(lake, embedded, "area.two")
    [commit] = lake.history("area.two")
    assert (commit.job, commit.code, commit.inputs, commit.rows) == ("test:write", "abc", {"landing.x": 3}, 10)
    sql = "select * from area.{} order by id nulls last"
    answers = [engine.query(sql.format(name), whole(f"area.{name}")) for engine in (embedded, spark) for name in ("one", "two")]
    assert all(each.equals(answers[0]) for each in answers)
    row = answers[0].to_pylist()[2]
    assert (row["amount"], row["day"], row["moment"]) == (Decimal("3.00"), date(2026, 1, 3), datetime(2026, 1, 1, tzinfo=UTC))
    spark.write("area.two", f"select * from ({ROWS}) as t where false", {}, FACTS)
    counted = "select count(*) as n from area.two"
    assert [spark.query(counted, whole("area.two", version=v)).to_pylist()[0]["n"] for v in (None, 0)] == [0, 10]
    assert not list(lake.path("area.two").glob(".staging*"))


@pytest.mark.spark
def test_files_carry_the_bounds_that_prune_them_and_moments_of_one_kind(lake, spark):
    spark.write("area.t", ROWS, {}, FACTS)
    log = lake.path("area.t") / "_delta_log" / f"{0:020}.json"
    added = [json.loads(line)["add"] for line in log.read_text().splitlines() if '"add"' in line]
    told = [json.loads(each["stats"]) for each in added]
    assert sum(each["numRecords"] for each in told) == 10
    assert (min(each["minValues"]["id"] for each in told), max(each["maxValues"]["id"] for each in told)) == (0, 9)
    assert max(each["maxValues"]["day"] for each in told) == "2026-01-10"
    assert sum(each["nullCount"]["name"] for each in told) == 4
    assert all(str(pq.read_schema(file).field("moment").type) == "timestamp[us, tz=UTC]" for file in lake.files("area.t"))


@pytest.mark.spark
def test_temporary_tables_hold_what_was_counted_once(lake, spark):
    """Made, added to by place and by name, thinned, made anew of themselves, renamed and dropped, as statements of steps do."""
    lake.append("area.t", pa.table({"id": [1, 2, 3], "name": ["一", "二", None]}), FACTS)
    lake.append("area.t", pa.table({"id": [4], "more": ["new"]}), FACTS)
    with spark.session(whole("area.t")) as session:
        for statement in (
            "create temp table a as select id, name from area.t", "insert into a select 7, 'x'", "insert into a by name select 'y' as name, 8 as id",
            "insert into a (id) select 9", "delete from a where id = 1 or name = 'x'",
            "create or replace temp table a as select * from a where id <> 9",
            "alter table a rename to b", "create temp view c as select id + 1 as i, uuid() as u from b", "drop table if exists never",
            "create temp table d as select uuid() as u from area.t",
        ):
            session.execute(statement)
        assert session.query("select * from b order by id").to_pylist() == [
            {"id": 2, "name": "二"}, {"id": 3, "name": None}, {"id": 4, "name": None}, {"id": 8, "name": "y"},
        ]
        assert session.query("select u from d order by u").equals(session.query("select u from d order by u"))
        with session.stream("select i from c where i > $least order by i", {"least": 3}) as batches:
            assert batches.read_all().to_pydict() == {"i": [4, 5, 9]}
        session.execute("drop table b")
        with pytest.raises(Unsupported):
            session.query("select * from b")
        with pytest.raises(WrongUse):
            session.execute("drop table b")
    assert not any((lake.folder / ".spill").iterdir())


@pytest.mark.spark
def test_parquet_laid_under_a_name_counts_the_rows_of_each_file(lake, spark, tmp_path):
    pq.write_table(pa.table({"a": ["x", "y"]}), tmp_path / "one.parquet")
    pq.write_table(pa.table({"a": ["z"], "b": [1]}), tmp_path / "two.parquet")
    with spark.session({}) as session:
        session.add_parquet("given", [tmp_path / "one.parquet", tmp_path / "two.parquet"])
        found = session.query("select a, b, file_row_number as n from given order by a").to_pylist()
    assert found == [{"a": "x", "b": None, "n": 0}, {"a": "y", "b": None, "n": 1}, {"a": "z", "b": 1, "n": 0}]


@pytest.mark.spark
def test_what_spark_cannot_do_is_said(lake, spark, tmp_path):
    with pytest.raises(Unsupported):
        spark.scan_csv(tmp_path / "x.csv", {})
    with pytest.raises(Missing):
        spark.query("select 1", whole("area.none"))
    with pytest.raises(Exception, match=r"CAST_INVALID_INPUT|TASK_WRITE_FAILED") as wrong:
        spark.write("area.wrong", "select cast('many' || cast(range as varchar) as integer) as n from range(3)", {}, FACTS)
    assert not isinstance(wrong.value, Incomplete)
    assert not lake.exists("area.wrong")
    for sql in ("pivot given on a using sum(b)", "select no_such_function(1)", "select from where", "update t set a = 1"):
        with pytest.raises(Unsupported), spark.session({}) as session:
            session.execute(f"create temp table t as {sql}" if sql.startswith("select no") else sql)


KILLED = """
from pathlib import Path
from lingnan.base import SystemClock
from lingnan.lake import CommitFacts, Lake
lake = Lake(Path({folder!r}), SystemClock())
lake.engine("spark", threads=1).write(
    "area.t", "select range as id, sha256(cast(range as varchar)) as h from range(2000000000)", {{}}, CommitFacts("killed"))
"""


@pytest.mark.spark
def test_a_killed_writer_leaves_no_version_and_its_files_are_swept(lake, spark_local):
    """The driver dies with its process, so nobody goes on writing either."""
    lake.append("area.t", pa.table({"id": [1], "h": ["x"]}), FACTS)
    writer = subprocess.Popen([sys.executable, "-c", KILLED.format(folder=str(lake.folder))])
    deadline = time.monotonic() + 240
    while not list(lake.path("area.t").glob(".staging-*/written/_temporary/**/*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.1)
    [staging] = lake.path("area.t").glob(".staging-*")
    assert sweep_staging(lake.path("area.t"), timedelta(0)) == 0, "a writer that lives keeps its folder"
    writer.kill()
    writer.wait()
    assert lake.rows("area.t") == 1
    for _ in range(300):
        # The virtual machine notices that its process is gone a moment later: it may still be in the middle of a file, or take its files away itself.
        lake.sweep("area.t", timedelta(0))
        if not staging.exists():
            break
        time.sleep(0.1)
    assert not staging.exists()


def test_a_folder_of_a_writer_elsewhere_is_kept_for_a_day(tmp_path):
    with staged(tmp_path) as staging:
        gone = staging.with_name(".staging-999999999-x")
        (staging / "half.parquet").touch()
        staging.rename(gone)
        os.utime(gone, (time.time() - 7200, time.time() - 7200))
        assert sweep_staging(tmp_path, timedelta(days=1)) == 0
        assert gone.exists()
        assert sweep_staging(tmp_path, timedelta(hours=1)) == 1
        assert not gone.exists()


def test_a_driver_binds_the_loopback_address_and_tells_its_secret_to_nobody():
    told = configuration("spark://127.0.0.1:7077", "2GB")
    assert own_address("spark://127.0.0.1:7077") == own_address("local[2]") == told["spark.driver.bindAddress"] == "127.0.0.1"
    assert told["spark.ui.enabled"] == "false"
    assert (told["spark.executor.memory"], told["spark.driver.memory"]) == ("2048m", "1024m")
    assert not [key for key in told if "secret" in key]
    assert guarded("") == {}
    assert guarded("s")["spark.network.crypto.enabled"] == "true"


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_a_span_is_counted_by_a_column(lake, engine_name):
    """Written as a number of months times one month, as the subset asks: the last day of a shorter month where the day is not there."""
    asked = "select cast(date '2026-01-31' + t.m * interval 1 month as date) as day from months as t order by t.m"
    with lake.engine(engine_name, threads=2).session({}) as session:
        session.add_arrow("months", pa.table({"m": [0, 1, 13, -1]}))
        found = session.query(asked).column("day").to_pylist()
    assert found == [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2027, 2, 28)]
