"""Sorts the messages of one batch: taken, late, rejected, or seen before."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa

from lingnan.collect.arrow_types import UTC_TIME
from lingnan.collect.connectors.protocol import POSITION
from lingnan.collect.rejects import SCHEMA as REJECTS
from lingnan.collect.shapes import Feed
from lingnan.collect.streams.decoding import EXTRA, Decoder, Undecodable, event_moment
from lingnan.collect.streams.shapes import Message, StreamOptions
from lingnan.collect.streams.window import Window, digest

MESSAGE, EVENT_AT, LATE_BY = "_message", "_event_at", "_late_by_s"
Row = dict[str, str | None]


@dataclass
class Kept:
    """Rows of one table in the order of their arrival: cells, identity of the message, place, moment of the event."""

    rows: list[Row] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    events: list[datetime] = field(default_factory=list)

    def add(self, row: Row, message: str, position: str, event: datetime) -> None:
        """Keep one row."""
        self.rows.append(row)
        self.messages.append(message)
        self.positions.append(position)
        self.events.append(event)


@dataclass
class Sorted:
    """One batch, sorted; `newest` is the latest event among its rows."""

    taken: Kept = field(default_factory=Kept)
    late: Kept = field(default_factory=Kept)
    rejects: list[tuple[str, ...]] = field(default_factory=list)
    duplicates: int = 0
    newest: datetime | None = None

    @property
    def anything(self) -> bool:
        """Whether there is something to commit."""
        return bool(self.taken.rows or self.late.rows or self.rejects)


@dataclass
class Opened:
    """A batch that is being sorted: its number, the moment before which an event is late, how many messages were seen, what they gave."""

    sequence: int
    edge: datetime | None
    seen: int = 0
    found: Sorted = field(default_factory=Sorted)


class Sorter:
    """Sorts batches of one feed, one after another; `newest` is the latest event taken so far."""

    def __init__(self, feed: Feed, options: StreamOptions, window: Window, newest: datetime | None = None) -> None:
        self._decoder = Decoder(feed, options)
        self._key, self._time = feed.file.key, options.event_time
        self._lateness = timedelta(seconds=options.lateness_s)
        self.window, self.newest = window, newest

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the contract."""
        return self._decoder.columns

    def edge(self, received_at: datetime) -> datetime | None:
        """The moment before which an event of the next batch is late; None before the first event."""
        # A clock that runs ahead at one device must not make everybody else late.
        return min(self.newest, received_at) - self._lateness if self.newest else None

    def sort(self, messages: list[Message], sequence: int, received_at: datetime) -> Sorted:
        """The rows of a batch, whole."""
        opened = Opened(sequence, self.edge(received_at))
        self.add(messages, opened)
        self.close(opened, received_at)
        return opened.found

    def add(self, messages: list[Message], opened: Opened) -> None:
        """Sort the next messages of a batch that is open.

        A row is late by what was known before the batch began, so that the same batch is sorted alike again.
        """
        for message in messages:
            opened.seen += 1
            self._message(message, f"{message.topic}#{opened.sequence}.{opened.seen}", opened.edge, opened.found)

    def close(self, opened: Opened, received_at: datetime) -> None:
        """End a batch received at this moment."""
        newest = opened.found.newest
        if newest and (self.newest is None or newest > self.newest):
            self.newest = newest
        self.window.close(received_at)

    def _message(self, message: Message, position: str, edge: datetime | None, found: Sorted) -> None:
        # No topic holds a zero character (MQTT 5, 1.5.4), so it ends there.
        whole = message.topic.encode() + b"\0" + message.payload
        try:
            rows = self._decoder.rows(message.topic, message.payload)
        except Undecodable as fault:
            self._reject(digest(whole), message, position, fault, found)
            return
        for number, row in enumerate(rows, start=1):
            content = digest(whole) if len(rows) == 1 else digest(b"%d\0" % number + whole)
            place = position if len(rows) == 1 else f"{position}.{number}"
            try:
                self._row(row, content, place, edge, found)
            except Undecodable as fault:
                self._reject(content, message, place, fault, found)

    def _row(self, row: Row, content: bytes, position: str, edge: datetime | None, found: Sorted) -> None:
        event = event_moment(row.get(self._time), self._time)
        identity = self._identity(row) if self._key else content
        repeated = self.window.repeats(identity, content if self._key else b"")
        if repeated is None:
            raise Undecodable("same_key_other_content", self._key[0], row[self._key[0]])
        if repeated:
            found.duplicates += 1
            return
        kept = found.late if edge is not None and event < edge else found.taken
        kept.add(row, identity.hex() + (content[:8].hex() if self._key else ""), position, event)
        if found.newest is None or event > found.newest:
            found.newest = event

    def _identity(self, row: Row) -> bytes:
        values = []
        for column in self._key:
            if (value := row.get(column)) is None:
                raise Undecodable("no_key", column)
            values.append(f"{len(value)}:{value}")
        return digest("".join(values).encode())

    def _reject(self, content: bytes, message: Message, position: str, fault: Undecodable, found: Sorted) -> None:
        # Under a name of its own: the row that holds the key says something else.
        identity = digest(b"rejected" + content)
        if self.window.repeats(identity, b""):
            found.duplicates += 1
            return
        found.rejects.append((identity.hex(), position, fault.reason, fault.column or "", fault.value or "", line_of(message.payload)))


def line_of(payload: bytes) -> str:
    """A message as the reject table keeps it: its text, else its bytes in hexadecimal after `hex:`."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return "hex:" + payload.hex()


def rows_table(kept: Kept, columns: tuple[str, ...], batch: str, received_at: datetime, edge: datetime | None = None) -> pa.Table:
    """Rows as landing and late tables keep them; late ones say by how many seconds they came after the edge."""
    count = len(kept.rows)
    made: dict[str, pa.Array] = {name: pa.array([row.get(name) for row in kept.rows], pa.string()) for name in (*columns, EXTRA)}
    made[MESSAGE] = pa.array(kept.messages, pa.string())
    made[EVENT_AT] = pa.array(kept.events, UTC_TIME)
    if edge is not None:
        made[LATE_BY] = pa.array([(edge - event).total_seconds() for event in kept.events], pa.float64())
    made["_batch"] = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), [batch])
    made[POSITION] = pa.array(kept.positions, pa.string())
    made["_received_at"] = pa.repeat(pa.scalar(received_at, UTC_TIME), count)
    return pa.table(made)


def rejects_table(rejects: list[tuple[str, ...]], batch: str, received_at: datetime) -> pa.Table:
    """Rejected messages as the reject table keeps them."""
    messages, positions, reasons, columns, values, lines = (list(each) for each in zip(*rejects, strict=True))
    count = len(rejects)
    arrays = [
        pa.array([batch] * count, pa.string()), pa.array(positions, pa.string()), pa.array([received_at] * count, UTC_TIME),
        pa.array(reasons, pa.string()), pa.array([each or None for each in columns], pa.string()),
        pa.array([each or None for each in values], pa.string()), pa.array(lines, pa.string()),
    ]
    return pa.Table.from_arrays(arrays, schema=REJECTS).append_column(MESSAGE, pa.array(messages, pa.string()))
