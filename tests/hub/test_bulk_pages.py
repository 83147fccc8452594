"""Many resources changed at once over a real hub: chosen from a search, every change and refusal shown, agreed to, one case a department."""

import io
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from lingnan.base import FixedClock
from lingnan.catalogue import Extensions, ResourceForm
from lingnan.catalogue.resources.bulk import changed_together
from lingnan.hub.pages import background
from tests.hub import test_resource_pages as pages
from tests.hub.test_draft_pages import send

site = pages.site
KEYS = ("gongan.vehicle", "gongan.part", "shuiwu.tax")
PART = {**pages.VEHICLE, "key": "gongan.part", "zh": "车辆分表", "update_cycle": "daily"}
DAILY = {"change": "update_cycle", "form.update_cycle": "weekly", "scope": "ticked", "query": ""}


@pytest.fixture(scope="module", autouse=True)
def part(site: pages.Site) -> None:
    """A second resource that lacks nothing."""
    site.hub.catalogue.register(PART)


@pytest.fixture(autouse=True)
def tidy(site: pages.Site) -> Iterator[None]:
    """No draft of the department is left for the next test."""
    yield
    life, author = site.hub.catalogue.life, site.who("author")
    for card in life.drafts(author):
        if card.resource != pages.DRAFT and not card.case:
            life.discard(card.resource, author)


def planned(site: pages.Site, name: str = "author", keys: tuple[str, ...] = KEYS, **form: Any) -> str:
    """A bulk edit that is looked at; gives its address."""
    made = send(site, "/bulk-edit", name, {**DAILY, "resource": list(keys), **form})
    assert made.status_code == 303, made.text
    return str(made.headers["location"])


def lines(page: str) -> dict[str, tuple[str, list[str], str]]:
    """By resource: its outcome, what stands before and after, and the reason."""
    found = {}
    for block in re.findall(r'<tbody class="bulk-line">(.*?)</tbody>', page, re.S):
        title = re.search(r">([^<]+)</a><small>", block)
        outcome = re.search(r'class="badge tone-\w+">([^<]+)<', block)
        assert title
        assert outcome
        sides = [re.sub("<[^>]+>", "", side) for side in re.findall(r'<td class="wraps (?:before|after)">(.*?)</td>', block)]
        reason = re.search(r'class="wraps short">([^<]*)', block)
        found[title[1]] = (outcome[1], sides, reason[1].strip() if reason else "")
    return found


def test_it_begins_with_ones_own_list_or_with_what_a_search_found(site: pages.Site) -> None:
    own = site.get("/bulk-edit", "author", lang="zh").text
    assert set(re.findall(r'name="resource" value="([^"]+)"', own)) == {"gongan.vehicle", "gongan.permit", "gongan.part"}
    searched = site.get("/bulk-edit", "author", q="许可", lang="zh").text
    assert re.findall(r'name="resource" value="([^"]+)"', searched) == ["gongan.permit"]
    found = site.get("/catalogue", "author", q="许可", lang="zh").text
    assert 'href="/bulk-edit?q=%E8%AE%B8%E5%8F%AF&amp;lang=zh">批量变更这 1 项' in found
    assert 'href="/bulk-edit"' in site.get("/drafts", "author").text


@pytest.mark.parametrize("name", ["", "checker", "guard"])
def test_it_is_for_stewards(site: pages.Site, name: str) -> None:
    assert site.get("/bulk-edit", name).status_code == (403 if name else 303)
    assert "/bulk-edit" not in site.get("/catalogue", name).text
    if name:
        assert send(site, "/bulk-edit", name, {**DAILY, "resource": list(KEYS)}).status_code == 403


def test_every_change_and_every_refusal_is_shown_and_nothing_is_kept(site: pages.Site) -> None:
    path = planned(site)
    page = site.get(path, "author", lang="zh").text
    assert lines(page) == {
        "=HYPERLINK(1)": ("不能变更", [], "由其他部门提供，不归您编制。"),
        "车辆分表": ("将变更", ["每日", "每周"], ""), "机动车登记信息": ("将变更", ["每日", "每周"], ""),
    }
    assert ("变更这 2 项并送审" in page, "不能变更的 1 项不在其中" in page) == (True, True)
    assert [card.resource for card in site.hub.catalogue.life.drafts(site.who("author"))] == [pages.DRAFT]
    book = openpyxl.load_workbook(io.BytesIO(site.get(f"{path}/export.xlsx", "author", lang="zh").content)).active
    assert {(row[1].value, row[3].value, row[5].value, row[6].value) for row in book.iter_rows(min_row=2)} >= {("车辆分表", "将变更", "每日", "每周")}
    assert site.get(path, "stranger").status_code == 404
    assert send(site, path, "stranger", {}).status_code == 404


def test_what_would_be_faulty_is_refused_with_its_reason(site: pages.Site) -> None:
    page = site.get(planned(site, keys=("gongan.vehicle",), change="open_type", **{"form.open_type": "unconditional"}), "author", lang="zh").text
    outcome, sides, reason = lines(page)["机动车登记信息"]
    assert (outcome, sides) == ("不能变更", ["不予开放", "无条件开放"])
    assert "不得无条件开放" in reason
    assert ("没有可变更的资源" in page, "并送审" in page) == (True, False)
    same = site.get(planned(site, keys=("gongan.vehicle",), **{"form.update_cycle": "daily"}), "author", lang="zh").text
    assert lines(same)["机动车登记信息"][0] == "无需变更"


