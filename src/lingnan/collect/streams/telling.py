"""Windows in the hub's database, where pages of every process read them: written by the listener of a stream alone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, func, select

from lingnan.base import Clock
from lingnan.collect.streams.records import StreamWindow
from lingnan.collect.streams.shapes import WindowRow
from lingnan.storage import Storage, insert_of

_KEYS = ("feed", "name", "begins_at", "part")
_AT_ONCE = 500


class Teller:
    """Tells what the windows of one feed came to; each time under a number higher than every one before."""

    def __init__(self, feed: str, storage: Storage, clock: Clock) -> None:
        self._feed, self._storage, self._clock = feed, storage, clock
        self._change = window_marks(storage, [feed])[feed]

    def begin(self, rows: Iterable[WindowRow]) -> None:
        """What the tables say stands in place of all that was told before."""
        self._change += 1
        self._write(list(rows), {}, anew=True)

    def tell(self, rows: list[WindowRow], edges: Mapping[str, datetime]) -> None:
        """Write windows that changed, and drop those that began before their name's edge."""
        if rows:
            self._change += 1
            self._write(rows, edges)

    def _write(self, rows: list[WindowRow], edges: Mapping[str, datetime], *, anew: bool = False) -> None:
        now = self._clock.now()
        told = [{**asdict(row), "feed": self._feed, "change": self._change, "told_at": now} for row in rows]
        with self._storage.session() as session:
            if anew:
                session.execute(delete(StreamWindow).where(StreamWindow.feed == self._feed))
            for at in range(0, len(told), _AT_ONCE):
                session.execute(_upsert(session.get_bind().dialect.name, told[at : at + _AT_ONCE]))
            for name, edge in edges.items():
                session.execute(
                    delete(StreamWindow).where(StreamWindow.feed == self._feed, StreamWindow.name == name, StreamWindow.begins_at < edge)
                )


def _upsert(dialect: str, told: list[dict[str, Any]]) -> Any:
    new = insert_of(dialect, cast(Table, StreamWindow.__table__)).values(told)
    return new.on_conflict_do_update(index_elements=_KEYS, set_={name: new.excluded[name] for name in told[0] if name not in _KEYS})


def window_marks(storage: Storage, feeds: Collection[str]) -> dict[str, int]:
    """For each feed the number under which its windows were told last; 0 before the first."""
    wanted = select(StreamWindow.feed, func.max(StreamWindow.change)).where(StreamWindow.feed.in_(list(feeds))).group_by(StreamWindow.feed)
    with storage.reading() as session:
        told = {feed: int(change) for feed, change in session.execute(wanted)}
    return {feed: told.get(feed, 0) for feed in feeds}


def told_windows(storage: Storage, feed: str, name: str, until: datetime) -> list[WindowRow]:
    """Every kept window of a name that has begun by then, with its parts, oldest first."""
    wanted = select(StreamWindow).where(StreamWindow.feed == feed, StreamWindow.name == name, StreamWindow.begins_at <= until)
    names = tuple(WindowRow.__dataclass_fields__)
    with storage.reading() as session:
        found = session.scalars(wanted.order_by(StreamWindow.begins_at, StreamWindow.part))
        return [WindowRow(**{each: getattr(row, each) for each in names}) for row in found]
