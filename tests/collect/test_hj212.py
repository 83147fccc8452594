"""Packets of monitors of discharges: the golden packet, what is refused, and that any report comes back as it was sent."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.collect.streams.decoding import Decoder, Undecodable, event_moment
from lingnan.collect.streams.hj212 import checksum, framed, packets, read_packet

from .conftest import Hub

ASKED = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
HOUR = (
    b"QN=20260501090000001;ST=32;CN=2061;PW=123456;MN=D1;Flag=5;CP=&&DataTime=20260501080000;"
    b"w01018-Min=40.1,w01018-Avg=44.6,w01018-Max=51.2,w01018-Cou=4.46,w01018-Flag=N;w00000-Cou=100.0,w00000-Flag=N&&"
)


def test_the_packet_of_the_standard_has_length_101_and_checksum_1c80() -> None:
    assert framed(ASKED) == b"##0101" + ASKED + b"1C80\r\n"
    packet = read_packet(framed(ASKED))
    assert (packet.number, packet.system, packet.command, packet.device) == ("20160801085857223", "32", "1062", "010000A8900016F000169DC0")
    assert (packet.settings, packet.moment, list(packet.records())) == ({"RtdInterval": "30"}, None, [])
    assert "100000" not in repr(packet)


def test_an_hour_becomes_a_record_a_pollutant() -> None:
    first, second = read_packet(framed(HOUR)).records()
    about = {"QN": "20260501090000001", "ST": "32", "CN": "2061", "MN": "D1", "DataTime": datetime(2026, 5, 1, 8).isoformat()}
    assert first == {**about, "Item": "w01018", "Min": "40.1", "Avg": "44.6", "Max": "51.2", "Cou": "4.46", "Flag": "N"}
    assert second == {**about, "Item": "w00000", "Cou": "100.0", "Flag": "N"}
    assert [packet.device for packet in packets(framed(HOUR) * 3)] == ["D1"] * 3


@pytest.mark.parametrize(("frame", "reason"), [
    (b"", "not_decodable"),
    (framed(HOUR)[1:], "not_decodable"),
    (framed(HOUR).replace(b"44.6", b"14.6"), "not_decodable"),
    (framed(HOUR).replace(b"##0", b"##1"), "not_decodable"),
    (framed(b"QN=1;CN=2061;MN=D1;Flag=5"), "not_a_record"),
    (framed(b"QN=1;CN=2061;CP=&&DataTime=20260501080000&&"), "not_a_record"),
    (framed(b"CN=2061;MN=D1;MN=D2;CP=&&DataTime=20260501080000&&"), "not_a_record"),
    (framed(b"CN=2061;MN=D1;CP=&&DataTime=20261301080000&&"), "no_event_time"),
    (framed("CN=2061;MN=一号;CP=&&&&".encode()), "damaged_character"),
])
def test_what_does_not_fit_is_refused_with_its_reason(frame: bytes, reason: str) -> None:
    with pytest.raises(Undecodable) as refused:
        read_packet(frame)
    assert refused.value.reason == reason


ITEMS = st.dictionaries(
    st.from_regex(r"[aw][0-9]{5}", fullmatch=True),
    st.dictionaries(st.sampled_from(["Avg", "Min", "Max", "Cou", "ZsAvg"]), st.from_regex(r"[0-9]{1,5}(\.[0-9]{1,3})?", fullmatch=True), min_size=1),
    min_size=1, max_size=8,
)


@given(ITEMS)
def test_any_report_comes_back_as_it_was_sent(items: dict[str, dict[str, str]]) -> None:
    told = ";".join(",".join(f"{item}-{kind}={value}" for kind, value in values.items()) for item, values in items.items())
    packet = read_packet(framed(f"QN=1;ST=31;CN=2061;MN=G1;Flag=5;CP=&&DataTime=20260501080000;{told}&&".encode()))
    assert packet.items == items


@given(st.integers(0, len(HOUR) - 1), st.integers(1, 255))
def test_no_changed_byte_passes(at: int, by: int) -> None:
    changed = bytes(byte ^ by if number == at else byte for number, byte in enumerate(HOUR))
    assert checksum(changed) != checksum(HOUR)


@given(st.binary(max_size=300))
def test_anything_else_is_refused_and_nothing_breaks(content: bytes) -> None:
    with pytest.raises(Undecodable):
        read_packet(content)


def test_a_stream_of_packets_gives_the_columns_of_its_contract(hub: Hub) -> None:
    feed = hub.feed(
        {"outlet_no": "MN", "item": "Item", "measured_at": "DataTime", "value": "Avg", "flag": "Flag"}, connector="mqtt", load="append",
        location="mqtt://127.0.0.1:1883", key="[outlet_no, item, measured_at]",
        stream=json.dumps({"topics": ["monitors/#"], "payload": "hj212", "event_time": "measured_at"}),
    )
    assert feed.file.stream is not None
    rows = Decoder(feed, feed.file.stream).rows("monitors/1", framed(HOUR))
    assert [(row["item"], row.get("value"), row["flag"]) for row in rows] == [("w01018", "44.6", "N"), ("w00000", None, "N")]
    assert {row["outlet_no"] for row in rows} == {"D1"}
    assert event_moment(rows[0]["measured_at"], "measured_at") == datetime(2026, 5, 1, tzinfo=UTC)
