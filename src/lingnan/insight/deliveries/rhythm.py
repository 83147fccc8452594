"""When deliveries come due: at one moment of the days that a rhythm names, by the calendar of working days."""

from datetime import date, datetime, time, timedelta
from typing import Literal

from lingnan.base import CHINA, BadInput
from lingnan.standards import load_calendar

Rhythm = Literal["workday", "daily", "weekly", "monthly"]
RHYTHMS: tuple[Rhythm, ...] = ("workday", "daily", "weekly", "monthly")
DELIVERED_AT = time(7, 30)
"""Half past seven in China: after the night's build, before offices open."""
LOOKED_BACK = 62
"""Days within which every rhythm names one: a month whose first working day lies late, and the month before it."""
SATURDAY = 5


def falls_on(rhythm: Rhythm, day: date) -> bool:
    """Whether a rhythm names that day: each day, each working day, or the first working day of its week (from Monday) or month."""
    if rhythm == "daily":
        return True
    first = day - timedelta(days=day.weekday()) if rhythm == "weekly" else day.replace(day=1) if rhythm == "monthly" else day
    return _worked(day) and not any(_worked(first + timedelta(days=after)) for after in range((day - first).days))


def last_due(rhythm: Rhythm, now: datetime) -> datetime | None:
    """The last moment at or before `now` that came due; None when there was none within two months."""
    here = now.astimezone(CHINA)
    today = here.date() if here.time() >= DELIVERED_AT else here.date() - timedelta(days=1)
    days = (today - timedelta(days=back) for back in range(LOOKED_BACK))
    return next((datetime.combine(day, DELIVERED_AT, CHINA) for day in days if falls_on(rhythm, day)), None)


def _worked(day: date) -> bool:
    """Whether offices work on that day; beyond the State Council's notices Monday to Friday."""
    try:
        return load_calendar().is_workday(day)
    except BadInput:
        return day.weekday() < SATURDAY
