"""Knows which messages were taken already: bounded by time and by number, never shorter than what may come once more."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b

_BYTES = 16
_SAYS = 8


def digest(text: bytes) -> bytes:
    """A hash that two texts share only when they are the same."""
    return blake2b(text, digest_size=_BYTES).digest()


class Window:
    """Messages by what identifies them, each with what it said, in the order of their receipt.

    The newest `least` stay however old they are: so many the broker may send once more after any pause.
    """

    def __init__(self, seconds: int, most: int, least: int) -> None:
        self._span, self._most, self._least = timedelta(seconds=seconds), max(most, least), least
        self._seen: dict[bytes, bytes] = {}
        self._ages: deque[tuple[datetime, list[bytes]]] = deque()
        self._open: list[bytes] = []

    def __len__(self) -> int:
        return len(self._seen)

    def repeats(self, identity: bytes, content: bytes) -> bool | None:
        """True for a message seen before, None for one of the same identity that says something else, False (and kept) for a new one."""
        said = self._seen.get(identity)
        if said is None:
            self._seen[identity] = content[:_SAYS]
            self._open.append(identity)
            return False
        return True if said == content[:_SAYS] else None

    def close(self, received_at: datetime) -> None:
        """End a batch received at this moment, and forget what is too old or too much."""
        if self._open:
            self._ages.append((received_at, self._open))
            self._open = []
        while self._ages:
            at, oldest = self._ages[0]
            stays = len(self._seen) - len(oldest)
            if stays < self._least or (at >= received_at - self._span and len(self._seen) <= self._most):
                return
            self._ages.popleft()
            for identity in oldest:
                del self._seen[identity]

    def restore(self, received_at: datetime, messages: Iterable[tuple[bytes, bytes]]) -> None:
        """Take up messages of an earlier batch, older batches first."""
        for identity, content in messages:
            if identity not in self._seen:
                self._seen[identity] = content[:_SAYS]
                self._open.append(identity)
        self.close(received_at)
