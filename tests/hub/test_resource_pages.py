"""The pages around a resource over a real hub: the guide's fields, stars with their points, versions, tombstones, items, what is late, drafts."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from lingnan.base import FixedClock, load_settings
from lingnan.hub import Hub, HubPages
from lingnan.trust import Subject
from lingnan.web import create_app
from tests.back_ends import Sqlite

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PEOPLE = {
    "author": ("gongan", "steward"), "checker": ("gongan", "reviewer"), "office": ("zhengwu", "reviewer"), "stranger": ("shuiwu", "steward"),
    "guard": ("zhengwu", "security"),
}
GONGAN = {"id": "gongan", "zh": "公安厅", "en": "Public Security", "code": "11440000006939748R", "division": "440000"}
VEHICLE: dict[str, Any] = {
    "key": "gongan.vehicle", "zh": "机动车登记", "en": "Registered vehicles", "department": GONGAN, "format": "csv", "update_cycle": "monthly",
    "abstract_zh": "登记在册的机动车", "share_condition": "依法履职需要", "share_basis": "道路交通安全法第八条", "open_condition": "脱敏后申请",
    "categories": ["201", "2110017"],
    "items": [
        {"name": "plate", "zh": "号牌", "classification": "personal", "length": 10, "mask": "partial"},
        {"name": "kind", "zh": "类型", "classification": "public", "length": 4},
    ],
}
PERMIT = {
    "key": "gongan.permit", "zh": "通行许可", "en": "Permits", "department": GONGAN, "update_cycle": "daily", "share_type": "unconditional",
    "items": [{"name": "plate", "zh": "号牌", "classification": "public"}], "relations": [{"kind": "derived_from", "target": "gongan.vehicle"}],
}
DRAFT = "gongan.secret_draft"
OLD = {"key": "gongan.old", "zh": "旧台账", "en": "Old list", "department": GONGAN, "update_cycle": "irregular"}
FORMULA = {"key": "shuiwu.tax", "zh": "=HYPERLINK(1)", "en": "Tax", "department": {"id": "shuiwu", "zh": "税务局"}, "update_cycle": "daily"}
RULE = r'<tr><th scope="row" class="wraps">([^<]+)</th><td class="num">(.*?)</td><td class="num[^"]*">([\d.]+) / (\d+)</td><td>(.*?)</td>'


@dataclass
class Site:
    """A hub and its site as different people open it."""

    hub: Hub
    client: TestClient
    sessions: dict[str, str] = field(default_factory=dict)

    def who(self, name: str) -> Subject:
        return self.hub.trust.accounts.subject_for(name)

    def get(self, path: str, name: str = "", **asked: Any) -> Any:
        self.client.cookies.clear()
        if name:
            if name not in self.sessions:
                self.sessions[name] = self.hub.trust.sessions.open(name, 2, method="password+totp").token
            self.client.cookies.set("lingnan_session", self.sessions[name])
        return self.client.get(path, params=asked or None)

    def act(self, case: str, transition: str, name: str, **form: Any) -> None:
        self.hub.office.casework.cases.act(case, transition, self.who(name), form, "")
        self.hub.deliver()

    def through(self, case: str, last: str) -> None:
        self.hub.deliver()
        self.act(case, "approve_department", "checker")
        self.act(case, last, "office")


@pytest.fixture(scope="module")
def site(sqlite_databases: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("resources") / "home"
    with sqlite_databases.furnished(home), Hub.open(load_settings(home)) as hub:
        hub.storage.clock = hub.trust.audit.clock = FixedClock(NOW)
        for key in ("zhengwu", "gongan", "shuiwu"):
            hub.trust.accounts.make_organisation(key, key, key)
        for name, (unit, role) in PEOPLE.items():
            hub.trust.accounts.make_account(name, name, name, roles=(role,), organisation=unit)
        found = Site(hub, TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False))
        _live(found)
        yield found


def _live(site: Site) -> None:
    """One resource published and changed, one withdrawn in its favour, one that never came, one being drafted."""
    hub, life, author = site.hub, site.hub.catalogue.life, site.who("author")
    life.draft(VEHICLE, author)
    site.through(life.submit("gongan.vehicle", author).case, "publish")
    closed = {"open_type": "none", "open_basis": "个人信息保护法第十三条"}
    life.amend("gongan.vehicle", {"zh": "机动车登记信息", "update_cycle": "daily", **closed}, author)
    site.through(life.submit("gongan.vehicle", author).case, "apply")
    hub.catalogue.register_many([PERMIT, OLD, FORMULA])
    site.through(life.withdraw("gongan.old", author, "业务已停办", "gongan.vehicle").case, "withdraw")
    life.draft({**VEHICLE, "key": DRAFT, "zh": "未发布的草稿", "abstract_zh": "", "categories": []}, author)
    hub.catalogue.observe("gongan.vehicle", "load", {"rows": 3}, NOW)
    hub.storage.clock = hub.trust.audit.clock = FixedClock(NOW + timedelta(minutes=30))
    hub.catalogue.stars.rate_all()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_resource_shows_every_field_of_the_guide(site: Site, lang: str) -> None:
    page = site.get("/catalogue/gongan.vehicle", lang=lang).text
    for code in ("301001/000001", "201000/000001", "2110017/000001", "11440000006939748R"):
        assert code in page, code
    told = {
        "zh": (
            "机动车登记信息", "依法履职需要", "道路交通安全法第八条", "不予开放", "个人信息保护法第十三条", "第 2 版", "已发布", "主分类", "衍生出",
            "通行许可", "按期更新",
        ),
        "en": ("Registered vehicles", "依法履职需要", "Not open", "Version 2", "Published", "Main", "Source of", "Permits", "Up to date"),
    }
    for text in told[lang]:
        assert text in page, text
    assert "VARCHAR(10)" in page
    assert "partial" in page


def test_every_point_of_the_stars_is_shown_with_its_fact_and_a_link_that_mends(site: Site) -> None:
    rating = site.hub.catalogue.stars.rating("gongan.vehicle")
    page = site.get("/catalogue/gongan.vehicle", lang="zh").text
    assert f'aria-label="{rating.stars} 星，最高 5 星"' in page
    rows = re.findall(RULE, page)
    assert [(title, float(given), int(points)) for title, _fact, given, points, _mend in rows] == [(p.zh, p.given, p.points) for p in rating.points]
    for (title, fact, _given, _points, mend), point in zip(rows, rating.points, strict=True):
        assert ("未测" in fact) == (point.value is None), title
        assert ('href="' in mend) == (point.given < point.points), title
    twin = site.get("/api/v1/resources/gongan.vehicle/stars").json()
    assert (twin["stars"], twin["given"]) == (rating.stars, rating.given)
    assert sum(rule["points"] for each in twin["dimensions"] for rule in each["rules"]) == 100
    mine = site.get("/api/v1/resources/gongan.vehicle/stars", "author").json()
    links = {rule["mend"]: rule["href"] for each in mine["dimensions"] for rule in each["rules"]}
    assert links["quality"].endswith("#quality")


def test_versions_are_listed_and_compared(site: Site) -> None:
    page = site.get("/catalogue/gongan.vehicle/versions", lang="zh").text
    assert page.count("现行") == 1
    assert "/catalogue/301001/000001/compare?a=1&amp;b=2" in page
    compared = site.get("/catalogue/gongan.vehicle/compare", a=1, b=2, lang="zh").text
    for text in ("有 4 处不同", "机动车登记</td>", "机动车登记信息</td>", "每月", "每日", "有条件开放", "不予开放"):
        assert text in compared, text
    english = site.get("/catalogue/gongan.vehicle/compare", a=1, b=2, lang="en").text
    assert "Not open" in english
    twin = site.get("/api/v1/resources/gongan.vehicle/versions").json()
    assert [(each["number"], each["items"]) for each in twin["items"]] == [(2, 2), (1, 2)]
    assert site.get("/catalogue/gongan.vehicle/compare", a=1, b=1, lang="zh").text.count("两个版本相同") == 1
    assert site.get("/catalogue/gongan.vehicle/compare", a=1, b=9).status_code == 404
    assert site.get("/catalogue/gongan.vehicle/compare").status_code == 422


def test_the_number_of_a_case_is_for_officials(site: Site) -> None:
    case = site.hub.catalogue.life.version("gongan.vehicle", 1).case
    assert case not in site.get("/catalogue/gongan.vehicle/versions").text
    assert case in site.get("/catalogue/gongan.vehicle/versions", "author").text
    assert {each["case"] for each in site.get("/api/v1/resources/gongan.vehicle/versions").json()["items"]} == {""}


def test_a_withdrawn_resource_is_a_tombstone_that_leads_on(site: Site) -> None:
    page = site.get("/catalogue/gongan.old", lang="zh").text
    for text in ("本资源已撤销", "业务已停办", 'href="/catalogue/301001/000001">机动车登记信息'):
        assert text in page, text
    assert 'id="stars"' not in page
    assert "已撤销" in site.get("/catalogue/gongan.old/versions", lang="zh").text


@pytest.mark.parametrize("path", [f"/catalogue/{DRAFT}", f"/catalogue/{DRAFT}/versions", f"/api/v1/resources/{DRAFT}/stars"])
def test_a_draft_has_no_public_page(site: Site, path: str) -> None:
    for name in ("", "author", "stranger"):
        assert site.get(path, name).status_code == 404


def test_the_search_has_facets_in_the_guides_order_and_stars(site: Site) -> None:
    page = site.get("/catalogue", lang="zh").text
    heads = re.findall(r'<section class="facet"><h2>([^<]+)</h2>', page)
    guide = ("提供部门", "主题", "格式", "共享类型", "开放类型", "更新周期", "星级", "层级", "区划", "数据性质")
    assert heads == [each for each in guide if each in heads]
    assert len(heads) > 3
    stars = site.hub.catalogue.resource("gongan.vehicle").stars
    found = site.get("/catalogue", stars=str(stars), lang="zh").text
    assert "★" * stars in found
    assert "机动车登记信息" in found
    assert site.get("/api/v1/resources", stars=str(stars)).json()["items"][0]["stars"] == stars


def test_what_comes_near_is_called_so(site: Site) -> None:
    assert "没有完全匹配的资源，以下结果相近" not in site.get("/catalogue", q="机动车", lang="zh").text
    near = site.get("/catalogue", q="机动车 登记 台风", lang="zh")
    assert ("没有完全匹配的资源，以下结果相近" in near.text) == site.get("/api/v1/resources", q="机动车 登记 台风").json()["nearest"]


def test_items_are_found_by_their_names(site: Site) -> None:
    page = site.get("/catalogue/items", q="号牌", lang="zh").text
    assert "共 2 个信息项" in page
    assert site.get("/api/v1/items", q="号牌", classification="public").json()["total"] == 1
    assert [each["title"]["zh"] for each in site.get("/api/v1/items", q="号牌").json()["facets"] if each["field"] == "classification"] == ["分级"]
    assert "请输入要查找的信息项" in site.get("/catalogue/items", lang="zh").text
    assert site.get("/catalogue/items", q="号牌", colour="red").status_code == 400


def test_suggestions_lead_to_what_they_name(site: Site) -> None:
    told = site.get("/api/v1/suggestions", q="机动").json()["items"]
    assert (told[0]["kind"], told[0]["title"]["zh"]) == ("resource", "机动车登记信息")
    for each in (*told, *site.get("/api/v1/suggestions", q="公安").json()["items"], *site.get("/api/v1/suggestions", q="号").json()["items"]):
        assert site.get(each["href"]).status_code == 200, each
    assert site.get("/api/v1/suggestions", q="未发布").json()["items"] == []
    assert site.get("/api/v1/suggestions").json() == {"items": []}


def test_the_board_shows_each_department_what_is_late(site: Site) -> None:
    early, site.hub.storage.clock = site.hub.storage.clock, FixedClock(NOW + timedelta(days=20))
    try:
        page = site.get("/overdue", "author", lang="zh").text
        board = site.get("/api/v1/overdue", "author").json()
        rows = list(csv.reader(io.StringIO(site.get("/overdue/export.csv", "author", lang="zh").text.lstrip("\ufeff"))))
        book = openpyxl.load_workbook(io.BytesIO(site.get("/overdue/export.xlsx", "author", lang="zh").content)).active
        one = site.get("/api/v1/overdue", "author", department="shuiwu").json()
    finally:
        site.hub.storage.clock = early
    late = {line["code"]: line["days_late"] for each in board["items"] for line in each["items"]}
    assert (board["total"], [(each["key"], len(each["items"])) for each in board["items"]]) == (3, [("gongan", 2), ("shuiwu", 1)])
    assert "共 3 项资源逾期，涉及 2 个部门" in page
    assert "从未到达" in page
    assert {row[2]: int(row[7]) for row in rows[1:]} == late
    assert {row[2].value: row[7].value for row in book.iter_rows(min_row=2)} == late
    assert [each["key"] for each in one["items"]] == ["shuiwu"]
    assert "'=HYPERLINK(1)" in [row[1] for row in rows]
    assert [cell.data_type for cell in book["B"] if cell.value == "=HYPERLINK(1)"] == ["s"]


def test_where_much_is_late_resources_are_listed_by_department_page_by_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    early, site.hub.storage.clock = site.hub.storage.clock, FixedClock(NOW + timedelta(days=20))
    monkeypatch.setattr("lingnan.hub.pages.resources.LISTED", 1)
    try:
        board = site.get("/api/v1/overdue", "author").json()
        page = site.get("/overdue", "author", lang="zh").text
        first = site.get("/api/v1/overdue", "author", department="gongan").json()
        second = site.get("/api/v1/overdue", "author", department="gongan", cursor=first["next"]).json()
        shown = site.get("/overdue", "author", department="gongan").text
        rows = list(csv.reader(io.StringIO(site.get("/overdue/export.csv", "author").text.lstrip("\ufeff"))))
    finally:
        site.hub.storage.clock = early
    assert [(each["key"], each["late"], each["items"]) for each in board["items"]] == [("gongan", 2, []), ("shuiwu", 1, [])]
    assert (board["total"], board["next"]) == (3, None)
    assert "从上表选择部门" in page
    listed = [line["code"] for part in (first, second) for each in part["items"] for line in each["items"]]
    assert (len(set(listed)), first["total"], second["next"]) == (2, 2, None)
    assert "cursor=2" in shown
    assert {row[2] for row in rows[1:]} > set(listed)


def test_the_board_is_for_those_who_tend_data(site: Site) -> None:
    assert site.get("/overdue").headers["location"].startswith("/sign-in")
    assert (site.get("/overdue", "guard").status_code, site.get("/api/v1/overdue").status_code) == (403, 403)
    assert 'href="/overdue"' in site.get("/catalogue", "author").text
    assert 'href="/overdue"' not in site.get("/catalogue").text


@pytest.mark.parametrize("path", ["/catalogue", "/overdue", "/drafts", "/inventory", "/directories/sharing", "/standards"])
def test_pages_that_belong_to_the_catalogue_mark_it_in_the_navigation(site: Site, path: str) -> None:
    marked = re.findall(r'<a href="(/[^"]*)" aria-current="page"', site.get(path, "author").text)
    assert "/catalogue" in marked[:1], path
    assert [each for each in marked if each in ("/", "/registers", "/quarantine", "/departments", "/builds")] == []


def test_drafts_are_seen_by_their_department_and_the_office(site: Site) -> None:
    assert "未发布的草稿" in site.get("/drafts", "author", lang="zh").text
    assert "处待改正" in site.get("/drafts", "office", lang="zh").text
    assert "还没有草稿" not in site.get("/drafts", "author", lang="zh").text
    for name in ("stranger",):
        page = site.get("/drafts", name, lang="zh").text
        assert ("未发布的草稿" in page, "没有草稿" in page) == (False, True)
    assert site.get("/drafts", "guard").status_code == 403
