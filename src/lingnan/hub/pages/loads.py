"""What collect wrote down of deliveries: the freshest loads and the batches of one feed."""

from datetime import datetime

from sqlalchemy import func, select

from lingnan.collect import LoadBatch
from lingnan.hub.pages.desk import Desk
from lingnan.insight import Batch, Load, Words

FRESHEST, MOST_BATCHES = 8, 50


def freshest(desk: Desk) -> tuple[Load, ...]:
    """The last deliveries of different feeds, newest first, each with its first alarm."""
    newest = func.max(LoadBatch.received_at)
    wanted = (
        select(LoadBatch.feed, func.min(LoadBatch.batch), newest, func.sum(LoadBatch.rows), func.sum(LoadBatch.rejected))
        .where(LoadBatch.state == "landed", LoadBatch.deleted_at.is_(None))
        .group_by(LoadBatch.feed, LoadBatch.delivery).order_by(newest.desc(), LoadBatch.feed).limit(FRESHEST)
    )
    with desk.hub.storage.reading() as session:
        found = session.execute(wanted).all()
        first = select(LoadBatch.feed, LoadBatch.batch, LoadBatch.alarms).where(LoadBatch.batch.in_([row[1] for row in found]))
        alarms = {(feed, batch): told for feed, batch, told in session.execute(first)}
    return tuple(_load(desk, *row, alarms.get((row[0], row[1])) or []) for row in found)


def _load(desk: Desk, feed: str, batch: str, at: datetime, rows: int, rejected: int, alarms: list[dict[str, str]]) -> Load:
    alarm = Words(zh=alarms[0]["zh"], en=alarms[0]["en"]) if alarms else None
    return Load(
        code=feed, title=desk.titles.table(feed), department=desk.titles.department(feed.split(".")[0]), received_at=at, rows=int(rows),
        rejected=int(rejected), batch=batch, origin=desk.titles.origin(feed), alarm=alarm,
    )


def batches(desk: Desk, feed: str) -> tuple[Batch, ...]:
    """The batches of a feed, newest first."""
    wanted = select(LoadBatch).where(LoadBatch.feed == feed, LoadBatch.state.in_(("landed", "empty"))).order_by(
        LoadBatch.received_at.desc(), LoadBatch.sequence.desc()
    ).limit(MOST_BATCHES)
    with desk.hub.storage.reading() as session:
        return tuple(
            Batch(id=one.batch, received_at=one.received_at, location=one.source, rows=one.rows, rejected=one.rejected, digest=one.digest)
            for one in session.scalars(wanted)
        )


def last_received(desk: Desk) -> dict[str, datetime]:
    """When each feed last delivered."""
    wanted = select(LoadBatch.feed, func.max(LoadBatch.received_at)).where(LoadBatch.state == "landed").group_by(LoadBatch.feed)
    with desk.hub.storage.reading() as session:
        return {row[0]: row[1] for row in session.execute(wanted)}
