"""A real cluster of processes: workers and drivers die at seeded moments, and every table is whole and right."""

import os
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from lingnan.base import FixedClock, Incomplete, Unavailable
from lingnan.lake import CommitFacts, Lake, View, content_hash

pytestmark = [pytest.mark.spark, pytest.mark.cluster, pytest.mark.timeout(900)]
SEEDS = [1, 2, 3] if os.environ.get("LINGNAN_LONG") else [1]
FACTS = CommitFacts("test:cluster")
HEAVY = (
    "select l.id % 997 as k, count(distinct l.name) as names, sum(r.id) as total from area.given as l join area.given as r on l.id = r.id * 3 "
    "group by l.id % 997"
)
ENDLESS = "select count(*) as n from area.given as l join area.given as r on l.id % 1000 = r.id % 1000 where l.name < r.name"
"""Two thousand million comparisons: whatever happens to the cluster happens in the middle."""


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake", FixedClock(datetime(2026, 11, 1, tzinfo=UTC)))
    lake.engine(threads=1).write("area.given", "select range as id, md5(cast(range as varchar)) as name from range(1500000)", {}, FACTS)
    lake.engine(threads=1).write("area.right", HEAVY, whole("area.given"), FACTS)
    return lake


def whole(*tables):
    return {table: View.for_step(table, "test") for table in tables}


def on(cluster, lake):
    return lake.engine(cluster.url, memory=cluster.memory, secret=cluster.secret)


def same(lake, table):
    return content_hash(lake, lake.engine(threads=1), table) == content_hash(lake, lake.engine(threads=1), "area.right")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_worker_killed_in_the_middle_changes_nothing(lake, spark_cluster, seed):
    engine = on(spark_cluster, lake)
    engine.query("select count(*) from area.right", whole("area.right"))
    killing = threading.Timer(random.Random(seed).uniform(0.1, 3.0), spark_cluster.kill_worker, [seed % 2])
    killing.start()
    try:
        with engine.session(whole("area.given")) as session:
            session.execute("create temp table halfway as select * from area.given where id % 2 >= 0")
            session.write("area.made", HEAVY.replace("area.given", "halfway"), FACTS)
    finally:
        killing.join()
        spark_cluster.add_worker()
    assert same(lake, "area.made")
    assert not list(lake.path("area.made").glob(".staging-*"))


CHILD = f"""
import sys
from pathlib import Path
from lingnan.base import SystemClock
from lingnan.lake import CommitFacts, Lake, View
folder, url, memory = sys.argv[1:]
lake = Lake(Path(folder), SystemClock())
engine = lake.engine(url, memory=memory, secret=sys.stdin.readline().strip())
print("ready", flush=True)
for number in range(3):
    if not lake.exists(f"area.made_{{number}}"):
        engine.write(f"area.made_{{number}}", {HEAVY!r}, {{"area.given": View.for_step("area.given", "test")}}, CommitFacts("child"))
"""


def child(cluster, lake):
    started = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(lake.folder), cluster.url, cluster.memory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    started.stdin.write(cluster.secret + "\n")
    started.stdin.flush()
    assert started.stdout.readline() == "ready\n"
    return started


@pytest.mark.parametrize("seed", SEEDS)
def test_a_driver_killed_leaves_whole_tables_and_goes_on_when_repeated(lake, spark_cluster, seed):
    from lingnan.lake.spark import driver

    driver.stop()  # each application takes every core of this small cluster
    killed = child(spark_cluster, lake)
    deadline = time.monotonic() + 400
    while not list(lake.folder.glob("area/made_*/.staging-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(random.Random(seed).uniform(0.0, 4.0))
    killed.kill()
    killed.wait()
    made = [f"area.made_{number}" for number in range(3)]
    assert all(same(lake, table) for table in made if lake.exists(table))
    assert child(spark_cluster, lake).wait(timeout=600) == 0
    assert all(same(lake, table) for table in made)
    for table in made:
        lake.sweep(table, timedelta(0))
        assert len(list(lake.path(table).glob("**/*.parquet"))) == len(lake.files(table))


@pytest.mark.long  # a second cluster beside the suite's own, to be lost
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_cluster_lost_in_the_middle_of_a_step_stops_it_with_a_sentence_and_the_step_goes_on_elsewhere(lake, spark_cluster, monkeypatch, seed):
    from lingnan.lake.spark import driver
    from lingnan.lake.spark.cluster import Cluster

    driver.stop()
    monkeypatch.setattr(driver, "LOST_S", 3.0)
    with Cluster(1) as lost:
        engine = on(lost, lake)
        engine.query("select count(*) from area.right", whole("area.right"))
        losing = threading.Timer(random.Random(seed).uniform(0.1, 3.0), lost.close)
        losing.start()
        with pytest.raises(Incomplete) as told:
            engine.write("area.made", ENDLESS, whole("area.given"), FACTS)
        losing.join()
    assert "repeat the command" in told.value.en
    assert not lake.exists("area.made")
    on(spark_cluster, lake).write("area.made", HEAVY, whole("area.given"), FACTS)
    assert same(lake, "area.made")


def test_eight_writers_at_once_lose_nothing_and_double_nothing(lake, spark_cluster):
    """Sessions of one driver append and replace side by side with the embedded engine; versions are counted and rows are whole."""
    lake.append("area.log", pa.table({"id": pa.array([], pa.int64())}), FACTS)
    engines = [on(spark_cluster, lake), lake.engine(threads=1)]

    def add(number: int) -> None:
        for turn in range(3):
            first = 1000 * (3 * number + turn)
            engines[number % 2].write("area.log", f"select range as id from range({first}, {first + 1000})", {}, FACTS, "append")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))
    counted = lake.engine(threads=1).query("select count(*) as n, count(distinct id) as d, max(id) as m from area.log", whole("area.log"))
    assert counted.to_pylist() == [{"n": 24_000, "d": 24_000, "m": 23_999}]
    assert lake.version("area.log") == 24


def test_who_does_not_hold_the_secret_is_not_answered(lake, spark_cluster):
    from lingnan.lake.spark import driver

    driver.stop()
    with pytest.raises(Unavailable):
        lake.engine(spark_cluster.url, memory=spark_cluster.memory, secret="another").query("select 1", {})
