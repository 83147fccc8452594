"""Listens to a stream: gathers messages into batches, commits each, acknowledges it, and begins again where it was after any end."""

import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from lingnan.base import BadInput, Clock, LingnanError, Unavailable
from lingnan.collect.alarms import away
from lingnan.collect.shapes import Alarm, Feed, LoadResult
from lingnan.collect.streams.broker import Broker, read_broker_address
from lingnan.collect.streams.shapes import Message, StreamOptions, StreamState
from lingnan.collect.streams.sorting import Opened, Sorted, Sorter
from lingnan.collect.streams.status import Keeper, announce_day, day_batch, stream_states
from lingnan.collect.streams.tables import Grant, StreamTables
from lingnan.collect.streams.telling import Teller
from lingnan.collect.streams.tumbling import Tumbling
from lingnan.collect.streams.window import Window
from lingnan.jobs import held, in_both
from lingnan.lake import Engine, Lake
from lingnan.storage import Storage

_WAIT_S = 0.5
_LOOK_S = 0.25
"""Seconds after which windows are told of what arrived, long before its batch is full."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 30.0
_GONE_S = 60


@dataclass(frozen=True)
class Listened:
    """What one listener did from start to stop."""

    batches: int
    rows: int
    late: int
    rejected: int
    duplicates: int


def options_of(feed: Feed) -> StreamOptions:
    """How a feed's stream is listened to; BadInput for a feed that is none."""
    if feed.file.stream is None:
        raise BadInput(
            f"数据源 {feed.id} 不是消息流。请用连接器 mqtt 并写明 stream。", f"Feed {feed.id} is no stream. It needs connector: mqtt and `stream:`.",
            feed=feed.id,
        )
    return feed.file.stream


def listen(
    feed: Feed, *, home: Path, lake: Lake, engine: Engine, storage: Storage, clock: Clock, grant: Grant, allowed: Collection[str],
    stop: threading.Event,
) -> Listened:
    """Listen until told to stop; the batch that is open then is committed and acknowledged first. Conflict when another process listens.

    `allowed` are the only places that may be called; `grant` gives views of the stream's own tables.
    """
    options, session = options_of(feed), uuid4().hex
    with held(storage, f"listen:{feed.id}"[:80], session) as hold:
        broker = Broker(read_broker_address(feed.file.location), options.client or f"lingnan-{feed.id}", options, home, allowed)
        keeper = Keeper(feed, storage, clock, session)
        keeper.start()
        try:
            tables, live = StreamTables(feed, lake, engine, session), _Live(feed, options, storage, clock)
            listener = _Listener(feed, options, broker, tables, keeper, live, clock, grant, hold.ensure)
            listener.run(stop)
        except BaseException as error:
            keeper.heard("failed", _told(error))
            raise
        keeper.heard("stopped")
        return listener.told()


