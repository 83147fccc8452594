"""Streams against a real broker: what arrives lands once, what is late, odd or repeated is kept apart, and nothing goes missing."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lingnan.base import Conflict, Refused
from lingnan.collect import Feed, Listened, listen, load_feed, stream_states
from lingnan.collect.records import LoadBatch
from lingnan.jobs import held
from lingnan.lake import View
from lingnan.storage import OutboxEvent

from .brokers import Mosquitto, publish
from .conftest import Hub

pytest.importorskip("paho.mqtt.client")
COLUMNS = {"sensor": "sensor", "seen_at": "observed_at", "value": "value"}
NOON = datetime(2026, 10, 31, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path_factory.mktemp("broker"))
    yield made
    made.end()


def stream_feed(hub: Hub, broker: Mosquitto, topic: str, name: str = "ceshi.reading", columns: dict[str, str] = COLUMNS, **more: Any) -> Feed:
    stream = {"topics": [f"{topic}/#"], "client": f"{topic}-{name}", "event_time": "seen_at", "batch_seconds": 0.05, **more.pop("stream", {})}
    return hub.feed(
        columns, name, connector="mqtt", location=more.pop("location", f"mqtt://{broker.place}"), load="append", stream=json.dumps(stream),
        **{"key": "[sensor, seen_at]", **more},
    )


def reading(sensor: str, seconds: float, value: object = 1.5, **more: object) -> bytes:
    return json.dumps({"sensor": sensor, "observed_at": (NOON + timedelta(seconds=seconds)).isoformat(), "value": value, **more}).encode()


def grant(tables: tuple[str, ...]) -> dict[str, View]:
    return {table: View.for_step(table, "test") for table in tables}


@contextmanager
def listening(hub: Hub, feed: Feed, place: str) -> Iterator[list[Listened]]:
    """A listener in a thread of its own; what it did stands in the list once it was told to stop."""
    stop, done, failed = threading.Event(), list[Listened](), list[BaseException]()

    def run() -> None:
        try:
            done.append(listen(
                feed, home=hub.home, lake=hub.lake, engine=hub.engine, storage=hub.storage, clock=hub.clock, grant=grant, allowed=[place], stop=stop,
            ))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()
    if failed:
        raise failed[0]


def wait_until(told: Callable[[], bool]) -> None:
    for _ in range(2000):
        if told():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def count(hub: Hub, table: str) -> int:
    return hub.lake.rows(table) if hub.lake.exists(table) else 0


def subscribed(hub: Hub, feed: Feed) -> None:
    wait_until(lambda: (state := stream_states(hub.storage).get(feed.id)) is not None and state.state == "listening")


def test_messages_land_with_topic_batch_and_receipt(hub: Hub, broker: Mosquitto) -> None:
    columns = {**COLUMNS, "station": "station"}
    feed = stream_feed(hub, broker, "land", columns=columns, stream={"topic_fields": ["", "station"]})
    with listening(hub, feed, broker.place) as done:
        subscribed(hub, feed)
        publish(broker.port, [("land/s1/x", reading("a", 0)), ("land/s2/x", reading("a", 1, 2, unit={"name": "kWh"}))])
        wait_until(lambda: count(hub, feed.landing) == 2)
    assert done == [Listened(batches=done[0].batches, rows=2, late=0, rejected=0, duplicates=0)]
    rows = hub.rows(feed.landing, "sensor, seen_at, value, station, _extra, epoch(_event_at)", "_event_at")
    assert rows == [
        ("a", "2026-10-31T02:00:00+00:00", "1.5", "s1", None, NOON.timestamp()),
        ("a", "2026-10-31T02:00:01+00:00", "2", "s2", '{"unit.name":"kWh"}', NOON.timestamp() + 1),
    ]
    assert {row[0].split("#")[0] for row in hub.rows(feed.landing, "_position")} == {"land/s1/x", "land/s2/x"}
    with hub.storage.reading() as session:
        batch = session.query(LoadBatch).one()
        assert (batch.rows, batch.rejected, batch.state, batch.current) == (2, 0, "landed", True)
        assert {row[0] for row in hub.rows(feed.landing, "_batch")} == {batch.batch}
    facts = hub.lake.history(feed.landing)[0].extra["stream"]
    assert facts["sequence"] in (1, 2)
    assert facts["session"]


def test_repeats_are_left_out_and_a_key_that_says_something_else_is_kept_apart(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "repeat")
    with listening(hub, feed, broker.place) as done:
        subscribed(hub, feed)
        publish(broker.port, [("repeat/x", each) for each in (reading("a", 0), reading("a", 0), reading("a", 0, 9), reading("b", 0))])
        wait_until(lambda: count(hub, feed.rejects) == 1)
        publish(broker.port, [("repeat/x", reading("a", 0)), ("repeat/x", reading("a", 0, 9)), ("repeat/x", reading("c", 0))])
        wait_until(lambda: count(hub, feed.landing) == 3)
    assert (done[0].rows, done[0].rejected, done[0].duplicates) == (3, 1, 3)
    assert hub.rows(feed.rejects, 'reason, "column", "value"') == [("same_key_other_content", "sensor", "a")]


def test_without_a_key_a_message_is_known_by_topic_and_content(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "plain", key="[]")
    with listening(hub, feed, broker.place) as done:
        subscribed(hub, feed)
        publish(broker.port, [(f"plain/{at}", reading("a", 0, value)) for at, value in (("x", 1), ("x", 1), ("y", 1), ("x", 9))])
        wait_until(lambda: count(hub, feed.landing) == 3)
    assert (done[0].rows, done[0].duplicates) == (3, 1)


def test_late_rows_have_a_table_of_their_own(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "late", stream={"lateness_s": 60})
    with listening(hub, feed, broker.place) as done:
        subscribed(hub, feed)
        publish(broker.port, [("late/x", reading("a", -600)), ("late/x", reading("a", 0))])
        wait_until(lambda: count(hub, feed.landing) == 2)  # nothing was known before them, so neither is late
        publish(broker.port, [("late/x", reading("b", -61)), ("late/x", reading("b", -60)), ("late/x", reading("b", 1))])
        wait_until(lambda: count(hub, feed.landing) + count(hub, feed.late) == 5)
    assert (done[0].rows, done[0].late) == (4, 1)
    assert hub.rows(feed.late, "sensor, seen_at, _late_by_s") == [("b", "2026-10-31T01:58:59+00:00", 1.0)]


def test_a_clock_that_runs_ahead_makes_nobody_else_late(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "ahead", stream={"lateness_s": 60})
    with listening(hub, feed, broker.place) as done:
        subscribed(hub, feed)
        publish(broker.port, [("ahead/x", reading("a", 86_400))])
        wait_until(lambda: count(hub, feed.landing) == 1)
        publish(broker.port, [("ahead/x", reading("b", -30))])
        wait_until(lambda: count(hub, feed.landing) == 2)
    assert done[0].late == 0


def test_what_cannot_be_read_is_rejected_with_its_reason_and_its_bytes(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "odd")
    odd = [b"{", b"3", b"\xff\xfe", reading("a", 0)[:-1] + b', "observed_at": "soon"}', b'{"observed_at": "2026-10-31T02:00:00Z"}', b"[]"]
    with listening(hub, feed, broker.place) as done:
        subscribed(hub, feed)
        publish(broker.port, [("odd/x", payload) for payload in [*odd, *odd, reading("b", 0)]])
        wait_until(lambda: count(hub, feed.landing) == 1 and count(hub, feed.rejects) == 6)
    assert (done[0].rejected, done[0].duplicates) == (6, 6)
    told = hub.rows(feed.rejects, "reason, line", "reason, line")
    assert told == sorted([
        ("no_event_time", odd[3].decode()), ("no_key", odd[4].decode()), ("not_a_record", "3"), ("not_a_record", "[]"), ("not_decodable", "hex:fffe"),
        ("not_decodable", "{"),
    ])


def test_delimited_and_fixed_messages(hub: Hub, broker: Mosquitto) -> None:
    comma = stream_feed(hub, broker, "comma", "ceshi.comma", options="{encoding: gbk, delimiter: '|'}", stream={"payload": "csv"})
    fixed = stream_feed(
        hub, broker, "fixed", "ceshi.fixed", stream={"payload": "fields", "fields": {"sensor": "1-3", "observed_at": "4-13", "value": "14-18"}},
    )
    with listening(hub, comma, broker.place), listening(hub, fixed, broker.place):
        subscribed(hub, comma)
        subscribed(hub, fixed)
        publish(broker.port, [("comma/x", "站一|1793412000|3\n站二|1793412000123|\"4|5\"\n".encode("gbk")), ("comma/x", b"a|b")])
        publish(broker.port, [("fixed/x", b"S01179341200012.50"), ("fixed/x", b"S02")])
        wait_until(lambda: count(hub, comma.landing) == 2 and count(hub, fixed.landing) == 1 and count(hub, fixed.rejects) == 1)
    assert hub.rows(comma.landing, "sensor, value, epoch(_event_at)") == [("站一", "3", 1793412000.0), ("站二", "4|5", 1793412000.123)]
    assert hub.rows(fixed.landing, "sensor, seen_at, value") == [("S01", "1793412000", "12.50")]
    assert hub.rows(comma.rejects, "reason, line") == [("too_few_cells", "a|b")]


def test_several_records_in_one_message(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "many", options="{records: data.rows}")
    many = json.dumps({"data": {"rows": [json.loads(reading("a", at)) for at in range(3)] + [{"sensor": "b"}]}}).encode()
    with listening(hub, feed, broker.place) as done:
        subscribed(hub, feed)
        publish(broker.port, [("many/x", many), ("many/x", many)])
        wait_until(lambda: count(hub, feed.landing) == 3 and count(hub, feed.rejects) == 1)
    assert (done[0].rows, done[0].rejected, done[0].duplicates) == (3, 1, 4)


def test_a_listener_begins_where_the_last_one_ended(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "again", stream={"lateness_s": 60})
    with listening(hub, feed, broker.place):
        subscribed(hub, feed)
        publish(broker.port, [("again/x", reading("a", 0)), ("again/x", b"?")])
        wait_until(lambda: count(hub, feed.landing) == 1 and count(hub, feed.rejects) == 1)
    first = hub.lake.history(feed.landing)[0].extra["stream"]
    # The broker keeps what comes while nobody listens; what the first one took is known to the second from its tables.
    publish(broker.port, [("again/x", reading("a", 0)), ("again/x", b"?"), ("again/x", reading("b", -61)), ("again/x", reading("b", 1))])
    with listening(hub, feed, broker.place) as done:
        wait_until(lambda: count(hub, feed.landing) == 2)
    second = hub.lake.history(feed.landing)[0].extra["stream"]
    assert (done[0].rows, done[0].late, done[0].rejected, done[0].duplicates) == (1, 1, 0, 2)
    assert second["sequence"] > first["sequence"]
    assert second["session"] != first["session"]


def test_small_files_are_joined_and_the_rows_stay(hub: Hub, broker: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lingnan.collect.streams.tables._SMALL_FILES", 10)
    feed = stream_feed(hub, broker, "small", stream={"batch_messages": 1})
    with listening(hub, feed, broker.place):
        subscribed(hub, feed)
        publish(broker.port, [("small/x", reading("a", at)) for at in range(25)])
        wait_until(lambda: count(hub, feed.landing) == 25)
    assert len(hub.lake.files(feed.landing)) < 10
    assert hub.rows(feed.landing, "count(*), count(distinct seen_at)", "1") == [(25, 25)]
    with listening(hub, feed, broker.place) as done:
        publish(broker.port, [("small/x", reading("a", 3)), ("small/x", reading("a", 99))])
        wait_until(lambda: count(hub, feed.landing) == 26)
    assert done[0].duplicates == 1


def test_memory_is_bounded_by_what_the_broker_may_send(hub: Hub, broker: Mosquitto) -> None:
    from lingnan.collect.streams.broker import Broker, read_broker_address
    from lingnan.collect.streams.service import options_of

    feed = stream_feed(hub, broker, "bound", stream={"batch_messages": 10, "batch_seconds": 60})
    held_back = Broker(read_broker_address(feed.file.location), "bound", options_of(feed), hub.home, [broker.place])
    held_back.connect()
    publish(broker.port, [("bound/x", reading("a", at)) for at in range(100)])
    for _ in range(20):
        assert held_back.pump(1000, 0.02)
    assert len(held_back.inbox) == 20  # two batches in flight, however many wait
    taken = held_back.take()
    assert held_back.acknowledge(taken)
    for _ in range(20):
        assert held_back.pump(15, 0.02)
    assert len(held_back.inbox) == 15
    held_back.close()


def test_a_broker_that_was_not_approved_is_not_called(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "none")
    with pytest.raises(Refused, match="no registered source"), listening(hub, feed, "127.0.0.1:1"):
        wait_until(lambda: (state := stream_states(hub.storage).get(feed.id)) is not None and state.state == "failed")


def test_a_password_is_asked_for_and_told_from_a_file(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "guarded"
    folder.mkdir()
    import subprocess

    subprocess.run(["mosquitto_passwd", "-b", "-c", str(folder / "accounts"), "lingnan", "geheim"], check=True, capture_output=True)
    guarded = Mosquitto(folder, access=f"allow_anonymous false\npassword_file {folder / 'accounts'}")
    try:
        stranger = stream_feed(hub, guarded, "pw", "ceshi.stranger")
        with pytest.raises(Refused, match="ot authori"), listening(hub, stranger, guarded.place):
            wait_until(lambda: (state := stream_states(hub.storage).get(stranger.id)) is not None and state.state == "failed")
        (hub.home / "broker.secret").write_text("geheim\n")
        feed = stream_feed(hub, guarded, "pw", stream={"account": "lingnan", "password_file": "broker.secret"})
        with listening(hub, feed, guarded.place):
            subscribed(hub, feed)
    finally:
        guarded.end()


def certificate(folder: Path) -> Path:
    """A certificate of this machine that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256())
    )
    (folder / "broker.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "broker.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "broker.crt"


def test_an_encrypted_broker_is_believed_only_with_its_certificate(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    folder.mkdir()
    crt = certificate(folder)
    guarded = Mosquitto(folder, access=f"allow_anonymous true\ncertfile {crt}\nkeyfile {folder / 'broker.key'}")
    try:
        doubted = stream_feed(hub, guarded, "tls", "ceshi.doubted", location=f"mqtts://{guarded.place}")
        with listening(hub, doubted, guarded.place):
            wait_until(lambda: "SSLCert" in getattr(stream_states(hub.storage).get(doubted.id), "error", ""))
        (hub.home / "broker.crt").write_bytes(crt.read_bytes())
        feed = stream_feed(hub, guarded, "tls", location=f"mqtts://{guarded.place}", stream={"ca_file": "broker.crt"})
        with listening(hub, feed, guarded.place) as done:
            subscribed(hub, feed)
            publish(guarded.port, [("tls/x", reading("a", at)) for at in range(300)], ca_file=str(crt))
            wait_until(lambda: count(hub, feed.landing) == 300)
        assert done[0].rows == 300
    finally:
        guarded.end()


def test_silence_and_absence_raise_alarms(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "quiet", stream={"silence_s": 1})
    assert load_feed(feed, home=hub.home, **hub.doors()).alarms == (), "nobody may call that broker"
    assert [alarm.code for alarm in load_feed(feed, home=hub.home, **hub.doors(), allowed=[broker.place]).alarms] == ["nobody_listens"]
    with listening(hub, feed, broker.place):
        subscribed(hub, feed)
        wait_until(lambda: stream_states(hub.storage)[feed.id].silent)
        assert load_feed(feed, home=hub.home, **hub.doors()).alarms == ()
        publish(broker.port, [("quiet/x", reading("a", 0))])
        wait_until(lambda: not stream_states(hub.storage)[feed.id].silent)
    with hub.storage.reading() as session:
        alarms = [event.payload["alarm"] for event in session.query(OutboxEvent).order_by(OutboxEvent.sequence) if "alarm" in event.payload]
    assert alarms == ["silent"]


def test_a_build_announces_a_day_once(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "day")
    with listening(hub, feed, broker.place):
        subscribed(hub, feed)
        publish(broker.port, [("day/x", reading("a", at)) for at in range(3)])
        wait_until(lambda: count(hub, feed.landing) == 3)
    for _ in range(2):
        load_feed(feed, home=hub.home, **hub.doors())
    with hub.storage.reading() as session:
        told = [event.payload["rows"] for event in session.query(OutboxEvent) if event.payload.get("table") == feed.landing]
    assert told == [3]


def test_two_listeners_of_one_stream_are_refused(hub: Hub, broker: Mosquitto) -> None:
    feed = stream_feed(hub, broker, "two")
    with held(hub.storage, f"listen:{feed.id}", "another"), pytest.raises(Conflict), listening(hub, feed, broker.place):
        time.sleep(0.1)
