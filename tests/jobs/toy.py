"""A toy province of six steps that write Delta tables; run as a program it is the child that a test kills."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from lingnan.base import Settings
from lingnan.jobs import Resources, Step, StepContext, StepResult, run_build
from lingnan.lake import Lake, View, content_hash
from lingnan.storage import Storage

TABLES = ("landing.a", "landing.b", "dept.a", "quarantine.a", "dept.b", "registers.all", "registers.log", "insight.sum")


def open_resources(home, clock=None):
    settings = Settings(home=home, clock=datetime(2026, 10, 31, tzinfo=UTC), threads=1, memory="512MB")
    storage, clock = Storage.open(settings), clock or settings.make_clock()
    lake = Lake(home / "lake", clock)
    engine = lake.engine(threads=1, memory="512MB")
    return Resources(lake, engine, storage, settings, clock, lambda step, tables: {t: View.for_step(t, step.name) for t in tables})


def landing(step_name, table, file):
    def run(ctx: StepContext) -> StepResult:
        values = [int(line) for line in file.read_text().split()]
        ctx.progress.begin(table, "读取", "read", len(values))
        ctx.lake.overwrite(table, pa.table({"x": pa.array(values, pa.int64()), "_batch": ["b1"] * len(values)}), ctx.facts())
        ctx.progress.advance(table, len(values))
        return StepResult({table: len(values)})

    return Step(step_name, "collect", "汇集", "Collect", run, (), (table,), "1", lambda: file.read_text())


def split(ctx: StepContext) -> StepResult:
    with ctx.engine.session(ctx.views()) as s:
        s.write("dept.a", "select x from landing.a where x % 7 <> 0", ctx.facts())
        time.sleep(0.02)
        s.write("quarantine.a", "select x from landing.a where x % 7 = 0", ctx.facts())
    return StepResult()


def copy_b(ctx: StepContext) -> StepResult:
    ctx.engine.write("dept.b", "select x + 1 as x from landing.b", ctx.views(), ctx.facts())
    return StepResult()


def join(ctx: StepContext) -> StepResult:
    """Overwrites one table and appends to another, the append guarded by its batch."""
    ctx.engine.write("registers.all", "select x from dept.a union all select x from dept.b", ctx.views(), ctx.facts())
    known = ctx.lake.exists("registers.log")
    if known and ctx.engine.query("select 1 from registers.log where batch = 'b1'", ctx.views(["registers.log"])).num_rows:
        return StepResult()
    ctx.engine.write("registers.log", "select 'b1' as batch, count(*)::bigint as n from dept.a", ctx.views(), ctx.facts(), mode="append")
    return StepResult()


def total(ctx: StepContext) -> StepResult:
    ctx.engine.write("insight.sum", "select sum(x)::bigint as total, count(*)::bigint as n from registers.all", ctx.views(), ctx.facts())
    return StepResult()


def toy_steps(home: Path) -> list[Step]:
    return [
        landing("collect:a", "landing.a", home / "a.txt"),
        landing("collect:b", "landing.b", home / "b.txt"),
        Step("govern:a", "govern", "治理甲", "Govern a", split, ("landing.a",), ("dept.a", "quarantine.a"), "1"),
        Step("govern:b", "govern", "治理乙", "Govern b", copy_b, ("landing.b",), ("dept.b",), "1"),
        Step("registers:all", "registers", "主题库", "Register", join, ("dept.a", "dept.b"), ("registers.all", "registers.log"), "1"),
        Step("insight:sum", "insight", "汇总", "Sum", total, ("registers.all",), ("insight.sum",), "1"),
    ]


def write_sources(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "a.txt").write_text("\n".join(map(str, range(500))))
    (home / "b.txt").write_text("\n".join(map(str, range(1000, 1300))))


def hashes(resources) -> dict[str, str]:
    return {table: content_hash(resources.lake, resources.engine, table) for table in TABLES}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    opened = open_resources(place)
    print("ready", flush=True)
    made = run_build(toy_steps(place), opened)
    print(made.state, flush=True)
