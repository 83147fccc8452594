"""One version of a resource whole and citable, as a page and a workbook; and asking for a resource's withdrawal."""

import io
import re

import openpyxl
import pytest

from lingnan.web.pages import lists
from tests.hub import test_resource_pages as pages
from tests.hub.test_draft_pages import send

site = pages.site
FIRST, SECOND = "/catalogue/301001/000001/versions/1", "/catalogue/301001/000001/versions/2"


def test_a_version_shows_what_stood_then_and_leads_to_the_one_in_force(site: pages.Site) -> None:
    page = site.get(FIRST, lang="zh").text
    for text in ("机动车登记（第 1 版）", "非现行版本", "本页不是现行版本", f'href="{SECOND}"', "每月", "有条件开放", "脱敏后申请", "依法履职需要"):
        assert text in page, text
    assert "机动车登记信息" not in page
    assert f"{site.hub.settings.site}{FIRST}" in page
    assert "公安厅：《机动车登记》，信息资源代码 301001/000001，第 1 版，2026-03-02 生效。" in page
    assert re.findall(r"/compare\?a=(\d)&amp;b=(\d)", page) == [("1", "2")]
    current = site.get(SECOND, lang="zh").text
    assert ("现行" in current, "非现行版本" in current, "不予开放" in current) == (True, False, True)
    assert site.get("/catalogue/gongan.vehicle/versions/9").status_code == 404
    assert site.get(f"/catalogue/{pages.DRAFT}/versions/1").status_code == 404


def test_items_stand_as_they_stood(site: pages.Site) -> None:
    page = site.get(FIRST, lang="en").text
    assert re.findall(r'<tr><th scope="row"><code>(\w+)</code>', page) == ["plate", "kind"]
    assert ("VARCHAR(10)" in page, "partial" in page) == (True, True)


def test_a_withdrawn_resources_versions_carry_the_tombstone(site: pages.Site) -> None:
    page = site.get("/catalogue/gongan.old/versions/1", lang="zh").text
    for text in ("本资源已撤销", "业务已停办", "旧台账（第 1 版）", 'href="/catalogue/301001/000001">机动车登记信息'):
        assert text in page, text
    assert "本页不是现行版本" not in page


def test_the_case_of_a_version_is_for_officials(site: pages.Site) -> None:
    case = site.hub.catalogue.life.version("gongan.vehicle", 1).case
    assert (case in site.get(FIRST).text, case in site.get(FIRST, "author").text) == (False, True)


def test_a_version_is_given_as_a_workbook_and_as_json(site: pages.Site) -> None:
    book = openpyxl.load_workbook(io.BytesIO(site.get(f"{FIRST}/export.xlsx", lang="zh").content))
    told = {row[0].value: row[1].value for row in book["基本信息"].iter_rows(min_row=2)}
    assert (told["资源代码"], told["版本"], told["更新周期"]) == ("301001/000001", 1, "每月")
    assert [row[0].value for row in book["信息项"].iter_rows(min_row=2)] == ["plate", "kind"]
    twin = site.get("/api/v1/resources/gongan.vehicle/versions/1").json()
    assert (twin["number"], twin["current"], twin["next"], twin["title"]["zh"]) == (1, 2, 2, "机动车登记")


def test_lists_around_a_resource_are_given_as_workbooks(site: pages.Site) -> None:
    versions = openpyxl.load_workbook(io.BytesIO(site.get("/catalogue/gongan.vehicle/versions/export.xlsx", lang="zh").content)).active
    assert [row[0].value for row in versions.iter_rows()] == ["版本", 2, 1]
    items = openpyxl.load_workbook(io.BytesIO(site.get("/catalogue/gongan.vehicle/items.xlsx", lang="zh").content)).active
    assert [(row[0].value, row[7].value) for row in items.iter_rows(min_row=2)] == [("plate", "个人信息"), ("kind", "公开")]
    assert 'href="/catalogue/301001/000001/items.xlsx"' in site.get("/catalogue/gongan.vehicle").text
    assert f'href="{FIRST}"' in site.get("/catalogue/gongan.vehicle/versions").text


