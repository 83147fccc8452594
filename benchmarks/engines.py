"""Both engines in one run: the same build embedded and on a cluster of two workers of this machine, and eight writers at once.

    python benchmarks/engines.py [--scales 1 10 30] [--turns 10] [--json FILE]

Per scale: seconds of every step but collecting on the embedded engine, and of the same steps on the cluster, from the same landed rows;
their ratio, and how each grows per row. Apart from it what Spark costs before it reads a row: start of cluster and driver, one empty
statement. Two workers on one machine share its cores with the driver, so the ratio says what distribution costs, not what it gains.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.parity import CLOCK, built_again
from lingnan.base import SilentProgress, SystemClock, load_settings
from lingnan.hub import Hub, prepare_demo
from lingnan.lake import CommitFacts, Lake, View
from lingnan.lake.spark.cluster import Cluster

WRITERS = 8


def overhead(cluster: Cluster, folder: Path) -> dict[str, float]:
    """Seconds until the first answer, and of one more statement that reads nothing."""
    engine = Lake(folder / "empty", SystemClock()).engine(cluster.url, memory=cluster.memory, secret=cluster.secret)
    started = time.perf_counter()
    with engine.session({}) as session:
        session.query("select 1 as one")
        first, again = time.perf_counter() - started, []
        for _ in range(5):
            started = time.perf_counter()
            session.query("select 1 as one")
            again.append(time.perf_counter() - started)
    return {"driver and first statement s": first, "one empty statement s": statistics.median(again)}


def measure(scale: float, cluster: Cluster, folder: Path) -> dict[str, float]:
    """One scale on both engines."""
    home = folder / f"scale-{scale}"
    prepare_demo(home, scale, 44, SilentProgress())
    with Hub.open(load_settings(home)) as hub:
        report = hub.build()
        collected = {step.name for step in hub.steps() if step.embedded}
        rows = sum(hub.lake.rows(table) for table in hub.lake.tables() if table.startswith("landing."))
    embedded = sum(outcome.seconds for outcome in report.outcomes if outcome.step not in collected)
    _wall, told = built_again(home, folder / f"spark-{scale}", cluster.url, None)
    seconds = json.loads(told.pop("@seconds"))
    on_cluster = sum(seconds[step] for step in seconds if step not in collected)
    followed = sum("ran on spark" in note for note in told.values())
    for each in (home, folder / f"spark-{scale}"):
        shutil.rmtree(each)
    return {
        "scale": scale, "landed rows": rows, "duckdb s": embedded, "spark s": on_cluster, "ratio": on_cluster / embedded, "steps on spark": followed,
    }


def write_on(folder: Path, number: int, turns: int) -> None:
    """One of the writers: appends to a table all share and replaces another, in turn; the first also joins small files of the one they share."""
    lake = Lake(folder, SystemClock())
    for turn in range(turns):
        first = 1000 * (number * turns + turn)
        engine, facts = lake.engine(threads=1, memory="256MB"), CommitFacts("writer")
        engine.write("area.log", f"select range as id from range({first}, {first + 1000})", {}, facts, "append")
        engine.write("area.last", f"select {number} as writer, range as id from range(1000)", {}, facts)
        if number == 0:
            lake.compact("area.log")


def writers(folder: Path, turns: int) -> dict[str, float]:
    """Eight processes at once: versions a second, rows lost and rows doubled."""
    started = time.perf_counter()
    crowd = [multiprocessing.get_context("spawn").Process(target=write_on, args=(folder, number, turns)) for number in range(WRITERS)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    seconds, lake = time.perf_counter() - started, Lake(folder, SystemClock())
    views = {table: View.for_step(table, "count") for table in ("area.log", "area.last")}
    counted = lake.engine().query("select count(*) as n, count(distinct id) as d from area.log", views).to_pylist()[0]
    last = lake.engine().query("select count(*) as n, count(distinct writer) as w from area.last", views).to_pylist()[0]
    wanted = 1000 * WRITERS * turns
    return {
        "versions": 2.0 * WRITERS * turns, "versions/s": 2 * WRITERS * turns / seconds, "rows lost": wanted - counted["d"],
        "rows doubled": counted["n"] - counted["d"], "replaced whole": float(last == {"n": 1000, "w": 1}),
        "failed writers": float(sum(each.exitcode != 0 for each in crowd)),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scales", type=float, nargs="*", default=[1.0, 10.0, 30.0])
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ["LINGNAN_CLOCK"] = CLOCK
    with tempfile.TemporaryDirectory(prefix="lingnan-bench-") as folder:
        crowd = writers(Path(folder) / "crowd", options.turns)
        print(f"{WRITERS} writers: " + ", ".join(f"{name} {value:,.1f}" for name, value in crowd.items()), flush=True)
        found: list[dict[str, float]] = []
        started = time.perf_counter()
        with Cluster() as cluster, tempfile.NamedTemporaryFile("w", prefix="lingnan-secret-") as secret:
            secret.write(cluster.secret)
            secret.flush()
            os.environ.update(LINGNAN_ENGINE_SECRET_FILE=secret.name, LINGNAN_MEMORY=f"{2 * int(cluster.memory[:-2])}MB")
            costs = {"cluster s": time.perf_counter() - started, **overhead(cluster, Path(folder))}
            print(", ".join(f"{name} {value:.2f}" for name, value in costs.items()), flush=True)
            for scale in options.scales:
                found.append(measure(scale, cluster, Path(folder)))
                print(", ".join(f"{name} {value:,.2f}" for name, value in found[-1].items()), flush=True)
    for before, after in itertools.pairwise(found):
        rows = after["landed rows"] - before["landed rows"]
        print(
            f"scale {before['scale']:g} to {after['scale']:g}, microseconds a row: "
            + ", ".join(f"{side} {1e6 * (after[f'{side} s'] - before[f'{side} s']) / rows:.1f}" for side in ("duckdb", "spark"))
        )
    if options.json:
        options.json.write_text(json.dumps({"writers": crowd, "costs": costs, "scales": found}))
    return 1 if crowd["rows lost"] or crowd["rows doubled"] or crowd["failed writers"] or not crowd["replaced whole"] else 0


if __name__ == "__main__":
    sys.exit(main())
