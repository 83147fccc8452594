"""The pages of registering in a real browser: nothing that WCAG 2.1 AA forbids, nothing wider than a telephone, and checking as one writes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hub import test_registering_pages as pages
from tests.hub.accessible import violations
from tests.served import served

pytestmark = pytest.mark.browser
site = pages.site


@pytest.fixture(scope="module")
def address(site: pages.Site) -> Iterator[str]:
    """The site on a port, with a comment, a list being drafted and a code list in the register."""
    project = "/standards/documents/db44-household"
    site.post("analyst", f"{project}/comments", {"clause": "4.1", "kind": "te", "comment": "应写明编码长度", "proposal": "12 位"})
    site.post("author", f"{project}/files", files={"file": ("征求意见稿.txt", "1 范围".encode(), "text/plain")})
    site.post("author", "/standards/new-code-list", {**pages.LIST, "form.codes": pages.CODES})
    with served(site.client.app) as at:
        yield at


@pytest.fixture
def page(chromium: Any, site: pages.Site, address: str) -> Iterator[Any]:
    """A telephone of the author's."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "lingnan_session", "value": site.session("author"), "url": address}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_hold_to_wcag(page: Any, address: str, lang: str) -> None:
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    for path in (
        "/standards/new-element", "/standards/elements/sex/ask", "/standards/under-way?mine=false", "/standards/code-lists/household-classes/edit",
        "/standards/code-lists/sexes?q=1", "/standards/documents", "/standards/documents/db44-household", "/standards/conformance?department=gongan",
        "/standards/conformance/gongan.resident", "/standards/references/GB/T 2261.1-2003",
    ):
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}", wait_until="load")
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert faults == [], path


def test_an_element_is_checked_as_it_is_written(page: Any, address: str) -> None:
    page.goto(f"{address}/standards/new-element?lang=zh", wait_until="load")
    page.fill("#field-form\\.zh", "公民身份号码")
    page.wait_for_selector("#verdict .told-list")
    assert "缺少必备项" in page.inner_text("#verdict")
    assert page.url.endswith("/standards/new-element?lang=zh")
