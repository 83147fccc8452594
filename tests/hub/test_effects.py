"""A decided case changes what it was about, once, whoever asks again; each flow of the hub walked to its effect on a real hub."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import Settings
from lingnan.casework.cases import decided_bytes
from lingnan.hub import Hub
from lingnan.standards.organisations import uscc_check_digit
from lingnan.trust import Purpose, Subject

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = {"administrator": "guanli", "security": "anquan", "auditor": "shenji", "steward": "lin", "reviewer": "wu"}


@pytest.fixture(scope="module")
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    opened = Hub.open(Settings(home=new_home("hub"), clock=NOW))
    accounts = opened.trust.accounts
    unit = accounts.make_organisation("zhengwu", "政务服务数据管理局", "Data Administration")
    accounts.make_organisation("gongan", "公安厅", "Public Security")
    for role, name in PEOPLE.items():
        accounts.make_account(name, name, name, roles=(role,), organisation="zhengwu")
    accounts.make_account("huang", "黄", "Huang", roles=("steward",), organisation="gongan")
    accounts.make_account("citizen1", "市民", "Citizen", kind="citizen")
    assert unit
    with opened as hub:
        yield hub


def who(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(PEOPLE.get(name, name))


def receipt(hub: Hub, number: str, transition: str, subject: Subject, form: dict[str, Any], note: str) -> str:
    """The subject's own signature of what is decided, where the flow asks for one."""
    action = next((each for each in hub.office.casework.cases.sheet(number, subject).actions if each.transition == transition), None)
    if action is None or not action.signature:
        return ""
    signatures = hub.trust.signatures
    return signatures.sign(subject, "decision", signatures.digest(decided_bytes(number, transition, form, note)), number).text


def walk(hub: Hub, number: str, *steps: tuple[str, str, dict[str, Any], str]) -> str:
    for transition, actor, form, note in steps:
        signature = receipt(hub, number, transition, who(hub, actor), form, note)
        moved = hub.office.casework.cases.act(number, transition, who(hub, actor), form, note, signature=signature)
    hub.deliver()
    return moved.state


def test_an_account_is_opened_by_two_and_only_once(hub: Hub) -> None:
    facts = {"account": "zhang.new", "full_name": "张新", "organisation": "zhengwu", "role": "analyst", "duties": "月度统计分析"}
    case = hub.office.casework.cases.open("account-request", who(hub, "steward"), facts)
    checked = ("check", "administrator", {"identity_proof": "letter"}, "来函已核")
    assert walk(hub, case.number, checked, ("approve", "security", {}, "同意")) == "opened"
    made = hub.trust.accounts.account("zhang.new")
    assert made.roles == ("analyst",)
    assert not made.disabled
    hub.deliver()
    assert hub.trust.accounts.account("zhang.new") == made


def test_an_agent_gets_authority_and_loses_it(hub: Hub) -> None:
    cases, code = hub.office.casework.cases, "91440101MA59A1B2C" + uscc_check_digit("91440101MA59A1B2C")
    letter = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    facts = {"credit_code": code, "agent": "citizen1", "scope": "apply", "valid_from": "2026-03-01", "valid_until": "2026-12-31"}
    case = cases.open("agent-authority", who(hub, "citizen1"), facts)
    hub.office.attachments.store(who(hub, "citizen1"), ("case", case.id), "授权委托书.pdf", [letter])
    walk(hub, case.number, ("check", "steward", {}, "齐全"), ("grant", "reviewer", {}, "同意"))
    agent = who(hub, "citizen1").account
    authority = hub.trust.agency.may_act(agent, code, "apply", date(2026, 3, 2))
    assert authority is not None
    assert authority.case == case.id
    assert hub.trust.agency.may_act(agent, code, "dispute", date(2026, 3, 2)) is None
    walk(hub, case.number, ("revoke", "citizen1", {}, "不再委托"))
    assert hub.trust.agency.may_act(agent, code, "apply", date(2026, 3, 2)) is None


