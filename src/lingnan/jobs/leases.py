"""Work that only one may do at a time: a lease with a heartbeat, taken over when its process is dead."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from lingnan.base import CHINA, Clock, Conflict, DatabaseAway, SystemClock
from lingnan.jobs.processes import ProcessMark
from lingnan.jobs.records import Lease
from lingnan.storage import Storage

logger = logging.getLogger(__name__)

TICK_S = 1.0
HEARTBEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=120)
"""How long a process of another host may be silent before its lease is taken over; longer than any wait for the database."""
GIVING_BACK_S = (0.0, 1.0, 3.0, 6.0)
"""Pauses before each try to give a lease back."""


class Hold:
    """A lease that is held; `lost` is set when another process took it over."""

    def __init__(self, name: str, holder: str) -> None:
        self.name = name
        self.holder = holder
        self.lost = threading.Event()

    def ensure(self) -> None:
        """Conflict when the lease was taken over meanwhile."""
        if self.lost.is_set():
            raise self._gone()

    def ensure_in(self, session: Session) -> None:
        """Conflict when the lease is not held at the moment the session commits: until then nobody can take it over."""
        own = select(Lease.name).where(Lease.name == self.name, Lease.holder == self.holder).with_for_update(read=True, key_share=True)
        if session.scalar(own) is None:
            self.lost.set()
            raise self._gone()

    def _gone(self) -> Conflict:
        return Conflict(
            f"本进程长时间没有心跳，“{self.name}”已被另一进程接管。请查看另一进程的结果，必要时用同一命令继续。",
            f"This process was silent for long and another took “{self.name}” over. See its result; repeat the command if needed.",
            lease=self.name,
        )


@contextmanager
def held(
    storage: Storage, name: str, holder: str, *, each_tick: Callable[[], None] | None = None, clock: Clock | None = None,
    heartbeat: timedelta = HEARTBEAT,
) -> Iterator[Hold]:
    """Hold the lease while the block runs, heard every ten seconds; Conflict when a living process holds it.

    Leases are about real processes, so they go by the machine's clock even when the hub's clock is held still.
    """
    wall = clock or SystemClock()
    _take(storage, name, holder, wall)
    hold, over = Hold(name, holder), threading.Event()
    beat = threading.Thread(target=_beat, args=(storage, hold, over, each_tick, wall, heartbeat), name=f"lease-{name}", daemon=True)
    beat.start()
    try:
        yield hold
    finally:
        over.set()
        beat.join()
        _give_back(storage, name, holder)


def _give_back(storage: Storage, name: str, holder: str) -> None:
    """Tried again while the database is away, lest the same process wait for its own lease; kept at last, it falls to others by its silence."""
    for pause in GIVING_BACK_S:
        time.sleep(pause)
        try:
            with storage.session() as session:
                session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
            return
        except (SQLAlchemyError, DatabaseAway) as error:
            logger.warning("lease %s: not given back (%s)", name, type(error).__name__)


def _take(storage: Storage, name: str, holder: str, wall: Clock) -> None:
    own, now = ProcessMark.own(), wall.now()
    try:
        with storage.session() as session:
            lease = session.get(Lease, name, with_for_update=True)
            if lease is None:
                session.add(Lease(name=name, holder=holder, host=own.host, pid=own.pid, process_started=own.started, taken_at=now, heard_at=now))
                return
            if not is_free(lease, wall):
                raise _taken(lease)
            logger.warning("lease %s taken over from dead process %s on %s", name, lease.pid, lease.host)
            lease.holder, lease.host, lease.pid, lease.process_started = holder, own.host, own.pid, own.started
            lease.taken_at = lease.heard_at = now
    except IntegrityError as error:
        raise Conflict(
            f"另一进程刚刚取得“{name}”。请稍后重试。", f"Another process has just taken “{name}”. Try again in a moment.", lease=name
        ) from error


def ensure_at_rest(connection: Connection, clock: Clock | None = None) -> None:
    """Conflict when a living process holds any lease: a worker, a build, somebody who delivers or listens."""
    with Session(connection) as session:
        for lease in session.scalars(select(Lease).order_by(Lease.name)):
            if not is_free(lease, clock or SystemClock()):
                raise _taken(lease)


def is_free(lease: Lease, wall: Clock) -> bool:
    """Whether a lease may be taken over: its process is dead, or of another host and silent for long."""
    dead = ProcessMark(lease.host, lease.pid, lease.process_started).is_dead()
    return wall.now() - lease.heard_at > SILENCE if dead is None else dead


def _taken(lease: Lease) -> Conflict:
    since = lease.taken_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    return Conflict(
        f"“{lease.name}”正由进程 {lease.pid}（主机 {lease.host}）执行，始于 {since}。请等它结束，或结束该进程后重试。",
        f"“{lease.name}” is being done by process {lease.pid} on {lease.host} since {since}. Wait for it, or end that process and try again.",
        lease=lease.name, pid=lease.pid, host=lease.host,
    )


def _beat(
    storage: Storage, hold: Hold, over: threading.Event, each_tick: Callable[[], None] | None, wall: Clock, heartbeat: timedelta
) -> None:
    heard = wall.now()
    while not over.wait(min(TICK_S, heartbeat.total_seconds())):
        try:
            if each_tick is not None:
                each_tick()
            if wall.now() - heard >= heartbeat:
                _hear(storage, hold, wall)
                heard = wall.now()
        except (SQLAlchemyError, DatabaseAway) as error:
            # A long transaction of another writer may keep us waiting; the next tick tries again.
            logger.warning("lease %s: heartbeat not written (%s)", hold.name, type(error).__name__)


def _hear(storage: Storage, hold: Hold, wall: Clock) -> None:
    with storage.session() as session:
        written = session.execute(update(Lease).where(Lease.name == hold.name, Lease.holder == hold.holder).values(heard_at=wall.now()))
        if isinstance(written, CursorResult) and written.rowcount == 0:
            hold.lost.set()
