"""Twelve rules over a made population: the compiled contract beside hand-written DuckDB statements that do the same.

    python benchmarks/rules.py [--rows 5000000] [--best-of 2] [--folder DIR] [--memory 6GB] [--no-peers] [--only TASK]

Each run is its own process; CPU is user + system seconds, peak is the process's largest resident size. The hand-written side scans
once, aggregates each key once, keeps what it needs in one temporary table and copies it to Parquet: accepted rows, failing rows with
their rules; or, `two scans`, keeps only the failing rows' places and copies the others in a second scan. The ratio is to the cheaper of
both. `failing only` is the smaller job: the failing rows alone, which is what `lingnan check` of the same rows as a file is held to, though
it writes them keyed and named by rule, and numbers the file's rows.

Other tools run in the environment that `make peers` makes; without it they are not measured. Limits: governing and checking take at most
1.3 times the CPU of their hand-written equals, a tenth of Great Expectations', and 0.4 times pandera's memory. Below a million rows (memory:
five million) only the fixed costs show, and nothing is judged.

The national register, 126 million rows in 8 GB:  python benchmarks/rules.py --rows 126000000 --best-of 1 --memory 6GB --no-peers
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: benchmark
version: 1.0.0
status: active
schema:
  - name: population
    physicalName: population
    properties:
      - {name: person_no, logicalType: integer, physicalType: BIGINT, required: true}
      - {name: citizen_number, logicalType: string, required: true,
         quality: [{type: custom, engine: lingnan, implementation: {rule: identifier, kind: citizen_number}}]}
      - {name: name, logicalType: string, required: true, quality: [{type: custom, engine: lingnan, implementation: {rule: length, min: 2, max: 30}}]}
      - {name: sex, logicalType: string, quality: [{type: library, metric: invalidValues, arguments: {validValues: ["1", "2"]}, mustBe: 0}]}
      - {name: birth_date, logicalType: date, quality: [{type: custom, engine: lingnan, implementation: {rule: not_after, column: today}}]}
      - {name: division, logicalType: string, quality: [{type: custom, engine: lingnan, implementation: {rule: division_ever_existed}}]}
      - {name: phone, logicalType: string,
         quality: [{type: library, metric: invalidValues, arguments: {pattern: "1[3-9][0-9]{9}"}, mustBe: 0}]}
      - {name: height, logicalType: integer, physicalType: INTEGER,
         quality: [{type: custom, engine: lingnan, implementation: {rule: in_range, min: 30, max: 250}}]}
      - {name: address, logicalType: string}
      - {name: updated_on, logicalType: date}
    quality:
      - {type: custom, engine: lingnan, implementation: {rule: birth_matches_number, birth: birth_date, number: citizen_number}}
      - {type: custom, engine: lingnan, implementation: {rule: sex_matches_number, sex: sex, number: citizen_number}}
      - {type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [person_no]}}
      - {type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [citizen_number]}}
"""

MEMORY = os.environ.get("RULES_MEMORY", "6GB")
PEERS = Path(__file__).parent.parent / ".peers" / "bin" / "python"
LEAST_ROWS, LEAST_FOR_MEMORY = 1_000_000, 5_000_000
COLUMNS = ("person_no", "citizen_number", "name", "sex", "birth_date", "division", "phone", "height", "address", "updated_on")


