"""Measures the catalogue at 100,000 resources and 2M items: bulk load, search through the served JSON at 8 connections, items, suggestions, boards.

    python benchmarks/catalogue.py [RESOURCES] [HOME]      a home that holds the catalogue already is not loaded again
"""

import json
import resource
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from os import getloadavg, sysconf
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.boards import measure
from benchmarks.catalogue_world import KINDS, OFFICES, OWNERS, PROPERTIES, Size, forms
from lingnan.base import load_settings
from lingnan.catalogue import Catalogue
from lingnan.storage import Storage

RESOURCES, CONNECTIONS, SECONDS = 100_000, 8, 20
LOAD_S, SEARCH_MS, ITEMS_MS, SUGGEST_MS = 300.0, 300.0, 300.0, 10.0
LUA = """
local urls = {}
for line in io.lines("%s") do urls[#urls + 1] = line end
local count = 0
function init(args) math.randomseed(tonumber(tostring(args):match("0x(%%x+)") or "1", 16) %% 65536) count = math.random(#urls) end
function request() count = count %% #urls + 1 return wrk.format("GET", urls[count]) end
function done(summary, latency)
  io.write(string.format('{"p50": %%f, "p99": %%f, "requests": %%d, "refused": %%d, "seconds": %%f}\\n', latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.requests, summary.errors.status + summary.errors.timeout, summary.duration / 1000000))
end
"""


def queries() -> list[tuple[str, dict[str, str]]]:
    """Words of two and of four characters, pinyin, several words, and filters; far more than a process remembers."""
    things = [thing for _zh, _en, _theme, objects in OFFICES.values() for thing in objects]
    plain = [thing[:2] for thing in things] + [kind[:2] for kind in KINDS] + list(PROPERTIES)
    whole = [thing + kind for thing, kind in product(things, list(KINDS)[:3])]
    pinyin = ["yljg", "hkdj", "yanglao", "qiyedengji", "jdc", "huji", "shuiku", "bdc", "zhongxiaoxue", "yljgmd"]
    several = [f"{thing} {kind}" for thing, kind in zip(things, [*KINDS] * 8, strict=False)] + [f"{owner} 日期" for owner in OWNERS if owner]
    asked: list[tuple[str, dict[str, str]]] = [(words, {}) for words in (*plain, *whole, *pinyin, *several)]
    asked += [(words, {"share_type": "conditional", "department": "guangzhou_gongan"}) for words in plain[:40]]
    return [*asked, ("", {"theme": "201"}), ("", {})]


def load(home: Path, resources: int) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak megabytes of a process that loads the whole catalogue in one transaction."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, __file__, "load", str(resources), str(home)], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - begin, used.ru_utime - before, used.ru_maxrss / 1024


def load_here(home: Path, resources: int) -> None:
    """Register every form; run as a process of its own so that its memory is its own."""
    storage = Storage.open(load_settings(home))
    Catalogue(storage).register_many(forms(Size(resources)))
    storage.close()


