"""When deliveries come due by the calendar of working days, what they tell, and that a moment is served once."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from lingnan.base import CHINA, Conflict, FixedClock, Missing, Settings, WrongUse
from lingnan.insight import ChartWish, Words
from lingnan.insight.deliveries import DeliveryFailed, DeliveryMade, Figure, Made, Subscriptions, answer_figures, last_due, told_figures
from lingnan.insight.deliveries.rhythm import falls_on
from lingnan.insight.query import QueryColumn
from lingnan.storage import OutboxEvent, Storage
from tests.insight.test_questions import answer


@pytest.fixture
def storage(furnish: Callable[[Path], Path], tmp_path: Path) -> Iterator[Storage]:
    opened = Storage.open(Settings(home=furnish(tmp_path), clock=datetime(2026, 9, 1, 10, tzinfo=CHINA)))
    yield opened
    opened.close()


@pytest.mark.parametrize(("rhythm", "month", "days"), [
    # 2025: the National Day holiday with mid-autumn runs from 1 to 8 October; 28 September and 11 October are worked instead.
    ("monthly", date(2025, 10, 1), [9]),
    ("weekly", date(2025, 10, 1), [9, 13, 20, 27]),
    ("workday", date(2025, 10, 1), [9, 10, 11, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 27, 28, 29, 30, 31]),
    # Beyond the notices Monday to Friday are taken for working days.
    ("weekly", date(2031, 6, 1), [2, 9, 16, 23, 30]),
    ("monthly", date(2031, 6, 1), [2]),
])
def test_a_rhythm_follows_working_days(rhythm: str, month: date, days: list[int]) -> None:
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    assert [day for day in range(1, last.day + 1) if falls_on(rhythm, month.replace(day=day))] == days  # type: ignore[arg-type]


def test_the_last_moment_is_the_newest_that_passed() -> None:
    assert last_due("daily", datetime(2025, 10, 9, 7, 29, tzinfo=CHINA)) == datetime(2025, 10, 8, 7, 30, tzinfo=CHINA)
    assert last_due("daily", datetime(2025, 10, 9, 7, 30, tzinfo=CHINA)) == datetime(2025, 10, 9, 7, 30, tzinfo=CHINA)
    assert last_due("monthly", datetime(2025, 10, 9, 7, tzinfo=CHINA)) == datetime(2025, 9, 1, 7, 30, tzinfo=CHINA)
    assert last_due("workday", datetime(2025, 10, 8, 12, tzinfo=CHINA)) == datetime(2025, 9, 30, 7, 30, tzinfo=CHINA)


@pytest.mark.on_both
def test_a_missed_moment_is_made_up_once_and_never_doubled(storage: Storage) -> None:
    kept = Subscriptions(storage)
    card = kept.add("a1", "report", "month", {"department": "gongan"}, "月报", "daily", 2)
    assert kept.due(storage.clock.now()) == [], "nothing is due that lies before the subscription"
    assert isinstance(storage.clock, FixedClock)
    storage.clock.advance(timedelta(days=5))
    [(same, due)] = kept.due(storage.clock.now())
    assert (same.id, due) == (card.id, datetime(2026, 9, 6, 7, 30, tzinfo=CHINA)), "of five missed moments the newest alone"
    made = Made((Figure("a", "甲", "A", "12"),), "/reports/month")
    assert kept.deliver(card, due, made)
    assert not kept.deliver(card, due, made), "another worker came later"
    assert kept.due(storage.clock.now()) == []
    with storage.reading() as session:
        told = [each.payload for each in session.scalars(select(OutboxEvent).where(OutboxEvent.name == DeliveryMade.name))]
    assert [(each["account"], each["day"], each["said_zh"], each["link"]) for each in told] == [("a1", "2026-09-06", "甲 12。", "/reports/month")]
    storage.clock.advance(timedelta(days=1))
    [(card, due)] = kept.due(storage.clock.now())
    assert kept.deliver(card, due, Made((Figure("a", "甲", "A", "15"),), "/reports/month"))
    assert kept.listed("a1")[0].last is not None
    assert kept.listed("a1")[0].last.said.zh == "甲 15 (较上次 +3)。"  # type: ignore[union-attr]


@pytest.mark.on_both
def test_what_could_not_be_made_is_told_and_the_subscription_stands(storage: Storage) -> None:
    kept = Subscriptions(storage)
    kept.add("a1", "report", "month", {}, "月报", "daily", 2)
    assert isinstance(storage.clock, FixedClock)
    storage.clock.advance(timedelta(days=1))
    [(card, due)] = kept.due(storage.clock.now())
    kept.deliver(card, due, Words(zh="无权。", en="Not permitted."))
    [line] = kept.listed("a1")
    assert (line.last.state, line.last.said.zh) == ("failed", "无权。")  # type: ignore[union-attr]
    with storage.reading() as session:
        [told] = [each.payload for each in session.scalars(select(OutboxEvent).where(OutboxEvent.name == DeliveryFailed.name))]
    assert told["reason_en"] == "Not permitted."


def test_a_subscription_is_its_holders_and_one_of_a_kind(storage: Storage) -> None:
    kept = Subscriptions(storage)
    first = kept.add("a1", "board", "air", {"city": "440100"}, "空气", "daily", 1)
    again = kept.add("a1", "board", "air", {"city": "440100"}, "空气", "weekly", 2)
    assert (again.id, again.rhythm) == (first.id, "weekly")
    with pytest.raises(WrongUse):
        kept.add("a1", "board", "air", {}, "空气", "hourly", 2)
    with pytest.raises(Missing):
        kept.remove("a2", first.id)
    for number in range(49):
        kept.add("a1", "board", f"b{number}", {}, "板", "daily", 2)
    with pytest.raises(Conflict):
        kept.add("a1", "board", "more", {}, "板", "daily", 2)
    kept.remove("a1", first.id)
    assert first.id not in {each.id for each in kept.listed("a1")}


def test_figures_tell_what_changed_most_and_nothing_of_persons() -> None:
    asked = answer(city=["440100", "440300"], total=[3, 4])
    assert [(each.zh, each.value) for each in answer_figures(asked, ChartWish())] == [("行数", "2"), ("440100 total", "3"), ("440300 total", "4")]
    closed = asked.model_copy(update={"columns": (QueryColumn(name="city", type="string", classification="personal", masked=True), asked.columns[1])})
    assert [each.key for each in answer_figures(closed, ChartWish())] == ["rows"]
    before = [Figure(str(place), f"第{place}", f"No {place}", "10", "件", "cases") for place in range(9)]
    now = [*before[:8], Figure("8", "第8", "No 8", "7.50", "件", "cases")]
    told = told_figures(now, before)
    assert told.zh.endswith("第8 7.5件 (较上次 -2.5)。另有 3 项。")
    assert told.text("en").startswith("No 0 10 cases (since last ±0); ")