def population_sql(rows: int, divisions: list[str]) -> str:
    """A made population with about 3 % faulty rows; everything follows from the row number."""
    codes = "[" + ", ".join(f"'{code}'" for code in divisions) + "]"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = " + ".join(f"cast(substr(n17, {k + 1}, 1) as integer) * {w}" for k, w in enumerate(weights))
    return f"""
      with base as (
        select i, hash(i) h, hash(i, 1) h1, hash(i, 2) h2, hash(i, 3) h3 from range({rows}) as r(i)),
      people as (
        select *, date '1935-01-01' + cast(h1 % 32000 as integer) as birth,
          {codes}[1 + cast(h2 % {len(divisions)} as bigint)] as division from base),
      seventeen as (select *, concat(division, strftime(birth, '%Y%m%d'), lpad(cast(h3 % 1000 as varchar), 3, '0')) as n17 from people),
      numbered as (select *, concat(n17, substr('10X98765432', 1 + ({total}) % 11, 1)) as number from seventeen)
      select case when h % 1000 = 1 then i - 1 else i end as person_no,
        case when h % 1000 = 2 then null
             when h % 1000 in (3, 4, 5) then concat(substr(number, 1, 17), case right(number, 1) when '0' then '1' else '0' end)
             else number end as citizen_number,
        case when h % 1000 = 6 then '陈' when h % 1000 = 7 then null else concat(substr('李王张刘陈杨黄赵周吴', 1 + cast(h1 % 10 as integer), 1),
             chr(cast(19968 + h2 % 8000 as integer)), chr(cast(19968 + h3 % 8000 as integer))) end as name,
        case when h % 1000 = 8 then '3' when (h3 % 1000) % 2 = 1 then case when h % 1000 = 9 then '2' else '1' end else '2' end as sex,
        case when h % 1000 = 10 then birth + 1 when h % 1000 = 11 then date '2031-01-01' else birth end as birth_date,
        case when h % 1000 = 12 then '999999' else division end as division,
        case when h % 1000 = 13 then '12345' when h % 10 = 9 then null else concat('13', lpad(cast(h2 % 1000000000 as varchar), 9, '0')) end as phone,
        case when h % 1000 = 14 then 400 else cast(50 + h1 % 150 as integer) end as height,
        concat(division, '号路', cast(h2 % 2000 as varchar), '号') as address,
        date '2020-01-01' + cast(h3 % 2000 as integer) as updated_on,
        'b1' as _batch, concat('population.csv:', cast(i + 2 as varchar)) as _position, timestamptz '2026-10-31 08:00:00+08' as _received_at
      from numbered"""


def by_hand(folder: Path, way: str) -> int:
    """The same twelve rules written out for this one table; gives the number of failing rows."""
    from lingnan.standards import CITIZEN_NUMBER, citizen_born_sql, citizen_sex_sql, code_list

    connection = duckdb.connect(config={"temp_directory": str(folder / "spill"), "memory_limit": MEMORY, "threads": 2})
    connection.execute("set TimeZone = 'Asia/Shanghai'")
    source = f"read_parquet('{folder / 'lake/landing/bench_population'}/*.parquet')"
    connection.register("divisions", code_list("divisions").arrow())
    rules = {
        1: "s.person_no is null", 2: "s.citizen_number is null", 4: "not valid", 8: "s.name is null", 16: "length(s.name) < 2 or length(s.name) > 30",
        32: "s.sex not in ('1', '2')", 64: "s.birth_date > date '2026-10-31'", 128: "s.division is not null and d.code is null",
        256: "not regexp_full_match(s.phone, '1[3-9][0-9]{9}')", 512: "s.height not between 30 and 250",
        1024: f"not {citizen_born_sql('s.citizen_number', 's.birth_date')}",
        2048: f"s.sex in ('1', '2') and {citizen_sex_sql('s.citizen_number')} <> s.sex",
        4096: "a.person_no is not null", 8192: "b.citizen_number is not null",
    }
    mask = " + ".join(f"case when {rule} then {bit} else 0 end" for bit, rule in rules.items())
    every = ", ".join(f"s.{name}" for name in (*COLUMNS, "_batch", "_position", "_received_at"))
    kept = every if way == "temporary" else "s._batch, s._position, s.citizen_number"
    # A repeated key's first row is the one with the smallest place.
    place = "cast(regexp_extract(_position, '([0-9]+)$', 1) as bigint)"
    for key, name in (("person_no", "a"), ("citizen_number", "b")):
        connection.execute(
            f"create temp table {name} as select {key}, min({place}) as first from {source} "
            f"where {key} is not null group by {key} having count(*) > 1"
        )
    # The seventeen digits are read once, as a hand would write it.
    seventeen = "try_cast(substr(citizen_number, 1, 17) as bigint)"
    valid = CITIZEN_NUMBER.sql("citizen_number").replace(seventeen, "seventeen")
    digits = f"(select *, {seventeen} as seventeen from {source})"
    checked = (
        f"select * from (select {kept}, {mask} as failed from (select *, {valid} as valid from {digits}) as s "
        f"left join divisions as d on d.code = s.division "
        f"left join a on a.person_no = s.person_no and a.first <> {place.replace('_position', 's._position')} "
        f"left join b on b.citizen_number = s.citizen_number and b.first <> {place.replace('_position', 's._position')})"
    )
    copy = "(format parquet, compression zstd)"
    if way == "two scans":
        connection.execute(f"create temp table failing as select * from ({checked}) where failed <> 0")
        connection.execute(
            f"copy (select {', '.join(COLUMNS)}, s._batch, s._position, s._received_at from {source} as s "
            f"anti join failing as f on f._batch = s._batch and f._position = s._position) to '{folder / 'hand_accepted.parquet'}' {copy}"
        )
        connection.execute(
            f"copy (select s.*, f.failed from {source} as s join failing as f on f._batch = s._batch and f._position = s._position) "
            f"to '{folder / 'hand_failed.parquet'}' {copy}"
        )
        return connection.execute("select count(*) from failing").fetchall()[0][0]
    if way == "failing only":
        connection.execute(f"copy (select * from ({checked}) where failed <> 0) to '{folder / 'hand_failing.parquet'}' {copy}")
        return connection.execute(f"select count(*) from '{folder / 'hand_failing.parquet'}'").fetchall()[0][0]
    connection.execute(f"create temp table checked as {checked}")
    connection.execute(f"copy (select * exclude (failed) from checked where failed = 0) to '{folder / 'hand_accepted.parquet'}' {copy}")
    connection.execute(f"copy (select * from checked where failed <> 0) to '{folder / 'hand_failed.parquet'}' {copy}")
    sums = ", ".join(f"sum((failed & {bit}) // {bit})" for bit in rules)
    connection.execute(f"select {sums} from checked where failed <> 0").fetchall()
    return connection.execute("select count(*) from checked where failed <> 0").fetchall()[0][0]


