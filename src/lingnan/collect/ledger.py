"""Remembers batches: which were received when, which are current, which digests files had."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from lingnan.base import BatchLoaded, Clock, LoadAlarmed
from lingnan.collect.connectors import Delivery
from lingnan.collect.records import LoadBatch, SourceFile
from lingnan.collect.shapes import Alarm
from lingnan.storage import Storage

DONE = ("landed", "empty")


@dataclass(frozen=True)
class Intake:
    """One batch that is to be landed: its id, the deliveries in it."""

    batch: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Outcome:
    """How a delivery went: rows and rejects by batch, the table's new version, what to raise."""

    state: Literal["landed", "empty"]
    rows: Mapping[str, int]
    rejected: Mapping[str, int]
    version: int | None
    alarms: tuple[Alarm, ...]
    columns: Mapping[str, str]
    source: str = ""


class Ledger:
    """The batches of one feed."""

    def __init__(self, storage: Storage, feed: str, clock: Clock) -> None:
        self._storage = storage
        self.feed = feed
        self._clock = clock

    def known(self) -> dict[str, LoadBatch]:
        """Finished batches by id."""
        with self._storage.reading() as session:
            found = session.scalars(select(LoadBatch).where(LoadBatch.feed == self.feed, LoadBatch.state.in_(DONE)))
            records = {record.batch: record for record in found}
            session.expunge_all()  # the records are read after the session has closed
            return records

    def last(self) -> LoadBatch | None:
        """The batch landed last."""
        statement = select(LoadBatch).where(LoadBatch.feed == self.feed, LoadBatch.state == "landed").order_by(LoadBatch.sequence.desc()).limit(1)
        with self._storage.reading() as session:
            record = session.scalars(statement).first()
            session.expunge_all()
            return record

    def begin(self, delivery: str, intakes: Sequence[Intake]) -> tuple[datetime, bool]:
        """Receipt time of a delivery, kept before anything is landed; and whether it was begun before and not finished."""
        with self._storage.session() as session:
            same = select(LoadBatch).where(LoadBatch.feed == self.feed, LoadBatch.delivery == delivery)
            started = {record.batch: record for record in session.scalars(same)}
            received_at = min((record.received_at for record in started.values()), default=self._clock.now())
            for intake in intakes:
                if intake.batch not in started:
                    session.add(self._fresh(delivery, intake, received_at))
        return received_at, bool(started)

    def _fresh(self, delivery: str, intake: Intake, received_at: datetime) -> LoadBatch:
        files = [{"name": each.name, "digest": each.digest} for each in intake.deliveries]
        return LoadBatch(
            feed=self.feed, batch=intake.batch, delivery=delivery, digest=intake.deliveries[0].digest if len(files) == 1 else delivery,
            received_at=received_at, files=files, source=", ".join(each.name for each in intake.deliveries)[:500],
        )

    def finish(self, delivery: str, outcome: Outcome, *, table: str, snapshot: bool) -> None:
        """Write down how a delivery went, make its batches current, and announce it, in one transaction."""
        with self._storage.session() as session:
            everything = list(session.scalars(select(LoadBatch).where(LoadBatch.feed == self.feed)))
            mine = [record for record in everything if record.delivery == delivery]
            names = {file["name"] for record in mine for file in record.files}
            for record in everything:
                replaced = snapshot or any(file["name"] in names for file in record.files)
                if outcome.state == "landed" and record.current and record.delivery != delivery and replaced:
                    record.current = False
            for record in mine:
                record.state, record.current, record.version = outcome.state, outcome.state == "landed", outcome.version
                record.rows, record.rejected = outcome.rows.get(record.batch, 0), outcome.rejected.get(record.batch, 0)
                record.alarms, record.columns = [asdict(alarm) for alarm in outcome.alarms], dict(outcome.columns)
                record.source = outcome.source or record.source
            if outcome.state == "landed":
                received = min(record.received_at for record in mine)
                news = BatchLoaded(self.feed, table, mine[0].batch, sum(outcome.rows.values()), sum(outcome.rejected.values()), received.isoformat())
                self._storage.announce(session, news, self.feed)
            for alarm in outcome.alarms:
                self._storage.announce(session, LoadAlarmed(self.feed, mine[0].batch, alarm.code, alarm.zh, alarm.en), self.feed)

    def alarm(self, alarms: Sequence[Alarm]) -> None:
        """Announce alarms that no batch goes with, such as a source that is away."""
        with self._storage.session() as session:
            for alarm in alarms:
                self._storage.announce(session, LoadAlarmed(self.feed, "", alarm.code, alarm.zh, alarm.en), self.feed)


def current_batches(storage: Storage, feed: str) -> list[str]:
    """Ids of the batches whose rows hold now: of a snapshot feed the last, of an append feed all that were not replaced."""
    statement = select(LoadBatch.batch).where(LoadBatch.feed == feed, LoadBatch.current.is_(True)).order_by(LoadBatch.sequence)
    with storage.reading() as session:
        return list(session.scalars(statement))


def batches_to_govern(storage: Storage, feed: str) -> list[str] | None:
    """The batches whose rows hold, where a file of the same name replaced some that landed; None when all that landed holds."""
    replaced = select(LoadBatch.id).where(LoadBatch.feed == feed, LoadBatch.state == "landed", LoadBatch.current.is_(False)).limit(1)
    with storage.reading() as session:
        if session.scalar(replaced) is None:
            return None
    return current_batches(storage, feed)


def file_digests(storage: Storage, path: Path) -> str:
    """The SHA-256 of a file; a file whose size and time are as last seen is not read again."""
    found, key = path.stat(), str(path.resolve())
    with storage.reading() as session:
        seen = session.get(SourceFile, key)
        if seen is not None and (seen.size, seen.changed_ns) == (found.st_size, found.st_mtime_ns):
            return seen.digest
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    with storage.session() as session:
        session.merge(SourceFile(path=key, size=found.st_size, changed_ns=found.st_mtime_ns, digest=digest))
    return digest
