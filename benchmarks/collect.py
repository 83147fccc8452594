"""Collecting 2,000,000 rows of 10 columns into Delta (types, batch, source position, reject table), beside the raw path in the same run.

Run: .venv/bin/python benchmarks/collect.py [ROWS]
The raw path is the plainest there is: pyarrow's streaming CSV reader, or DuckDB's scanner, straight into `write_deltalake`.
Every path runs in a process of its own; CPU is user plus system time of that process (a database server's is not counted).
"""

import json
import os
import pwd
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as arrow_csv
from deltalake import write_deltalake

from lingnan.base import Settings, SilentProgress, SystemClock
from lingnan.collect import live_place, load_feed, load_file, read_feed
from lingnan.lake import Lake
from lingnan.storage import Storage

LIMIT = 1.5
PORT = 54391
POSTGRES = Path("/usr/lib/postgresql/15/bin")
TYPES = {
    "id": pa.int64(), "number": pa.string(), "name": pa.string(), "birth_date": pa.date32(), "sex": pa.string(), "division": pa.string(),
    "base": pa.float64(), "updated_at": pa.timestamp("us"), "phone": pa.string(), "address": pa.string(),
}
SQL_TYPES = {
    "id": "bigint", "number": "text", "name": "text", "birth_date": "date", "sex": "text", "division": "text", "base": "double precision",
    "updated_at": "timestamp", "phone": "text", "address": "text",
}
PHYSICAL = {
    "id": "BIGINT", "number": "VARCHAR", "name": "VARCHAR", "birth_date": "DATE", "sex": "VARCHAR", "division": "VARCHAR", "base": "DOUBLE",
    "updated_at": "TIMESTAMPTZ", "phone": "VARCHAR", "address": "VARCHAR",
}
HUB: list[tuple[Lake, dict[str, object]]] = []
LOGICAL = {"BIGINT": "integer", "VARCHAR": "string", "DATE": "date", "DOUBLE": "number", "TIMESTAMPTZ": "timestamp"}


def make(folder: Path, rows: int) -> None:
    """The same rows as UTF-8 CSV, GB18030 CSV and SQLite file."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (select i as id, printf('44%04d%d%04d', hash(i) % 10000, 19500101 + hash(i, 2) % 500000, hash(i, 3) % 10000) as number,
            chr(cast(19968 + hash(i, 4) % 3000 as integer)) || chr(cast(19968 + hash(i, 5) % 3000 as integer)) as name,
            date '1950-01-01' + cast(hash(i, 6) % 25000 as integer) as birth_date, case when hash(i, 7) % 2 = 0 then '男' else '女' end as sex,
            cast(440103 + hash(i, 8) % 80 as varchar) as division, round((hash(i, 9) % 3000000) / 100.0, 2) as base,
            strftime(timestamp '2026-01-01' + interval (hash(i, 10) % 25000000) second, '%Y-%m-%d %H:%M:%S') as updated_at,
            '138' || printf('%08d', hash(i, 11) % 100000000) as phone,
            '广州市越秀区中山' || (hash(i, 12) % 8) || '路' || (hash(i, 13) % 900) || '号' as address
            from range({rows}) r(i)) to '{folder / "rows.csv"}' (header)"""
        )
    with (folder / "rows.csv").open(encoding="utf-8") as source, (folder / "rows_gbk.csv").open("w", encoding="gb18030") as target:
        shutil.copyfileobj(source, target, 1 << 22)
    _make_sqlite(folder)


def _make_sqlite(folder: Path) -> None:
    table = arrow_csv.read_csv(folder / "rows.csv", convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(TYPES, pa.string())))
    with closing(sqlite3.connect(folder / "rows.db")) as connection:
        connection.execute(f"create table rows ({', '.join(f'{name} {kind}' for name, kind in SQL_TYPES.items())})")
        for batch in table.to_batches(50_000):
            connection.executemany(
                f"insert into rows values ({', '.join('?' * len(TYPES))})", zip(*(c.to_pylist() for c in batch.columns), strict=True),
            )
        connection.commit()


def write_feed(folder: Path, connector: str, location: str, options: str) -> Path:
    """A feed file and its contract for one source."""
    properties = "".join(
        f"      - {{name: {name}, physicalName: {name}, logicalType: {LOGICAL[kind]}, physicalType: '{kind}'}}\n" for name, kind in PHYSICAL.items()
    )
    (folder / "rows.contract.yaml").write_text(
        "apiVersion: v3.1.0\nkind: DataContract\nid: bench.rows\nversion: 1.0.0\nstatus: active\nname: 行\n"
        f"schema:\n  - name: rows\n    physicalName: rows\n    properties:\n{properties}", encoding="utf-8",
    )
    path = folder / "rows.yaml"
    path.write_text(
        "feed: bench.rows\ntitle: {zh: 行, en: Rows}\ndepartment: {id: bench, zh: 测试, en: Bench}\n"
        f"connector: {connector}\nlocation: {location}\n"
        f"options: {{{options}}}\nload: snapshot\ncontract: rows.contract.yaml\norigin: made\n", encoding="utf-8",
    )
    return path