def checked(folder: Path, which: str = "population") -> int:
    """Lingnan's check of the same rows as a file, every failing row written; gives the number of failing rows."""
    from lingnan.base import SystemClock
    from lingnan.govern import check
    from lingnan.lake import Lake
    from lingnan.standards import read_contract

    engine = Lake(folder / "lake", SystemClock()).engine(threads=2, memory=MEMORY)
    out = folder / "checked"
    return check(folder / f"{which}.parquet", read_contract(CONTRACT), out, engine=engine, views={}, today="2026-10-31").failed_rows


def compiled(folder: Path) -> int:
    """Lingnan's own: contract in, three tables out; gives the number of quarantined rows."""
    from lingnan.base import SystemClock
    from lingnan.govern import govern_table
    from lingnan.lake import CommitFacts, Lake, View
    from lingnan.standards import read_contract

    lake = Lake(folder / "lake", SystemClock())
    views = {"landing.bench_population": View.for_step("landing.bench_population", "benchmark")}
    result = govern_table(
        "bench.population", read_contract(CONTRACT), lake=lake, engine=lake.engine(threads=2, memory=MEMORY), views=views, today="2026-10-31",
        facts=CommitFacts(job="benchmark"),
    )
    return result.quarantined


def prepare(folder: Path, rows: int) -> None:
    """Put the made population into the lake."""
    from lingnan.base import SystemClock
    from lingnan.lake import CommitFacts, Lake
    from lingnan.standards import code_list

    lake = Lake(folder / "lake", SystemClock())
    from datetime import date

    divisions = [entry.code for entry in code_list("divisions").at(date(2020, 1, 1), level=3)][:400]
    lake.engine(threads=2).write("landing.bench_population", population_sql(rows, divisions), {}, CommitFacts(job="benchmark"))
    (folder / "divisions.txt").write_text("\n".join(sorted({entry.code for entry in code_list("divisions").entries})))
    connection = duckdb.connect()
    connection.execute(
        f"copy (select {', '.join(COLUMNS)} from read_parquet('{folder / 'lake/landing/bench_population'}/*.parquet')) "
        f"to '{folder / 'population.parquet'}' (format parquet, compression zstd)"
    )
    connection.execute(f"copy (select * from '{folder / 'population.parquet'}' limit 10) to '{folder / 'few.parquet'}' (format parquet)")


