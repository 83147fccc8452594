"""Models on pages: what answers and why, the card of each, approval by a second person who sees its numbers, and the way back."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.base import Settings
from lingnan.hub import Hub, HubPages
from lingnan.hub.boards import hub_boards
from lingnan.packkit import ModelRegister, model_digest
from lingnan.packkit.modelling.measuring import Fold, Looked, Measured
from lingnan.web import create_app
from tests.hub.accessible import violations
from tests.served import served

KEY = "environment.air_forecast"
FOUND = Measured(
    126, (Fold("o3 · 1", 500, 6.0, 8.0), Fold("pm25 · 24", 500, 9.0, 8.5)), 7.5, 8.25, True, {}, {"int_air_city_hour.value": 0.12},
    {"int_air_city_hour": Looked(30_240, "2026-01-01", "2026-03-31")}, {"covered": 0.88},
)
PEOPLE = {"asker": ("steward", "reviewer"), "second": ("reviewer",), "viewer": ("auditor",)}


class Site:
    """A hub whose packs ship with it, its site, and sessions of everybody."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.register = hub, ModelRegister(hub.storage, hub.clock)
        self.app = create_app(HubPages(hub), hub.settings)
        self.client, self._sessions = TestClient(self.app, follow_redirects=False), dict[str, str]()
        self.pack = next(each for each in hub.packs if each.id == "environment")
        self.digest = model_digest(self.pack, "air_forecast")

    def session(self, who: str) -> str:
        if who not in self._sessions:
            self._sessions[who] = self.hub.trust.sessions.open(who, 2, method="password").token
        return self._sessions[who]

    def get(self, path: str, who: str = "") -> Any:
        self.client.cookies.clear()
        return self.client.get(path, headers={"Cookie": f"lingnan_session={self.session(who)}"} if who else {})

    def post(self, who: str, path: str, data: dict[str, str]) -> Any:
        session = self.session(who)
        token = hmac.digest(session.encode(), b"lingnan form", hashlib.sha256).hex()
        self.client.cookies.clear()
        return self.client.post(path, data={**data, "forgery_token": token}, headers={"Cookie": f"lingnan_session={session}"})

    def act(self, who: str, number: str, transition: str, **form: str) -> Any:
        version = re.search(r'name="version" value="(\d+)"', self.get(f"/cases/{number}", "second").text)
        answer = self.post(who, f"/cases/{number}/act/{transition}", {"version": version[1] if version else "1", **form})
        self.hub.deliver()
        return answer

    def asked(self, who: str = "asker") -> str:
        """The number of a case opened from the card's own link."""
        link = re.findall(r'href="(/cases/new/model-approval[^"]+)"', self.get(f"/models/{KEY}", who).text)[0].replace("&amp;", "&")
        told = dict(re.findall(r'name="(form\.\w+)"[^>]* value="([^"]*)"', self.get(link, who).text))
        assert told["form.model_version"] == self.digest
        answer = self.post(who, "/cases/new/model-approval", {**told, "form.reason": "回测优于基线。", "once": link + str(len(self._sessions))})
        return str(re.findall(r'class="once">([^<]+)<', answer.text)[0])

    def answering(self) -> str:
        return str(self.get(f"/api/v1/models/{KEY}").json()["tile"]["answering"])

    def learn(self, found: Measured = FOUND) -> Any:
        return self.register.settle("environment", "air_forecast", self.digest, found, {"environment.int_air_city_hour": 3})


@pytest.fixture
def site(new_home: Callable[[str], Path]) -> Iterator[Site]:
    with Hub.open(Settings(home=new_home("models"))) as hub:
        hub.trust.accounts.make_organisation("zhengwu", "政务局", "Data Bureau")
        for name, roles in PEOPLE.items():
            hub.trust.accounts.make_account(name, f"人员{name}", name, roles=roles, organisation="zhengwu")
        yield Site(hub)