def _hub(folder: Path) -> tuple[Lake, dict[str, object]]:
    home = folder / "hub"
    lake = Lake(home / "lake", SystemClock())
    storage = Storage.open(Settings(home=home))
    return lake, {"lake": lake, "engine": lake.engine(), "storage": storage, "clock": SystemClock(), "progress": SilentProgress()}


def raw_csv_arrow(folder: Path, target: Path) -> int:
    """pyarrow's streaming reader into Delta, with types."""
    reader = arrow_csv.open_csv(folder / "rows.csv", convert_options=arrow_csv.ConvertOptions(column_types=TYPES))
    schema = pa.schema([(name, pa.timestamp("us", "UTC") if pa.types.is_timestamp(kind) else kind) for name, kind in TYPES.items()])
    batches = (pa.RecordBatch.from_arrays([c.cast(f.type) for c, f in zip(b.columns, schema, strict=True)], schema=schema) for b in reader)
    write_deltalake(str(target), pa.RecordBatchReader.from_batches(schema, batches))
    return 0


def raw_csv_arrow_gbk(folder: Path, target: Path) -> int:
    """The same over a GB18030 file, transcoded by pyarrow."""
    options = arrow_csv.ReadOptions(encoding="gb18030")
    reader = arrow_csv.open_csv(folder / "rows_gbk.csv", read_options=options, convert_options=arrow_csv.ConvertOptions(column_types=TYPES))
    schema = pa.schema([(name, pa.timestamp("us", "UTC") if pa.types.is_timestamp(kind) else kind) for name, kind in TYPES.items()])
    batches = (pa.RecordBatch.from_arrays([c.cast(f.type) for c, f in zip(b.columns, schema, strict=True)], schema=schema) for b in reader)
    write_deltalake(str(target), pa.RecordBatchReader.from_batches(schema, batches))
    return 0


def raw_csv_duckdb(folder: Path, target: Path) -> int:
    """DuckDB's CSV reader into Delta."""
    with duckdb.connect() as connection:
        reader = connection.execute(f"select * replace (updated_at::timestamptz as updated_at) from read_csv('{folder / 'rows.csv'}')")
        write_deltalake(str(target), reader.to_arrow_reader(100_000))
    return 0


def _raw_scan(attach: str, target: Path) -> int:
    from lingnan.lake.duckdb.scan import load_extension

    with duckdb.connect() as connection:
        load_extension(connection, "sqlite_scanner" if "sqlite" in attach else "postgres_scanner")
        connection.execute(f"attach {attach}")
        reader = connection.execute("select * replace (updated_at::timestamptz as updated_at) from source.rows").to_arrow_reader(100_000)
        write_deltalake(str(target), reader)
    return 0


def raw_sqlite(folder: Path, target: Path) -> int:
    """DuckDB's SQLite scanner into Delta."""
    return _raw_scan(f"'{folder / 'rows.db'}' as source (type sqlite, read_only)", target)


def raw_postgres(folder: Path, target: Path) -> int:
    """DuckDB's PostgreSQL scanner into Delta."""
    return _raw_scan(f"'{_url()}' as source (type postgres, read_only)", target)


def _ours_file(folder: Path, name: str) -> int:
    lake, hub = HUB[0]
    result = load_file(folder / name, "bench.rows", **hub)  # type: ignore[arg-type]
    return _checked(lake, result.table, result.rows)


def _ours_feed(folder: Path, connector: str, location: str, options: str) -> int:
    lake, hub = HUB[0]
    feed = read_feed(write_feed(folder, connector, location, options))
    result = load_feed(feed, home=folder, allowed=[live_place(feed)], **hub)  # type: ignore[arg-type]
    return _checked(lake, result.table, result.rows)


def _checked(lake: Lake, table: str, rows: int) -> int:
    assert lake.rows(table) == rows
    assert {"_batch", "_position", "_received_at"} <= set(lake.schema(table).names)
    return rows


def ours_csv(folder: Path, _target: Path) -> int:
    """A file with found types."""
    return _ours_file(folder, "rows.csv")


def ours_csv_gbk(folder: Path, _target: Path) -> int:
    """A GB18030 file with found types."""
    return _ours_file(folder, "rows_gbk.csv")


def ours_csv_feed(folder: Path, _target: Path) -> int:
    """A feed of text, typed later by govern."""
    return _ours_feed(folder, "csv", "rows.csv", "")


def ours_sqlite(folder: Path, _target: Path) -> int:
    """A feed from SQLite."""
    return _ours_feed(folder, "sqlite", "rows.db", "table: rows")


