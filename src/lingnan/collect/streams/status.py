"""What a listener writes down of itself: its status, and one batch a day for the ledger of loads."""

import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from lingnan.base import CHINA, BatchLoaded, Clock, LoadAlarmed, content_digest
from lingnan.collect.records import LoadBatch
from lingnan.collect.shapes import Alarm, Feed
from lingnan.collect.streams.records import StreamStatus
from lingnan.collect.streams.shapes import StreamState
from lingnan.storage import Storage

_RATE_S = 60.0
_HEARD_S = 10.0


def day_batch(feed: str, at: datetime) -> str:
    """The batch of a stream's day in China: a batch for every commit would fill the ledger and say no more."""
    return content_digest(feed, "stream", at.astimezone(CHINA).date().isoformat())[:32]


class Rate:
    """Messages a second over the last minute."""

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int]] = deque()
        self._begun = time.monotonic()

    def add(self, count: int) -> float:
        """Count messages in; gives the rate."""
        now = time.monotonic()
        self._counts.append((now, count))
        while self._counts and now - self._counts[0][0] > _RATE_S:
            self._counts.popleft()
        return sum(each for _at, each in self._counts) / max(1.0, min(_RATE_S, now - self._begun))


class Keeper:
    """Writes the status of one listener and the rows of the ledger."""

    def __init__(self, feed: Feed, storage: Storage, clock: Clock, session: str) -> None:
        self._feed, self._storage, self._clock, self._session = feed, storage, clock, session
        self._rate = Rate()
        self._written = time.monotonic()
        self._told = dict.fromkeys(("rows", "late", "rejected", "duplicates"), 0)

    def start(self) -> None:
        """A new listener begins to count."""
        now = self._clock.now()
        with self._storage.session() as session:
            before = session.get(StreamStatus, self._feed.id)
            last = (before.last_message_at, before.last_event_at) if before else (None, None)
            session.merge(StreamStatus(
                feed=self._feed.id, state="away", session=self._session, started_at=now, heard_at=now, last_message_at=last[0],
                last_event_at=last[1], silent=False, error="", rate=0.0, sequence=0, **self._told,
            ))

    def committed(
        self, batch: str, source: str, received_at: datetime, sequence: int, counts: dict[str, int], totals: tuple[int, int],
        version: int | None, newest: datetime | None, messages: int,
    ) -> None:
        """A batch is in the lake: `counts` of this one, `totals` of the day's rows and rejects."""
        now, rate = self._clock.now(), self._rate.add(messages)
        for name, count in counts.items():
            self._told[name] += count
        with self._storage.session() as session:
            status = session.get_one(StreamStatus, self._feed.id)
            status.state, status.heard_at, status.last_message_at, status.sequence = "listening", now, received_at, sequence
            status.rows, status.late = self._told["rows"], self._told["late"]
            status.rejected, status.duplicates = self._told["rejected"], self._told["duplicates"]
            status.rate, status.silent = rate, False
            if newest is not None:
                status.last_event_at, status.lag_s = newest, (now - newest).total_seconds()
            found = session.scalars(select(LoadBatch).where(LoadBatch.feed == self._feed.id, LoadBatch.batch == batch)).first()
            if found is None:
                found = LoadBatch(
                    feed=self._feed.id, batch=batch, delivery=batch, digest="", received_at=received_at, state="landed", current=True, source=source,
                    files=[], alarms=[], columns={},
                )
                session.add(found)
            found.rows, found.rejected = totals
            found.version = found.version if version is None else version
        self._written = time.monotonic()

    def heard(self, state: str, error: str = "") -> None:
        """The listener lives, and how."""
        self._written = time.monotonic()
        with self._storage.session() as session:
            status = session.get_one(StreamStatus, self._feed.id)
            status.state, status.heard_at, status.error, status.rate = state, self._clock.now(), error[:2000], self._rate.add(0)

    def beat(self) -> None:
        """Say every ten seconds that the listener lives."""
        if time.monotonic() - self._written >= _HEARD_S:
            self.heard("listening")

    def silent(self, seconds: int) -> None:
        """Raise the alarm that no message came for so long."""
        with self._storage.session() as session:
            session.get_one(StreamStatus, self._feed.id).silent = True
        self.alarm(Alarm(
            "silent", f"消息流 {seconds} 秒没有消息。请查看设备、网关与消息代理。",
            f"The stream has been silent for {seconds} seconds. Look at the devices, their gateway and the broker.",
        ))

    def alarm(self, alarm: Alarm) -> None:
        """Announce something that a steward must see."""
        with self._storage.session() as session:
            self._storage.announce(session, LoadAlarmed(self._feed.id, "", alarm.code, alarm.zh, alarm.en), self._feed.id)


def stream_states(storage: Storage) -> dict[str, StreamState]:
    """How every listener fares, by feed."""
    names = tuple(StreamState.__dataclass_fields__)
    with storage.reading() as session:
        found = list(session.scalars(select(StreamStatus).order_by(StreamStatus.feed)))
        return {each.feed: StreamState(**{name: getattr(each, name) for name in names}) for each in found}


def announce_day(feed: Feed, storage: Storage) -> LoadBatch | None:
    """Announce what the stream's days gained since the last announcement; gives the newest day's batch, None before the first."""
    statement = select(LoadBatch).where(LoadBatch.feed == feed.id, LoadBatch.state == "landed").order_by(LoadBatch.received_at.desc()).limit(2)
    with storage.session() as session:
        days = list(session.scalars(statement))
        for day, digest in _changed(days):
            day.digest = digest
            storage.announce(
                session, BatchLoaded(feed.id, feed.landing, day.batch, day.rows, day.rejected, day.received_at.isoformat()), feed.id
            )
        session.flush()
        session.expunge_all()
    return days[0] if days else None


def _changed(days: list[LoadBatch]) -> Iterator[tuple[LoadBatch, str]]:
    for day in days:
        digest = content_digest(day.batch, str(day.rows), str(day.rejected))
        if day.digest != digest:
            yield day, digest


