"""Lets searches take turns: Python runs one thread at a time, so those that wait in line are answered sooner than those that jostle."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class Turns:
    """So many at once, the others in the order in which they came; a turn is handed over, so nobody who comes later gets in between."""

    def __init__(self, at_once: int) -> None:
        self._lock, self._free = Lock(), at_once
        self._waiting: deque[Event] = deque()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a turn and give it on afterwards, however it ends."""
        with self._lock:
            mine = self._join()
        if mine is not None:
            mine.wait()
        try:
            yield
        finally:
            self._give_on()

    def _join(self) -> Event | None:
        """A place in the line, which whoever gives a turn on sets; None when there is a turn at once."""
        if self._free:
            self._free -= 1
            return None
        mine = Event()
        self._waiting.append(mine)
        return mine

    def _give_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
