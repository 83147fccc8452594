"""Loads feeds: reads what is new, lands it once, keeps what could not be parsed, raises alarms."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa

from lingnan.base import BadInput, Clock, LingnanError, Progress, Refused, Unavailable, content_digest, read_web_address
from lingnan.collect import alarms
from lingnan.collect.addresses import database_place, without_password
from lingnan.collect.connectors import Connector, Delivery, Ground, Reading, connector_for
from lingnan.collect.connectors.archive import empty_spool
from lingnan.collect.conversion import Converter
from lingnan.collect.feeds import landed_columns
from lingnan.collect.landing import Landing, plan
from lingnan.collect.ledger import Intake, Ledger, Outcome, file_digests
from lingnan.collect.rejects import Rejects
from lingnan.collect.reshape import reshaped
from lingnan.collect.shapes import Alarm, Feed, LoadResult, ReadOptions
from lingnan.collect.streams.broker import read_broker_address
from lingnan.collect.streams.service import settle_stream
from lingnan.lake import CommitFacts, Engine, Lake
from lingnan.storage import Storage

CODE = "1"
"""Raised when a change of this room makes the same input land otherwise."""
DATABASES, WEB, BROKERS = ("postgres", "sql"), ("http://", "https://"), ("mqtt://", "mqtts://")


@dataclass(frozen=True)
class _Source:
    """Where a feed is read this time, and what was said about the choice."""

    connector: Connector
    options: ReadOptions
    deliveries: list[Delivery]
    location: str
    alarms: tuple[Alarm, ...] = ()


def load_feed(
    feed: Feed, *, home: Path, lake: Lake, engine: Engine, storage: Storage, clock: Clock, progress: Progress,
    allowed: Collection[str] = (), contact: str = "",
) -> LoadResult:
    """Land what is new of a feed; a source that is away or unreadable raises an alarm and leaves the last batch in force.

    `allowed` are the only places (`host:port`) that may be called, web or database; files need none. `contact` is told to sites whose pages are read.
    """
    if feed.file.stream is not None:
        return settle_stream(feed, lake=lake, storage=storage, clock=clock, allowed=allowed)
    spool = home / "collect" / "spool" / feed.id
    ground = Ground(home, engine, lambda path: file_digests(storage, path), spool, allowed, contact, clock)
    ledger = Ledger(storage, feed.id, clock)
    kept = ledger.last() is not None
    try:
        source = _source(feed, ground)
        return _FeedLoad(feed, source, lake, engine, ledger, progress).run()
    except Unavailable as error:
        return _kept_back(feed, ledger, alarms.away(error, kept))
    except (BadInput, Refused) as error:
        return _kept_back(feed, ledger, alarms.refused(error, kept))
    finally:
        empty_spool(spool)


def fingerprint(feed: Feed, home: Path) -> str:
    """A text that changes when the feed's files or its description do; constant while a live source cannot be asked."""
    # Only files are looked at here, so neither engine nor digests are needed.
    parts = [feed.path.read_text(encoding="utf-8"), json.dumps([(each.name, each.source, each.physical_type) for each in feed.contract.properties])]
    fallback = feed.file.fallback
    places = [(feed.file.connector, feed.file.location), *([(fallback.connector, fallback.location)] if fallback else [])]
    for kind, location in places:
        if kind == "sql" and location.startswith("sqlite:"):
            parts.append(_files_fingerprint(home, location.partition(":///")[2]))
        else:
            live = kind in DATABASES or location.startswith((*WEB, *BROKERS))
            parts.append("live" if live else _files_fingerprint(home, location))
    return content_digest(CODE, *parts)


def live_place(feed: Feed) -> str:
    """`host:port` that collecting this feed calls; empty where it reads files or has no address that could be called."""
    location = feed.file.location
    if feed.file.connector in DATABASES:
        return database_place(location)
    try:
        if feed.file.stream is not None:
            return read_broker_address(location).place
        return read_web_address(location).place if location.startswith(WEB) else ""
    except LingnanError:
        return ""


