"""Pages of packs in a real browser: nothing that WCAG 2.1 AA forbids, and nothing wider than a telephone."""

from typing import Any

import pytest

from tests.hub.accessible import violations
from tests.packkit import test_pages as pages
from tests.served import served

pytestmark = pytest.mark.browser
ground = pages.ground
SHOWN = (
    "/packs", "/packs?lang=en", "/packs/demo_pack", "/packs/environment?lang=en", "/packs/demo_pack/pages/counties",
    "/packs/demo_pack/pages/county?county=440106",
)


def test_pages_of_packs_hold_to_wcag(chromium: Any, ground: Any) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    with served(ground.site.app) as address:
        page = context.new_page()
        for path in SHOWN:
            answered = page.goto(f"{address}{path}", wait_until="load")
            assert answered.status == 200, path
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()
