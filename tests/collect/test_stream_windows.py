"""Windows of a stream: every row in the window of its event, late rows too, told to pages long before the batch is full, and true after a kill."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lingnan.base import BadInput, SystemClock
from lingnan.collect import LiveWindow, WindowRow, told_windows, window_marks
from lingnan.collect.streams.sorting import Kept
from lingnan.collect.streams.telling import Teller
from lingnan.collect.streams.tumbling import MOST_PARTS, Tumbling

from .brokers import Mosquitto, publish
from .conftest import Hub
from .test_streams import NOON, count, listening, reading, stream_feed, subscribed, wait_until

pytest.importorskip("paho.mqtt.client")
COLUMNS = ("sensor", "seen_at", "value")
CHILD = Path(__file__).parent / "stream_child.py"
MINUTE = {"seconds": 60, "column": "value", "keep": 10}


def counted(windows: dict[str, LiveWindow], rows: list[tuple[str, float, str]], late: bool = False, now: datetime = NOON) -> list[WindowRow]:
    made = Tumbling(windows, COLUMNS)
    for sensor, seconds, value in rows:
        made.count({"sensor": sensor, "value": value}, NOON + timedelta(seconds=seconds), now, late=late)
    return sorted(made.take(now), key=lambda row: (row.begins_at, row.part))


def test_a_row_counts_in_the_window_of_its_event() -> None:
    rows = [("a", 0, "1"), ("a", 59.9, "3"), ("a", 60, "10"), ("a", -1, "7"), ("a", 1, "much"), ("a", 1, "nan"), ("a", 1, "")]
    told = counted({"m": LiveWindow.model_validate(MINUTE)}, rows)
    assert [((row.begins_at - NOON).total_seconds(), row.rows, row.total, row.least, row.greatest, row.latest) for row in told] == [
        (-60, 1, 7, 7, 7, 7), (0, 2, 4, 1, 3, 3), (60, 1, 10, 10, 10, 10),
    ]
    assert {row.ends_at - row.begins_at for row in told} == {timedelta(minutes=1)}


def test_windows_of_a_day_begin_at_midnight_in_china() -> None:
    [told] = counted({"d": LiveWindow(seconds=86_400, keep=2)}, [("a", 0, "1")])
    assert told.begins_at.isoformat() == "2026-10-30T16:00:00+00:00"


def test_parts_conditions_and_counts_of_rows() -> None:
    windows = {"by": LiveWindow(seconds=60, by="sensor"), "one": LiveWindow(seconds=60, where={"sensor": "b"})}
    told = counted(windows, [("a", 0, ""), ("b", 1, ""), ("b", 2, "")])
    assert sorted((row.name, row.part, row.rows) for row in told) == [("by", "a", 1), ("by", "b", 2), ("one", "", 2)]


def test_late_rows_correct_a_window_while_it_is_kept() -> None:
    made = Tumbling({"m": LiveWindow.model_validate(MINUTE)}, COLUMNS)
    made.count({"value": "1"}, NOON, NOON, late=False)
    assert [row.rows for row in made.take(NOON)] == [1]
    assert made.take(NOON) == []
    after = NOON + timedelta(minutes=5)
    made.count({"value": "3"}, NOON + timedelta(seconds=1), after, late=True)
    assert [(row.rows, row.late, row.total) for row in made.take(after)] == [(2, 1, 4.0)]
    made.count({"value": "3"}, NOON, NOON + timedelta(minutes=11), late=True)
    assert made.take(NOON + timedelta(minutes=11)) == []


def test_what_devices_invent_does_not_fill_the_memory() -> None:
    rows = [(f"s{at}", 0.0, "1") for at in range(MOST_PARTS + 5)] + [("s1", 86_400.0, "1")]
    told = counted({"by": LiveWindow(seconds=60, by="sensor")}, rows)
    assert len(told) == MOST_PARTS


def test_a_window_over_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="colour"):
        Tumbling({"m": LiveWindow(seconds=60, by="colour")}, COLUMNS)


def test_the_open_batch_is_counted_from_where_it_was_left() -> None:
    made, kept = Tumbling({"m": LiveWindow.model_validate(MINUTE)}, COLUMNS), Kept()
    for value in ("1", "2"):
        kept.add({"value": value}, "", "", NOON)
    made.add(kept, 0, NOON, late=False)
    kept.add({"value": "4"}, "", "", NOON)
    made.add(kept, 2, NOON, late=False)
    assert [row.total for row in made.take(NOON)] == [7.0]


@pytest.mark.on_both
def test_what_was_told_is_written_over_and_dropped(hub: Hub) -> None:
    first = WindowRow("m", "", NOON, NOON + timedelta(minutes=1), 1, 2.0, 2.0, 2.0, 2.0, NOON, 0)
    older = replace(first, begins_at=NOON - timedelta(minutes=1), ends_at=NOON)
    teller = Teller("ceshi.reading", hub.storage, hub.clock)
    teller.begin([older, first])
    teller.tell([replace(first, rows=2, total=5.0)], {"m": NOON})
    assert sums(hub) == [(2, 5.0)]
    assert window_marks(hub.storage, ["ceshi.reading", "ceshi.other"]) == {"ceshi.reading": 2, "ceshi.other": 0}
    Teller("ceshi.reading", hub.storage, hub.clock).begin([])
    assert sums(hub) == []


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path_factory.mktemp("broker"))
    yield made
    made.end()


def sums(hub: Hub, name: str = "ceshi.reading") -> list[tuple[int, float]]:
    return [(row.rows, row.total) for row in told_windows(hub.storage, name, "m", NOON + timedelta(days=1000))]


def test_windows_are_told_before_the_batch_is_full_and_made_again_from_the_tables(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "live", stream={"batch_seconds": 3600, "lateness_s": 60, "windows": {"m": MINUTE}})
    with listening(hub, feed, broker.place):
        subscribed(hub, feed)
        publish(broker.port, [("live/x", reading("a", 0, 2)), ("live/x", reading("a", 0, 2)), ("live/x", reading("b", 1, 4))])
        wait_until(lambda: sums(hub) == [(2, 6.0)])
        assert count(hub, feed.landing) == 0, "the batch is open still"
    assert count(hub, feed.landing) == 2
    marked = window_marks(hub.storage, [feed.id])[feed.id]
    with listening(hub, feed, broker.place):
        subscribed(hub, feed)
        wait_until(lambda: window_marks(hub.storage, [feed.id])[feed.id] > marked)
        assert sums(hub) == [(2, 6.0)]
        publish(broker.port, [("live/x", reading("c", -61, 1)), ("live/x", reading("d", 2, 1))])
        wait_until(lambda: sums(hub) == [(1, 1.0), (3, 7.0)])
    assert (count(hub, feed.landing), count(hub, feed.late)) == (3, 1)
    assert [row.late for row in told_windows(hub.storage, feed.id, "m", NOON + timedelta(days=1))] == [1, 0]


@pytest.mark.long
def test_a_killed_listener_counts_nothing_twice(hub: Hub, broker: Mosquitto) -> None:
    wide = {"m": {**MINUTE, "seconds": 86_400, "keep": 1000}}
    feed = stream_feed(hub, broker, "killed", stream={"batch_seconds": 3600, "windows": wide})
    command = [sys.executable, str(CHILD), str(hub.home), str(feed.path), broker.place]
    child = subprocess.Popen(command)
    try:
        subscribed(hub, feed)
        publish(broker.port, [("killed/x", reading("a", SystemClock().now().timestamp() - NOON.timestamp(), 2))])
        wait_until(lambda: sums(hub) == [(1, 2.0)])
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert count(hub, feed.landing) == 0
    ends = time.monotonic() + 60
    again = subprocess.Popen(command)
    try:
        while window_marks(hub.storage, [feed.id])[feed.id] < 3 and time.monotonic() < ends:
            time.sleep(0.05)
        wait_until(lambda: sums(hub) == [(1, 2.0)])
    finally:
        again.send_signal(signal.SIGTERM)
        again.wait()
    assert (count(hub, feed.landing), sums(hub)) == (1, [(1, 2.0)])
