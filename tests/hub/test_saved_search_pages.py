"""My saved searches in the browser: kept from what the address carries, told of, removed, and nobody else's."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import FixedClock, Settings
from lingnan.hub import Hub, HubPages
from lingnan.hub.catalogue_rounds import look_at_catalogue
from lingnan.web import create_app
from tests.catalogue.conftest import FORMS, GONGAN
from tests.hub.test_identity_pages import SITE, Browser

START = datetime(2026, 10, 31, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    with Hub.open(Settings(home=new_home("saved"), site=SITE, clock=START)) as opened:
        opened.catalogue.register_many(FORMS)
        yield opened


@pytest.fixture(scope="module")
def app(hub: Hub) -> Any:
    return create_app(HubPages(hub), hub.settings)


def citizen(hub: Hub, app: Any, name: str) -> Browser:
    return back(hub, app, hub.trust.accounts.make_account(name, "市民", "Citizen", kind="citizen"))


def back(hub: Hub, app: Any, account: str) -> Browser:
    """Who signs in again: a session lasts eight hours, searches are looked at once a day."""
    browser = Browser(app)
    browser.enter(hub.trust.sessions.open(account, 2, method="password").token)
    return browser


def test_a_search_is_kept_looked_at_told_and_removed(hub: Hub, app: Any) -> None:
    account = hub.trust.accounts.make_account("keeper", "市民", "Citizen", kind="citizen")
    mine = back(hub, app, account)
    assert 'href="/saved-searches?q=%E6%88%B7%E7%B1%8D&amp;department=gongan"' in mine.get("/catalogue?q=户籍&department=gongan").text
    form = mine.get("/saved-searches?q=户籍&department=gongan&lang=zh").text
    assert 'name="filter.department" value="gongan"' in form
    kept = mine.submit("/saved-searches", **{"q": "户籍", "title": "户籍动态", "filter.department": "gongan"})
    assert (kept.status_code, kept.headers["location"]) == (303, "/saved-searches")
    assert "户籍动态" in mine.get("/saved-searches?lang=zh").text

    assert isinstance(hub.clock, FixedClock)
    hub.clock.advance(timedelta(days=1))
    hub.catalogue.register({"key": "gongan.permit", "zh": "户籍迁移审批", "en": "Moves approved", "department": GONGAN})
    hub.clock.advance(timedelta(hours=1))
    look_at_catalogue(hub.catalogue, hub.storage)
    hub.deliver()
    mine = back(hub, app, account)
    assert "“户籍动态”有 1 项新资源" in mine.get("/notices?lang=zh").text

    search = re.search(r'name="search" value="([^"]+)"', mine.get("/saved-searches").text)
    assert search is not None
    other = citizen(hub, app, "neighbour")
    assert "户籍动态" not in other.get("/saved-searches?lang=zh").text
    assert other.submit("/saved-searches/remove", search=search[1]).status_code == 404
    assert mine.submit("/saved-searches/remove", search=search[1]).status_code == 303
    assert "户籍动态" not in mine.get("/saved-searches?lang=zh").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_search_comes_back_with_a_sentence(hub: Hub, app: Any, lang: str) -> None:
    mine = citizen(hub, app, f"empty-{lang}")
    answer = mine.submit(f"/saved-searches?lang={lang}", q="，", title="全部")
    assert answer.status_code == 422
    assert ("没有检索词" if lang == "zh" else "neither words nor filters") in answer.text


def test_whoever_is_not_signed_in_is_asked_to(app: Any) -> None:
    assert Browser(app).get("/saved-searches").status_code in (303, 401, 403)
    assert "/saved-searches" not in Browser(app).get("/catalogue?q=户籍").text
