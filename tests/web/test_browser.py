"""Every page in a real browser: no errors, no other hosts, nothing wider than the screen, readable without scripts, walkable by keyboard."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
PAGES = (
    "/", "/wall", "/catalogue", "/catalogue/gongan.resident", "/registers", "/registers/people?q=4401", "/registers/people/E1", "/quarantine",
    "/registers/people/changes", "/registers/people/conflicts?table=renshe.insured&attribute=name", "/registers/people/snapshots",
    "/tables/gongan/resident", "/departments", "/departments/gongan", "/builds", "/builds/incomplete", "/cities/440100", "/about", "/sign-in",
)
SCREENS = {"desktop": (1440, 900), "phone": (375, 812), "wall": (1920, 1080)}
CHECKS = (Path(__file__).parent / "checks.js").read_text("utf-8")
CONTRAST, UNNAMED = f"() => {{ {CHECKS}; return poorContrast(); }}", f"() => {{ {CHECKS}; return unnamed(); }}"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("screen", list(SCREENS))
def test_pages_are_whole(chromium: Any, site: str, screen: str, lang: str) -> None:
    width, height = SCREENS[screen]
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith((site, "data:")) else None)
    for path in PAGES:
        page.goto(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}", wait_until="load")
        assert faults == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(CONTRAST) == [], path
        assert page.evaluate(UNNAMED) == [], path
    context.close()


def test_the_time_line_is_walked_by_keyboard(chromium: Any, site: str) -> None:
    page = chromium.new_page(viewport={"width": 375, "height": 812})
    page.goto(f"{site}/registers/people/E1?lang=en", wait_until="load")
    bars = page.locator(".time-line a")
    assert bars.count() == 2
    page.locator(".time-line").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Name 陈** · 2019-03-01 – today")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registers/people/E1?*as_of=2019-03-01*")
    assert page.locator("#as_of").input_value() == "2019-03-01"
    page.close()


def test_the_checks_see_faults(chromium: Any, site: str) -> None:
    page = chromium.new_page()
    page.goto(f"{site}/nope", wait_until="load")
    assert page.evaluate(CONTRAST) == []
    page.evaluate("document.querySelector('.lead').style.color = '#bbb'; document.querySelector('.brand').before(document.createElement('button'))")
    assert len(page.evaluate(CONTRAST)) == 1
    assert len(page.evaluate(UNNAMED)) == 1
    page.close()


def test_the_head_fits_between_phone_and_desk(chromium: Any, site: str) -> None:
    for lang in ("zh", "en"):
        page = chromium.new_page(viewport={"width": 1440, "height": 700})
        page.goto(f"{site}/about?lang={lang}", wait_until="load")
        for width in (821, 900, 1040, 1041, 1100, 1240, 1241, 1280, 1366, 1400):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (lang, width)
        page.close()


def test_wall_fits_its_screen(chromium: Any, site: str) -> None:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    for lang in ("zh", "en"):
        page.goto(f"{site}/wall?lang={lang}", wait_until="load")
        assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    page.close()


def test_readable_without_scripts(chromium: Any, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/")
    assert page.locator(".chart-table table").first.is_visible(), "the chart's numbers stand as a table"
    assert not page.locator(".chart").first.is_visible()
    assert page.locator("svg.map path").count() == 21
    page.locator(".tabs a").nth(1).click()
    assert "layer=entities" in page.url
    page.goto(f"{site}/catalogue")
    page.fill("#q", "参保")
    page.press("#q", "Enter")
    assert page.locator(".found li").count() == 1
    page.goto(f"{site}/registers/people/E1")
    page.fill("#as_of", "1980-01-01")
    page.locator(".times button").click()
    assert page.locator(".empty").first.is_visible()
    context.close()


def test_search_as_you_type(chromium: Any, site: str) -> None:
    page = chromium.new_page()
    page.goto(f"{site}/catalogue?lang=zh", wait_until="load")
    page.locator("#q").press_sequentially("企业", delay=30)
    page.locator(".found li").nth(2).wait_for(state="detached")
    assert page.locator(".found li").count() == 2
    assert "q=" in page.url
    page.close()


def test_map_layer_changes_in_place(chromium: Any, site: str) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{site}/?lang=en", wait_until="load")
    page.evaluate("window.kept = true")
    page.locator(".tabs a").nth(2).click()
    page.locator(".tabs a[aria-current]", has_text="Quality").wait_for()
    assert page.evaluate("window.kept") is True
    page.locator("a.division[data-division='440100']").hover()
    assert "lit" in (page.locator("tr[data-division='440100']").get_attribute("class") or "")
    page.close()


def test_charts_are_drawn(chromium: Any, site: str) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{site}/", wait_until="load")
    assert page.locator(".chart canvas").count() == 2
    assert not page.locator(".chart-table table").first.is_visible()
    page.close()


def test_keyboard_walk(chromium: Any, site: str) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{site}/", wait_until="load")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2, "focus is visible"
        seen.append(page.evaluate("document.activeElement.getAttribute('href') || ''"))
    assert {"/catalogue", "/quarantine", "/cities/440100"} <= set(seen)
    page.goto(f"{site}/", wait_until="load")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


def test_a_running_build_renews_itself(chromium: Any, site: str) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/builds/running", wait_until="load")
    page.wait_for_timeout(2500)
    assert sum("/builds/running" in url for url in asked) >= 3
    assert page.locator("#build").count() == 1
    page.close()