def ours_postgres(folder: Path, _target: Path) -> int:
    """A feed from PostgreSQL."""
    return _ours_feed(folder, "postgres", _url(), "table: rows")


PATHS: dict[str, Callable[[Path, Path], int]] = {
    name: function for name, function in list(globals().items()) if name.startswith(("raw_", "ours_")) and callable(function)
}
PAIRS = [
    ("CSV UTF-8, typed (load_file)", "ours_csv", "raw_csv_arrow", True),
    ("CSV UTF-8, text landing (load_feed)", "ours_csv_feed", "raw_csv_arrow", True),
    ("  against DuckDB's CSV reader", "ours_csv", "raw_csv_duckdb", False),
    ("CSV GB18030, typed, transcoded", "ours_csv_gbk", "raw_csv_arrow_gbk", False),
    ("SQLite (load_feed)", "ours_sqlite", "raw_sqlite", True),
    ("PostgreSQL (load_feed)", "ours_postgres", "raw_postgres", True),
]


def _url() -> str:
    return f"postgresql://postgres@127.0.0.1:{PORT}/postgres"


@contextmanager
def postgres(folder: Path) -> Iterator[None]:
    """A server on the loopback, run by the user postgres when we are root, stopped at the end."""
    data = Path(tempfile.mkdtemp(prefix="lingnan-bench-pg-"))
    user = {"user": "postgres"} if os.getuid() == 0 else {}
    if user:
        os.chown(data, pwd.getpwnam("postgres").pw_uid, -1)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True, "cwd": "/"}
    subprocess.run([POSTGRES / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"], **quiet, **user)
    options = f"-p {PORT} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c fsync=off"
    subprocess.run([POSTGRES / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start"], **quiet, **user)
    try:
        _fill_postgres(folder)
        yield
    finally:
        subprocess.run([POSTGRES / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], **quiet, **user)
        shutil.rmtree(data, ignore_errors=True)


def _fill_postgres(folder: Path) -> None:
    import psycopg

    with psycopg.connect(_url()) as connection, (folder / "rows.csv").open("rb") as file:
        connection.execute(f"create table rows ({', '.join(f'{name} {kind}' for name, kind in SQL_TYPES.items())})")
        with connection.cursor().copy("copy rows from stdin (format csv, header)") as copy:
            while chunk := file.read(1 << 20):
                copy.write(chunk)


def measured(name: str, folder: Path) -> dict[str, float]:
    """One path in a process of its own: wall and CPU seconds, peak megabytes."""
    work = Path(tempfile.mkdtemp(prefix="path-", dir=folder))
    for source in ("rows.csv", "rows_gbk.csv", "rows.db"):
        (work / source).symlink_to(folder / source)
    done = subprocess.run([sys.executable, __file__, "--one", name, str(work)], check=True, stdout=subprocess.PIPE, text=True)
    shutil.rmtree(work)
    return dict(json.loads(done.stdout))


def one(name: str, folder: Path) -> None:
    """Run one path and print what it took as JSON."""
    # A hub is opened once a day, a file loaded many times: making its database is no part of the measure.
    HUB.append(_hub(folder))
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    PATHS[name](folder, folder / "raw")
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sys.stdout.write(json.dumps({"wall": time.perf_counter() - started, "cpu": cpu, "mb": after.ru_maxrss / 1024}))


def main(rows: int) -> int:
    """Make the rows, measure every pair, print the table; 1 when a ratio is beyond the limit."""
    with tempfile.TemporaryDirectory(prefix="lingnan-bench-") as name:
        folder = Path(name)
        make(folder, rows)
        size = (folder / "rows.csv").stat().st_size >> 20
        lines, failed, seen = [], False, dict[str, dict[str, float]]()
        with postgres(folder):
            for title, ours, raw, limited in PAIRS:
                for path in (raw, ours):
                    seen.setdefault(path, measured(path, folder))
                ratio = seen[ours]["cpu"] / seen[raw]["cpu"]
                failed |= limited and ratio > LIMIT
                mine, other = seen[ours], seen[raw]
                mark = ("ok" if ratio <= LIMIT else "OVER") if limited else ""
                figures = "  ".join(f"{side['wall']:6.1f} {side['cpu']:6.1f} {side['mb']:6.0f}" for side in (mine, other))
                lines.append(f"{title:38} {figures}   {ratio:5.2f} {mark}")
    sys.stdout.write(f"{rows:,} rows x 10 columns, {size} MB of CSV; limit {LIMIT} x the raw path's CPU\n")
    sys.stdout.write(f"{'':38} {'ours wall':>9} {'cpu':>4} {'MB':>6}   {'raw wall':>6} {'cpu':>4} {'MB':>6}   ratio\n" + "\n".join(lines) + "\n")
    return int(failed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]))
    else:
        raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000))
