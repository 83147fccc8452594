"""Listener and broker are killed at seeded moments: every message is in one of the tables in the end, and in none twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lingnan.collect import Feed, stream_states

from .brokers import Mosquitto, publish
from .conftest import Hub
from .test_streams import count, stream_feed

pytest.importorskip("paho.mqtt.client")
SEEDS = range(50 if os.environ.get("LINGNAN_LONG") else 3)
CHILD = Path(__file__).parent / "stream_child.py"
MESSAGES = 300
EVENTS = datetime.now(UTC) - timedelta(hours=2)


def made(seed: int) -> list[tuple[str, bytes]]:
    """Readings of ten sensors; every fiftieth is far too late, every seventieth no reading at all; all differ."""
    messages = []
    for number in range(MESSAGES):
        late = timedelta(days=2) if number % 50 == 49 else timedelta()
        told = {"sensor": f"s{number % 10}", "observed_at": (EVENTS + timedelta(seconds=number) - late).isoformat(), "value": seed + number}
        messages.append((f"kill{seed}/{number % 10}", f"nothing {number}".encode() if number % 70 == 69 else json.dumps(told).encode()))
    return messages


def start(hub: Hub, feed: Feed, broker: Mosquitto) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(CHILD), str(hub.home), str(feed.path), broker.place])


def held_rows(hub: Hub, feed: Feed) -> int:
    return sum(count(hub, table) for table in (feed.landing, feed.late, feed.rejects))


def until(told: Callable[[], bool]) -> None:
    """Looks at tables seldom: opening them costs more than what the listener does."""
    ends = time.monotonic() + 60
    while not told():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.1)


def subscribe_first(hub: Hub, feed: Feed, broker: Mosquitto) -> None:
    """A broker keeps messages for whoever was there once."""
    child = start(hub, feed, broker)
    until(lambda: (state := stream_states(hub.storage).get(feed.id)) is not None and state.state == "listening")
    broker.save()
    child.send_signal(signal.SIGTERM)
    assert child.wait() == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_or_doubled_whoever_is_killed(seed: int, hub: Hub, tmp_path: Path) -> None:
    chance, messages = random.Random(seed), made(seed)
    broker = Mosquitto(tmp_path / "broker")
    feed = stream_feed(hub, broker, f"kill{seed}", stream={"batch_messages": 20, "batch_seconds": 0.1, "lateness_s": 86_400})
    try:
        subscribe_first(hub, feed, broker)
        publish(broker.port, messages[: MESSAGES // 2])
        child = start(hub, feed, broker)
        moment = chance.randrange(1, MESSAGES // 2)
        until(lambda: held_rows(hub, feed) >= moment or child.poll() is not None)
        time.sleep(chance.uniform(0, 0.03))
        if seed % 2:
            broker.end(signal.SIGKILL)
            # What a broker had not saved yet it forgets, acknowledged or not: a gateway that must not lose anything sends its last readings again.
            time.sleep(chance.uniform(0, 0.2))
            broker.start()
            publish(broker.port, messages[: MESSAGES // 2])
        else:
            child.kill()
            assert child.wait() == -signal.SIGKILL
            child = start(hub, feed, broker)
        publish(broker.port, messages[MESSAGES // 2 :])
        until(lambda: held_rows(hub, feed) >= MESSAGES or child.poll() is not None)
        child.send_signal(signal.SIGTERM)
        assert child.wait() == 0
    finally:
        broker.end(signal.SIGKILL)
    assert_each_once(hub, feed, messages)


def assert_each_once(hub: Hub, feed: Feed, messages: list[tuple[str, bytes]]) -> None:
    odd = sorted(payload.decode() for _topic, payload in messages if payload.startswith(b"nothing"))
    good = sorted(str(json.loads(payload)["value"]) for _topic, payload in messages if not payload.startswith(b"nothing"))
    landed = [row[0] for table in (feed.landing, feed.late) for row in hub.rows(table, '"value"')]
    assert sorted(landed) == good
    assert sorted(row[0] for row in hub.rows(feed.rejects, "line")) == odd
    # Of what is late only the first could have come before anything was known.
    assert count(hub, feed.late) == sum(number % 50 == 49 and number % 70 != 69 for number in range(MESSAGES))
    sequences = [commit.extra["stream"]["sequence"] for commit in hub.lake.history(feed.landing) if "stream" in commit.extra]
    assert len(set(sequences)) == len(sequences)
