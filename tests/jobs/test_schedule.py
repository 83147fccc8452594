from datetime import UTC, datetime, timedelta

import pytest

from lingnan.base import CHINA, BadInput, FixedClock
from lingnan.jobs import Timetable, latest_due
from lingnan.jobs.schedule import ask_when_due

NIGHTLY = Timetable("nightly", "0 2 * * *", "build", {"only": None})


def china(day, hour, minute=0, second=0):
    return datetime(2026, 10, day, hour, minute, second, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("cron", "now", "due"),
    [
        ("0 2 * * *", china(5, 2), china(5, 2)),
        ("0 2 * * *", china(5, 1, 59, 59), china(4, 2)),
        ("*/15 * * * *", china(5, 9, 44), china(5, 9, 30)),
        ("30 8 * * 1", china(7, 12), china(5, 8, 30)),  # 2026-10-05 is a Monday
        ("0 2 * * *", datetime(2026, 10, 4, 18, 0, tzinfo=UTC), china(5, 2)),
    ],
)
def test_latest_due_in_china_time(cron, now, due):
    assert latest_due(cron, now) == due


@pytest.mark.parametrize("cron", ["", "nightly", "61 * * * *", "* * * *", "0 2 * * * *"])
def test_expression_that_is_none(cron):
    with pytest.raises(BadInput):
        latest_due(cron, china(5, 2))


def test_fires_at_its_moment_once_and_makes_up_one_when_off(storage):
    clock, asked = FixedClock(china(5, 1)), []

    def tick(by):
        clock.advance(by)
        ask_when_due(storage, NIGHTLY, clock, lambda task_id, due: asked.append(task_id))

    tick(timedelta())
    tick(timedelta(minutes=59, seconds=59))
    assert asked == []
    tick(timedelta(seconds=1))
    tick(timedelta(seconds=1))
    tick(timedelta(hours=3))
    assert asked == ["schedule:nightly:2026-10-05T02:00:00+08:00"]
    tick(timedelta(days=3))
    assert asked[1:] == ["schedule:nightly:2026-10-08T02:00:00+08:00"]


def test_changed_expression_begins_anew(storage):
    clock, asked = FixedClock(china(5, 3)), []
    for cron in ("0 4 * * *", "0 2 * * *"):
        ask_when_due(storage, Timetable("nightly", cron, "build"), clock, lambda *a: asked.append(a))
    assert asked == []


def test_death_before_remembering_asks_with_the_same_id(storage):
    clock, asked = FixedClock(china(5, 1)), []

    def die(task_id, due):
        asked.append(task_id)
        raise KeyboardInterrupt

    ask_when_due(storage, NIGHTLY, clock, die)
    clock.advance(timedelta(hours=2))
    with pytest.raises(KeyboardInterrupt):
        ask_when_due(storage, NIGHTLY, clock, die)
    clock.advance(timedelta(minutes=5))
    ask_when_due(storage, NIGHTLY, clock, lambda task_id, due: asked.append(task_id))
    assert len(set(asked)) == 1
    assert len(asked) == 2
