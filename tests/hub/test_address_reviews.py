"""Addresses for review over a real hub: what waits, covered until a purpose is stated, settled, used by the next reading, taken back."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from fastapi.testclient import TestClient

import lingnan
from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.lake import CommitFacts
from lingnan.registers import ADDRESS_LIBRARY, build_address_library, known_names
from lingnan.web import create_app
from tests.hub.accessible import violations
from tests.hub.review_ground import Site
from tests.registers.bureau import FIRST, Bureau
from tests.registers.test_address_library import firm
from tests.served import served

SOURCES = Path(lingnan.__file__).parent / "world" / "sources"
FIRMS = ("南山区科技路5号", "深圳市科苑路8号", "深圳市科苑路9号", "深圳市南山区桃园路1号", "科技大厦3楼")


def read(hub: Hub) -> None:
    """The step of a build that reads addresses."""
    bureau = Bureau(hub.home / "lake")
    known = known_names(hub.address_findings.in_force())
    build_address_library(bureau.lake, bureau.engine, bureau.views(*ADDRESS_LIBRARY.inputs), CommitFacts("test"), known)


@contextmanager
def opened(home: Path, contract: Callable[[str], str] = str) -> Iterator[Site]:
    """A hub whose firms write five addresses; `contract` changes what is promised of firms."""
    for department in ("gongan", "shichang", "ziran", "zhengwu"):
        copytree(SOURCES / department, home / "sources" / department)
    promised = home / "sources" / "shichang" / "enterprise.contract.yaml"
    promised.write_text(contract(promised.read_text(encoding="utf-8")), encoding="utf-8")
    with Hub.open(load_settings(home)) as hub:
        hub.trust.organisations.make("zhengwu", "政数局", "Data bureau")
        hub.trust.organisations.make("renshe", "人社局", "Social security")
        for name, role, unit in (("lin", "steward", "zhengwu"), ("su", "reviewer", "zhengwu"), ("wu", "steward", "renshe")):
            hub.trust.accounts.make_account(name, name, name, roles=(role,), organisation=unit)
        Bureau(home / "lake").deliver("shichang.enterprise", FIRST, *(firm(place, where) for place, where in enumerate(FIRMS)))
        read(hub)
        pages = HubPages(hub)
        yield Site(hub, pages, TestClient(create_app(pages, hub.settings), follow_redirects=False))


@pytest.fixture
def site(new_home: Callable[[str], Path]) -> Iterator[Site]:
    with opened(new_home("addresses")) as made:
        yield made


def item(site: Site, address: str) -> str:
    return next(each.item for each in site.pages.address_reviews.listing("", "", site.who("lin")).items if each.address == address)


def test_what_waits_is_listed_with_its_candidates_and_settled_by_a_button(site: Site) -> None:
    card = site.pages.address_reviews.listing("", "", site.who("lin"))
    lines = {each.address: ([county.code for county in each.candidates][:2], [choice.about for choice in each.choices]) for each in card.items}
    assert lines == {
        "南山区科技路5号": (["230404", "440305"], ["text"]), "科技大厦": ([], ["text"]),
        "深圳市科苑路8号": (["440303", "440304"], ["text", "road"]), "深圳市科苑路9号": (["440303", "440304"], ["text", "road"]),
    }
    page = html.unescape(site.ask("lin", "GET", "/desk/addresses?reason=city_only").text)
    assert 'name="division" value="440305">广东省深圳市南山区<' in page
    assert "“科苑路”在广东省深圳市内只有一处" in page
    assert "南山区科技路5号" not in page
    sent = {"item": item(site, "深圳市科苑路8号"), "about": "road", "division": "440305", "listed": "city_only"}
    done = site.ask("lin", "POST", "/desk/addresses", data=sent)
    assert (done.status_code, done.headers["location"]) == (303, "/desk/addresses?reason=city_only&note=settled")
    read(site.hub)
    card = site.pages.address_reviews.listing("", "", site.who("lin"))
    assert {each.address for each in card.items} == {"南山区科技路5号", "科技大厦"}
    [settled] = card.settled
    assert (settled.name, settled.division.zh, settled.taken_back) == ("科苑路", "广东省深圳市南山区", False)
    site.ask("lin", "POST", "/desk/addresses/take-back", data={"finding": settled.id})
    read(site.hub)
    assert site.pages.address_reviews.listing("", "", site.who("lin")).total == 4


def test_a_county_may_be_typed_and_what_is_none_is_said(site: Site) -> None:
    sent = {"item": item(site, "科技大厦"), "about": "text"}
    for typed, says in (("南山区", "不能确定为一个区县"), ("999999", "不是现行区县的代码"), ("", "不能确定为一个区县")):
        told = site.ask("lin", "POST", "/desk/addresses", data={**sent, "county": typed})
        assert (told.status_code, says in html.unescape(told.text)) == (422, True), typed
    assert site.ask("lin", "POST", "/desk/addresses", data={**sent, "county": "深圳市南山区"}).status_code == 303
    assert site.ask("lin", "POST", "/desk/addresses", data={**sent, "about": "road", "county": "440305"}).status_code == 422
    assert site.ask("lin", "POST", "/desk/addresses", data={**sent, "item": "none", "county": "440305"}).status_code == 404


def test_only_stewards_review(site: Site) -> None:
    assert site.ask("su", "GET", "/desk/addresses").status_code == 403
    sent = {"item": item(site, "科技大厦"), "about": "text", "division": "440305"}
    assert site.ask("su", "POST", "/desk/addresses", data=sent).status_code == 403
    assert site.hub.address_findings.latest() == ()


def test_stewards_of_other_offices_do_not(site: Site) -> None:
    assert site.ask("wu", "GET", "/desk/addresses").status_code == 403
    [line, *_] = site.pages.address_reviews.listing("", "", site.who("lin")).items
    assert site.ask("wu", "POST", "/desk/addresses", data={"item": line.item, "about": "text", "division": "440305"}).status_code == 403


def test_nobody_settles_an_address_that_comes_covered(new_home: Callable[[str], Path]) -> None:
    """A contract that raises the column closes what is made of it: no release speaks for it any more."""

    def raised(text: str) -> str:
        at = text.index("classification:", text.index("- name: address"))
        return text[:at] + text[at:].replace("classification: public", "classification: sensitive", 1)

    with opened(new_home("covered"), raised) as site:
        card = site.pages.address_reviews.listing("", "", site.who("lin"))
        assert (card.masked, {each.address for each in card.items}, {each.candidates for each in card.items}) == (True, {"***"}, {()})
        page = html.unescape(site.ask("lin", "GET", "/desk/addresses").text)
        assert "说明用途后查看" in page
        assert "科技路" not in page
        sent = {"item": card.items[0].item, "about": "text", "division": "440305"}
        told = site.ask("lin", "POST", "/desk/addresses", data=sent)
        assert (told.status_code, "请先说明用途" in told.text) == (403, True)
        assert site.hub.address_findings.latest() == ()


@pytest.mark.browser
def test_the_page_is_accessible_in_both_languages(site: Site, chromium: Any) -> None:
    with served(create_app(site.pages, site.hub.settings)) as address:
        browser = chromium.new_context(viewport={"width": 1280, "height": 900})
        browser.add_cookies([{"name": "lingnan_session", "value": site.session("lin"), "url": address}])
        page = browser.new_page()
        for lang in ("zh", "en"):
            page.goto(f"{address}/desk/addresses?lang={lang}")
            assert violations(page) == [], lang
        page.locator(".doubts li", has_text="科苑路8号").get_by_role("button", name="南山区").press("Enter")
        page.wait_for_url("**note=settled")
        assert page.locator("[role=status]").first.is_visible()
        browser.close()
