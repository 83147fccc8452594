"""The same walk in a real browser: a citizen on a telephone, the desk and a leader, until the leader's figure has moved."""

import re
from typing import Any

import pytest

from lingnan.hub import Hub
from tests.hub.accessible import violations
from tests.hub.test_form_browser import until
from tests.packs.gov_services.walking import APPLICATION, DESK, ITEMS, Walk, recorded, walk
from tests.served import served, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.long]
BOARD = "/boards/gov_services.leader"


def figure(page: Any, address: str) -> int:
    page.goto(f"{address}{BOARD}", wait_until="load")
    return int(re.sub(r"\D", "", page.locator("a.board-number[href*='/cases']").first.inner_text()))


def walked(chromium: Any, walk: Walk, address: str) -> None:
    leader = signed_in(chromium, address, walk.sessions["walk.leader"])
    before = figure(leader, address)
    assert before == walk.cases()
    citizen = signed_in(chromium, address, walk.sessions["walk.citizen"], 390)
    citizen.goto(f"{address}/packs/gov_services/pages/apply", wait_until="load")
    assert violations(citizen) == []
    assert citizen.evaluate("document.documentElement.scrollWidth") <= 390
    for name, value in APPLICATION.items():
        citizen.fill(f"[name='form.{name}']", value)
    citizen.click("form.form button[type=submit]")
    number = citizen.locator(".once").first.inner_text()
    desk = signed_in(chromium, address, walk.sessions["walk.desk"])
    for transition, state in (("accept", "审查中"), ("grant", "准予")):
        desk.goto(f"{address}/cases/{number}", wait_until="load")
        act = desk.locator("details.act").filter(has=desk.locator(f"form[action$='/act/{transition}']"))
        if act.get_attribute("open") is None:
            act.locator("summary").click()
        act.locator("button[type=submit]").click()
        desk.locator(".timeline").get_by_text(state).first.wait_for()
    desk.goto(f"{address}{DESK}", wait_until="load")
    desk.click(".add-row")
    for name, value in recorded(number).items():
        field = desk.locator(f"[name='{name}']")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    desk.click("#filling [type=submit]:not(.add-row)")
    until(desk, "document.getElementById('kept').hidden && !document.querySelector(\"[name='form.0.case_no']\").value")
    walk.build()
    assert figure(leader, address) == before + len(ITEMS)
    citizen.goto(f"{address}/cases/{number}", wait_until="load")
    assert citizen.get_by_text("准予").count()


def test_a_citizen_applies_the_desk_handles_and_a_leader_sees_the_figure_move(chromium: Any, changeable: Hub) -> None:
    changeable.close()
    with walk(changeable.home) as there, served(there.app) as address:
        walked(chromium, there, address)
