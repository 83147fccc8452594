"""The review desk in a real browser: ten pairs by keyboard alone, one taken back; nothing WCAG 2.1 AA forbids, nothing wider than a phone."""

from collections.abc import Iterator
from typing import Any

import pytest

from lingnan.registers import decisions_in_force, entry_of
from tests.hub.accessible import violations
from tests.hub.review_ground import Site, open_site
from tests.registers.bureau import number
from tests.served import served

pytestmark = pytest.mark.browser
VERDICTS = {"s": "same", "d": "different", "u": "unsure"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("desk") / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site.client.app) as at:
        yield at


def page_of(chromium: Any, site: Site, address: str, name: str, width: int = 1280, *, scripts: bool = True) -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    context.add_cookies([{"name": "lingnan_session", "value": site.session(name), "url": address}])
    return context.new_page()


def decided(site: Site) -> list[str]:
    with site.hub.storage.reading() as session:
        return [each.verdict for each in decisions_in_force(session, "people")]


def press(page: Any, key: str) -> None:
    """Press a key that leads to another page, and wait for that page."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(key)


def test_without_scripts_the_buttons_decide(chromium: Any, site: Site, address: str) -> None:
    page = page_of(chromium, site, address, "he", scripts=False)
    page.goto(f"{address}/desk/people/next?lang=en", wait_until="load")
    before = len(decided(site))
    page.locator("button[value=different]").click()
    page.wait_for_load_state("load")
    assert len(decided(site)) == before + 1
    page.context.close()


def test_ten_pairs_by_keyboard_alone_and_one_taken_back(chromium: Any, site: Site, address: str) -> None:
    page, before = page_of(chromium, site, address, "lin"), decided(site)
    page.goto(f"{address}/desk/people/next?lang=zh", wait_until="load")
    first = page.url.split("?")[0]
    press(page, "n")
    press(page, "p")
    assert page.url.split("?")[0] == first
    for key in "sdudsdsdds":
        press(page, key)
    assert sorted(decided(site)) == sorted([*before, *(VERDICTS[key] for key in "sdudsdsdds")])
    press(page, "z")
    assert len(decided(site)) == len(before) + 9
    assert "已撤回" in page.locator("main").inner_text(), "Z takes back from the list too, when nothing is left"
    page.keyboard.press("?")
    assert page.locator("#help").get_attribute("open") is not None
    page.locator("#keys-on").uncheck()
    page.keyboard.press("d")
    page.locator(".review-reason summary").click()
    page.locator("#reason").fill("ssd")
    assert len(decided(site)) == len(before) + 9, "keys that are off, or typed into a field, decide nothing"
    page.context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_hold_to_wcag_and_fit_a_phone(chromium: Any, site: Site, address: str, lang: str) -> None:
    item = site.pages.reviews.listing("people", "open", "", "worth", "", site.who("mo")).items[-1].item
    page = page_of(chromium, site, address, "mo", 390)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    for path in ("/desk", "/desk/people", "/desk/people?queue=entries", f"/desk/people/{item}", f"/desk/people/{entry_of('people', number(1))}"):
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}", wait_until="load")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert faults == [], path
    page.context.close()
    head = page_of(chromium, site, address, "su", 390)
    head.goto(f"{address}/desk/people/quality?lang={lang}", wait_until="load")
    assert violations(head) == []
    head.context.close()
