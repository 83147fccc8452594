"""Measures what the sandbox adds to a query: the same select by the engine itself and by the sandbox with its process waiting, and without; and
what counting the rows behind figures over masked tables adds to a join, against the same join where nothing is masked."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lingnan.base import SystemClock
from lingnan.lake import CommitFacts, Lake, Sandbox, SandboxLimits, View

ROWS = 2_000_000
REPEATS = 9
OVERHEAD_MS = 150.0
JOIN = "select a.division, count(*) as n, sum(a.amount) as total from area.wide a join area.other b on a.id = b.id group by a.division"
JOIN_TIMES = 3.0
MASK = "case when length(number) > 8 then left(number, 6) || repeat('*', length(number) - 8) || right(number, 2) end"
QUERIES = {
    "one row": "select id, division from area.wide where id = 77",
    "count by division": "select division, count(*) as n, sum(amount) as total from area.wide group by division order by division",
    "masked, by number": "select left(number, 6) as area, count(*) as n from area.wide where amount < 20 group by area "
    "order by n desc, area limit 10",
}


def milliseconds(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1_000


def asked(sandbox: Sandbox, lake: Lake, sql: str, view: View) -> int:
    with sandbox.entered("bench") as box:
        statement = box.read(sql, lambda table: lake.schema(table).names)
        return box.run(statement, dict.fromkeys(statement.tables, view)).data.num_rows


def measure(folder: Path) -> list[tuple[str, float, float, float]]:
    """Rows of name, and milliseconds by the engine, by a waiting process, by a cold one."""
    lake = Lake(folder, SystemClock())
    engine = lake.engine(threads=2, memory="1GB")
    rows = f"""
        select range as id, '44' || lpad((range % 21)::varchar, 4, '0') || lpad((hash(range) % 1000000)::varchar, 12, '0') as number,
            (range % 21)::varchar as division, range % 1000 as amount from range({ROWS})
    """
    engine.write("area.wide", rows, {}, CommitFacts("bench"))
    columns = ("id", "number", "division", "amount")
    views = {
        "": View("area.wide", "1", columns=columns, masks={"number": MASK}),
        ", rows filtered": View("area.wide", "1", columns=columns, masks={"number": MASK}, row_filter="division <> '3'"),
    }
    sandbox, found = Sandbox(lake, SandboxLimits(threads=2)), []
    cold = milliseconds(lambda: asked(Sandbox(lake), lake, QUERIES["one row"], views[""]))
    for name, sql in QUERIES.items():
        for kind, view in views.items():
            by_engine, by_sandbox = [], []
            for _ in range(REPEATS):
                by_engine.append(milliseconds(lambda sql=sql, view=view: engine.query(sql, {"area.wide": view})))
                sandbox.warm()
                time.sleep(1.2)  # a person types; meanwhile the next process gets ready
                by_sandbox.append(milliseconds(lambda sql=sql, view=view: asked(sandbox, lake, sql, view)))
            found.append((name + kind, statistics.median(by_engine), statistics.median(by_sandbox), cold))
    sandbox.close()
    return found


def joined(folder: Path) -> list[tuple[str, float]]:
    """Milliseconds of a join of two wide tables by how many of them are masked, the quickest of some."""
    lake = Lake(folder, SystemClock())
    for table in ("area.wide", "area.other"):
        rows = f"select range as id, range::varchar as number, (range % 21)::varchar as division, range % 1000 as amount from range({ROWS})"
        lake.engine(threads=2, memory="1GB").write(table, rows, {}, CommitFacts("bench"))
    sandbox, found = Sandbox(lake, SandboxLimits(threads=2, seconds=120)), []
    for name, masked in (("nothing masked", ()), ("one table masked", ("area.wide",)), ("both masked", ("area.wide", "area.other"))):
        took = []
        for _ in range(3):
            sandbox.warm()
            time.sleep(1.2)
            with sandbox.entered("bench") as box:
                statement = box.read(JOIN, lambda table: lake.schema(table).names)
                views = {
                    table: View(table, "1", columns=("id", "number", "division", "amount"), masks={"number": MASK} if table in masked else {})
                    for table in statement.tables
                }
                took.append(milliseconds(lambda box=box, statement=statement, views=views: box.run(statement, views)))
        found.append((name, min(took)))
    sandbox.close()
    return found


def main() -> int:
    """Print the tables; 1 when a small query or a masked join costs more than promised."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        found, joins = measure(Path(folder)), joined(Path(other))
    print(f"load {os.getloadavg()[0]:.1f}")
    for name, by_engine, by_sandbox, _cold in found:
        print(f"{name:34} engine {by_engine:8.1f} ms   sandbox {by_sandbox:8.1f} ms   added {by_sandbox - by_engine:8.1f} ms")
    print(f"{'one row, no process waiting':34} {found[0][3]:26.1f} ms")
    added = found[0][2] - found[0][1]
    print(f"a small query: {added:.1f} ms over the engine, limit {OVERHEAD_MS:.0f} ms")
    times = [took / joins[0][1] for _name, took in joins]
    for (name, took), more in zip(joins, times, strict=True):
        print(f"{f'join of {ROWS:,} rows, {name}':44} {took:8.0f} ms, {more:.1f} times")
    print(f"limit {JOIN_TIMES:g} times with one table masked")
    return 0 if added <= OVERHEAD_MS and times[1] <= JOIN_TIMES else 1


if __name__ == "__main__":
    sys.exit(main())
