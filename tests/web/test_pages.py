"""Every page answers in both languages, leads somewhere, and says what to do when it cannot."""

import csv
import io
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

PAGES = (
    "/", "/wall", "/catalogue", "/catalogue?q=参保", "/catalogue/301001/000001", "/catalogue/gongan.resident", "/registers", "/registers/people",
    "/registers/people?q=4401", "/registers/people/E1", "/registers/people/E1?as_of=1980-01-01", "/registers/people/changes",
    "/registers/people/conflicts?table=renshe.insured&attribute=name", "/registers/people/snapshots?year=2025",
    "/quarantine", "/quarantine?department=gongan",
    "/tables/gongan/resident", "/departments", "/departments/gongan", "/builds", "/builds/running", "/builds/incomplete", "/cities/440100",
    "/about", "/sign-in",
)
LISTS = ("/api/v1/resources", "/api/v1/quarantine", "/api/v1/builds", "/api/v1/departments", "/api/v1/registers", "/api/v1/cockpit")


def links(text: str) -> set[str]:
    return {found.replace("&amp;", "&").split("#")[0] for found in re.findall(r'href="(/[^"]*)"', text)} - {""}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_page_answers(client: TestClient, path: str, lang: str) -> None:
    page = client.get(path, params={"lang": lang}) if "?" not in path else client.get(f"{path}&lang={lang}")
    assert page.status_code == 200
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in page.text
    assert page.text.count("<h1") == 1
    assert re.search(r"<main id=\"content\"", page.text)
    assert "style=" not in page.text, "the content policy forbids inline styles"
    assert not re.search(r"<script(?![^>]*src=)", page.text)
    assert not re.search(r"https?://", page.text), "nothing outside is named"


def test_every_link_of_the_site_leads_somewhere(client: TestClient) -> None:
    # Public pages over a real hub's office, log and catalogue: tests/hub/test_pages.py and its neighbours look at them.
    seen = {"/trace", "/statistics", "/verify", "/catalogue/items", "/directories/sharing", "/directories/open", "/standards", "/boards",
            "/packs"}
    waiting = {"/"}
    while waiting and len(seen) < 150:
        path = min(waiting)  # always the same ones of many
        waiting.remove(path)
        seen.add(path)
        page = client.get(path)
        assert page.status_code == 200, path
        if page.headers["content-type"].startswith("text/html"):
            waiting |= links(page.text) - seen
    assert len(seen) > 80


def test_empty_hub_is_designed(bare: TestClient) -> None:
    for path in ("/", "/catalogue", "/registers", "/quarantine", "/departments", "/builds"):
        page = bare.get(path)
        assert page.status_code == 200
        assert 'class="empty"' in page.text, path
        assert "StrictUndefined" not in page.text


def test_language_is_remembered(client: TestClient) -> None:
    assert "The province at a glance" in client.get("/?lang=en").text
    assert "The province at a glance" in client.get("/").text
    assert "全省数据总览" in client.get("/?lang=zh").text
    assert client.get("/?lang=fr").status_code == 200


@pytest.mark.parametrize(("path", "status", "words"), [
    ("/nope", 404, "请核对地址"), ("/cities/999999", 404, "没有区划代码为 999999 的地市"),
    ("/registers/people/E1?as_of=gestern", 422, "请写成年-月-日"),
    ("/quarantine?limit=9999", 422, "limit"), ("/sign-in?token=used", 403, "重新签发"),
])
def test_error_page_says_what_to_do(client: TestClient, path: str, status: int, words: str) -> None:
    page = client.get(path)
    assert page.status_code == status
    assert words in page.text
    assert 'class="error-page"' in page.text


def test_a_fault_shows_no_inside(fake: Any, tmp_path: Any) -> None:
    from lingnan.base import Settings
    from lingnan.web import create_app

    pages = fake()
    pages.cockpit = lambda subject: 1 / 0
    page = TestClient(create_app(pages, Settings(home=tmp_path)), raise_server_exceptions=False).get("/")
    assert page.status_code == 500
    assert "运维人员" in page.text
    assert "division by zero" not in page.text


def test_headers_keep_scripts_to_our_own(client: TestClient) -> None:
    for path in ("/", "/nope", "/static/script/page.js", "/api/v1/cockpit"):
        policy = client.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'self';")
        assert "unsafe" not in policy


def test_sign_in_link_works_once(client: TestClient) -> None:
    opened = client.get("/sign-in?token=once")
    assert opened.status_code == 303
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "数据管理员" in client.get("/").text
    assert client.get("/sign-in?token=once").status_code == 403
    token = client.get("/").text.split('name="forgery_token" value="')[1].split('"')[0]
    assert client.post("/sign-out", data={"forgery_token": token}).status_code == 303
    assert "数据管理员" not in client.get("/").text


def test_values_are_escaped(fake: Any, tmp_path: Any) -> None:
    from lingnan.base import Settings
    from lingnan.web import create_app

    page = TestClient(create_app(fake(), Settings(home=tmp_path))).get("/catalogue", params={"q": '"><script>x</script>'})
    assert "<script>x" not in page.text


def test_htmx_gets_the_part_alone(client: TestClient) -> None:
    part = client.get("/catalogue?q=参保", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "参保人员" in part
    assert "<html" in client.get("/catalogue?q=参保", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).text


def test_export_tames_formulas(client: TestClient) -> None:
    answer = client.get("/quarantine/export.csv")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert rows[0][:3] == ["部门", "数据资源", "主键"]
    assert any(row[5] == "'=440183" for row in rows)


@pytest.mark.parametrize("path", LISTS)
def test_json_answers_and_is_not_sent_twice(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_lists_name_their_next_page(client: TestClient) -> None:
    first = client.get("/api/v1/resources?q=企业")
    assert first.json()["next"] == "p2"
    assert 'cursor=p2>; rel="next"' in first.headers["link"]
    assert client.get("/api/v1/resources?cursor=p2").json()["next"] is None


@pytest.mark.parametrize(("path", "status"), [("/api/v1/nope", 404), ("/api/v1/cities/1", 404), ("/api/v1/resources?limit=0", 422)])
def test_problems_are_told_in_both_languages(client: TestClient, path: str, status: int) -> None:
    problem = client.get(path)
    assert problem.status_code == status
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["detail_zh"] != problem.json()["detail_en"]


def test_the_interface_describes_itself(client: TestClient) -> None:
    found = client.get("/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    assert {"/api/v1/resources", "/api/v1/cockpit", "/api/v1/me", "/api/v1/accounts"} <= set(found["paths"])
    assert "CataloguePage" in found["components"]["schemas"]
