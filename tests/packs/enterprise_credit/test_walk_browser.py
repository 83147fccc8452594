"""The same walk in a real browser, on a telephone and a desk: a repair granted, an objection found right, and the leader's figure moves twice."""

import re
from typing import Any

import pytest

from lingnan.hub import Hub
from tests.hub.accessible import violations
from tests.packs.enterprise_credit.walking import OBJECTION, PACK, REPAIR, Walk, walk
from tests.served import served, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.long]


def figure(page: Any, address: str) -> int:
    page.goto(f"{address}/boards/enterprise_credit.monitor", wait_until="load")
    return int(re.sub(r"\D", "", page.locator("a.board-number[href*='/shown']").first.inner_text()))


def asked(page: Any, address: str, way: str, number: str, told: dict[str, str]) -> str:
    """A case asked for from the row on the enterprise's own page; gives its number."""
    page.goto(f"{address}{PACK}/pages/mine", wait_until="load")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.locator("tr").filter(has_text=number).locator(f"a[href*='{way}']").first.click()
    page.wait_for_load_state("load")
    assert page.input_value("[name='form.document_no']") == number
    for name, value in told.items():
        page.fill(f"[name='form.{name}']", value)
    page.locator("form[action^='/cases/new/'] button[type=submit]").click()
    page.wait_for_load_state("load")
    return str(page.locator("p.once, .once").first.inner_text())


def act(page: Any, address: str, case: str, transition: str, note: str) -> None:
    page.goto(f"{address}/cases/{case}", wait_until="load")
    form = page.locator(f"form[action$='/act/{transition}']")
    if not form.is_visible():
        page.locator("details.act", has=form).locator("summary").click()
    if note:
        form.locator("textarea[name=note]").fill(note)
    form.locator("button[type=submit]").click()
    page.wait_for_load_state("load")


def walked(chromium: Any, walk: Walk, address: str) -> None:
    leader, clerk, chief = (signed_in(chromium, address, walk.sessions[f"walk.{who}"]) for who in ("leader", "clerk", "chief"))
    firm, other = signed_in(chromium, address, walk.sessions["walk.firm"], 390), signed_in(chromium, address, walk.sessions["walk.other"])
    before = figure(leader, address)
    repair = asked(firm, address, "ask_repair", walk.repaired[1], REPAIR)
    objection = asked(other, address, "ask_objection", walk.objected[1], OBJECTION)
    act(clerk, address, repair, "accept", "")
    act(clerk, address, repair, "propose", "已纠正并履行义务，公示满最短期限")
    act(chief, address, repair, "grant", "准予修复")
    act(clerk, address, objection, "report", "处罚决定确已撤销")
    walk.build()
    assert (walk.shown(walk.repaired), walk.shown(walk.objected)) == ([], [True])
    assert figure(leader, address) == before - 1
    firm.goto(f"{address}{PACK}/pages/mine", wait_until="load")
    assert firm.locator("tr").filter(has_text=walk.repaired[1]).get_by_text("已修复").count()
    act(chief, address, objection, "correct", "异议成立，停止公示并请来源部门更正")
    walk.build()
    assert walk.shown(walk.objected) == []
    assert figure(leader, address) == before - 2
    other.goto(f"{address}/cases/{objection}", wait_until="load")
    assert other.get_by_text("异议成立").count(), "the enterprise reads the reasons"


def test_an_enterprise_asks_the_office_decides_and_a_leader_sees_the_figure_move(chromium: Any, changeable: Hub) -> None:
    changeable.close()
    with walk(changeable.home) as there, served(there.app) as address:
        walked(chromium, there, address)