def test_a_resource_with_a_draft_of_somebody_is_left_out(site: pages.Site) -> None:
    site.hub.catalogue.life.amend("gongan.vehicle", {"licence": "CC BY 4.0"}, site.who("author"))
    page = site.get(planned(site, keys=("gongan.vehicle",)), "author", lang="zh").text
    assert lines(page)["机动车登记信息"][::2] == ("不能变更", "有尚未提交的草稿，请先提交或丢弃。")


@pytest.mark.parametrize(("form", "told"), [
    ({"change": ""}, "请至少选择一个要变更的字段"), ({"resource": []}, "请至少选择一项资源"),
    ({"form.update_cycle": "sometimes"}, "sometimes"), ({"scope": "all", "query": "q=%E6%97%A0%E6%AD%A4%E8%AF%8D%E6%B1%87"}, "请至少选择一项资源"),
])
def test_what_cannot_be_begun_comes_back_as_it_was_chosen(site: pages.Site, form: dict[str, Any], told: str) -> None:
    refused = send(site, "/bulk-edit?lang=zh", "author", {**DAILY, "resource": ["gongan.permit"], **form})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert told in refused.text or told == "sometimes"


def test_what_was_agreed_to_becomes_one_case_a_department_and_is_applied_once(site: pages.Site) -> None:
    path = planned(site, scope="all", query="department=gongan", change=["share_condition", "licence"], **{"form.share_condition": "签订协议"})
    shown = lines(site.get(path, "author", lang="zh").text)
    assert {title: line[0] for title, line in shown.items()} == {"通行许可": "不能变更", "机动车登记信息": "将变更", "车辆分表": "将变更"}
    assert "请填写信息资源摘要" in shown["通行许可"][2], "what it lacks already would send the case back"
    agreed = send(site, path, "author", {"summary": "统一共享条件"})
    assert (agreed.status_code, agreed.headers["location"]) == (303, path)
    done = site.get(path, "author", lang="zh").text
    case = re.search(r'href="/cases/([\w-]+)"', done)
    assert case
    assert "已提交审核" in done
    assert site.hub.office.casework.cases.facts(case[1])["summary"] == "统一共享条件"
    again = send(site, path, "author", {})
    assert again.status_code == 409
    site.through(case[1], "apply")
    changed = {key: site.hub.catalogue.resource(key) for key in ("gongan.vehicle", "gongan.part")}
    assert {key: card.share_condition for key, card in changed.items()} == dict.fromkeys(changed, "签订协议")


def test_a_change_that_runs_shows_how_far_it_is_and_one_that_was_cut_off_says_so(site: pages.Site) -> None:
    edits, author = site.hub.catalogue.life.bulk_edits, site.who("author")
    made = edits.begin(["gongan.vehicle"], {"update_cycle": "weekly"}, author)
    page = site.get(f"/bulk-edit/{made}", "author", lang="zh").text
    assert ("正在逐项检查" in page, '<progress max="1" value="0"' in page, f'hx-get="/bulk-edit/{made}"' in page) == (True, True, True)
    site.client.headers["HX-Request"] = "true"
    try:
        part = site.get(f"/bulk-edit/{made}", "author", lang="zh").text
    finally:
        del site.client.headers["HX-Request"]
    assert ("<html" in part, "<progress" in part) == (False, True)
    early, site.hub.storage.clock = site.hub.storage.clock, FixedClock(site.hub.clock.now() + timedelta(minutes=11))
    try:
        assert "执行被中断" in site.get(f"/bulk-edit/{made}", "author", lang="zh").text
    finally:
        site.hub.storage.clock = early


def test_work_beside_a_page_does_not_keep_its_reader_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PATIENCE_S", 0.01)
    running, go, ended = background.Background(), threading.Event(), threading.Event()

    def work(tell: background.Tell) -> None:
        tell(3)
        go.wait(20)
        ended.set()
        raise ValueError("told in the log")

    running.begin("long", work)
    while running.done("long") != 3:
        go.wait(0.001)
    assert "long" in running
    go.set()
    assert ended.wait(20)
    while "long" in running:
        go.wait(0.001)
    assert running.done("long") == 0


def test_old_bulk_edits_are_forgotten(site: pages.Site) -> None:
    edits = site.hub.catalogue.life.bulk_edits
    made = edits.begin(["gongan.vehicle"], {"update_cycle": "weekly"}, site.who("author"))
    assert edits.sweep() == 0
    early, site.hub.storage.clock = site.hub.storage.clock, FixedClock(site.hub.clock.now() + timedelta(days=31))
    try:
        assert edits.sweep() >= 1
    finally:
        site.hub.storage.clock = early
    assert site.get(f"/bulk-edit/{made}", "author").status_code == 404


def test_one_extension_field_is_changed_where_the_province_has_it() -> None:
    chengdu = {"id": "chengdu", "zh": "成都", "division": "510100"}
    form = {"key": "chengdu.a", "zh": "甲", "department": chengdu, "extension": {"secrecy": "none", "served": ["person"]}}
    here = changed_together(ResourceForm.model_validate(form), {"extension.secrecy": "inner"}, Extensions())
    assert here.extension == {"secrecy": "inner", "served": ["person"]}
    emptied = changed_together(here, {"extension.served": None}, Extensions())
    assert emptied.extension == {"secrecy": "inner"}
    other = ResourceForm.model_validate({**form, "department": {**pages.GONGAN}, "extension": {}})
    assert changed_together(other, {"extension.secrecy": "inner"}, Extensions()) == other
