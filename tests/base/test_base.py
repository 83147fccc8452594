"""Errors, ids, clock, outgoing calls: what every room relies on."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest

from lingnan.base import BadInput, FixedClock, OutgoingClient, Refused, Unavailable, content_digest, load_settings, new_id, new_ids

NOON = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def test_an_id_is_a_uuid7_that_tells_its_node_and_time():
    clock = FixedClock(NOON)
    made = UUID(new_id(44, clock))
    assert made.version == 7
    assert (made.int >> 64) & 0xFFF == 44
    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_ids_sort_by_time():
    clock = FixedClock(NOON)
    first = new_id(1, clock)
    clock.advance(timedelta(milliseconds=1))
    assert first < new_id(4095, clock)


def test_a_node_number_outside_twelve_bits_is_refused():
    with pytest.raises(ValueError, match="4096"):
        new_id(4096, FixedClock(NOON))


def test_many_ids_of_a_moment_differ_and_are_what_one_is():
    made = new_ids(44, FixedClock(NOON), 500)
    assert len(set(made)) == 500
    assert made == sorted(made)
    for each in map(UUID, made):
        assert (each.version, each.variant, (each.int >> 64) & 0xFFF) == (7, RFC_4122, 44)
    assert {each[:13] for each in made} == {new_id(44, FixedClock(NOON))[:13]}


def test_a_digest_keeps_its_parts_apart():
    assert content_digest("ab", "c") != content_digest("a", "bc")


def test_an_error_speaks_both_languages():
    error = BadInput("文件为空。", "The file is empty.", file="x.csv")
    assert (error.text("zh"), error.text("en"), error.exit_code, error.facts) == ("文件为空。", "The file is empty.", 2, {"file": "x.csv"})


def test_a_host_that_is_not_registered_is_refused_and_its_secrets_are_not_shown():
    with pytest.raises(Refused) as refused:
        OutgoingClient(["127.0.0.1:8401"]).get("http://user:secret@127.0.0.1:9999/x?token=t")
    assert "secret" not in refused.value.en
    assert "token" not in refused.value.zh


def test_a_source_that_does_not_answer_is_unavailable():
    with pytest.raises(Unavailable):
        OutgoingClient(["127.0.0.1:9"], timeout_s=1).get("http://127.0.0.1:9/x")


def test_settings_come_from_the_homes_file(tmp_path):
    (tmp_path / "settings.env").write_text("LINGNAN_PORT=8500\n")
    assert load_settings(tmp_path).port == 8500