def _files_fingerprint(home: Path, location: str) -> str:
    from lingnan.collect.connectors.files import find_files

    try:
        found = find_files(home, location)
    except Unavailable:
        return "away"
    return content_digest(*(f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in found))


def _kept_back(feed: Feed, ledger: Ledger, alarm: Alarm) -> LoadResult:
    ledger.alarm([alarm])
    return LoadResult(batch="", rows=0, rejected=0, alarms=(alarm,), skipped=True, table=feed.landing, reject_table=feed.rejects)


def _source(feed: Feed, ground: Ground) -> _Source:
    """The first place, or the fallback when the first is not to be had."""
    file = feed.file
    try:
        connector = connector_for(file.connector, file.location, file.options, ground)
        return _Source(connector, file.options, connector.deliveries(), without_password(file.location))
    except Unavailable as error:
        if file.fallback is None:
            raise
        options = file.fallback.options
        connector = connector_for(file.fallback.connector, file.fallback.location, options, ground)
        location = without_password(file.fallback.location)
        return _Source(connector, options, connector.deliveries(), location, (alarms.fell_back(error, location),))


class _FeedLoad:
    """One run over one feed."""

    def __init__(self, feed: Feed, source: _Source, lake: Lake, engine: Engine, ledger: Ledger, progress: Progress) -> None:
        self.feed, self.source, self.lake, self.engine, self.ledger, self.progress = feed, source, lake, engine, ledger, progress
        self.snapshot, self.form = feed.file.load == "snapshot", feed.file.connector == "form"
        self.reading = _reading_digest(feed, source.options)

    def run(self) -> LoadResult:
        """Find what is new, land it, write it down."""
        intakes = self._intakes()
        if not intakes:
            return self._unchanged()
        delivery = content_digest(self.feed.id, *(intake.batch for intake in intakes))[:32]
        readings = [reshaped(self.source.connector.open(each), each.name, self.source.options) for intake in intakes for each in intake.deliveries]
        batches = [intake.batch for intake in intakes for _each in intake.deliveries]
        known = self.lake.schema(self.feed.landing) if self.lake.exists(self.feed.landing) else None
        laid = plan(readings, self.feed.contract, text=self.source.connector.text, known=known)
        received_at, resumed = self.ledger.begin(delivery, intakes)
        self.progress.begin(self.feed.id, f"采集 {self.feed.file.title.zh}", f"Collect {self.feed.file.title.en or self.feed.id}")
        with self.engine.session({}) as session:
            landing = Landing(laid, received_at, Converter(session, self.source.options.null_markers or ()), Rejects())
            outcome = self._land(delivery, landing, batches, readings, resumed)
        self.ledger.finish(delivery, outcome, table=self.feed.landing, snapshot=self.snapshot)
        self.progress.finish(self.feed.id)
        return LoadResult(
            batch=batches[0] if len(set(batches)) == 1 else delivery, rows=sum(outcome.rows.values()), rejected=sum(outcome.rejected.values()),
            alarms=outcome.alarms,
            version=outcome.version, table=self.feed.landing, reject_table=self.feed.rejects, columns=tuple(laid.types),
        )

    def _intakes(self) -> list[Intake]:
        """The batches that are new: of a snapshot the whole, of an append feed each new or changed file."""
        known, found = self.ledger.known(), self.source.deliveries
        if self.snapshot:
            whole = Intake(self._batch(*found), tuple(found))
            record, last = known.get(whole.batch), self.ledger.last()
            if record is None:
                return [whole]
            if record.current or record.state == "empty" or last is None:
                return []
            # An older content came back: it was learnt anew, so it is a batch of its own.
            again = Intake(content_digest(whole.batch, last.batch)[:32], whole.deliveries)
            return [] if again.batch in known and known[again.batch].current else [again]
        distinct = {self._batch(each): each for each in found}
        return [Intake(batch, (each,)) for batch, each in distinct.items() if batch not in known]

    def _batch(self, *deliveries: Delivery) -> str:
        return content_digest(self.feed.id, self.reading, *(part for each in deliveries for part in (each.name, each.digest)))[:32]

    def _unchanged(self) -> LoadResult:
        last = self.ledger.last()
        return LoadResult(
            batch=last.batch if last else "", rows=0, rejected=0, alarms=self.source.alarms, skipped=True, version=last.version if last else None,
            table=self.feed.landing, reject_table=self.feed.rejects,
        )

    def _land(self, delivery: str, landing: Landing, batches: Sequence[str], readings: Sequence[Reading], resumed: bool) -> Outcome:
        """Land rows, then rejects, each exactly once: what a killed run committed is found in the tables' histories."""
        table, told = self.feed.landing, {"delivery": delivery, "batches": sorted(set(batches))}
        facts = CommitFacts(f"collect:{self.feed.id}", CODE, {}, told, {table: landed_columns(self.feed)})
        done = _committed(self.lake, table, delivery) if resumed else None
        stream = _counted(landing.batches(batches, readings), landing, self.progress, self.feed.id)
        if done is not None:
            # The rows stand; the source is read once more for the counts and for rejects a killed run may not have kept.
            for _batch in stream:
                pass
        elif (first := next(stream, None)) is not None:
            done = self.lake.append(table, pa.RecordBatchReader.from_batches(landing.plan.schema, chain([first], stream)), facts)
        elif self.form and self.lake.exists(table):
            # All entries of a batch were withdrawn: a version without new rows tells those who read the table.
            done = self.lake.append(table, landing.plan.schema.empty_table(), facts)
        self._land_rejects(delivery, landing, resumed)
        return self._outcome(landing, done, sum(landing.rows.values()))

    def _land_rejects(self, delivery: str, landing: Landing, resumed: bool) -> None:
        if not len(landing.rejects) or (resumed and _committed(self.lake, self.feed.rejects, delivery) is not None):
            return
        facts = CommitFacts(f"collect:{self.feed.id}", CODE, {}, {"delivery": delivery})
        self.lake.append(self.feed.rejects, landing.rejects.table(landing.received_at), facts)

    def _outcome(self, landing: Landing, version: int | None, rows: int) -> Outcome:
        if self.form:
            # The hub wrote the batch itself: what alarms tell of deliveries says nothing here, and an empty one is meant.
            counts = Counter(landing.rejects.batches)
            return Outcome("landed", landing.rows, counts, version, tuple(self.source.alarms), dict(landing.plan.types), self.source.location)
        last = self.ledger.last()
        before = _rows_before(self.ledger, last) if self.snapshot else 0
        columns = dict(landing.plan.types)
        raised = [*self.source.alarms, *landing.plan.alarms]
        raised += alarms.changed_columns(columns, last, {alarm.code for alarm in raised})
        raised += alarms.shrunken(rows, last, before, self.feed.file.minimum_ratio) if rows else [alarms.empty(last is not None)]
        rejected = Counter(landing.rejects.batches)
        return Outcome("landed" if rows else "empty", landing.rows, rejected, version, tuple(raised), columns, self.source.location)


def _rows_before(ledger: Ledger, last: object) -> int:
    return int(getattr(last, "rows", 0) or 0)


def _reading_digest(feed: Feed, options: ReadOptions) -> str:
    """What decides how the same bytes become rows: options and the contract's columns."""
    columns = [(each.name, each.source) for each in feed.contract.properties]
    return content_digest(CODE, options.model_dump_json(exclude_defaults=True), json.dumps(columns, ensure_ascii=False))


def _committed(lake: Lake, table: str, delivery: str) -> int | None:
    """The version in which a delivery was committed; None when it was not."""
    if not lake.exists(table):
        return None
    return next((commit.version for commit in lake.history(table) if commit.extra.get("delivery") == delivery), None)


def _counted(batches: Iterator[pa.RecordBatch], landing: Landing, progress: Progress, task: str) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        progress.advance(task, sum(landing.rows.values()))
        yield batch
