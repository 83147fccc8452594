"""Furnishes a demo's office: made people of every role, and cases in several states, moved by the engine itself; asked again, nothing changes."""

from dataclasses import dataclass

from lingnan.base import AlertRaised
from lingnan.casework import Opened
from lingnan.hub.office import CASE
from lingnan.hub.pages.models import model_matter
from lingnan.hub.service import Hub
from lingnan.standards.organisations import uscc_check_digit
from lingnan.trust import SYSTEM, Subject

BUREAU, DEPARTMENT = "zhengwu", "shichang"
UNITS = {
    BUREAU: ("政务服务数据管理局", "Government Services and Data Administration"),
    DEPARTMENT: ("市场监督管理局", "Administration for Market Regulation"), "gongan": ("公安厅", "Public Security Department"),
    "fagai": ("发展改革委", "Development and Reform Commission"),
}
OFFICIALS = {
    "reviewer": ("演示审核员", "Demo reviewer", "reviewer", BUREAU), "analyst": ("演示分析员", "Demo analyst", "analyst", BUREAU),
    "administrator": ("演示系统管理员", "Demo administrator", "administrator", BUREAU),
    "security": ("演示安全管理员", "Demo security officer", "security", BUREAU), "auditor": ("演示审计员", "Demo auditor", "auditor", BUREAU),
    "steward.shichang": ("演示数据管理员（市场监管）", "Demo steward, market regulation", "steward", DEPARTMENT),
    "steward.gongan": ("演示数据管理员（公安）", "Demo steward, public security", "steward", "gongan"),
    "steward.fagai": ("演示信用科员（发改）", "Demo steward, credit office", "steward", "fagai"),
    "reviewer.fagai": ("演示信用科长（发改）", "Demo reviewer, credit office", "reviewer", "fagai"),
}
CITIZEN = "demo.citizen"
ENTITIES, NO_ENTRY = "registers.entities", "E00000000000000000000"
LETTER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PRINCIPAL = "91440000000000000"
"""A credit code that no legal person of the demo or elsewhere has: its middle is all noughts."""
Step = tuple[str, str, dict[str, str], str]


@dataclass(frozen=True)
class DemoPeople:
    """The made people besides the steward, by account name."""

    names: tuple[str, ...]


def furnish_office(hub: Hub) -> DemoPeople:
    """Make the demo's people, cases and alerts; the steward's account stands already."""
    people = _people(hub)
    _corrections(hub)
    _applications(hub)
    _alerts(hub)
    packs = _models(hub)
    hub.deliver()
    if packs:
        hub.build(only=packs)
    return people


def _people(hub: Hub) -> DemoPeople:
    accounts = hub.trust.accounts
    standing = {unit.key for unit in hub.trust.organisations.listing()}
    for key in UNITS.keys() - standing:
        accounts.make_organisation(key, *UNITS[key])
    for name, (zh, en, role, unit) in OFFICIALS.items():
        if not accounts.exists(name):
            accounts.make_account(name, zh, en, roles=(role,), organisation=unit)
    if not accounts.exists(CITIZEN):
        accounts.make_account(CITIZEN, "演示市民", "Demo citizen", kind="citizen")
    return DemoPeople((*OFFICIALS, CITIZEN))


def _corrections(hub: Hub) -> None:
    """Three disputes: one just sent, one being verified with its evidence, one found right to be corrected."""
    keys = _entries(hub, 3)
    _open(hub, CITIZEN, "data-correction", "sent", {"claim": "企业名称中的地名有误（演示）。", **_about(keys[0])})
    verified = _open(hub, CITIZEN, "data-correction", "verifying", {
        "claim": "注册地址已变更，登记簿仍为旧址（演示）。", "correct_value": "以变更登记为准（演示）。", "items": "address", **_about(keys[1])
    })
    if verified:
        hub.office.attachments.store(_subject(hub, CITIZEN), (CASE, verified.id), "演示证明材料.pdf", [LETTER], declared="application/pdf")
        _walk(hub, verified, (("accept", "steward", {}, ""), ("forward", "steward", {"source_department": DEPARTMENT}, "请核对变更登记。")))
    corrected = _open(hub, CITIZEN, "data-correction", "corrected", {"claim": "经营状态有误（演示）。", **_about(keys[2])})
    if corrected:
        _walk(hub, corrected, (
            ("accept", "steward", {}, ""), ("forward", "steward", {"source_department": DEPARTMENT}, ""),
            ("report", "steward.shichang", {"finding": "wrong", "verification": "已与档案核对，录入有误（演示）。"}, ""),
            ("confirm_correction", "reviewer", {}, "情况属实，已要求来源部门更正（演示）。"),
        ))


