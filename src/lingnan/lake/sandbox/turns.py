"""Who may run a statement now: so many at once in all, fewer for one subject, those who have least running first."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from lingnan.base import Unavailable
from lingnan.lake.sandbox.shapes import ShapeLimits


class Turns:
    """The turns of one process; safe among threads."""

    def __init__(self, limits: ShapeLimits) -> None:
        self._limits = limits
        self._changed = threading.Condition()
        self._running: Counter[str] = Counter()
        self._waiting: list[tuple[object, str]] = []

    @contextmanager
    def turn(self, owner: str) -> Iterator[None]:
        """Hold a turn; Unavailable when the owner has too many already, or none comes free in time."""
        ticket = object()
        with self._changed:
            if self._running[owner] + sum(each == owner for _ticket, each in self._waiting) >= self._limits.at_once_each:
                raise _too_many(self._limits.at_once_each)
            self._waiting.append((ticket, owner))
            try:
                self._await(ticket)
            finally:
                self._waiting.remove((ticket, owner))
                self._changed.notify_all()
            self._running[owner] += 1
        try:
            yield
        finally:
            with self._changed:
                self._running[owner] -= 1
                self._running += Counter()
                self._changed.notify_all()

    def _await(self, ticket: object) -> None:
        until = time.monotonic() + self._limits.wait_seconds
        while not self._free_for(ticket):
            left = until - time.monotonic()
            if left <= 0 or not self._changed.wait(left):
                if self._free_for(ticket):
                    return
                raise _all_taken(self._limits.at_once_in_all)

    def _free_for(self, ticket: object) -> bool:
        """Whether a turn is free and this ticket is next: least running first, then first come."""
        if self._running.total() >= self._limits.at_once_in_all:
            return False
        following = min(self._waiting, key=lambda waiting: self._running[waiting[1]])
        return following[0] is ticket


def _too_many(most: int) -> Unavailable:
    return Unavailable(
        f"您已有 {most} 条查询在执行，每人同时至多 {most} 条。请等其完成后再试。",
        f"You have {most} queries running, the most one may have at once. Wait until one is done, then try again.", code="QueryTooMany",
    )


def _all_taken(most: int) -> Unavailable:
    return Unavailable(
        f"平台同时至多执行 {most} 条查询，现已占满。请稍后再试。",
        f"The hub runs {most} queries at once and all are taken. Try again shortly.", code="QueryBusy",
    )
