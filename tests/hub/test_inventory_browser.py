"""The pages of the inventory in a real browser: nothing that WCAG 2.1 AA forbids, no fault in the console, nothing wider than a telephone."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from tests.hub import test_inventory_pages as pages

pytestmark = pytest.mark.browser
site = pages.site
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@pytest.fixture(scope="module")
def address(site: pages.Site) -> Iterator[str]:
    """The site on a port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(site.client.app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)


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
        found = Axe().run(page, options=WCAG)
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found.response["violations"]] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert faults == [], path
    context.close()