def _applications(hub: Hub) -> None:
    """An account that waits for its second yes, an agent's authority just asked for, a place that somebody else must approve."""
    account = _open(hub, "steward", "account-request", "account", {
        "account": "demo.analyst2", "full_name": "演示人员甲", "organisation": BUREAU, "role": "analyst", "duties": "月度统计分析（演示）。",
    })
    if account:
        _walk(hub, account, (("check", "administrator", {"identity_proof": "letter"}, "来函已核（演示）。"),))
    today = hub.office.casework.cases.mover.today
    _open(hub, CITIZEN, "agent-authority", "authority", {
        "credit_code": PRINCIPAL + uscc_check_digit(PRINCIPAL), "agent": CITIZEN, "scope": "apply", "valid_from": today.isoformat(),
        "valid_until": today.replace(year=today.year + 1, day=min(today.day, 28)).isoformat(),
    })
    _open(hub, "steward", "outgoing-source", "place", {
        "host": "open.example.gov.cn:443", "purpose": "collect", "owner": "演示单位", "carries": "公开指标（演示）。",
        "until": today.replace(year=today.year + 1, day=min(today.day, 28)).isoformat(),
    })


def _alerts(hub: Hub) -> None:
    """Two alerts, raised once as rooms raise them."""
    for rule, level, zh, en in (
        ("demo-late-delivery", "yellow", "演示：一个部门的数据比约定时间晚到。", "Demo: a department delivered later than agreed."),
        ("demo-quality-fell", "orange", "演示：一项资源的质量得分低于约定。", "Demo: the quality of a resource fell below what was promised."),
    ):
        raised = AlertRaised(rule, level, "demo", zh, en, {"roles": ["steward"]}, {"department": DEPARTMENT}, {})
        hub.office.alerts.raise_alert(raised, f"demo:{rule}")


def _models(hub: Hub) -> list[str]:
    """Candidates that were tried, asked for by the steward: the one that beats its baseline by most is approved by the reviewer, the others wait.

    Gives the groups of steps that follow.
    """
    from lingnan.packkit import ModelRegister

    approved: list[str] = []
    candidates = [each for each in ModelRegister(hub.storage, hub.clock).listing() if each.answering == "not_approved" and each.fit]
    tried = [(abs(each.fit["error"] / each.fit["baseline_error"] - 1), each) for each in candidates if each.fit and each.fit["baseline_error"]]
    for _gain, each in sorted(tried, key=lambda pair: (not (pair[1].fit or {})["beats"], -pair[0])):
        opened = _open(hub, "steward", "model-approval", f"model:{each.digest}", {
            "pack": each.pack, "model": each.name, "model_version": each.digest, "reason": "演示：请核对回测与基线。",
        })
        if opened and (each.fit or {})["beats"] and not approved:
            _walk(hub, opened, (("approve", "reviewer", {"examined": "演示：已核对模型卡、回测与基线。"}, ""),))
            approved.append(f"pack:{each.pack}")
    return approved


def _open(hub: Hub, who: str, flow: str, word: str, facts: dict[str, str]) -> Opened | None:
    """The case, or None when an earlier demo opened it."""
    about = facts.get("table") or (model_matter(facts["pack"], facts["model"]) if "model" in facts else "")
    opened = hub.office.casework.cases.open(flow, _subject(hub, who), facts, about=about, once=f"demo:{word}")
    return opened if opened.trace_code else None


def _walk(hub: Hub, case: Opened, steps: tuple[Step, ...]) -> None:
    for transition, who, form, note in steps:
        hub.office.casework.cases.act(case.number, transition, _subject(hub, who), form, note)


def _subject(hub: Hub, who: str) -> Subject:
    return hub.trust.accounts.subject_for(who)


def _about(entry: str) -> dict[str, str]:
    return {"table": ENTITIES, "entry_key": entry}


def _entries(hub: Hub, number: int) -> list[str]:
    """So many made legal persons of the register, in its order; stand-ins before the first build."""
    if not hub.lake.exists(ENTITIES):
        return [f"{NO_ENTRY[:-1]}{place}" for place in range(number)]
    views = hub.trust.decide_many(SYSTEM, "read", {ENTITIES: ["entry_id"]})
    rows = hub.engine.query(f"select entry_id from {ENTITIES} order by entry_id limit {int(number)}", views).to_pylist()
    return [row["entry_id"] for row in rows] + [NO_ENTRY] * (number - len(rows))
