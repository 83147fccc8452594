"""An enterprise asks for repair of its notice, the office decides with reasons, and notice and the leader's figure follow the next build."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.hub import Hub
from tests.packs.enterprise_credit.walking import FIGURE, OBJECTION, PACK, REPAIR, Walk, walk


class Site:
    """The site as each of the people asks it."""

    def __init__(self, walk: Walk) -> None:
        self._site, self._sessions = TestClient(walk.app, follow_redirects=False), walk.sessions
        self._day = walk.hub.clock.now().date().isoformat()

    def get(self, who: str, path: str) -> Any:
        """A page or its JSON."""
        self._site.cookies.clear()
        return self._site.get(path, headers={"Cookie": f"lingnan_session={self._sessions[who]}"} if who else {})

    def post(self, who: str, path: str, data: dict[str, str]) -> Any:
        """A form sent from a page of the site."""
        self._site.cookies.clear()
        session = self._sessions[who]
        token = hmac.digest(session.encode(), b"lingnan form", hashlib.sha256).hex()
        return self._site.post(path, data={**data, "forgery_token": token}, headers={"Cookie": f"lingnan_session={session}"})

    def asked(self, who: str, page: str, number: str, told: dict[str, str]) -> str:
        """A case asked for about a document from the enterprise's own page; gives its number."""
        ways = re.findall(rf'href="({PACK}/pages/{page}\?[^"]+)"', self.get(who, f"{PACK}/pages/mine").text)
        forms = [self.get(who, way).headers["location"] for way in ways]
        form = next(each for each in forms if f'value="{number}"' in self.get(who, each).text)
        sent = {"form.document_no": number, "once": number, **{f"form.{name}": value for name, value in told.items()}}
        opened = self.post(who, form.partition("?")[0], sent)
        assert opened.status_code == 200, re.findall(r'role="alert">([^<]+)', opened.text)
        return re.findall(r'class="once">([^<]+)<', opened.text)[0]

    def measures_on(self, who: str, codes: list[str], **purpose: str) -> Any:
        """What a department asks at approval of many applicants at once."""
        self._site.cookies.clear()
        session, day = self._sessions[who], self._day
        held = {"Cookie": f"lingnan_session={session}", "X-Forgery-Token": hmac.digest(session.encode(), b"lingnan form", hashlib.sha256).hex()}
        asked = [{"uscc": code, "day": day, "known_on": day} for code in codes]
        return self._site.post(f"/api/v1{PACK}/queries/measures_on", json={"asked": asked, **purpose}, headers=held)

    def act(self, who: str, case: str, transition: str, note: str = "") -> int:
        """A step in a case."""
        version = re.search(r'name="version" value="(\d+)"', self.get(who, f"/cases/{case}").text)
        return self.post(who, f"/cases/{case}/act/{transition}", {"version": version[1] if version else "0", "note": note}).status_code

    def figure(self) -> int:
        """How many penalties are shown, as the leader reads it."""
        panel = self.get("walk.leader", FIGURE)
        assert panel.status_code == 200, panel.text
        return int(re.findall(r'"value":\s*"?(\d+)', panel.text)[0])


@pytest.fixture
def ground_of_walk(changeable: Hub) -> Iterator[Walk]:
    changeable.close()
    with walk(changeable.home) as there:
        yield there


def test_notice_and_figure_follow_what_was_decided(ground_of_walk: Walk) -> None:
    walk, site = ground_of_walk, Site(ground_of_walk)
    (firm, penalty), (_other, disputed) = walk.repaired, walk.objected
    before, mine = site.figure(), site.get("walk.firm", f"{PACK}/pages/mine").text
    assert penalty in mine
    assert disputed not in mine
    assert penalty in site.get("", f"{PACK}/pages/entity?uscc={firm}").text, "everybody sees the notice"
    asked_at_approval(site, walk.listed, firm)
    repair, objection = site.asked("walk.firm", "ask_repair", penalty, REPAIR), site.asked("walk.other", "ask_objection", disputed, OBJECTION)
    assert site.act("walk.firm", repair, "accept") in (403, 409), "nobody accepts what is asked for by oneself"
    for who, transition, note in (("walk.clerk", "accept", ""), ("walk.clerk", "propose", "已纠正，公示满期"), ("walk.chief", "grant", "准予修复")):
        assert site.act(who, repair, transition, note) == 303, transition
    assert site.get("walk.other", f"/cases/{repair}").status_code == 404
    assert site.figure() == before, "what is not built yet is not counted"
    walk.build()
    assert (walk.shown(walk.repaired), site.figure()) == ([], before - 1)
    assert penalty not in site.get("", f"{PACK}/pages/entity?uscc={firm}").text
    assert "已修复" in site.get("walk.firm", f"{PACK}/pages/mine").text
    assert walk.shown(walk.objected) == [True], "it is marked while it is verified"
    own = "/api/v1/reports/enterprise_credit.own_credit"
    assert penalty in site.get("walk.firm", own).text, "the enterprise keeps knowing it"
    assert penalty not in site.get("walk.other", own).text
    assert site.get("walk.clerk", own).status_code == 403
    assert site.act("walk.clerk", objection, "report", "处罚决定确已撤销") == 303


def asked_at_approval(site: Site, listed: str, firm: str) -> None:
    """With a purpose a department is told which measures apply and by which law; without one, and to an enterprise, nothing."""
    purpose = {"purpose": "case-handling", "article": "行政许可法第三十四条", "matter": "2026-1"}
    told = site.measures_on("walk.clerk", [firm, listed], **purpose).json()
    assert {row["asked"] for row in told["rows"]} == {1}
    assert all(row["law"] and row["document_no"] and row["effect"] == "sanction" for row in told["rows"])
    assert [site.measures_on("walk.clerk", [listed]).status_code, site.measures_on("walk.firm", [listed], **purpose).status_code] == [403, 403]
