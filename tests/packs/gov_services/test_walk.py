"""A citizen applies once for two items, the desk handles and records them, and the leader's figure moves with the next build."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.hub import Hub
from tests.packs.gov_services.walking import APPLICATION, DESK, FLOW, ITEMS, Walk, recorded, walk


@pytest.fixture
def ground_of_walk(changeable: Hub) -> Iterator[Walk]:
    changeable.close()
    with walk(changeable.home) as there:
        yield there


def test_a_figure_follows_what_a_citizen_applied_for(ground_of_walk: Walk) -> None:
    walk, site = ground_of_walk, TestClient(ground_of_walk.app, follow_redirects=False)

    def get(who: str, path: str) -> Any:
        site.cookies.clear()
        return site.get(path, headers={"Cookie": f"lingnan_session={walk.sessions[who]}"})

    def post(who: str, path: str, data: dict[str, str]) -> Any:
        site.cookies.clear()
        session = walk.sessions[who]
        token = hmac.digest(session.encode(), b"lingnan form", hashlib.sha256).hex()
        return site.post(path, data={**data, "forgery_token": token}, headers={"Cookie": f"lingnan_session={session}"})

    def figure() -> int:
        panel = get("walk.leader", "/api/v1/boards/gov_services.leader/cases")
        assert panel.status_code == 200, panel.text
        return int(re.findall(r'"value":\s*"?(\d+)', panel.text)[0])

    before, counted = figure(), walk.cases()
    assert before == counted
    page = get("walk.citizen", "/packs/gov_services/pages/apply")
    assert (page.status_code, page.headers["location"]) == (303, FLOW)
    opened = post("walk.citizen", FLOW, {f"form.{name}": value for name, value in APPLICATION.items()} | {"once": "1"})
    assert opened.status_code == 200, opened.text
    number = re.findall(r'class="once">([^<]+)<', opened.text)[0]
    assert number in get("walk.citizen", "/cases?flow=gov_services-apply").text
    for transition in ("accept", "grant"):
        version = re.search(r'name="version" value="(\d+)"', get("walk.desk", f"/cases/{number}").text)
        assert version is not None
        assert post("walk.desk", f"/cases/{number}/act/{transition}", {"version": version[1]}).status_code == 303
    assert "准予" in get("walk.citizen", f"/cases/{number}").text
    assert figure() == before, "what is not built yet is not counted"
    form = get("walk.desk", DESK).text
    hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in ("entry", "revision", "device", "filled_at")}
    given = post("walk.desk", DESK, recorded(number) | hidden)
    assert given.status_code == 303, re.findall(r'role="alert">([^<]+)', given.text)
    walk.build()
    assert figure() == before + len(ITEMS)
