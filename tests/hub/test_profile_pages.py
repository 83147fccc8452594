"""The page of a resource's profile over a real hub: who sees it, whose values, and the contract it suggests."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub, keep_profile, profile_table
from lingnan.hub.registration import resource_forms
from lingnan.lake import CommitFacts
from lingnan.standards import read_contract
from tests.hub.accessible import violations
from tests.hub.test_inventory_pages import PEOPLE, Site
from tests.pension import ROWS, TABLE, describe
from tests.served import served

PAGE = f"/catalogue/{TABLE}/profile"


class Profiles(Site):
    """People of the department that has the table, of another, and of the hub's office."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        for who in ("keeper", "analyst", "administrator"):
            account = hub.trust.accounts.make_account(who, who, who, roles=(PEOPLE[who][1],), organisation="minzheng")
            self._sessions[who] = hub.trust.sessions.open(account, 2, method="password").token


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profiles]:
    with Hub.open(load_settings(describe(tmp_path_factory.mktemp("profiles")))) as hub:
        hub.engine.write(TABLE, ROWS, {}, CommitFacts("test"))
        hub.catalogue.register_many(resource_forms(hub.feeds))
        for key, zh in (("minzheng", "民政厅"), ("zhengwu", "政务服务数据管理局"), ("shuiwu", "税务局")):
            hub.trust.accounts.make_organisation(key, zh, key)
        yield Profiles(hub)


def test_before_the_first_profile_a_steward_may_make_it(site: Profiles) -> None:
    assert "还没有剖析" in site.get("keeper", PAGE, lang="zh").text
    assert site.get("keeper", f"{PAGE}/contract.yaml").status_code == 404
    assert site.get("other", PAGE, lang="zh").text.count("<form method=\"post\" action=\"/catalogue/") == 0
    assert [site.post(who, PAGE).status_code for who in ("other", "analyst", "administrator")] == [403, 403, 403]
    answer = site.post("keeper", PAGE)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, PAGE)
    assert [entry.outcome for entry in site.hub.trust.audit.entries(limit=500) if entry.action == "govern.profile"][-1] == "done"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_tells_counts_keys_and_guesses(site: Profiles, lang: str) -> None:
    keep_profile(site.hub, TABLE)
    page = site.get("keeper", PAGE, lang=lang).text
    for told in ("pension_no", "division", "440103", "person_name", "divisions"):
        assert told in page, told
    assert not re.search(r"\bprofiled\.[a-z_]+\b", re.sub(r"<[^>]*>", " ", page))


def test_values_are_shown_by_class_and_to_whom_they_belong(site: Profiles) -> None:
    keep_profile(site.hub, TABLE)
    keeper, office, other = (site.get(who, PAGE).text for who in ("keeper", "office", "other"))
    for page in (keeper, office, other):
        assert "王小明" not in page
        assert "440103" in page, "divisions are public"
    assert "<small>590</small>" in keeper
    assert "<small>590</small>" in office
    assert "590" not in re.sub(r"[0-9a-f]{32,}", "", other), "amounts are internal; tokens have all digits"
    assert site.get("administrator", PAGE).status_code == 403
    site.client.cookies.clear()
    assert site.client.get(PAGE).status_code == 303
    assert site.get("keeper", "/catalogue/minzheng.none/profile").status_code == 404


def test_the_suggested_contract_is_taken_along(site: Profiles) -> None:
    keep_profile(site.hub, TABLE)
    answer = site.get("analyst", f"{PAGE}/contract.yaml")
    assert answer.status_code == 200
    contract = read_contract(answer.text)
    assert [each.name for each in contract.properties] == ["pension_no", "division", "amount", "person"]
    assert contract.named("person").classification == "personal"


def test_what_moved_is_told_and_a_new_version_is_profiled_once(site: Profiles) -> None:
    keep_profile(site.hub, TABLE)
    assert site.hub.profile_tables() == 0
    site.hub.engine.write(TABLE, ROWS.replace("range * 10", "nullif(range * 10, 100 * (range // 10))"), {}, CommitFacts("test"))
    assert site.hub.profile_tables(TABLE) == 1
    assert site.hub.profile_tables(TABLE) == 0
    page = site.get("keeper", PAGE, lang="zh").text
    assert "空值增多" in page
    assert "0.0% → 10.0%" in page


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_holds_to_wcag(chromium, site: Profiles, lang: str) -> None:
    keep_profile(site.hub, TABLE)
    with served(site.client.app) as address:
        context = chromium.new_context(viewport={"width": 390, "height": 844})
        context.add_cookies([{"name": "lingnan_session", "value": site.session("keeper"), "url": address}])
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(f"{address}{PAGE}?lang={lang}", wait_until="load")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert faults == []
        context.close()


def test_the_page_of_the_resource_leads_to_it_for_who_may_see_it(site: Profiles) -> None:
    link = re.compile(r'href="/catalogue/[^"]*/profile"')
    assert link.search(site.get("analyst", f"/catalogue/{TABLE}").text)
    assert not link.search(site.get("administrator", f"/catalogue/{TABLE}").text)


def test_a_person_s_profile_is_of_what_they_may_see_and_is_not_taken_for_a_change(site: Profiles) -> None:
    keep_profile(site.hub, TABLE)
    who = site.hub.trust.subject_of(site.session("keeper"))
    view = site.hub.seen(who, "query", TABLE)
    found = profile_table(site.hub, TABLE, view)
    assert "pension_no" in [each.name for each in found.columns]
    assert found.rows == 60
    masked = replace(view, masks={"division": "'x'"})
    assert [each.distinct for each in (profile_table(site.hub, TABLE, masked).column("division").counts,)] == [1]
    assert profile_table(site.hub, TABLE, masked).drift == ()
