"""What a stream remembers of its messages: bounded by time and number, never shorter than what may come once more."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import BadInput
from lingnan.collect.streams.broker import read_broker_address
from lingnan.collect.streams.decoding import Undecodable, event_moment
from lingnan.collect.streams.window import Window

NOON = datetime(2026, 10, 31, 4, tzinfo=UTC)


def taken(window: Window, *words: str) -> list[bool | None]:
    return [window.repeats(word.encode(), b"") for word in words]


def test_what_is_too_old_is_forgotten_but_never_the_newest() -> None:
    window = Window(seconds=60, most=100, least=2)
    assert taken(window, "a", "b") == [False, False]
    window.close(NOON)
    assert taken(window, "c") == [False]
    window.close(NOON + timedelta(seconds=61))
    # Without a and b fewer than two would be left, so they stay, however old.
    assert taken(window, "a", "b", "c") == [True, True, True]
    assert taken(window, "d") == [False]
    window.close(NOON + timedelta(seconds=62))
    assert taken(window, "c", "d") == [True, True]
    assert taken(window, "a") == [False]


def test_more_than_may_be_kept_goes_oldest_first() -> None:
    window = Window(seconds=3600, most=3, least=1)
    for word in "abcde":
        taken(window, word)
        window.close(NOON)
    assert len(window) == 3
    assert taken(window, "e", "d", "c", "b") == [True, True, True, False]


def test_the_same_identity_that_says_something_else_is_neither_new_nor_a_repeat() -> None:
    window = Window(60, 10, 1)
    assert [window.repeats(b"k", content) for content in (b"one", b"one", b"two", b"one")] == [False, True, None, True]


@given(st.lists(st.lists(st.integers(0, 30), max_size=8), max_size=30), st.integers(1, 12), st.integers(0, 5))
def test_the_window_is_bounded_and_a_message_counts_once_while_it_is_known(batches: list[list[int]], most: int, least: int) -> None:
    window, order = Window(5, most, least), list[int]()
    for at, batch in enumerate(batches):
        for number in batch:
            new = window.repeats(str(number).encode(), b"") is False
            known = number in order[len(order) - len(window) + (1 if new else 0) :] if order else False
            assert new is not known
            if new:
                order.append(number)
        window.close(NOON + timedelta(seconds=at))
        assert len(window) <= max(most, least) + max((len(each) for each in batches), default=0)


@pytest.mark.parametrize(("text", "moment"), [
    ("2026-10-31T12:00:00+08:00", NOON), ("2026-10-31T04:00:00Z", NOON), ("2026-10-31 12:00:00", NOON), ("20261031T120000", NOON),
    (" 1793419200 ", NOON), ("1793419200000", NOON), ("1793419200.5", NOON + timedelta(seconds=0.5)), ("2026-10-31", NOON - timedelta(hours=12)),
])
def test_moments(text: str, moment: datetime) -> None:
    assert event_moment(text, "at") == moment


@pytest.mark.parametrize("text", [None, "", "soon", "12", "99999999999999999", "2026-13-01", "１７９３４１９２００x", "nan"])
def test_what_is_no_moment(text: str | None) -> None:
    with pytest.raises(Undecodable, match="no_event_time"):
        event_moment(text, "at")


@given(st.text(max_size=30))
def test_no_text_of_a_moment_is_too_odd(text: str) -> None:
    with suppress(Undecodable):
        assert event_moment(text, "at").tzinfo is not None


def test_addresses_of_brokers() -> None:
    assert [read_broker_address(each).place for each in ("mqtt://b.example", "mqtts://b.example", "mqtt://[::1]:1884", "mqtts://b.example:1")] == [
        "b.example:1883", "b.example:8883", "[::1]:1884", "b.example:1",
    ]
    for wrong in ("mqtt://lingnan:geheim@b.example", "http://b.example", "b.example:1883", "mqtt://b.example/x", "mqtt://"):
        with pytest.raises(BadInput) as refused:
            read_broker_address(wrong)
        assert "geheim" not in str(refused.value)
