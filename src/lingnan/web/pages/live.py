"""Figures that move: one line of server-sent events for each reader of a board, all lines of a process fed by one look at the database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from typing import Annotated

import orjson
from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from lingnan.base import LingnanError
from lingnan.insight import LiveEvent
from lingnan.web.drawing import pictures
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.sources.dashboards import LiveLine
from lingnan.web.visitor import SESSION_COOKIE, Visit, Visitor

router = Routes()
LOOK_S = 0.25
BEAT_S = 10.0
"""Seconds between two signs of life, and between two looks at whether the reader may still see what is told."""
LINE_S = 300.0
"""Seconds after which a line ends and the browser takes it up again, so that it is decided and logged anew."""
RETRY_MS = 2000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Since = Annotated[str, Query(max_length=200)]


class Pulse:
    """One look at what was told last, shared by all lines of a process."""

    def __init__(self, look: Callable[[Collection[str]], Mapping[str, int]]) -> None:
        self._look, self._at = look, float("-inf")
        self._wanted: set[str] = set()
        self._marks: Mapping[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def marks(self, streams: Iterable[str]) -> dict[str, int]:
        """The numbers of these streams, no older than a quarter of a second."""
        wanted, loop = tuple(streams), asyncio.get_running_loop()
        self._wanted |= set(wanted)
        while loop.time() - self._at >= LOOK_S or not self._marks.keys() >= set(wanted):
            if self._task is None or self._task.done():
                self._task = loop.create_task(self._renew())
            # Whoever hangs up must not end the look that others wait for.
            await asyncio.shield(self._task)
        return {each: self._marks[each] for each in wanted}

    async def _renew(self) -> None:
        wanted = set(self._wanted)
        self._marks = await run_in_threadpool(self._look, wanted)
        self._at = asyncio.get_running_loop().time()


@router.get("/boards/{key}/live")
async def live(key: str, visit: Visitor, since: Since = "") -> Response:
    """What changes on a board from now on, or since the event that is named (`Last-Event-ID`, else `since`)."""
    line = await run_in_threadpool(visit.pages.dashboards.live, key, visit.subject)
    seen = _seen(visit.request.headers.get("last-event-id") or since, line.streams)
    return StreamingResponse(_told(visit, line, seen), media_type="text/event-stream", headers=HEADERS)


async def _told(visit: Visit, line: LiveLine, seen: dict[str, int]) -> AsyncIterator[str]:
    """The line: an event for each window that changed, a sign of life between, `end` when the reader may not see it any more."""
    pulse, loop = visit.request.app.state.pulse, asyncio.get_running_loop()
    begun = beaten = loop.time()
    yield f"retry: {RETRY_MS}\n\n"
    try:
        while loop.time() - begun < LINE_S:
            marks = await pulse.marks(line.streams)
            if marks != seen:
                for each in await run_in_threadpool(line.events, seen):
                    yield await run_in_threadpool(_event, visit, each, ".".join(map(str, marks.values())))
                seen = marks
            if loop.time() - beaten >= BEAT_S:
                beaten = loop.time()
                if not await run_in_threadpool(_stands, visit, line):
                    yield "event: end\ndata: {}\n\n"
                    return
                yield ": beat\n\n"
            await asyncio.sleep(LOOK_S)
    except LingnanError:
        return  # the database is away for a moment; the browser comes back


def _stands(visit: Visit, line: LiveLine) -> bool:
    return line.stands(visit.pages.subject(visit.request.cookies.get(SESSION_COOKIE, "")))


def _event(visit: Visit, told: LiveEvent, number: str) -> str:
    facts = told.model_dump(mode="json", exclude={"card"})
    if told.card is not None:
        page = render(visit, "_live.html", card=told.card, drawn=pictures(told.card, visit.lang))
        facts["html"] = bytes(page.body).decode()
    return f"id: {number}\nevent: window\ndata: {orjson.dumps(facts).decode()}\n\n"


def _seen(told: str, streams: tuple[str, ...]) -> dict[str, int]:
    """The number of each stream that an event's id names; nothing seen for an id of another board or time."""
    numbers = told.split(".")
    if len(numbers) != len(streams) or not all(each.isascii() and each.isdecimal() and len(each) < 19 for each in numbers):
        return dict.fromkeys(streams, 0)
    return dict(zip(streams, map(int, numbers), strict=True))
