"""A site on a port of its own, for browsers and clients that speak to real sockets; a browser that is signed in to it."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import uvicorn


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """The address of the app while it is served; on a free port when none is given."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(5)


def signed_in(chromium: Any, address: str, session: str, width: int = 1280) -> Any:
    """A page of a browser of its own that is signed in to the site with that session."""
    context = chromium.new_context(viewport={"width": width, "height": 844})
    context.add_cookies([{"name": "lingnan_session", "value": session, "url": address}])
    return context.new_page()


class Line:
    """A line to a site that can be cut: a browser's own offline mode ends with each page, and what the page then sends still arrives."""

    def __init__(self, site: str) -> None:
        self.port, self._site, self._cut = free_port(), urlsplit(site), False
        self._loop, self._open = asyncio.new_event_loop(), set[asyncio.StreamWriter]()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Line":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._carry, "127.0.0.1", self.port), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def cut(self) -> None:
        """Nothing passes any more, and what was open breaks off."""
        self._cut = True
        self._loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in self._open])

    def mend(self) -> None:
        self._cut = False

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        onward, back = await asyncio.open_connection(self._site.hostname, self._site.port)
        self._open |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(onward, writer))
        self._open -= {writer, back}

    @staticmethod
    async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):  # either side may hang up at any moment
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()
