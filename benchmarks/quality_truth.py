"""Scores governing against the truth of a made province: what share of the dirt a rule can see was caught, and how many false alarms there were.

    python benchmarks/quality_truth.py [--scale 0.1] [--seed 44] [--home DIR] [--kinds]

Caught means: a row that belongs in quarantine is there, with a rule on the spoilt column (or about the row); a value that can be
repaired stands right in the accepted table. A false alarm is a quarantined row of which the truth knows no reason.
"""

import argparse
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.base import LingnanError, SilentProgress, load_settings
from lingnan.collect import current_batches, feeds, load_feed
from lingnan.govern import FeedTables, GovernResult, govern_table, inputs_of
from lingnan.lake import CommitFacts, Engine, Lake, View
from lingnan.storage import Storage
from lingnan.world import make_world, read_truth


@dataclass(frozen=True)
class Score:
    """One kind of dirt in one feed: planted values a rule can see, those caught."""

    feed: str
    kind: str
    column: str
    expected: str
    planted: int
    caught: int


@dataclass(frozen=True)
class FalseAlarms:
    """Quarantined rows of one feed without a reason in the truth, among the rows delivered."""

    feed: str
    rows: int
    quarantined: int
    false: int
    repairs_without_reason: int


def score_against_truth(
    home: Path, lake: Lake, results: Mapping[str, GovernResult], keys: Mapping[str, tuple[str, ...]],
) -> tuple[list[Score], list[FalseAlarms]]:
    """Scores per feed, kind and column, and false alarms per feed, for feeds that were governed."""
    dirt, engine = read_truth(home, "dirt"), lake.engine()
    scores, alarms = [], []
    for feed in results:
        tables = FeedTables.of(feed)
        views = {table: View.for_step(table, "score") for table in (tables.accepted, tables.quarantine)}
        mine = _with_delivered_keys(dirt.filter(pc.equal(dirt["feed"], feed)), keys[feed])
        columns = set(lake.schema(tables.accepted).names)
        scores += [Score(feed, **row) for row in _caught(engine, tables, views, mine, keys[feed], columns)]
        alarms.append(_false_alarms(engine, tables, views, mine, keys[feed], results[feed]))
    return scores, alarms


def _with_delivered_keys(dirt: pa.Table, key: tuple[str, ...]) -> pa.Table:
    # A spoilt key column stands in the table as it was delivered.
    found = [
        delivered if column in key and len(key) == 1 and delivered else known
        for known, column, delivered in zip(*(dirt[name].to_pylist() for name in ("key", "column", "delivered_value")), strict=True)
    ]
    return dirt.append_column("found", pa.array(found, pa.string()))


def _key(key: tuple[str, ...], alias: str) -> str:
    return "concat_ws('|', " + ", ".join(f'cast({alias}."{name}" as varchar)' for name in key) + ")"


def _caught(
    engine: Engine, tables: FeedTables, views: Mapping[str, View], dirt: pa.Table, key: tuple[str, ...], columns: set[str],
) -> list[dict[str, object]]:
    spoilt = sorted({name for name in dirt["column"].to_pylist() if name in columns})
    value = "case d.\"column\" " + " ".join(f"when '{name}' then cast(a.\"{name}\" as varchar)" for name in spoilt) + " end" if spoilt else "null"
    sql = f"""
      with accepted as (select {_key(key, 'a')} as k, a.* from {tables.accepted} as a),
      rejected as (select {_key(key, 'q')} as k, _rules, cast(_reasons as varchar) as reasons from {tables.quarantine} as q),
      judged as (
        select d.kind, d."column", d.expected, d.found, d.true_value,
          max(case when r.k is null then 0
                   when coalesce(d."column", '') = '' then case when r.reasons like '%duplicate%' or r.reasons like '%once%' then 1 else 0 end
                   when contains(r.reasons, d."column") then 1 else 0 end) as in_quarantine,
          max(case when {value} = d.true_value or try_cast({value} as timestamp) = try_cast(d.true_value as timestamp)
                    or try_cast({value} as double) = try_cast(d.true_value as double) then 1 else 0 end) as repaired,
          max(case when r.k is not null then 1 else 0 end) as rejected
        from dirt as d left join accepted as a on a.k = d.found or a.k = d.key left join rejected as r on r.k = d.found
        where d.visible_to_rule group by all)
      select kind, coalesce("column", '') as "column", expected, count(*) as planted,
        cast(sum(case when expected = 'quarantine' then in_quarantine else greatest(repaired, rejected) end) as bigint) as caught
      from judged group by all order by all"""
    return engine.query(sql, views, arrow={"dirt": dirt}).to_pylist()


