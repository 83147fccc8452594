"""Parity of engines: one home built by the embedded engine, a copy of it built by Spark from the same landed rows, every table compared.

    python benchmarks/parity.py [--scale 1] [--engine spark] [--only STEP …] [--home FOLDER] [--json FILE]

Tables are equal when they hold the same multiset of rows: decimals, whole numbers, texts, dates and moments exactly, other floating
numbers to 1e-9 of the larger. Columns that tell how a row came here (`_…`) are left out. Exit code 1 when a table differs.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from lingnan.base import SilentProgress, load_settings
from lingnan.hub import Hub, prepare_demo
from lingnan.lake import Lake, View

CLOCK = "2026-11-01T00:00:00+08:00"
RELATIVE = "1e-9"


def difference(first: Lake, second: Lake, table: str) -> str:
    """In what two tables differ, in a few words; empty when their rows are equal as multisets."""
    left, right = first.schema(table), second.schema(table)
    columns = [name for name in left.names if not name.startswith("_")]
    if set(columns) != {name for name in right.names if not name.startswith("_")}:
        return f"columns {sorted(set(left.names) ^ set(right.names))}"
    loose = [name for name in columns if pa.types.is_floating(left.field(name).type) or pa.types.is_floating(right.field(name).type)]
    exact = [name for name in columns if name not in loose]
    with first.engine().session({table: View.for_step(table, "parity")}) as session:
        session.execute(f"create temp table one as select * from {table}")
        if files := [Path(file) for file in second.files(table)]:
            session.add_parquet("two", files)
        else:
            session.add_arrow("two", right.empty_table())
        sides = {side: session.query(f"select count(*) as n from {side}").to_pylist()[0]["n"] for side in ("one", "two")}
        if sides["one"] != sides["two"]:
            return f"rows {sides['one']} and {sides['two']}"
        apart = session.query(_apart(columns, exact, loose)).to_pylist()[0]["n"]
        kinds = [f"{name} {left.field(name).type}/{right.field(name).type}" for name in columns if left.field(name).type != right.field(name).type]
        if not apart:
            return f"types {', '.join(kinds)}" if kinds else ""
        worst = {name: session.query(_apart([name], *(([], [name]) if name in loose else ([name], [])))).to_pylist()[0]["n"] for name in columns}
        return f"{apart} rows apart in {', '.join(f'{name} ({n})' for name, n in worst.items() if n) or 'how columns go together'}"


def _apart(columns: list[str], exact: list[str], loose: list[str]) -> str:
    """Rows of the first side without a partner on the second: floats are paired in their order among rows otherwise equal."""
    listed, keys, floats = (", ".join(quoted(name) for name in names) for names in (columns, exact, loose))
    place = f"row_number() over ({f'partition by {keys}' if keys else ''} {f'order by {floats}' if loose else ''})"
    left, right = (f'(select *, {place} as "place of equals" from (select {listed} from {side}) as whole) as {side}_' for side in ("one", "two"))
    same = [f"one_.{quoted(name)} is not distinct from two_.{quoted(name)}" for name in (*exact, "place of equals")]
    near = [
        f"(one_.{name} is not distinct from two_.{name} or "
        f"abs(one_.{name} - two_.{name}) <= {RELATIVE} * greatest(abs(one_.{name}), abs(two_.{name})))" for name in map(quoted, loose)
    ]
    return f'select count(*) as n from {left} left join {right} on {" and ".join([*same, *near])} where two_."place of equals" is null'


def quoted(name: str) -> str:
    return f'"{name}"'


def built_again(home: Path, copy: Path, engine: str, only: list[str] | None) -> tuple[float, dict[str, str]]:
    """Copy a built home, drop what its steps made of the landed rows, and build that on another engine; seconds, and each step's notes."""
    shutil.copytree(home, copy)
    os.environ.update(LINGNAN_ENGINE_FROM="0")
    with Hub.open(load_settings(copy)) as hub:
        made = {table for step in hub.steps() if not step.embedded for table in step.outputs}
        kept = made if only is None else {table for step in hub.steps() if step.name in only for table in step.outputs}
        for table in kept:
            if hub.lake.exists(table):
                hub.lake.drop(table)
        started = time.perf_counter()
        report = hub.build(only=only, engine=engine)
        seconds = time.perf_counter() - started
        told = {outcome.step: " ".join((*outcome.notes, outcome.error_en)) for outcome in report.outcomes if outcome.state != "skipped"}
        told["@seconds"] = json.dumps({outcome.step: outcome.seconds for outcome in report.outcomes if outcome.state != "skipped"})
    return seconds, told


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--engine", default="spark")
    parser.add_argument("--only", nargs="*", help="steps to build anew; all that can run on the engine by default")
    parser.add_argument("--home", type=Path, help="a home built by the embedded engine, taken as it is")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ["LINGNAN_CLOCK"] = CLOCK
    with tempfile.TemporaryDirectory(prefix="lingnan-parity-") as folder:
        home, copy = options.home or Path(folder) / "embedded", Path(folder) / "spark"
        embedded = 0.0
        if options.home is None:
            prepare_demo(home, options.scale, 44, SilentProgress())
            with Hub.open(load_settings(home)) as hub:
                started = time.perf_counter()
                hub.build()
                embedded = time.perf_counter() - started
        seconds, told = built_again(home, copy, options.engine, options.only)
        first, second = (Lake(each / "lake", load_settings(each).make_clock()) for each in (home, copy))
        found = {table: difference(first, second, table) if second.exists(table) else "absent" for table in first.tables()}
    report = {"scale": options.scale, "embedded_s": embedded, "spark_s": seconds, "tables": found, "steps": told}
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1))
    return _shown(report)


def _shown(report: dict) -> int:
    """The report for people; 1 when a table differs or a step did not end."""
    failed = 0
    for step, note in report["steps"].items():
        if "could not follow" in note:
            print(f"{step}: {english(note)}")
        elif not step.startswith("@") and "ran on" not in note:
            failed += bool(note.strip()) and "lacks tables" not in note
            print(f"{step}: {english(note) or 'ran on the embedded engine'}")
    unequal = {table: what for table, what in report["tables"].items() if what}
    for table, what in unequal.items():
        print(f"{table}: {what}")
    equal = len(report["tables"]) - len(unequal)
    print(f"{equal} of {len(report['tables'])} tables equal; embedded {report['embedded_s']:.0f} s, Spark {report['spark_s']:.0f} s")
    return 1 if failed or any(not what.startswith("types") for what in unequal.values()) else 0


def english(note: str) -> str:
    return note.rpartition("\t")[2][:400]


if __name__ == "__main__":
    sys.exit(main())
