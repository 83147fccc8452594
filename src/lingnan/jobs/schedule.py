"""When scheduled work comes due: cron expressions in China's time; a moment missed while the hub was off is made up once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lingnan.base import CHINA, BadInput, Clock
from lingnan.jobs.records import Schedule
from lingnan.storage import Storage


@dataclass(frozen=True)
class Timetable:
    """A piece of work that comes due by a cron expression of five fields; `duty` names what does it."""

    name: str
    cron: str
    duty: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


def latest_due(cron: str, now: datetime) -> datetime:
    """The last moment at or before `now` that the expression names, in China's time; BadInput when it is none."""
    from croniter import croniter  # only a worker needs it

    if len(cron.split()) != 5 or not croniter.is_valid(cron):
        raise BadInput(
            f"“{cron}”不是有效的定时表达式。应为五段：分 时 日 月 周，例如“0 2 * * *”表示每天凌晨两点。",
            f"“{cron}” is no cron expression. Use five fields: minute hour day month weekday, such as “0 2 * * *” for two at night.",
            cron=cron,
        )
    after = now.astimezone(CHINA).replace(microsecond=0) + timedelta(seconds=1)
    found: datetime = croniter(cron, after).get_prev(datetime)
    return found


def ask_when_due(storage: Storage, timetable: Timetable, clock: Clock, ask: Callable[[str, Timetable], object]) -> bool:
    """Call `ask(task id, timetable)` when a moment passed that was not seen yet; gives whether it did.

    The id names the moment, so a crash between asking and remembering asks for the same task again, not for a second one.
    """
    now = clock.now()
    due = latest_due(timetable.cron, now)
    with storage.reading() as session:
        seen = session.get(Schedule, timetable.name)
        known = (seen.cron, seen.seen_until) if seen else None
    if known and known[0] == timetable.cron and due <= known[1]:
        return False
    # A schedule that is new or changed begins now: it does not make up what lies before.
    fires = known is not None and known[0] == timetable.cron
    if fires:
        ask(f"schedule:{timetable.name}:{due.isoformat()}", timetable)
    with storage.session() as session:
        session.merge(Schedule(name=timetable.name, cron=timetable.cron, seen_until=now))
    return fires
