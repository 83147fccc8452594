"""Searches take turns: never more at once than may, each in the order it came, whatever happens in one."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from time import sleep

import pytest

from lingnan.catalogue.search.turns import Turns


def _until(holds: Callable[[], bool]) -> None:
    for _wait in range(2000):
        if holds():
            return
        sleep(0.001)
    raise AssertionError("nobody came")


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_never_more_than_may_and_everybody_comes_in(at_once: int) -> None:
    turns, guard = Turns(at_once), Lock()
    inside, most, done = 0, 0, 0

    def come() -> None:
        nonlocal inside, most, done
        for _time in range(50):
            with turns.one():
                with guard:
                    inside += 1
                    most = max(most, inside)
                sleep(0)
                with guard:
                    inside -= 1
                    done += 1

    threads = [Thread(target=come) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside, done) == (0, 400)
    assert most <= at_once


def test_who_waits_comes_in_order_and_a_fault_gives_the_turn_on() -> None:
    turns, opened = Turns(1), Event()
    order: list[int] = []

    def fails() -> None:
        opened.wait()
        raise ValueError("a fault")

    def first() -> None:
        with pytest.raises(ValueError, match="a fault"), turns.one():
            fails()

    def come(number: int) -> None:
        with turns.one():
            order.append(number)

    threads = [Thread(target=first)]
    threads[0].start()
    _until(lambda: turns._free == 0)
    for number in range(10):
        threads.append(Thread(target=come, args=(number,)))
        threads[-1].start()
        _until(lambda expected=number + 1: len(turns._waiting) == expected)  # type: ignore[misc]
    opened.set()
    for thread in threads:
        thread.join()
    assert order == list(range(10))
    with turns.one():
        assert turns._free == 0
