"""Another site can neither make a visitor's browser act nor leave a route unguarded."""

import re

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from lingnan.web.forgery import CHANGING, FIELD, HEADER, unforged

FOREIGN = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}]


def signed_in(client: TestClient) -> str:
    client.get("/sign-in?token=once")
    found = re.search(rf'name="{FIELD}" value="([0-9a-f]+)"', client.get("/").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_cannot_act(client: TestClient, headers: dict[str, str]) -> None:
    token = signed_in(client)
    assert client.post("/sign-out", data={FIELD: token}, headers=headers).status_code == 403
    assert "official" in client.get("/").text or FIELD in client.get("/").text


def test_a_form_without_its_token_does_nothing(client: TestClient) -> None:
    signed_in(client)
    assert client.post("/sign-out").status_code == 403
    assert client.post("/sign-out", data={FIELD: "0" * 64}).status_code == 403
    assert FIELD in client.get("/").text


def test_our_own_form_and_script_act(client: TestClient) -> None:
    token = signed_in(client)
    assert client.post("/sign-out", headers={HEADER: token, "Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert FIELD not in client.get("/").text


def test_a_token_serves_one_session_only(client: TestClient) -> None:
    token = signed_in(client)
    client.cookies.set("lingnan_session", "another")
    assert client.post("/sign-out", data={FIELD: token}).status_code == 403


def test_every_changing_route_is_guarded(client: TestClient) -> None:
    changing = [found for found in iter_route_contexts(client.app.routes) if CHANGING & set(found.methods or ())]  # type: ignore[attr-defined]
    assert changing
    assert [found.path for found in changing if unforged not in {each.call for each in found.dependant.dependencies}] == []
