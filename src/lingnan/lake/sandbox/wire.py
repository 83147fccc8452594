"""How hub and child talk over pipes: frames of one letter, a length, and that many bytes."""

import json
import os
import select
import struct
import time
from typing import Any

JSON, ROWS = b"J", b"R"
_HEAD = struct.Struct(">cQ")
_PIECE = 1 << 20


class Broken(Exception):
    """The other side is gone or sent more than it may."""


class Late(Exception):
    """The other side did not answer in time."""


def pack(kind: bytes, body: bytes) -> bytes:
    """One frame."""
    return _HEAD.pack(kind, len(body)) + body


def pack_json(values: dict[str, Any]) -> bytes:
    """One frame that holds an object."""
    return pack(JSON, json.dumps(values, ensure_ascii=False).encode())


class Reader:
    """Reads frames of a pipe until a moment of the monotonic clock, and at most so many bytes in all."""

    def __init__(self, descriptor: int, deadline: float | None = None, most_bytes: int | None = None) -> None:
        self._descriptor, self._deadline, self._left = descriptor, deadline, most_bytes
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def frame(self) -> tuple[bytes, bytes]:
        """The next frame; Broken at the pipe's end, Late when time is over."""
        kind, length = _HEAD.unpack(self._exactly(_HEAD.size))
        if self._left is not None:
            self._left -= length
            if self._left < 0:
                raise Broken
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        pieces, missing = [], length
        while missing:
            self._wait()
            piece = os.read(self._descriptor, min(missing, _PIECE))
            if not piece:
                raise Broken
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _wait(self) -> None:
        if self._deadline is None:
            return
        left = self._deadline - time.monotonic()
        if left <= 0 or not self._poll.poll(left * 1_000):
            raise Late


def answer(reader: Reader) -> tuple[dict[str, Any], bytes]:
    """The object that ends an answer, and all rows that came before it."""
    rows: list[bytes] = []
    while True:
        kind, body = reader.frame()
        if kind == JSON:
            found = json.loads(body)
            if not isinstance(found, dict):
                raise Broken
            return found, b"".join(rows)
        rows.append(body)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, whatever the pipe takes at once."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
