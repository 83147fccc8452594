"""Under overload the hub turns requests away at once, and still serves others and its watchers."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from lingnan.web.gate import BODY_BYTES, Gate


class Slow:
    """An application that holds each request until told to let go."""

    def __init__(self) -> None:
        self.go, self.most, self.now = asyncio.Event(), 0, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        if scope["path"] != "/health":
            await self.go.wait()
        self.now -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


async def flood(requests: int) -> tuple[list[httpx.Response], httpx.Response, httpx.Response, int]:
    slow = Slow()
    gate = Gate(slow, at_once=20, from_one=10)
    one = httpx.AsyncClient(transport=httpx.ASGITransport(gate, client=("10.0.0.1", 1)), base_url="http://hub")
    other = httpx.AsyncClient(transport=httpx.ASGITransport(gate, client=("10.0.0.2", 1)), base_url="http://hub")
    tasks = [asyncio.create_task(one.get("/x")) for _ in range(requests)]
    await asyncio.sleep(0.05)
    steward = asyncio.create_task(other.get("/x"))
    health = await one.get("/health")
    slow.go.set()
    return await asyncio.gather(*tasks), await steward, health, slow.most


def test_a_flood_from_one_address_leaves_room() -> None:
    answers, steward, health, most = asyncio.run(flood(200))
    told = [answer.status_code for answer in answers]
    assert told.count(200) == 10
    assert told.count(429) == 190
    assert all(answer.headers["retry-after"] == "2" for answer in answers if answer.status_code == 429)
    assert (steward.status_code, health.status_code) == (200, 200)
    assert most <= 12
    again, *_rest = asyncio.run(flood(5))
    assert [answer.status_code for answer in again] == [200] * 5


@pytest.mark.parametrize("path", ["/sign-out"])
def test_a_form_has_a_size(client: TestClient, path: str) -> None:
    assert client.post(path, data={"x": "1" * (BODY_BYTES + 10)}).status_code == 413


def test_the_watcher_is_told(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