def _false_alarms(
    engine: Engine, tables: FeedTables, views: Mapping[str, View], dirt: pa.Table, key: tuple[str, ...], result: GovernResult,
) -> FalseAlarms:
    sql = f"""
      select count(*) as n from {tables.quarantine} as q where not exists (
        select 1 from dirt as d where d.expected = 'quarantine' and (d.found = {_key(key, 'q')} or d.key = {_key(key, 'q')}))"""
    repairs = f"""
      select count(*) as n from {tables.accepted} as a where len(a._repaired) > 0 and not exists (
        select 1 from dirt as d where d.expected = 'repair' and (d.found = {_key(key, 'a')} or d.key = {_key(key, 'a')}))"""
    false = engine.query(sql, views, arrow={"dirt": dirt}).column(0)[0].as_py()
    unasked = engine.query(repairs, views, arrow={"dirt": dirt}).column(0)[0].as_py()
    return FalseAlarms(result.table, result.delivered, result.quarantined, false, unasked)


def govern_home(home: Path, storage: Storage, lake: Lake) -> tuple[dict[str, GovernResult], dict[str, tuple[str, ...]]]:
    """Load and govern every feed of a home, those that others refer to first; gives results and keys by feed."""
    engine, settings = lake.engine(), load_settings(home)
    found = {feed.id: feed for feed in feeds(home / "sources")}
    results, done = {}, set()
    for feed in found.values():
        loaded = load_feed(feed, home=home, lake=lake, engine=engine, storage=storage, clock=settings.make_clock(), progress=SilentProgress())
        if not lake.exists(FeedTables.of(feed.id).landing):
            print(f"not scored: {feed.id} ({loaded})"[:300], file=sys.stderr)
            done.add(feed.id)
    waiting = [name for name in found if name not in done]
    while waiting:
        ready = [name for name in waiting if not any(table in waiting and table != name for table in inputs_of(name, found[name].contract))]
        for name in ready or waiting[:1]:
            waiting.remove(name)
            views = {table: View.for_step(table, "score") for table in inputs_of(name, found[name].contract) if lake.exists(table)}
            results[name] = govern_table(
                name, found[name].contract, lake=lake, engine=engine, views=views, facts=CommitFacts(job=f"govern:{name}"),
                batches=current_batches(storage, name), today="2026-10-31",
            )
    return results, {name: found[name].contract.key for name in results}


PORT = 8497
FALSE_PERCENT = 0.1


class _Pages(BaseHTTPRequestHandler):
    """Answers /department/feed?page=n with the page that the department would hand over."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        page = parse_qs(address.query).get("page", ["1"])[0]
        file = self.server.folder / address.path.strip("/") / f"page-{int(page)}.json"  # type: ignore[attr-defined]
        self.send_response(200 if file.is_file() else 404)
        self.end_headers()
        if file.is_file():
            self.wfile.write(file.read_bytes())

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def live_sources(home: Path) -> Iterator[None]:
    """The departments' paged interfaces, answering while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", PORT), _Pages)
    server.folder = home / "world" / "handover"  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=44)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--kinds", action="store_true", help="show every feed and column, not only what was missed")
    given = parser.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="lingnan-quality-"))
    try:
        if not (home / "world" / "truth").exists():
            make_world(home, given.scale, given.seed, SilentProgress(), api_url=f"http://127.0.0.1:{PORT}")
        settings = load_settings(home)
        storage, lake = Storage.open(settings), Lake(home / "lake", settings.make_clock())
        with live_sources(home):
            results, keys = govern_home(home, storage, lake)
        held = show(*score_against_truth(home, lake, results, keys), everything=given.kinds)
    except LingnanError as error:
        sys.exit(error.en)
    finally:
        if given.home is None:
            shutil.rmtree(home)
    return 0 if held else 1


def show(scores: list[Score], alarms: list[FalseAlarms], *, everything: bool) -> bool:
    """Print totals by kind, what was missed, and false alarms; whether all was caught with few enough false alarms."""
    kinds: dict[tuple[str, str], list[int]] = {}
    for score in scores:
        total = kinds.setdefault((score.expected, score.kind), [0, 0])
        total[0] += score.planted
        total[1] += score.caught
    for (expected, kind), (planted, caught) in sorted(kinds.items()):
        print(f"{expected:12}{kind:28}{planted:8,}{caught:8,}{100 * caught / planted:9.2f} %")
    for score in scores:
        if everything or score.caught < score.planted:
            print(f"  {score.feed:26}{score.kind:26}{score.column:22}{score.expected:12}{score.planted:7,}{score.caught:7,}")
    planted, caught = sum(score.planted for score in scores), sum(score.caught for score in scores)
    rows, false = sum(alarm.rows for alarm in alarms), sum(alarm.false for alarm in alarms)
    for alarm in alarms:
        told = f"false {alarm.false:6,} repairs unasked {alarm.repairs_without_reason:6,}"
        print(f"  {alarm.feed:26} rows {alarm.rows:8,} quarantined {alarm.quarantined:7,} {told}")
    share, wrong = 100 * caught / max(planted, 1), 100 * false / max(rows, 1)
    print(f"caught {caught:,} of {planted:,} ({share:.3f} %), false alarms {false:,} of {rows:,} rows ({wrong:.3f} %, limit {FALSE_PERCENT} %)")
    return caught == planted and wrong <= FALSE_PERCENT


if __name__ == "__main__":
    sys.exit(main())
