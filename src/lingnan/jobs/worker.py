"""The worker: does queued tasks, asks for what the schedules make due, delivers events, and stops cleanly on SIGTERM."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from lingnan.base import Clock, Conflict, LingnanError, Settings, SystemClock
from lingnan.jobs.leases import SILENCE, Hold, held
from lingnan.jobs.outbox import Handlers, deliver
from lingnan.jobs.queue import Duty, Hand, ask, put_back, working
from lingnan.jobs.schedule import Timetable, ask_when_due, latest_due
from lingnan.jobs.workers import APART, LOOK_S, WORKER_LEASE, Lookout, apart, names_held, worker_name
from lingnan.storage import Storage

logger = logging.getLogger(__name__)

BEATS = 12
"""How often a worker is heard within the time after which it would count as silent."""


@dataclass(frozen=True)
class Pace:
    """How often a worker looks round, looks into the queue and looks at the others, in seconds, and how long another may be silent."""

    tick_s: float = 1.0
    poll_s: float = 0.5
    look_s: float = LOOK_S
    silence: timedelta = SILENCE


@dataclass(frozen=True)
class Work:
    """What a worker is there for; `each_round` is called every tick: it must be quick, and what it could not do it is asked again.

    `told` hears what becomes of the worker itself and of its tasks: the worker's name, a task's name, and a word or outcome.
    """

    duties: Mapping[str, Duty]
    timetables: Sequence[Timetable] = ()
    handlers: Handlers = field(default_factory=dict)
    each_round: Callable[[], object] | None = None
    told: Callable[[str, str, str], object] = lambda *_news: None


def run_worker(
    storage: Storage, settings: Settings, work: Work, *, beside: bool = False, clock: Clock | None = None, stop: threading.Event | None = None,
    pace: Pace | None = None,
) -> None:
    """Work until `stop` is set or SIGTERM or SIGINT arrives; what was going on is taken up at the next start, or by another worker.

    Any number of workers do one hub's tasks, each task once. One that works `beside` pages rests (Conflict) while another lives. A worker
    that was given up, because it was silent for long, begins anew under another name. BadInput for a cron expression that is none.
    """
    stop, wall = stop or threading.Event(), clock or SystemClock()
    for timetable in work.timetables:
        latest_due(timetable.cron, wall.now())
    with _stopping(stop):
        while True:
            _Worker(storage, settings, work, wall, pace or Pace(), beside).live(stop)
            if stop.is_set():
                return


class _Worker:
    """One worker under one name, from taking its lease until it stops or is given up."""

    def __init__(self, storage: Storage, settings: Settings, work: Work, wall: Clock, pace: Pace, beside: bool) -> None:
        self.storage, self.settings, self.work, self.wall, self.pace, self.beside = storage, settings, work, wall, pace, beside
        self.name = worker_name()
        self._lookout = Lookout(storage, self.name, pace.silence)
        self._looked_at = float("-inf")
        self._other = ""

    def live(self, stop: threading.Event) -> None:
        """Take the lease and work; returns when told to stop, or given up by the others."""
        if self.beside and (other := apart(self.storage, self.wall)):
            raise _rests(other)
        lease = WORKER_LEASE if self.beside else f"{APART}{self.name}"
        with held(self.storage, lease, self.name, heartbeat=self.pace.silence / BEATS) as hold:
            hand = Hand(self.name, self.work.duties, threading.Event(), hold.ensure_in, lambda task, told: self.work.told(self.name, task, told))
            with working(self.settings, hand, self.pace.poll_s):
                self.work.told(self.name, "", "begins")
                self._go_round(hold, stop)
                # Before anything else ends, so that the task that is under way hears of it at once.
                hand.stop.set()
        self.work.told(self.name, "", "was given up" if hold.lost.is_set() else "ends")

    def _go_round(self, hold: Hold, stop: threading.Event) -> None:
        while not stop.wait(self.pace.tick_s):
            if hold.lost.is_set():
                logger.warning("worker %s was silent for long and given up by the others; it begins anew under another name", self.name)
                return
            self._attempt(self._look_at_others)
            if self._other:
                raise _rests(self._other)
            self._attempt(self._round)
            if self.work.each_round is not None:
                self._attempt(self.work.each_round)

    def _look_at_others(self) -> None:
        if time.monotonic() - self._looked_at < self.pace.look_s:
            return
        self._looked_at = time.monotonic()
        for name in self._lookout.look():
            logger.warning("worker %s is no more", name)
        for name in put_back(lambda: names_held(self.storage)):
            logger.warning("what worker %s had begun is taken up", name)
        if self.beside:
            self._other = apart(self.storage, self.wall)

    def _round(self) -> None:
        for timetable in self.work.timetables:
            ask_when_due(self.storage, timetable, self.wall, lambda task_id, due: ask(self.settings, due.duty, due.arguments, task_id=task_id))
        deliver(self.storage, self.work.handlers)

    def _attempt(self, part: Callable[[], object]) -> None:
        """The database may be held by a long transaction, or its server restart; the next round tries again."""
        try:
            part()
        except (SQLAlchemyError, LingnanError) as error:
            logger.warning("worker: round not finished (%s)", error.en if isinstance(error, LingnanError) else type(error).__name__)


def _rests(other: str) -> Conflict:
    return Conflict(f"执行器“{other}”正在工作，页面旁的执行器暂停。", f"Worker “{other}” is at work; the one beside pages rests.", worker=other)


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT set `stop`; a worker inside another program's thread leaves signals to that program."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