def test_a_disputed_entry_is_marked_until_it_is_decided(hub: Hub) -> None:
    cases = hub.office.casework.cases
    facts = {"table": "gongan.household", "entry_key": "P1", "items": "address", "claim": "住址已变更", "correct_value": "天河区"}
    case = cases.open("data-correction", who(hub, "citizen1"), facts)
    walk(hub, case.number, ("accept", "steward", {}, ""))
    assert [mark.number for mark in hub.office.casework.disputes.of("gongan.household", "P1")] == [case.number]
    walk(
        hub, case.number, ("forward", "steward", {"source_department": "gongan"}, ""),
        ("report", "huang", {"finding": "wrong", "verification": "已核查户籍底册"}, ""), ("confirm_correction", "reviewer", {}, "属实"),
    )
    assert hub.office.casework.disputes.of("gongan.household", "P1") == []
    told = hub.office.alerts.alerts(who(hub, "huang"))
    assert [alert.rule for alert in told.items] == ["correction-requested"]
    assert any(entry.action == "correction.request" for entry in hub.trust.audit.entries(limit=1000))


def test_a_policy_is_put_in_force_by_a_second_person(hub: Hub) -> None:
    text = '''@id("no-previews-by-analysts") @zh("分析员不得预览") @en("Analysts see no previews") @basis("测试")
forbid (principal, action == Action::"preview", resource) when { principal.roles.contains("analyst") };
'''
    candidate = hub.trust.policy_sets.propose(text, who(hub, "security"))
    assert candidate.errors == ()
    facts = {"draft": candidate.id, "summary": "收紧预览", "basis": "内部规定", "widens": "no"}
    case = hub.office.casework.cases.open("policy-change", who(hub, "security"), facts)
    hub.trust.accounts.make_account("anquan2", "安全二", "Security two", roles=("security",), organisation="zhengwu")
    walk(
        hub, case.number, ("try", "security", {"decisions_changed": 3, "dry_run": "影响预览"}, ""), ("approve", "anquan2", {}, "同意"),
    )
    active = hub.trust.policy_sets.active()
    assert active is not None
    assert active.digest == candidate.digest


def test_an_override_that_was_used_is_reviewed(hub: Hub) -> None:
    purpose = Purpose("emergency", "突发事件应对法 第六十四条", "YJ-1")
    asked = hub.trust.overrides.request(who(hub, "steward"), "registers.people", ["address"], "洪水转移安置需要核对住址", purpose, 30)
    signatures, second = hub.trust.signatures, who(hub, "security")
    approval = signatures.sign(second, "decision", signatures.digest(hub.trust.overrides.to_sign(second, asked.id)), "应急越权批准")
    hub.trust.overrides.approve(second, asked.id, approval.text)
    hub.trust.overrides.end(who(hub, "steward"), asked.id)
    hub.trust.keep_watch()
    hub.deliver()
    raised = [alert.rule for alert in hub.office.alerts.alerts(who(hub, "auditor")).items if "override" in alert.rule]
    assert raised == ["override-ended"], "told once, whoever announces it"
    lines = hub.office.casework.inbox.of(who(hub, "auditor")).items
    review = next(line for line in lines if line.flow == "emergency-override")
    told = hub.office.casework.cases.facts(review.number)
    assert (told["purpose"], told["article"], told["matter"]) == ("emergency", "突发事件应对法 第六十四条", "YJ-1")
    hub.deliver()
    assert sum(line.flow == "emergency-override" for line in hub.office.casework.inbox.of(who(hub, "auditor")).items) == 1
    assert walk(hub, review.number, ("justify", "auditor", {}, "情况属实")) in ("justified", "to_review")


def test_the_office_works_in_rounds(hub: Hub) -> None:
    hub.office.tick()
    hub.office.casework.cases.tick(NOW + timedelta(days=60))
    hub.deliver()
    assert hub.office.alerts.counts(who(hub, "auditor"))["open"]
