"""A stream of messages into the lake (MQTT 5, quality 1, from a real broker), beside a bare client of the same library that throws them away.

Run: .venv/bin/python benchmarks/streams.py [MESSAGES]
The broker keeps all messages for an absent session first; then each consumer reads them in a process of its own. CPU is user plus system time
of that process; opening the hub is no part of it.
"""

import json
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lingnan.base import Settings, SystemClock
from lingnan.collect import Feed, listen, read_feed
from lingnan.lake import Lake, View
from lingnan.storage import Storage

LIMIT = 20_000
"""Messages a core brings into the lake in a second, at least."""
BROKER = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
PORT = 54394
TOPICS = 500
FIELDS = ("sensor", "observed_at", "value", "unit", "number")
FEED = """feed: bench.readings
title: {{zh: 读数, en: Readings}}
department: {{id: bench, zh: 测试, en: Bench}}
connector: mqtt
location: mqtt://127.0.0.1:{port}
load: append
{key}
contract: readings.contract.yaml
origin: made
stream: {{topics: ["{client}/#"], client: {client}, event_time: observed_at, batch_seconds: 2, window_messages: 500000}}
"""


def write_feed(folder: Path, client: str, key: str) -> Feed:
    """The feed file and its contract."""
    properties = "".join(
        f"      - {{name: {name}, physicalName: {name}, logicalType: string, physicalType: VARCHAR}}\n" for name in FIELDS
    )
    (folder / "readings.contract.yaml").write_text(
        "apiVersion: v3.1.0\nkind: DataContract\nid: bench.readings\nversion: 1.0.0\nstatus: active\nname: 读数\n"
        f"schema:\n  - name: readings\n    physicalName: readings\n    properties:\n{properties}", encoding="utf-8",
    )
    path = folder / "readings.yaml"
    path.write_text(FEED.format(port=PORT, client=client, key=key), encoding="utf-8")
    return read_feed(path)


def payloads(count: int) -> list[tuple[str, bytes]]:
    """Readings of many meters, all different."""
    begun = datetime(2026, 11, 1, tzinfo=UTC)
    return [
        (f"m{at % TOPICS}", json.dumps({
            "sensor": f"m{at % TOPICS}", "observed_at": (begun + timedelta(milliseconds=20 * at)).isoformat(), "value": round(at / 7, 3),
            "unit": "kWh", "number": at,
        }).encode())
        for at in range(count)
    ]


def ours(folder: Path, client: str, count: int) -> Callable[[], None]:
    """The hub's listener, rows known by topic and content."""
    return _listener(folder, client, count, "key: []")


def ours_by_key(folder: Path, client: str, count: int) -> Callable[[], None]:
    """The hub's listener, rows known by their key."""
    return _listener(folder, client, count, "key: [sensor, observed_at]")


def _listener(folder: Path, client: str, count: int, key: str) -> Callable[[], None]:
    feed, home = write_feed(folder, client, key), folder / "hub"
    lake, clock = Lake(home / "lake", SystemClock()), SystemClock()
    storage, stop = Storage.open(Settings(home=home)), threading.Event()

    def ends() -> None:
        while not lake.exists(feed.landing) or lake.rows(feed.landing) < count:
            time.sleep(0.5)
        stop.set()

    def run() -> None:
        threading.Thread(target=ends, daemon=True).start()
        done = listen(
            feed, home=home, lake=lake, engine=lake.engine(), storage=storage, clock=clock, allowed=[f"127.0.0.1:{PORT}"], stop=stop,
            grant=lambda tables: {table: View.for_step(table, "bench") for table in tables},
        )
        assert (done.rows, done.duplicates, lake.rows(feed.landing)) == (count, 0, count)

    return run


def bare(_folder: Path, client: str, count: int) -> Callable[[], None]:
    """A plain client of the library that counts messages, acknowledges them at once and keeps nothing."""
    taken = [0]

    def run() -> None:
        connected = _client(client)

        def count_one(_client: object, _data: object, _message: object) -> None:
            taken[0] += 1
            if taken[0] == count:
                connected.disconnect()

        connected.on_message = count_one
        _connect(connected)
        connected.loop_forever()

    return run


PATHS = {"bare client, nothing kept": bare, "listen, known by content": ours, "listen, known by key": ours_by_key}


def _client(name: str):  # type: ignore[no-untyped-def]
    import paho.mqtt.client as mqtt

    return mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)


