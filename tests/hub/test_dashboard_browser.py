"""Boards in a real browser: nothing that WCAG 2.1 AA forbids, no fault in the console, nothing wider than a telephone, sections of a wall in turn."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.hub import Hub
from tests.hub import test_dashboard_pages as boards
from tests.hub.accessible import violations
from tests.served import served

pytestmark = pytest.mark.browser
hub, answers, site = boards.hub, boards.answers, boards.site


@pytest.fixture(scope="module")
def address(site: TestClient) -> Iterator[str]:
    """The site on a port."""
    with served(site.app) as at:
        yield at


def test_boards_hold_to_wcag(chromium: Any, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    for path in ("/boards", "/boards/kinds?lang=en", "/boards/data_quality?lang=zh", "/boards/data_quality/departments?at=gongan"):
        page.goto(f"{address}{path}", wait_until="load")
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert faults == [], path
    context.close()


def test_what_is_sent_on_schedule_is_chosen_and_listed(chromium: Any, address: str, hub: Hub) -> None:
    account = hub.trust.accounts.make_account("sent", "订", "Sent", roles=["reviewer"])
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    token = hub.trust.sessions.open(account, 2, method="password").token
    context.add_cookies([{"name": "lingnan_session", "value": token, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/boards/data_quality?lang=zh", wait_until="load")
    page.select_option("form.subscribe select", "workday")
    page.click("form.subscribe button")
    page.wait_for_url(f"{address}/subscriptions")
    assert "每个工作日" in page.locator("main table").inner_text()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("main form button")
    page.locator(".empty-title").wait_for()
    context.close()


def test_a_wall_shows_one_section_at_a_time_and_fits_it(chromium: Any, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(f"{address}/boards/data_quality?wall=1&lang=en", wait_until="load")
    assert violations(page) == []
    assert page.locator(".wall-section:visible").count() == 1
    assert page.locator(".wall-section:visible h2").inner_text().startswith("All together")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    page.evaluate("""() => {
        const tall = document.querySelector(".wall-section:not([hidden])").appendChild(document.createElement("p"));
        tall.textContent = "row ".repeat(1500);
        dispatchEvent(new Event("resize"));
    }""")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080, "what is too tall is made smaller"
    pause = page.locator(".wall-pause")
    pause.click()
    assert pause.inner_text() == "Go on"
    context.close()