def test_lists_of_the_catalogue_are_given_as_workbooks(site: pages.Site) -> None:
    found = openpyxl.load_workbook(io.BytesIO(site.get("/catalogue/export.xlsx", "author", q="机动车", lang="zh").content)).active
    told = [[cell.value for cell in row] for row in found.iter_rows()]
    assert told[0][:4] == ["资源代码", "名称", "英文名称", "提供部门"]
    assert [row[0] for row in told[1:]] == [each["code"] for each in site.get("/api/v1/resources", q="机动车").json()["items"]]
    assert 'href="/catalogue/export.xlsx?q=%E6%9C%BA' in site.get("/catalogue", "author", q="机动车").text
    assert "export.xlsx" not in site.get("/catalogue", q="机动车").text
    assert site.get("/catalogue/export.xlsx").headers["location"].startswith("/sign-in")
    drafts = openpyxl.load_workbook(io.BytesIO(site.get("/drafts/export.xlsx", "author", lang="zh").content)).active
    assert [(row[0].value, "请填写信息资源摘要" in row[7].value) for row in drafts.iter_rows(min_row=2)] == [("未发布的草稿", True)]
    department = openpyxl.load_workbook(io.BytesIO(site.get("/departments/gongan/export.xlsx", lang="zh").content))
    assert [row[1].value for row in department.worksheets[0].iter_rows(min_row=2)] == ["机动车登记信息", "通行许可"]


def test_a_search_that_found_too_much_says_where_its_workbook_ends(site: pages.Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST", 1)
    monkeypatch.setattr(lists, "AT_ONCE", 1)
    book = openpyxl.load_workbook(io.BytesIO(site.get("/catalogue/export.xlsx", "author", lang="zh").content)).active
    told = [row[0].value for row in book.iter_rows(min_row=2)]
    assert (len(told), told[-1]) == (2, "仅列出前 1 项，共 3 项")


@pytest.mark.parametrize(("name", "status"), [("", 303), ("stranger", 403), ("checker", 403), ("guard", 403), ("author", 200)])
def test_withdrawing_is_for_stewards_of_the_department(site: pages.Site, name: str, status: int) -> None:
    assert site.get("/catalogue/gongan.vehicle/withdraw", name).status_code == status
    shown = "/catalogue/gongan.vehicle/withdraw" in site.get("/catalogue/gongan.vehicle", name).text
    assert shown == (name == "author")
    if status == 403:
        assert send(site, "/catalogue/gongan.vehicle/withdraw", name, {"reason": "不该"}).status_code == 403
    assert site.get("/catalogue/gongan.old/withdraw", "author").status_code == 409


def test_a_withdrawal_needs_its_reason_and_a_replacement_that_stands(site: pages.Site) -> None:
    path = "/catalogue/gongan.permit/withdraw"
    for form, field in (
        ({"reason": " ", "replacement": "gongan.vehicle"}, "reason"), ({"reason": "并入", "replacement": "no.such"}, "replacement"),
        ({"reason": "并入", "replacement": "gongan.old"}, "replacement"), ({"reason": "并入", "replacement": "gongan.permit"}, "replacement"),
    ):
        refused = send(site, path, "author", form)
        assert refused.status_code == 422
        assert re.findall(r'class="field wrong"><label for="field-(\w+)"', refused.text) == [field], form
        assert form["replacement"] in refused.text
    assert site.hub.catalogue.resource("gongan.permit").status == "published"


def test_a_withdrawal_is_shown_while_it_runs_and_asked_for_once(site: pages.Site) -> None:
    path = "/catalogue/gongan.permit"
    asked = send(site, f"{path}/withdraw", "author", {"reason": "并入机动车登记", "replacement": "gongan.vehicle"})
    case = asked.headers["location"].rpartition("/")[2]
    assert asked.status_code == 303
    for name, told in (("author", True), ("checker", True), ("office", True), ("", False), ("stranger", False)):
        page = site.get(path, name, lang="zh").text
        assert (case in page, "已申请撤销，现为“部门审核”" in page) == (told, told), name
        assert f'href="{path}/withdraw"' not in page
    again = send(site, f"{path}/withdraw", "author", {"reason": "又一次"})
    assert (again.status_code, case in again.text) == (409, True)
    site.act(case, "approve_department", "checker")
    assert "现为“主管部门审核”" in site.get(path, "author", lang="zh").text
    site.act(case, "withdraw", "office")
    gone = site.get(path, lang="zh").text
    assert ("本资源已撤销" in gone, "并入机动车登记" in gone, "已申请撤销" in gone) == (True, True, False)


def test_an_item_has_a_page_that_leads_on(site: pages.Site) -> None:
    page = site.get("/catalogue/gongan.vehicle/items/plate", lang="zh").text
    for text in ("号牌", 'href="/catalogue/301001/000001"', "公安厅", "分级与共享", "partial"):
        assert text in page, text
    assert 'href="/catalogue/301001/000001/items/plate"' in site.get("/catalogue/gongan.vehicle").text
    assert "/profile#column-plate" not in page, "what only officials may open is not offered to visitors"
    assert site.get("/catalogue/gongan.vehicle/items/plate", "author", lang="en").text.count("/profile#column-plate") == 1
    missing = site.get("/catalogue/gongan.vehicle/items/nothing", lang="zh")
    assert (missing.status_code, "没有信息项“nothing”" in missing.text) == (404, True)
    assert site.get(f"/catalogue/{pages.DRAFT}/items/plate").status_code == 404
