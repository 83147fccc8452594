"""The worker: does queued tasks, asks for what the schedules make due, delivers events, and stops cleanly on SIGTERM."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from lingnan.base import Clock, LingnanError, Settings, SystemClock, Unavailable, new_id
from lingnan.jobs.leases import held
from lingnan.jobs.outbox import Handlers, deliver
from lingnan.jobs.queue import Duty, ask, working
from lingnan.jobs.schedule import Timetable, ask_when_due, latest_due
from lingnan.storage import Storage

logger = logging.getLogger(__name__)

WORKER_LEASE = "worker"


def run_worker(
    storage: Storage, settings: Settings, *, duties: Mapping[str, Duty], timetables: Sequence[Timetable] = (),
    handlers: Handlers | None = None, clock: Clock | None = None, stop: threading.Event | None = None, tick_s: float = 1.0,
    each_round: Callable[[], object] | None = None,
) -> None:
    """Work until `stop` is set or SIGTERM or SIGINT arrives; what was going on is taken up at the next start.

    One worker a hub: Conflict when another one lives. BadInput for a cron expression that is none. `each_round` is called every
    tick: it must be quick, and what it could not do this time it is asked again.
    """
    stop, wall = stop or threading.Event(), clock or SystemClock()
    for timetable in timetables:
        latest_due(timetable.cron, wall.now())
    with (
        _stopping(stop),
        held(storage, WORKER_LEASE, new_id(storage.node, wall)) as hold,
        working(settings, duties, stop),
    ):
        while not stop.wait(tick_s):
            hold.ensure()
            _round(storage, settings, timetables, handlers or {}, wall)
            _call(each_round)


def _round(storage: Storage, settings: Settings, timetables: Sequence[Timetable], handlers: Handlers, wall: Clock) -> None:
    try:
        for timetable in timetables:
            ask_when_due(storage, timetable, wall, lambda task_id, due: ask(settings, due.duty, due.arguments, task_id=task_id))
        deliver(storage, handlers)
    except (SQLAlchemyError, Unavailable) as error:
        # The database may be held by a long transaction, or its server restart; the next round tries again.
        logger.warning("worker: round not finished (%s)", type(error).__name__)


def _call(each_round: Callable[[], object] | None) -> None:
    try:
        if each_round is not None:
            each_round()
    except (SQLAlchemyError, LingnanError) as error:
        logger.warning("worker: round not finished (%s)", error.en if isinstance(error, LingnanError) else type(error).__name__)


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