def test_every_state_is_told_apart_in_both_languages(site: Site) -> None:
    assert site.answering() == "not_built"
    for found, zh, en in (
        (replace(FOUND, lacking="models"), "未装扩展", "its extra is not installed"), (replace(FOUND, lacking="data"), "数据太少", "too little"),
        (FOUND, "未经批准", "not approved"),
    ):
        site.learn(found)
        assert zh in site.get("/models").text
        assert en in site.get("/models?lang=en").text
        assert zh in site.get("/packs/environment").text
    told = site.get("/api/v1/models").json()
    tile = next(each for each in told["items"] if each["key"] == KEY)
    assert (tile["state"], tile["answering"], tile["error"], tile["baseline_error"]) == ("candidate", "not_approved", 7.5, 8.25)
    assert tile["gain"] == pytest.approx(100 * 0.75 / 8.25)
    assert site.get("/models/none.none").status_code == 404


def test_the_card_says_what_for_what_from_and_how_well(site: Site) -> None:
    site.learn()
    site.learn(replace(FOUND, drift={"int_air_city_hour.value": 0.3}))
    page = site.get(f"/models/{KEY}").text
    for shown in ("绝不用于", "处罚或限产企业的依据", "30,240", "2026-01-01 – 2026-03-31", "scikit-learn", "0.88", "已漂移", "Friedman"):
        assert shown in page, shown
    assert '<th scope="row">细颗粒物 PM₂.₅ · 24 h</th>' in page, "a fold is called as the code list and the unit of its columns say"
    assert "o3 · 1" not in page
    assert page.count('<svg class="picture"') == 6, "back-test, errors and drift, each for a wide page and for a phone"
    told = site.get(f"/api/v1/models/{KEY}").json()
    assert [(each["version"], each["rows"], each["last"]) for each in told["tables"]] == [(3, 30_240, "2026-03-31")]
    assert [each["drift"] for each in told["fits"]] == [{"int_air_city_hour.value": 0.12}, {"int_air_city_hour.value": 0.3}]
    assert "pictures" not in told
    boards = hub_boards(site.hub, site.hub.clock.now().date())
    board = next(each for key, each in boards.items() if key.startswith("environment."))
    assert [key for key, _title in board.models("environment.air_forecast")] == [KEY]
    assert board.models("environment.air_item") == ()


def test_a_second_person_approves_by_page_and_the_way_back_is_open(site: Site) -> None:
    site.learn()
    number = site.asked()
    assert "有一件审批待办理" in site.get(f"/models/{KEY}", "second").text
    assert number not in site.get(f"/models/{KEY}").text
    case = site.get(f"/cases/{number}", "second").text
    for shown in ("申请的模型", "7.5", "8.25", f"/models/{KEY}"):
        assert shown in case, shown
    own = site.act("asker", number, "approve", **{"form.examined": "自己看过。"})
    assert own.status_code == 403, "who asks does not decide, whatever roles they hold"
    assert site.answering() == "not_approved"
    assert site.act("second", number, "approve", **{"form.examined": "已核对回测。"}).status_code == 303
    assert site.answering() == "next_build"
    assert site.learn() is None
    assert site.answering() == "model"
    assert "已核对回测。" in site.get(f"/models/{KEY}", "second").text
    assert "人员second" in site.get(f"/models/{KEY}", "second").text
    assert "已核对回测。" not in site.get(f"/models/{KEY}").text
    assert site.act("second", number, "retire", note="改用新版本。").status_code == 303
    assert site.answering() == "retired"
    assert site.learn() == "retired"


def test_a_refusal_gives_its_reason_and_leaves_the_baseline(site: Site) -> None:
    site.learn()
    number = site.asked()
    assert site.act("second", number, "refuse").status_code == 422
    assert site.act("second", number, "refuse", note="个别污染物不如基线。").status_code == 303
    assert "个别污染物不如基线。" in site.get(f"/cases/{number}", "asker").text
    assert site.answering() == "not_approved"
    assert site.learn() == "not_approved"


@pytest.mark.browser
def test_cards_are_accessible_on_desk_and_phone(site: Site, chromium: Any) -> None:
    site.learn()
    site.learn(replace(FOUND, drift={"int_air_city_hour.value": 0.3}))
    with served(site.app) as address:
        for path, width in (("/models", 1280), (f"/models/{KEY}?lang=en", 390)):
            page = chromium.new_page(viewport={"width": width, "height": 900})
            page.goto(address + path)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            page.close()