TASKS = {
    "hand, failing only": lambda folder: by_hand(folder, "failing only"), "hand, temporary table": lambda folder: by_hand(folder, "temporary"),
    "hand, two scans": lambda folder: by_hand(folder, "two scans"), "lingnan govern": compiled, "lingnan check": checked,
}
OTHERS = ("pandera on polars", "great expectations")


def measure(task: str, folder: Path) -> dict[str, float]:
    """One run in its own process."""
    command = [str(PEERS), str(Path(__file__).with_name("rules_peers.py")), task, str(folder)] if task in OTHERS else [
        sys.executable, __file__, "--task", task, "--folder", str(folder),
    ]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, "RULES_MEMORY": MEMORY})
    return json.loads(out.stdout.splitlines()[-1])


def run_task(task: str, folder: Path) -> None:
    import lingnan.govern  # imports are no part of the job
    import lingnan.lake
    import lingnan.standards

    assert lingnan.govern
    assert lingnan.lake
    assert lingnan.standards
    if (folder / "few.parquet").exists():
        # What is opened when first used is no part of the job either; a check of ten rows opens it.
        checked(folder, "few")
    begun, cpu = time.perf_counter(), time.process_time()
    failing = TASKS[task](folder)
    print(json.dumps({"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "peak": peak(), "failing": failing}))


def peak() -> float:
    """The largest resident size of this process in MB; `getrusage` would give the larger one of the process that began it."""
    return int(Path("/proc/self/status").read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) / 1024


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--best-of", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--memory", default=MEMORY)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--only", action="append", help="run this task alone")
    parser.add_argument("--task")
    return parser.parse_args()


def main() -> int:
    global MEMORY
    given = asked()
    MEMORY = given.memory if not given.task else MEMORY
    if given.task:
        run_task(given.task, given.folder)
        return 0
    folder = given.folder or Path(tempfile.mkdtemp(prefix="lingnan-rules-"))
    peers = () if given.no_peers or not PEERS.exists() else OTHERS
    if not peers:
        print("other tools are not measured; their environment is made by: make peers", file=sys.stderr)
    try:
        if not (folder / "population.parquet").exists():
            prepare(folder, given.rows)
        tasks = given.only or (*TASKS, *peers)
        # Great Expectations takes fifteen times as long as all others together, and one run tells.
        times = {task: 1 if task == "great expectations" else given.best_of for task in tasks}
        runs = {task: min((measure(task, folder) for _ in range(times[task])), key=lambda run: run["cpu"]) for task in tasks}
    finally:
        if given.folder is None:
            shutil.rmtree(folder)
    return told(runs, given.rows, given.best_of)


def told(runs: dict[str, dict[str, float]], rows: int, best_of: int) -> int:
    """Print the table and hold it to the limits; 1 when one is missed."""
    hand = [runs[task] for task in ("hand, temporary table", "hand, two scans") if task in runs]
    base = min(hand, key=lambda run: run["cpu"]) if hand else None
    print(f"{rows:,} rows, 12 kinds of rule, best of {best_of}")
    print(f"{'':22}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'ratio':>7}{'failing':>10}")
    for task, run in runs.items():
        ratio = f"{run['cpu'] / base['cpu']:7.2f}" if base else f"{'':7}"
        print(f"{task:22}{run['wall']:8.2f}{run['cpu']:8.2f}{run['peak']:9.0f}{ratio}{run['failing']:10,}")
    if rows < LEAST_ROWS:
        return 0
    limits = [
        ("govern, CPU to hand-written", "lingnan govern", base, "cpu", 1.3),
        ("check, CPU to hand-written", "lingnan check", runs.get("hand, failing only"), "cpu", 1.3),
        ("check, CPU to Great Expectations", "lingnan check", runs.get("great expectations"), "cpu", 0.1),
        ("check, memory to pandera", "lingnan check", runs.get("pandera on polars"), "peak", 0.4),
    ]
    missed = 0
    for name, task, other, what, limit in limits:
        if other and task in runs and (what != "peak" or rows >= LEAST_FOR_MEMORY):
            ratio = runs[task][what] / other[what]
            missed += ratio > limit
            print(f"{name}: {ratio:.2f} (limit {limit}){' MISSED' if ratio > limit else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