@contextmanager
def served(home: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    """A hub over the home, as `lingnan serve` opens it; gives its address and a way to ask for the CPU seconds it has used."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [str(Path(sys.executable).with_name("lingnan")), "serve", "--home", str(home), "--port", str(port)]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield _answering(f"http://127.0.0.1:{port}", server), lambda: _cpu(server.pid)
        finally:
            server.terminate()


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")


def _answering(address: str, server: subprocess.Popen[bytes]) -> str:
    for _wait in range(600):
        if server.poll() is not None:
            raise SystemExit("the hub did not start")
        try:
            with urlopen(f"{address}/api/v1/resources?q=%E7%99%BB%E8%AE%B0", timeout=60) as found:
                json.load(found)
                return address
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the hub does not answer")


def wrk(address: str, paths: Sequence[str], folder: Path) -> dict[str, float]:
    """What wrk says of these addresses, asked in turn."""
    (folder / "urls.txt").write_text("\n".join(paths), encoding="utf-8")
    (folder / "ask.lua").write_text(LUA % (folder / "urls.txt"), encoding="utf-8")
    program = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "30s", "-s", str(folder / "ask.lua"), address]
    told = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def at_once(actions: Sequence[Callable[[], object]], threads: int) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds, with so many threads asking."""

    def timed(action: Callable[[], object]) -> float:
        begin = time.perf_counter()
        action()
        return (time.perf_counter() - begin) * 1000

    with ThreadPoolExecutor(threads) as pool:
        return _percentiles(list(pool.map(timed, actions)))


def _percentiles(taken: list[float]) -> tuple[float, float]:
    return statistics.median(taken), statistics.quantiles(taken, n=100)[98]


def peers(home: Path, asked: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """Plain LIKE and SQLite's trigram index by hand over the same names: median, p99, and the share of the queries they find nothing for."""
    with sqlite3.connect(":memory:") as database:
        database.execute("attach ? as hub", (str(home / "hub.db"),))
        database.execute("create virtual table names using fts5(zh, tokenize='trigram')")
        database.execute("insert into names (rowid, zh) select number, title_zh from hub.resource_words")
        database.execute("create table plain as select number, title_zh from hub.resource_words")
        ways = {
            "LIKE": ("select count(*) from plain where title_zh like ?", "%{}%"),
            "FTS5 trigram": ("select count(*) from names where names match ?", '"{}"'),
        }
        found = {}
        for name, (statement, form) in ways.items():
            taken, empty = [], 0
            for words in asked:
                begin = time.perf_counter()
                count = database.execute(statement, (form.format(words),)).fetchone()[0]
                taken.append((time.perf_counter() - begin) * 1000)
                empty += not count
            found[name] = (*_percentiles(taken), empty / len(asked))
    return found


def tell(name: str, value: float, unit: str, limit: float) -> bool:
    """One row; whether the limit is held."""
    print(f"{name:48} {value:10,.1f} {unit:3} limit {limit:8,.1f}   {limit / value:6.1f} x")
    return value <= limit


def main(resources: int, home: Path) -> int:
    """Print the table; 1 when a limit is missed."""
    held = []
    if not (home / "hub.db").exists():
        wall, cpu, peak = load(home, resources)
        held.append(tell(f"bulk load of {resources:,} resources ({cpu:,.0f} CPU s)", wall, "s", LOAD_S))
        print(f"{'  peak memory of the loading process':48} {peak:10,.1f} MB")
    asked = queries()
    paths = [f"/api/v1/resources?{urlencode({'q': words, **filters})}" for words, filters in asked]
    with tempfile.TemporaryDirectory() as folder, served(home) as (address, cpu_used):
        before = cpu_used()
        found = wrk(address, paths, Path(folder))
        each = (cpu_used() - before) / found["requests"] * 1000
    print(f"load average {getloadavg()[0]:.1f}; {found['requests']:,.0f} requests", end=", ")
    print(f"{found['requests'] / found['seconds']:.0f} a second, {each:.1f} CPU ms each")
    held.append(tell(f"search, JSON, {CONNECTIONS} connections, p99 (p50 {found['p50']:.0f})", found["p99"], "ms", SEARCH_MS))
    held.append(not found["refused"])
    storage = Storage.open(load_settings(home))
    catalogue = Catalogue(storage)
    catalogue.suggest("养")
    words = [each for each, _filters in asked if each]
    middle, worst = at_once([lambda each=each: catalogue.search_items(each) for each in words], CONNECTIONS)
    held.append(tell(f"search of items, {CONNECTIONS} threads, p99 (p50 {middle:.0f})", worst, "ms", ITEMS_MS))
    middle, worst = at_once([lambda each=each: catalogue.suggest(each[:4]) for each in words], 1)
    held.append(tell(f"suggestions, one at a time, median (p99 {worst:.0f})", middle, "ms", SUGGEST_MS))
    ours, slowest = at_once([lambda each=each: catalogue.search(each) for each in words], 1)
    missed = sum(not catalogue.search(each).total for each in words) / len(words)
    print(f"search with 10 facets, one at a time: median {ours:.1f} ms, p99 {slowest:.1f} ms, nothing found for {missed:.0%}")
    for name, (median, last, empty) in peers(home, words).items():
        print(f"  {name} over the names, count alone: median {median:.1f} ms, p99 {last:.1f} ms, nothing for {empty:.0%}; we {ours / median:.1f} x")
    storage.close()
    held += measure(home, tell)
    return 0 if all(held) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        load_here(Path(sys.argv[3]), int(sys.argv[2]))
        sys.exit(0)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RESOURCES
    if len(sys.argv) > 2:
        sys.exit(main(count, Path(sys.argv[2])))
    with tempfile.TemporaryDirectory() as made:
        sys.exit(main(count, Path(made)))
