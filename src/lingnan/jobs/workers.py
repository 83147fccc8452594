"""The workers of a hub: who they are, what each does, and which of them are no more."""

import os
import socket
import time
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import CursorResult, delete, or_, select

from lingnan.base import Clock, Settings
from lingnan.jobs.leases import SILENCE, is_free
from lingnan.jobs.processes import ProcessMark
from lingnan.jobs.queue import running
from lingnan.jobs.records import Lease
from lingnan.jobs.shapes import WorkerState
from lingnan.storage import Storage

WORKER_LEASE = "worker"
"""The lease of the one worker that works beside pages; any other worker's is `worker:` and its name."""
APART = f"{WORKER_LEASE}:"
LOOK_S = 5.0
"""Seconds between two looks of a worker at the others."""
OF_WORKERS = or_(Lease.name == WORKER_LEASE, Lease.name.startswith(APART, autoescape=True))


def worker_name() -> str:
    """A new name: host, process, and some letters, since a process may be a worker several times."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid4().hex[:6]}"


def workers(storage: Storage, settings: Settings) -> list[WorkerState]:
    """Every worker that lives, or is not known to have died, with the task it is at; in the order in which they began."""
    with storage.reading() as session:
        leases = session.scalars(select(Lease).where(OF_WORKERS).order_by(Lease.taken_at, Lease.name)).all()
        found = [(lease.name, lease.holder, _mark(lease), lease.taken_at, lease.heard_at) for lease in leases]
    living = [each for each in found if each[2].is_dead() is not True]
    at = running(settings) if living else {}
    return [
        WorkerState(holder, mark.host.partition(" ")[0], mark.pid, name == WORKER_LEASE, taken, heard, *at.get(holder, ("", None)))
        for name, holder, mark, taken, heard in living
    ]


def names_held(storage: Storage) -> set[str]:
    """The names of workers whose lease stands."""
    with storage.reading() as session:
        return set(session.scalars(select(Lease.holder).where(OF_WORKERS)))


def apart(storage: Storage, wall: Clock) -> str:
    """The name of a living worker that is one by itself; empty when there is none. Who works only beside pages rests meanwhile."""
    with storage.reading() as session:
        leases = session.scalars(select(Lease).where(Lease.name.startswith(APART, autoescape=True)).order_by(Lease.name)).all()
        return next((lease.holder for lease in leases if not is_free(lease, wall)), "")


class Lookout:
    """Ends the leases of workers that died, or that have been silent for long while this one could look.

    Silence is measured by the looks of this process: neither a clock that differs, nor a machine that slept, nor a database that was
    away for all makes anybody silent. A worker on the same host that is stopped without being dead is silent too.
    """

    def __init__(self, storage: Storage, own: str, silence: timedelta = SILENCE) -> None:
        self._storage = storage
        self._own = own
        self._silence = silence.total_seconds()
        self._quiet: dict[tuple[str, str, datetime], float] = {}
        self._looked = time.monotonic()

    def look(self) -> list[str]:
        """Look once; gives the names of the workers whose leases were ended now."""
        passed = min(time.monotonic() - self._looked, 2 * LOOK_S)
        with self._storage.reading() as session:
            leases = [(lease.name, lease.holder, lease.heard_at, _mark(lease)) for lease in session.scalars(select(Lease))]
        self._looked = time.monotonic()
        before, self._quiet = self._quiet, {}
        for name, holder, heard, _mark_of in leases:
            seen = (name, holder, heard)
            self._quiet[seen] = before[seen] + passed if seen in before else 0.0
        gone = {
            mark for name, holder, heard, mark in leases
            if _of_worker(name) and holder != self._own and (mark.is_dead() or self._quiet[name, holder, heard] >= self._silence)
        }
        return [holder for name, holder, heard, mark in leases if mark in gone and self._ended(name, holder, heard, mark) and _of_worker(name)]

    def _ended(self, name: str, holder: str, heard: datetime, mark: ProcessMark) -> bool:
        """Whatever else the process held goes with it, but nothing that it has been heard of since."""
        if not (mark.is_dead() or self._quiet[name, holder, heard] >= self._silence):
            return False
        with self._storage.session() as session:
            ended = session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder, Lease.heard_at == heard))
            return isinstance(ended, CursorResult) and ended.rowcount == 1


def _of_worker(name: str) -> bool:
    return name == WORKER_LEASE or name.startswith(APART)


def _mark(lease: Lease) -> ProcessMark:
    return ProcessMark(lease.host, lease.pid, lease.process_started)