def _connect(client, clean: bool = False) -> None:  # type: ignore[no-untyped-def]
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    asked = Properties(PacketTypes.CONNECT)
    asked.SessionExpiryInterval, asked.ReceiveMaximum = 3600, 40_000
    client.connect("127.0.0.1", PORT, clean_start=clean, properties=asked)


def fill(client: str, messages: list[tuple[str, bytes]]) -> None:
    """Make a session at the broker, leave, and publish what it is to get."""
    absent, there = _client(client), threading.Event()
    absent.on_subscribe = lambda *_given: there.set()
    _connect(absent, clean=True)
    absent.subscribe(f"{client}/#", qos=1)
    absent.loop_start()
    assert there.wait(10)
    absent.disconnect()
    absent.loop_stop()
    publish(client, messages)


def publish(root: str, messages: list[tuple[str, bytes]]) -> None:
    """Publish with quality 1 over a bare connection: a library's publisher would take longer than all that is measured."""
    with socket.create_connection(("127.0.0.1", PORT)) as broker:
        broker.sendall(_packet(0x10, _text("MQTT") + b"\x04\x02\x00\x3c" + _text("publisher")))
        broker.recv(4)
        answers = threading.Thread(target=_count_answers, args=(broker, len(messages)))
        answers.start()
        for at in range(0, len(messages), 1000):
            broker.sendall(b"".join(
                _packet(0x32, _text(f"{root}/{topic}") + ((at + number) % 65_000 + 1).to_bytes(2, "big") + payload)
                for number, (topic, payload) in enumerate(messages[at : at + 1000])
            ))
        answers.join()


def _count_answers(broker: socket.socket, count: int) -> None:
    size = 0
    while size < 4 * count:
        size += len(broker.recv(1 << 16))


def _text(text: str) -> bytes:
    return len(text.encode()).to_bytes(2, "big") + text.encode()


def _packet(kind: int, body: bytes) -> bytes:
    length, left = b"", len(body)
    while True:
        left, digit = divmod(left, 128)
        length += bytes([digit | 128 if left else digit])
        if not left:
            return bytes([kind]) + length + body


def one(name: str, client: str, folder: Path, count: int) -> None:
    """Run one path and print what it took as JSON."""
    run = PATHS[name](folder, client, count)
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    run()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sys.stdout.write(json.dumps({"wall": time.perf_counter() - started, "cpu": cpu, "mb": after.ru_maxrss / 1024}))


def main(count: int) -> int:
    """Measure every path, print the table; 1 when the listener brings fewer than it should."""
    if not Path(BROKER).is_file():
        print("mosquitto is not installed (Debian package mosquitto)", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="lingnan-bench-") as name:
        folder = Path(name)
        config = folder / "mosquitto.conf"
        config.write_text(f"listener {PORT} 127.0.0.1\nallow_anonymous true\nuser root\nmax_queued_messages 0\nmax_inflight_messages 0\n")
        broker = subprocess.Popen([BROKER, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _answers()
            return _table(folder, count)
        finally:
            broker.terminate()
            broker.wait()


def _answers() -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", PORT), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the broker did not start")


def _table(folder: Path, count: int) -> int:
    messages, found = payloads(count), dict[str, dict[str, float]]()
    size = sum(len(payload) for _topic, payload in messages) / count
    print(f"{count:,} messages of {size:.0f} bytes on {TOPICS} topics\n")
    print("| path | wall s | CPU s | messages a core second | MB | CPU, bare client = 1 |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for at, name in enumerate(PATHS):
        client, work = f"bench-{at}", folder / str(at)
        work.mkdir()
        fill(client, messages)
        done = subprocess.run(
            [sys.executable, __file__, "--one", name, client, str(work), str(count)], check=True, stdout=subprocess.PIPE, text=True
        )
        found[name] = told = json.loads(done.stdout)
        ratio = told["cpu"] / found["bare client, nothing kept"]["cpu"]
        print(f"| {name} | {told['wall']:.1f} | {told['cpu']:.1f} | {count / told['cpu']:,.0f} | {told['mb']:.0f} | {ratio:.2f} |", flush=True)
    slowest = min(count / told["cpu"] for name, told in found.items() if name.startswith("listen"))
    print(f"\nlimit: {LIMIT:,} messages a core second into the lake; slowest {slowest:,.0f}")
    return 0 if slowest >= LIMIT else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000))
