"""A citizen applies online, the desk accepts and decides: the flow of the pack on a real hub, with its limits in working days."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lingnan.base import Missing, Refused, Settings
from lingnan.hub import Hub
from lingnan.trust import Subject

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FLOW = "gov_services-apply"
FACTS = {"item_code": "44000203", "request": "申请参保登记", "phone": "13800000000"}


@pytest.fixture(scope="module")
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    opened = Hub.open(Settings(home=new_home("services"), clock=NOW))
    accounts = opened.trust.accounts
    accounts.make_organisation("zhengwu", "政务服务数据管理局", "Data Administration")
    accounts.make_account("clerk", "窗口", "Desk", roles=("steward",), organisation="zhengwu")
    accounts.make_account("chief", "首席代表", "Chief", roles=("reviewer",), organisation="zhengwu")
    for name in ("citizen1", "citizen2"):
        accounts.make_account(name, "市民", "Citizen", kind="citizen")
    with opened as hub:
        yield hub


def who(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(name)


def test_a_citizen_applies_and_the_desk_grants(hub: Hub) -> None:
    cases = hub.office.casework.cases
    case = cases.open(FLOW, who(hub, "citizen1"), FACTS, handler="zhengwu").number
    assert cases.act(case, "accept", who(hub, "clerk")).state == "accepted"
    due = {each.rule: each.due_on for each in cases.sheet(case, who(hub, "clerk")).deadlines if each.remaining is not None}
    assert due == {"gov_services.decide_days": date(2026, 3, 30)}
    assert cases.act(case, "grant", who(hub, "clerk")).state == "granted"
    assert cases.sheet(case, who(hub, "citizen1")).line.state == "granted"


def test_what_is_missing_is_told_at_once_and_refusing_needs_a_reviewer_with_a_reason(hub: Hub) -> None:
    cases = hub.office.casework.cases
    case = cases.open(FLOW, who(hub, "citizen1"), FACTS, handler="zhengwu").number
    assert cases.act(case, "return", who(hub, "clerk"), note="缺照片").state == "amending"
    assert cases.act(case, "resubmit", who(hub, "citizen1"), {"request": "补照片"}).state == "applied"
    cases.act(case, "accept", who(hub, "clerk"))
    with pytest.raises(Refused):
        cases.act(case, "refuse", who(hub, "clerk"), note="不符合条件")
    assert cases.act(case, "refuse", who(hub, "chief"), note="不符合条件").state == "refused"


def test_nobody_acts_on_the_case_of_another(hub: Hub) -> None:
    cases = hub.office.casework.cases
    case = cases.open(FLOW, who(hub, "citizen1"), FACTS, handler="zhengwu").number
    with pytest.raises(Missing):
        cases.act(case, "withdraw", who(hub, "citizen2"))
    assert cases.act(case, "withdraw", who(hub, "citizen1")).state == "withdrawn"


def test_limits_are_figures_of_the_pack(hub: Hub) -> None:
    rules = hub.office.casework.flows.rules
    days = {name: rules.find(f"gov_services.{name}", "440100", date(2026, 3, 2)) for name in ("accept_days", "decide_days", "amend_days")}
    assert {name: (found.days, found.unit) for name, found in days.items()} == {
        "accept_days": (5, "working"), "decide_days": (20, "working"), "amend_days": (30, "working"),
    }
