"""Keeps the hub answering under overload: so many requests at once and no more, the rest are told when to come back."""

from collections import Counter
from typing import Final

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lingnan.web.words import word

AT_ONCE: Final = 120
"""Requests under way in one process; each may hold a thread and some megabytes of rows."""
AT_ONCE_FROM_ONE: Final = 60
"""Requests under way from one address, so that one flood leaves room for everybody else."""
BODY_BYTES: Final = 1 << 20
"""A form or a query; files come through routes that say their own limit."""
WAIT_S: Final = 2
ALWAYS: Final = ("/health",)
LINES, LINES_FROM_ONE = 400, 60
"""Lines of moving figures that are open at once: each holds a connection and little else, but stays."""


class Gate:
    """Lets a bounded number of requests in; the others get 429 with Retry-After at once and cost nothing more."""

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE, from_one: int = AT_ONCE_FROM_ONE) -> None:
        self.app, self._at_once, self._from_one = app, at_once, from_one
        self._inside: Counter[str] = Counter()
        self._lines: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self.app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        path = str(scope["path"])
        is_line = path.startswith("/boards/") and path.endswith("/live")
        inside, most, from_one = (self._lines, LINES, LINES_FROM_ONE) if is_line else (self._inside, self._at_once, self._from_one)
        if inside.total() >= most or inside[address] >= from_one:
            await _turn_away(send)
            return
        inside[address] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            inside[address] -= 1
            if not inside[address]:
                del inside[address]


async def _turn_away(send: Send) -> None:
    zh, en = word("zh", "error.429.text"), word("en", "error.429.text")
    body = orjson.dumps({"type": "about:blank#Busy", "status": 429, "title": "Busy", "detail": zh, "detail_zh": zh, "detail_en": en})
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    headers += [(b"retry-after", str(WAIT_S).encode()), (b"content-length", str(len(body)).encode())]
    start: Message = {"type": "http.response.start", "status": 429, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
