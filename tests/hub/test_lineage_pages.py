"""The page of a column's lineage over a real hub: who sees it, what the picture holds, and the delivered rows behind a value."""

import re
from collections.abc import Iterator

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub
from tests.hub.accessible import violations
from tests.hub.test_inventory_pages import PEOPLE, Site
from tests.pension import TABLE, describe
from tests.served import served

PAGE = f"/lineage/{TABLE}.person"
CSV = "编号,区划,金额,姓名\nP1,440103,100, 王小明\nP2,440305,200,李秀英\nP3,440103,三百,王大明\n"
STATED = {"purpose": "verification", "article": "国务院令第809号 第二十条", "matter": "44-1"}


class Lineages(Site):
    """People of the department that delivers, and of the hub's office."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        for who in ("keeper", "analyst", "administrator"):
            account = hub.trust.accounts.make_account(who, who, who, roles=(PEOPLE[who][1],), organisation="minzheng")
            self._sessions[who] = hub.trust.sessions.open(account, 2, method="password").token


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lineages]:
    home = describe(tmp_path_factory.mktemp("lineage"))
    (home / "pensions.csv").write_text(CSV, encoding="utf-8")
    with Hub.open(load_settings(home)) as hub:
        assert hub.build().state == "done"
        for key, zh in (("zhengwu", "政务服务数据管理局"), ("shuiwu", "税务局")):
            hub.trust.accounts.make_organisation(key, zh, key)
        yield Lineages(hub)


def words(page: str) -> str:
    return re.sub(r"<[^>]*>", " ", page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_column_is_drawn_with_its_classes_and_steps(site: Lineages, lang: str) -> None:
    page = site.get("keeper", PAGE, lang=lang).text
    assert page.count('class="row here"') == 1
    for told in ("pensions.csv:姓名", "landing.minzheng_pension.person", "person_name → empty_to_null", "govern:minzheng.pension", "held-personal"):
        assert told in page, told
    assert not re.search(r"\blineage\.[a-z_]+\b", words(page))
    for step in set(re.findall(r'href="#(step-\d+)"', page)):
        assert f'id="{step}"' in page


def test_tables_are_folded_by_their_heads_and_directions_chosen(site: Lineages) -> None:
    page = site.get("keeper", PAGE, fold="landing.minzheng_pension").text
    assert page.count("fold=") >= 2
    assert "landing.minzheng_pension.person</title>" not in page
    back = site.get("keeper", PAGE, direction="back").text
    forward = site.get("keeper", "/lineage/landing.minzheng_pension.division", direction="forward").text
    assert "pensions.csv:姓名" in back
    assert "insight.city_figures.accepted" in forward
    assert "pensions.csv:区划</title>" not in forward
    assert site.get("keeper", PAGE, direction="sideways").status_code == 422


def test_who_tends_no_data_sees_none_and_an_unknown_column_is_missing(site: Lineages) -> None:
    assert site.get("administrator", PAGE).status_code == 403
    assert site.get("keeper", f"/lineage/{TABLE}.nothing").status_code == 404
    site.client.cookies.clear()
    assert site.client.get(PAGE).status_code == 303


def test_a_row_leads_to_its_line_in_the_file_as_delivered_and_as_accepted(site: Lineages) -> None:
    page = site.post("keeper", f"/lineage/{TABLE}.amount", {"row": "P1", **STATED})
    text = words(page.text)
    assert page.headers["cache-control"] == "no-store"
    assert "pensions.csv:2" in text
    assert "P1" in text
    assert "/quarantine?feed=minzheng.pension" in page.text, "the third row of the batch is in quarantine"
    assert "P2" not in text
    assert len(re.findall(r"\b100\b", text)) == 2, "as delivered and as accepted"


def test_a_personal_value_is_masked_until_a_purpose_is_stated(site: Lineages) -> None:
    page = site.post("office", PAGE, {"row": "P1"})
    assert "王小明" not in page.text
    assert 'name="purpose"' in page.text


def test_a_department_s_own_number_stands_in_no_address(site: Lineages) -> None:
    assert site.get("keeper", PAGE, row="P1").status_code == 400
    assert 'method="post"' in site.get("keeper", PAGE).text


def test_a_figure_leads_to_the_rows_it_counts(site: Lineages) -> None:
    page = site.get("keeper", "/lineage/insight.city_figures.accepted", row="440100", lang="zh").text
    assert "pensions.csv:2" in words(page)
    assert "pensions.csv:3" not in words(page)
    rules = site.get("keeper", "/lineage/insight.department_figures.score", row="minzheng").text
    assert "feed=minzheng.pension&amp;rule=amount_type" in rules
    nothing = site.get("keeper", "/lineage/insight.city_figures.accepted", row="449900", lang="zh").text
    assert "没有找到源行" in nothing


def test_every_look_at_rows_is_in_the_log(site: Lineages) -> None:
    before = len(site.hub.trust.audit.entries(limit=5000))
    site.post("keeper", PAGE, {"row": "P2", **STATED})
    fresh = site.hub.trust.audit.entries(limit=5000)[before:]
    assert {entry.resource for entry in fresh if entry.kind == "decision"} >= {TABLE}
    assert all("P2" not in str(entry.facts) for entry in fresh)


def test_an_item_leads_to_the_lineage_of_its_column(site: Lineages) -> None:
    code = site.hub.catalogue.resource(TABLE).code
    assert f'href="/lineage/{TABLE}.amount"' in site.get("analyst", f"/catalogue/{code}/items/amount").text
    assert "/lineage/" not in site.get("administrator", f"/catalogue/{code}/items/amount").text


def test_the_cockpit_leads_to_the_lineage_for_who_may_see_it(site: Lineages) -> None:
    assert 'href="/lineage/insight.department_figures.accepted"' in site.get("keeper", "/").text
    site.client.cookies.clear()
    assert "/lineage/" not in site.client.get("/").text


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_holds_to_wcag_and_is_read_without_scripts(chromium, site: Lineages, lang: str) -> None:
    with served(site.client.app) as address:
        for width, scripts in ((1280, False), (390, True)):
            context = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=True)
            context.add_cookies([{"name": "lingnan_session", "value": site.session("keeper"), "url": address}])
            page = context.new_page()
            page.goto(f"{address}{PAGE}?lang={lang}", wait_until="load")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("svg.lineage").is_visible() == (width == 1280)
            assert page.locator("ol.layers").is_visible() == (width == 390)
            context.close()
            if not scripts:
                plain = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=False)
                plain.add_cookies([{"name": "lingnan_session", "value": site.session("keeper"), "url": address}])
                page = plain.new_page()
                page.goto(f"{address}{PAGE}?lang={lang}#step-2", wait_until="load")
                assert page.locator("svg.lineage").is_visible()
                assert page.locator("#step-2 p").first.is_visible(), "an address of a step opens it"
                plain.close()
