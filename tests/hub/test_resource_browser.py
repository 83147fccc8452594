"""The catalogue's pages in a real browser: nothing that WCAG 2.1 AA forbids, nothing wider than a phone, search and suggestions by keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hub import test_resource_pages as pages
from tests.hub.accessible import violations
from tests.served import served

pytestmark = pytest.mark.browser
site = pages.site
OPEN = (
    "/catalogue", "/catalogue?q=机动车", "/catalogue?q=机动 台风", "/catalogue/items?q=号牌", "/catalogue/gongan.vehicle", "/catalogue/gongan.old",
    "/catalogue/gongan.vehicle/versions", "/catalogue/gongan.vehicle/compare?a=1&b=2", "/directories/sharing",
    "/catalogue/gongan.vehicle/items/plate", "/catalogue/gongan.vehicle/versions/1", "/catalogue/gongan.old/versions/1",
)
TENDED = (
    "/overdue", "/drafts", "/catalogue/new", f"/catalogue/{pages.DRAFT}/edit", "/catalogue/gongan.vehicle/withdraw", "/bulk-edit",
)


@pytest.fixture(scope="module")
def address(site: pages.Site) -> Iterator[str]:
    """The site on a port."""
    with served(site.client.app) as at:
        yield at


def planned(site: pages.Site) -> tuple[str, str]:
    """Bulk edits that wait for agreement, and that are looked at still."""
    edits, author = site.hub.catalogue.life.bulk_edits, site.who("author")
    changes = {"update_cycle": "weekly", "open_type": "conditional", "open_condition": "登录后申请"}
    ready, looking = (edits.begin(["gongan.vehicle", "gongan.permit", "shuiwu.tax"], changes, author) for _each in range(2))
    edits.check(ready, author)
    return f"/bulk-edit/{ready}", f"/bulk-edit/{looking}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_hold_to_wcag(chromium: Any, site: pages.Site, address: str, lang: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    session = site.hub.trust.sessions.open("author", 2, method="password+totp").token
    context.add_cookies([{"name": "lingnan_session", "value": session, "url": address}])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    for path in (*OPEN, *TENDED, *planned(site)):
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}", wait_until="load")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert faults == [], path
    context.close()


def test_suggestions_are_walked_by_keyboard(chromium: Any, address: str) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/catalogue?lang=zh", wait_until="load")
    field = page.locator("#q")
    field.focus()
    assert (field.get_attribute("role"), field.get_attribute("aria-expanded")) == ("combobox", "false")
    field.press_sequentially("机动", delay=20)
    page.locator("#suggestions [role=option]").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    assert violations(page) == []
    field.press("ArrowDown")
    chosen = page.locator("#suggestions [aria-selected=true]")
    assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant")
    assert "机动车登记信息" in chosen.inner_text()
    field.press("ArrowUp")
    assert page.locator("#suggestions [aria-selected=true]").count() == 0
    field.press("Escape")
    assert not page.locator("#suggestions").is_visible()
    assert field.input_value() == "机动"
    field.press("ArrowDown")
    page.locator("#suggestions [role=option]").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/catalogue/301001/000001")
    page.close()


def test_enter_searches_and_the_results_are_reached_by_tab(chromium: Any, address: str) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/catalogue?lang=zh", wait_until="load")
    page.locator("#q").fill("许可")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/catalogue?q=*")
    page.locator(".found li").nth(1).wait_for(state="detached")
    assert page.locator(".found li").count() == 1
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.found') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/301001/*")
    assert "通行许可" in page.locator("h1").inner_text()
    page.close()


def test_without_scripts_the_search_is_a_form(chromium: Any, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/catalogue?lang=zh")
    page.fill("#q", "许可")
    page.press("#q", "Enter")
    assert page.locator(".found li").count() == 1
    assert page.locator("#suggestions").count() == 0
    context.close()


def test_lines_of_items_are_added_and_moved_in_place_by_keyboard(chromium: Any, site: pages.Site, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    session = site.hub.trust.sessions.open("author", 2, method="password+totp").token
    context.add_cookies([{"name": "lingnan_session", "value": session, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/catalogue/gongan.vehicle/edit?lang=zh", wait_until="load")
    page.fill("#field-form\\.licence", "只在页面上")
    page.locator("#item-add").focus()
    page.keyboard.press("Enter")
    page.locator("#item-2-name:focus").wait_for()
    page.keyboard.type("colour")
    page.locator("#item-2-up").focus()
    page.keyboard.press("Enter")
    page.locator("#item-1-name[value=colour]").wait_for()
    page.locator("#item-1-up:focus").wait_for()
    page.keyboard.press("Enter")
    page.locator("#item-0-name[value=colour]").wait_for()
    page.locator("#item-0-down:focus").wait_for()
    assert page.locator("#field-form\\.licence").input_value() == "只在页面上", "the rest of the form is left alone"
    page.locator("#item-0-remove").click()
    page.locator("#item-0-name[value=plate]").wait_for()
    assert violations(page) == []
    context.close()


def test_what_is_typed_ticks_the_field_of_a_bulk_edit(chromium: Any, site: pages.Site, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    session = site.hub.trust.sessions.open("author", 2, method="password+totp").token
    context.add_cookies([{"name": "lingnan_session", "value": session, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/bulk-edit?lang=zh", wait_until="load")
    page.select_option("select[name='form.update_cycle']", "weekly")
    assert page.locator("input[name=change][value=update_cycle]").is_checked()
    page.get_by_label("全选").uncheck()
    assert page.locator("input[name=resource]:checked").count() == 0
    page.locator("input[name=resource]").first.check()
    page.get_by_role("button", name="预览变更").click()
    page.wait_for_url("**/bulk-edit/*")
    page.get_by_text("逐项变更").wait_for()
    context.close()