def _told(error: BaseException) -> str:
    return in_both(error.zh, error.en) if isinstance(error, LingnanError) else type(error).__name__


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set, so that a listener ends in order."""
    stop = threading.Event()
    before = {each: signal.signal(each, lambda *_given: stop.set()) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class _Live:
    """The windows of a stream that are told to pages; nothing of it where the feed has none."""

    def __init__(self, feed: Feed, options: StreamOptions, storage: Storage, clock: Clock) -> None:
        self._clock, self._counted = clock, (0, 0)
        self._windows = Tumbling(options.windows, (each.name for each in feed.contract.properties))
        self._teller = Teller(feed.id, storage, clock) if self._windows.anything else None

    @property
    def anything(self) -> bool:
        """Whether there is somebody to tell."""
        return self._teller is not None

    def restore(self, tables: StreamTables, grant: Grant) -> None:
        """Make the windows again from what the tables hold: what was told before may count rows that never were committed."""
        if self._teller is None:
            return
        now = self._clock.now()
        for row, event, late in tables.rows_since(self._windows.since(now), self._windows.columns, grant):
            self._windows.count(row, event, now, late=late)
        self._teller.begin(self._windows.take(now))

    def tell(self, found: Sorted) -> None:
        """Count what is new in the open batch, and tell what it changed."""
        if self._teller is None:
            return
        now = self._clock.now()
        taken, late = self._counted
        self._windows.add(found.taken, taken, now, late=False)
        self._windows.add(found.late, late, now, late=True)
        self._counted = (len(found.taken.rows), len(found.late.rows))
        self._teller.tell(self._windows.take(now), self._windows.edges(now))

    def close(self) -> None:
        """The next batch begins."""
        self._counted = (0, 0)


class _Listener:
    """One run."""

    def __init__(
        self, feed: Feed, options: StreamOptions, broker: Broker, tables: StreamTables, keeper: Keeper, live: _Live, clock: Clock, grant: Grant,
        still_ours: Callable[[], None],
    ) -> None:
        self._feed, self._options, self._broker, self._tables, self._keeper, self._live = feed, options, broker, tables, keeper, live
        self._clock, self._grant, self._still_ours = clock, grant, still_ours
        last = tables.last()
        self._sequence = last.sequence if last else 0
        window = Window(options.window_s, options.window_messages, options.in_flight)
        tables.restore(window, options.window_s, grant)
        self._sorter = Sorter(feed, options, window, last.newest if last else None)
        live.restore(tables, grant)
        self._opened: Opened | None = None
        self._looked = 0.0
        self._day, self._totals = "", (0, 0)
        self._heard = time.monotonic()
        self._silent = False
        self._done = dict.fromkeys(("batches", "rows", "late", "rejected", "duplicates"), 0)

    def told(self) -> Listened:
        """What was done."""
        return Listened(**self._done)

    def run(self, stop: threading.Event) -> None:
        """Connect, gather, commit, acknowledge; connect again when the connection is lost."""
        pause, alarmed = _FIRST_PAUSE_S, False
        while not stop.is_set():
            try:
                self._broker.connect()
            except Unavailable as error:
                self._keeper.heard("away", _told(error))
                if self._broker.inbox:
                    self._commit()
                if not alarmed:
                    self._keeper.alarm(away(error, self._sequence > 0))
                    alarmed = True
                stop.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
                continue
            self._keeper.heard("listening")
            pause, alarmed = _FIRST_PAUSE_S, False
            self._gather(stop)
        self._broker.close()

    def _gather(self, stop: threading.Event) -> None:
        """Batch after batch while the connection holds."""
        opened: float | None = None
        while True:
            room = 0 if self._broker.bytes >= self._options.batch_bytes else self._options.batch_messages
            alive = self._broker.pump(room, self._wait(opened))
            if self._broker.inbox and opened is None:
                opened = time.monotonic()
            if self._broker.inbox and (not alive or stop.is_set() or self._full(opened)):
                # What came before the connection was lost is kept as well: a broker that died may not send it again.
                messages = self._commit()
                alive = alive and self._broker.acknowledge(messages)
                opened = None
            elif self._live.anything and self._broker.inbox and time.monotonic() - self._looked >= _LOOK_S:
                self._look()
            if stop.is_set() or not alive:
                return
            self._keeper.beat()
            self._listen_for_silence()

    def _wait(self, opened: float | None) -> float:
        if opened is None:
            return _WAIT_S
        now = time.monotonic()
        left = min(self._options.batch_seconds - (now - opened), _LOOK_S - (now - self._looked) if self._live.anything else _WAIT_S)
        return max(0.0, min(_WAIT_S, left))

    def _full(self, opened: float | None) -> bool:
        options, broker = self._options, self._broker
        return (
            len(broker.inbox) >= options.batch_messages or broker.bytes >= options.batch_bytes
            or (opened is not None and time.monotonic() - opened >= options.batch_seconds)
        )

    def _look(self) -> Opened:
        """Sort what arrived since the last look into the open batch, and tell pages what it changed."""
        if self._opened is None:
            self._sequence += 1
            self._opened = Opened(self._sequence, self._sorter.edge(self._clock.now()))
        self._sorter.add(self._broker.inbox[self._opened.seen :], self._opened)
        self._live.tell(self._opened.found)
        self._looked = time.monotonic()
        return self._opened

    def _commit(self) -> list[Message]:
        """Commit what arrived; gives the messages that may now be acknowledged."""
        self._still_ours()
        opened, received_at = self._look(), self._clock.now()
        self._sorter.close(opened, received_at)
        messages, found, self._opened = self._broker.take(), opened.found, None
        if found.anything:
            self._keep(found, received_at, opened.edge, len(messages))
        else:
            self._done["duplicates"] += found.duplicates
        self._live.close()
        self._heard, self._silent = time.monotonic(), False
        return messages

    def _keep(self, found: Sorted, received_at: datetime, edge: datetime | None, messages: int) -> None:
        batch = day_batch(self._feed.id, received_at)
        if batch != self._day:
            self._day, self._totals = batch, self._tables.count(batch, self._grant)
        version = self._tables.commit(found, self._sorter.columns, self._sequence, batch, received_at, self._sorter.newest, edge)
        counts = {
            "rows": len(found.taken.rows), "late": len(found.late.rows), "rejected": len(found.rejects), "duplicates": found.duplicates,
        }
        self._totals = (self._totals[0] + counts["rows"], self._totals[1] + counts["rejected"])
        self._keeper.committed(
            batch, self._feed.file.location, received_at, self._sequence, counts, self._totals, version, found.newest, messages
        )
        self._tables.join_small_files()
        self._done["batches"] += 1
        for name, count in counts.items():
            self._done[name] += count

    def _listen_for_silence(self) -> None:
        limit = self._options.silence_s
        if limit and not self._silent and time.monotonic() - self._heard >= limit:
            self._silent = True
            self._keeper.silent(limit)


def settle_stream(feed: Feed, *, lake: Lake, storage: Storage, clock: Clock, allowed: Collection[str]) -> LoadResult:
    """What a build does for a stream: announce what the days gained, and raise an alarm when nobody listens to a broker that may be called."""
    day, state = announce_day(feed, storage), stream_states(storage).get(feed.id)
    alarms: tuple[Alarm, ...] = ()
    if _nobody_listens(state, clock.now()) and (state is not None or read_broker_address(feed.file.location).place in allowed):
        alarms = (Alarm(
            "nobody_listens", f"没有进程在接收消息流 {feed.id}。请运行 lingnan collect listen {feed.id}。",
            f"No process listens to the stream {feed.id}. Run: lingnan collect listen {feed.id}.",
        ),)
    return LoadResult(
        batch=day.batch if day else "", rows=0, rejected=0, alarms=alarms, skipped=True, version=lake.newest(feed.landing), table=feed.landing,
        reject_table=feed.rejects,
    )


def _nobody_listens(state: StreamState | None, now: datetime) -> bool:
    return state is None or state.state in ("stopped", "failed") or (now - state.heard_at).total_seconds() > _GONE_S
