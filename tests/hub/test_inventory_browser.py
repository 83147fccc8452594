"""The pages of the inventory in a real browser: nothing that WCAG 2.1 AA forbids, no fault in the console, nothing wider than a telephone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hub import test_inventory_pages as pages
from tests.hub.accessible import violations
from tests.served import served

pytestmark = pytest.mark.browser
site = pages.site


@pytest.fixture(scope="module")
def address(site: pages.Site) -> Iterator[str]:
    """The site on a port."""
    with served(site.client.app) as at:
        yield at


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_hold_to_wcag(chromium: Any, site: pages.Site, address: str, lang: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "lingnan_session", "value": site.session("office"), "url": address}])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    for path in (
        "/inventory", "/inventory/gongan", "/systems/gongan.banjian", f"/database-tables/{pages.table_of(site)}", "/inventory/import",
        "/sources-of-authority",
    ):
        page.goto(f"{address}{path}?lang={lang}", wait_until="load")
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert faults == [], path
    context.close()
