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
)
TENDED = ("/overdue", "/drafts", "/catalogue/new", f"/catalogue/{pages.DRAFT}/edit")


@pytest.fixture(scope="module")
def address(site: pages.Site) -> Iterator[str]:
    """The site on a port."""
    with served(site.client.app) as at:
        yield at


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_hold_to_wcag(chromium: Any, site: pages.Site, address: str, lang: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    session = site.hub.trust.sessions.open("author", 2, method="password+totp").token
    context.add_cookies([{"name": "lingnan_session", "value": session, "url": address}])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    for path in (*OPEN, *TENDED):
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
