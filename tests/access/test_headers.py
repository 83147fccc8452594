"""Every answer of every route keeps browsers on our side: scripts, frames, types, referrers, caches, cookies; over https also HSTS."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.hub import HubPages
from lingnan.web import create_app
from tests.access.ground import Ground, forgery

ALWAYS = {
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def lacking(answer: Any, *, signed_in: bool) -> list[str]:
    """What an answer lacks; that every answer of every route has it, test_routes.py holds, which asks them all."""
    headers, found = answer.headers, []
    found += [f"{name} is {headers.get(name)}" for name, value in ALWAYS.items() if headers.get(name) != value]
    policy = headers.get("content-security-policy", "")
    # A file that somebody uploaded is shown in a box of its own, which is stricter.
    if "default-src" not in policy or not ("frame-ancestors 'none'" in policy or "sandbox" in policy) or "unsafe" in policy:
        found.append(f"content-security-policy is {policy!r}")
    found += [f"{name} lets other sites read" for name in headers if name.startswith("access-control-allow")]
    if not set(headers.get("cache-control", "").split(", ")) & {"private", "no-store"}:
        found.append(f"cache-control is {headers.get('cache-control')}")
    if signed_in and "no-store" not in headers.get("cache-control", "") and "Cookie" not in headers.get("vary", ""):
        found.append(f"vary is {headers.get('vary')}")
    if "server" in headers or "x-powered-by" in headers:
        found.append("names its server")
    if headers.get("content-type", "").startswith("text/html"):
        found += [f"inline {hit!r}" for hit in INLINE.findall(answer.text)[:3]]
    for cookie in (each for each in headers.get_list("set-cookie") if "max-age=0" not in each.lower()):
        found += [f"cookie without {flag}: {cookie.split('=')[0]}" for flag in ("HttpOnly", "SameSite=") if flag.lower() not in cookie.lower()]
    return found


@pytest.fixture
def over_https(ground: Ground) -> TestClient:
    return TestClient(ground.client.app, base_url="https://hub.example", follow_redirects=False, raise_server_exceptions=False)


def test_over_https_cookies_are_secure_and_the_site_stays_https(ground: Ground, over_https: TestClient) -> None:
    link = ground.hub.trust.issue_link("analyst.a")
    answer = over_https.get(f"/sign-in?token={link}")
    cookies = answer.headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("lingnan_session="))
    assert all(flag in session.lower() for flag in ("; secure", "; httponly", "; samesite="))
    assert "max-age=" in over_https.get("/about").headers["strict-transport-security"]
    assert "; secure" in over_https.get("/about?lang=en").headers["set-cookie"].lower()


def test_behind_a_proxy_the_setting_says_that_it_is_https(ground: Ground) -> None:
    settings = ground.hub.settings.model_copy(update={"site": "https://hub.example"})
    plain = TestClient(create_app(HubPages(ground.hub), settings), follow_redirects=False)
    assert "max-age=" in plain.get("/about").headers["strict-transport-security"]
    assert "; secure" in plain.get("/about?lang=en").headers["set-cookie"].lower()


def test_the_answer_of_a_fault_carries_them_too(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(ground.hub.catalogue), "departments", lambda _self: 1 / 0)
    answer = ground.ask("anonymous", "GET", "/departments")
    assert answer.status_code == 500
    assert lacking(answer, signed_in=False) == []
    assert "ZeroDivision" not in answer.text


def test_another_origin_gets_no_permission_to_read(ground: Ground) -> None:
    for path in ("/", "/api/v1/departments"):
        answer = ground.ask("steward", "OPTIONS", path, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"})
        assert not [name for name in answer.headers if name.startswith("access-control")]
        answer = ground.ask("steward", "GET", path, headers={"Origin": "https://evil.example"})
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_signing_in_leads_to_no_other_site(ground: Ground) -> None:
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example", "javascript:alert(1)", "\t//evil.example"):
        answer = ground.ask("steward", "GET", "/sign-in", params={"next": elsewhere})
        assert answer.headers["location"].startswith("/"), elsewhere
        assert not answer.headers["location"].startswith(("//", "/\\")), elsewhere


def test_a_forged_form_of_another_site_changes_nothing(ground: Ground, access: dict[str, Any]) -> None:
    """Every changing route, asked with the session's cookie by another site, with and without a stolen-looking token."""
    for line in access["routes"]:
        method, path = line["route"].split(" ", 1)
        if method == "GET" or line["route"] not in ground.routes:
            continue
        session = ground.session("administrator")
        path = re.sub(r"\{[^}]+\}", "x", path)
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            forged = {"Cookie": f"lingnan_session={session}", "X-Forgery-Token": forgery(session), **headers}
            ground.client.cookies.clear()
            assert ground.client.request(method, path, headers=forged).status_code == 403, line["route"]
        ground.client.cookies.clear()
        bare = {"Cookie": f"lingnan_session={session}", "Sec-Fetch-Site": "same-origin", "X-Forgery-Token": "0" * 64}
        assert ground.client.request(method, path, headers=bare).status_code == 403, line["route"]
