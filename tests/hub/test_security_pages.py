"""The pages of security over a real hub: what each officer sees and may do, where two persons are asked, and what nobody is told."""

import csv
import hashlib
import hmac
import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.base import FixedClock, Settings
from lingnan.casework.cases import decided_bytes
from lingnan.hub import Hub, HubPages
from lingnan.registers import entry_of
from lingnan.standards.organisations import uscc_check_digit
from lingnan.trust import SYSTEM, CheckpointFile, InclusionProof, Purpose, Subject, assessment_template
from lingnan.web import create_app
from lingnan.web.words import words
from tests.pension import TABLE, describe
from tests.trust.test_signing import Authority as CertificateAuthority
from tests.trust.test_signing import pem

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
NUMBER, OTHERS = "110105194912310021", "11010519491231002X"
ROLES = ("steward", "reviewer", "administrator", "security", "auditor")
RULE = """@id("local-test")
@zh("公众不得查看养老补贴的编号")
@en("Visitors may not see the numbers of pensions")
@basis("平台规则")
forbid (principal, action, resource is Table) when { principal.kind == "anonymous" && context.item.classification == "public" };
"""
PAGES = {
    "/security": ("administrator", "security", "auditor"),
    "/security/policy": ("steward", "reviewer", "security", "auditor"),
    f"/security/policy?who=role:steward&table={TABLE}": ("steward", "reviewer", "security", "auditor"),
    "/security/policy/sets": ("steward", "reviewer", "security", "auditor"),
    "/security/policy/negative": ("steward", "reviewer", "security", "auditor"),
    "/security/policy/purposes": ("steward", "reviewer", "security", "auditor"),
    "/security/policy/grants": ("steward", "reviewer", "security", "auditor"),
    "/security/policy/grants/new": ("steward",),
    "/security/policy/assessments": ("steward", "reviewer", "security", "auditor"),
    "/security/policy/assessments/new": ("steward", "reviewer", "security", "auditor"),
    "/security/audit": ("auditor",), "/security/audit/1": ("auditor",), "/security/audit/checkpoints": ("auditor",),
    "/security/audit/checks": ("security", "auditor"),
    "/security/risk": ("security", "auditor"),
    "/security/overrides": ("steward", "reviewer", "security", "auditor"),
    "/security/keys": ("security", "auditor"),
    "/security/settings": ("administrator", "security", "auditor"),
}
"""Address to the roles that may open it."""


@dataclass
class Site:
    """The hub, its pages, and the accounts by name."""

    hub: Hub
    client: TestClient
    accounts: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def session(self, who: str) -> str:
        if who not in self.accounts:
            return ""
        if who not in self.sessions:
            self.sessions[who] = self.hub.trust.sessions.open(self.accounts[who], 2, method="password").token
        return self.sessions[who]

    def ask(self, who: str, method: str, path: str, **sent: Any) -> Any:
        token = self.session(who)
        headers = {"Cookie": f"lingnan_session={token}", "Accept-Language": "zh"} if token else {}
        if token and method != "GET":
            headers["X-Forgery-Token"] = hmac.digest(token.encode(), b"lingnan form", hashlib.sha256).hex()
        self.client.cookies.clear()
        return self.client.request(method, path, headers=headers, **sent)

    def get(self, who: str, path: str) -> Any:
        return self.ask(who, "GET", path)

    def post(self, who: str, path: str, form: dict[str, Any] | None = None, **sent: Any) -> Any:
        return self.ask(who, "POST", path, data=form or {}, **sent)

    def subject(self, who: str) -> Subject:
        return self.hub.trust.subject_of(self.session(who))

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.hub.clock, FixedClock)
        return self.hub.clock

    def last(self, action: str) -> Any:
        return next(entry for entry in reversed(self.hub.trust.audit.entries(limit=100_000)) if entry.action == action)


def code() -> str:
    return "91440101MA59A1B2C" + uscc_check_digit("91440101MA59A1B2C")


@pytest.fixture(scope="module")
def site(new_home: Callable[[str], Path]) -> Iterator[Site]:
    home = describe(new_home("security"))
    with Hub.open(Settings(home=home, clock=NOW)) as hub:
        client = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False, raise_server_exceptions=False)
        opened = Site(hub, client)
        _settle(opened)
        yield opened


def _settle(site: Site) -> None:
    trust, named = site.hub.trust, site.accounts
    trust.accounts.make_organisation("minzheng", "民政厅", "Civil Affairs Department")
    trust.accounts.make_organisation("gongan", "公安厅", "Public Security")
    for role in ROLES:
        named[role] = trust.accounts.make_account(role, role, role, roles=(role,), organisation="minzheng")
    for name, role, unit in (("security2", "security", "minzheng"), ("stranger", "steward", "gongan"), ("reviewer2", "reviewer", "gongan")):
        named[name] = trust.accounts.make_account(name, name, name, roles=(role,), organisation=unit)
    named["citizen"] = trust.accounts.make_citizen(OTHERS, "citizen1", "市民", "Citizen")
    named["agent"] = trust.accounts.make_account("agent1", "代办人", "Agent", kind="citizen")
    trust.agency.grant(
        case="letter", credit_code=code(), account=named["agent"], document_digest="sha256:" + "0" * 64, matters=["*"],
        valid_from=date(2020, 1, 1), valid_to=date(2099, 1, 1), confirmed_by=Subject("official", "x", roles=frozenset({"reviewer"}), assurance=2),
    )


# Who may open what


def test_every_page_opens_to_its_roles_alone_in_both_languages(site: Site) -> None:
    for path, allowed in PAGES.items():
        for role in ROLES:
            for lang in ("zh", "en") if role == allowed[-1] else ("zh",):
                page = site.get(role, path + ("&" if "?" in path else "?") + f"lang={lang}")
                assert page.status_code == (200 if role in allowed else 403), (path, role, page.text[-400:])
                if role in allowed:
                    assert page.text.count("<h1") == 1, path
                    assert "style=" not in page.text
                    assert not re.search(r"<script(?![^>]*src=)", page.text)
        assert site.get("nobody", path).headers["location"].startswith("/sign-in?next="), path
        assert site.get("citizen", path).status_code == 403


def test_every_link_of_an_officer_leads_somewhere(site: Site) -> None:
    for role in ("security", "auditor"):
        seen, waiting = set[str](), {path for path, allowed in PAGES.items() if role in allowed}
        while waiting and len(seen) < 60:
            path = waiting.pop()
            seen.add(path)
            page = site.get(role, path)
            assert page.status_code in (200, 303), (role, path)
            found = {each.replace("&amp;", "&").split("#")[0] for each in re.findall(r'href="(/security[^"]*)"', page.text)}
            waiting |= {each for each in found if each and not re.search(r"audit/\d+|lang=", each)} - seen


def test_the_side_navigation_offers_what_is_open(site: Site) -> None:
    sections = dict(site.hub.trust and HubPages(site.hub).security.sections(site.subject("steward")))
    assert set(sections) == {"policy", "sets", "negative", "grants", "assessments", "purposes", "overrides"}
    page = site.get("steward", "/security/policy").text
    assert 'href="/security/audit"' not in page


# The log


def test_entries_are_found_and_reading_them_is_logged(site: Site) -> None:
    site.get("nobody", "/quarantine")
    size = site.hub.trust.audit.size()
    page = site.get("auditor", "/security/audit?outcome=refused&action=page.govern")
    assert "page.govern" in page.text
    read, sought = site.hub.trust.audit.entries(after=size)[:2]
    assert (read.action, read.outcome) == ("trust.audit.view", "allowed")
    assert (sought.action, sought.facts) == ("audit.search", {"outcome": "refused", "action": "page.govern"})
    assert site.get("auditor", "/security/audit?number=3").headers["location"] == "/security/audit/3"
    assert site.get("auditor", "/security/audit/999999").status_code == 404


def test_filters_that_cannot_be_read_are_told_at_the_form(site: Site) -> None:
    for query, told in (("since=gestern", "gestern"), ("number=abc", "数字"), (f"subject={OTHERS}", "身份证号")):
        page = site.get("auditor", f"/security/audit?{query}&lang=zh")
        assert page.status_code == 422
        assert told in page.text
    assert OTHERS not in json.dumps([entry.facts for entry in site.hub.trust.audit.entries(limit=10_000)], default=dict)


def test_pages_of_the_log_lead_on(site: Site) -> None:
    for _each in range(60):
        site.hub.trust.record("question", "system", "paging", "paging", "answered")
    first = site.get("auditor", "/api/v1/security/audit?action=paging&limit=50").json()
    second = site.get("auditor", f"/api/v1/security/audit?action=paging&limit=50&cursor={first['next']}").json()
    numbers = [item["number"] for item in (*first["items"], *second["items"])]
    assert len(numbers) == 60
    assert numbers == sorted(numbers, reverse=True)


def test_an_entry_is_proved_and_the_proof_can_be_checked_elsewhere(site: Site) -> None:
    number = site.hub.trust.record("question", "system", "proved", "here", "answered", facts={"n": 1})
    assert "proof-root" not in site.get("auditor", f"/security/audit/{number}").text
    site.hub.trust.audit.checkpoint()
    page = site.get("auditor", f"/security/audit/{number}?lang=zh")
    assert "证明成立" in page.text
    told = json.loads(site.get("auditor", f"/security/audit/{number}/proof.json").text)
    file, proof = CheckpointFile.from_text(json.dumps({**told, "proof": None})), InclusionProof.from_json(told["inclusion"])
    own = file.note.own
    assert proof.holds(file.note.checkpoint.root)
    assert own is not None
    key = file.key_of(own)
    assert key is not None
    assert (key.key, told["entry"]["number"]) == (hashlib.sha256(key.public).hexdigest(), number)
    sheet = site.get("auditor", f"/api/v1/security/audit/{number}").json()
    assert sheet["proof"]["holds"]
    assert sheet["proof"]["steps"][-1]["result"] == sheet["proof"]["checkpoint"]["root"]


def test_a_write_shows_both_its_halves(site: Site) -> None:
    number = site.hub.trust.audit.intent("system", "build", "hub")
    assert "尚未结束" in site.get("auditor", f"/security/audit/{number}?lang=zh").text
    ended = site.hub.trust.audit.outcome(number, "done")
    assert f'href="/security/audit/{ended}"' in site.get("auditor", f"/security/audit/{number}").text
    assert f'href="/security/audit/{number}"' in site.get("auditor", f"/security/audit/{ended}").text


def test_two_checkpoints_are_proved_to_be_of_one_log(site: Site) -> None:
    sizes = []
    for _each in range(2):
        site.hub.trust.record("question", "system", "grow", "log", "answered")
        sizes.append(site.hub.trust.audit.checkpoint().checkpoint.size)
    assert str(sizes[0]) in site.get("auditor", "/security/audit/checkpoints").text
    chosen = site.get("auditor", f"/security/audit/checkpoints?first={sizes[1]}&second={sizes[0]}")
    told = site.get("auditor", chosen.headers["location"])
    assert json.loads(told.text)["holds"]
    assert site.get("auditor", f"/api/v1/security/checkpoints/{sizes[0]}/{sizes[1]}").json()["proof"]["second"] == sizes[1]
    assert site.get("auditor", "/security/audit/checkpoints/1/999999").status_code == 404
    exported = CheckpointFile.from_text(site.post("auditor", "/security/audit/checkpoints/export").text)
    assert exported.note.own is not None
    assert site.post("steward", "/security/audit/checkpoints/export").status_code == 403


def test_the_log_is_checked_and_damage_is_shown(site: Site, tmp_path: Path) -> None:
    assert site.post("auditor", "/security/audit/checks").headers["location"] == "/security/audit/checks"
    for _wait in range(100):
        page = site.get("auditor", "/security/audit/checks?lang=zh").text
        if "hx-trigger" not in page:
            break
        time.sleep(0.1)
    assert "全部完整" in page
    assert site.last("log.verify").facts["sound"]
    checks = HubPages(site.hub).security.log
    damage = {"first": 3, "last": 4, "reason": "edited", "zh": "第 3 条已改", "en": "3 edited"}
    told = {"entries": 9, "sound": False, "root": "ab", "damaged": [damage]}
    number = site.hub.trust.audit.intent("system", "log.verify", "audit")
    assert checks.told_checks().items[0].state == "running"
    site.hub.trust.audit.outcome(number, "done", told)
    damaged = site.get("auditor", "/security/audit/checks?lang=zh").text
    assert "发现 1 处损坏" in damaged
    assert 'href="/security/audit/3"' in damaged
    assert site.post("administrator", "/security/audit/checks").status_code == 403


# Policy


def test_the_explorer_says_what_is_shown_and_by_which_rule(site: Site) -> None:
    moved = site.post("security", "/security/policy", {"who": "role:steward", "table": TABLE})
    page = site.get("security", moved.headers["location"].split("#")[0] + "&lang=zh").text
    assert "按类脱敏" in page
    assert "steward-masked-columns" in page
    assert "数据管理员可读个人信息与敏感列的脱敏值" in page
    account = site.post("security", "/security/policy", {"account": "stranger", "table": TABLE})
    assert account.status_code == 200
    assert 'id="answer"' in account.text
    wrong = site.post("security", "/security/policy", {"account": "nobody-here", "table": TABLE})
    assert wrong.status_code == 422
    answer = site.get("security", f"/api/v1/security/who-can?who=anonymous&table={TABLE}").json()["answer"]
    shown = {column["column"]: column["answer"] for column in answer["actions"][0]["columns"]}
    assert shown["pension_no"] == "clear"
    assert shown["person"] == "denied"
    assert site.get("security", f"/api/v1/security/who-can?who=stranger&table={TABLE}").status_code == 400
    assert site.last("trust.who_can").subject == site.subject("security").reference


def test_a_faulty_set_is_told_and_a_sound_one_goes_by_a_case_to_a_second_officer(site: Site) -> None:
    faulty = site.post("security", "/security/policy/sets", {"text": "permit (principal, action, resource);"})
    assert faulty.status_code == 422
    assert "@id" in faulty.text
    assert "permit (principal, action, resource);" in faulty.text
    kept = site.post("security", "/security/policy/sets", {"text": RULE}).headers["location"]
    sheet = site.get("security", kept)
    assert sheet.status_code == 200
    assert "sample.open" in sheet.text
    assert "local-test" in sheet.text
    unnamed = site.post("security", f"{kept}/case", {"summary": "", "basis": "", "widens": ""})
    assert unnamed.status_code == 422
    opened = site.post("security", f"{kept}/case", {"summary": "收紧公众查看", "basis": "平台规则", "widens": "no"}).headers["location"]
    assert opened.startswith("/cases/")
    assert opened in site.get("security", kept).text
    _approve(site, opened.removeprefix("/cases/"))
    versions = site.get("security", "/security/policy/sets?lang=zh").text
    assert "在用" in versions
    rules = site.get("steward", "/security/policy?lang=zh").text
    assert "公众不得查看养老补贴的编号" in rules
    assert "本枢纽增补" in rules
    assert site.post("steward", "/security/policy/sets", {"text": RULE}).status_code == 403
    (site.hub.home / "policy" / "local.cedar").write_text("// changed\n", encoding="utf-8")
    assert "figure-bad" in site.get("auditor", "/security").text
    (site.hub.home / "policy" / "local.cedar").write_text(RULE, encoding="utf-8")


def _approve(site: Site, number: str) -> None:
    cases, second = site.hub.office.casework.cases, site.subject("security2")
    site.hub.office.casework.inbox.claim(number, second)
    cases.act(number, "try", second, {"decisions_changed": 1, "dry_run": "已试算"})
    site.hub.office.casework.inbox.claim(number, second)
    signatures = site.hub.trust.signatures
    receipt = signatures.sign(second, "decision", signatures.digest(decided_bytes(number, "approve", {}, "同意")), number)
    cases.act(number, "approve", second, {}, "同意", signature=receipt.text)
    site.hub.deliver()


def test_an_entry_of_the_negative_list_ends_by_two(site: Site) -> None:
    form = {"key": "no-pension-no", "article": "国发〔2016〕51号 第十条", "zh": "编号不共享", "en": "Numbers are not shared", "table": TABLE,
            "columns": "pension_no"}
    assert site.post("security", "/security/policy/negative", {**form, "article": ""}).status_code == 422
    unknown = site.post("security", "/security/policy/negative", {**form, "columns": "nothing"})
    assert unknown.status_code == 422
    assert "no-pension-no" in unknown.text
    assert site.post("steward", "/security/policy/negative", form).status_code == 403
    assert site.post("security", "/security/policy/negative", form).status_code == 303
    assert site.hub.trust.negative_list.entries()[0].columns == ("pension_no",)
    end = "/security/policy/negative/no-pension-no/end"
    assert site.post("security", end, {"answer": "ask"}).headers["location"].endswith("done=end_asked")
    assert site.post("security", end, {"answer": "agree"}).status_code == 422
    assert [entry.key for entry in site.hub.trust.negative_list.entries()] == ["no-pension-no"]
    assert "批准终止" in site.get("security2", "/security/policy/negative?lang=zh").text
    assert site.post("security2", end, {"answer": "agree"}).status_code == 303
    assert site.hub.trust.negative_list.entries() == []


def test_a_grant_is_proposed_by_one_assessed_and_approved_by_another(site: Site) -> None:
    answers = {f"answer-{question['id']}": "已评估" for part in assessment_template()["parts"] for question in part["questions"]}
    written = site.post("steward", "/security/policy/assessments", {
        "title": "养老核验", "table": TABLE, "columns": "person", "purpose": "verification", "assessor": "数据管理处", "answer-purpose": "核验",
    }).headers["location"].split("?")[0]
    assert "10" in re.sub(r"<[^>]+>", "", site.get("steward", written).text)
    assert site.post("steward", f"{written}/conclude", {"conclusion": "favourable"}).status_code == 422
    form = {"title": "养老核验", "table": TABLE, "columns": "person", "purpose": "verification", "assessor": "数据管理处", **answers}
    assert site.post("steward", written, form).status_code == 303
    assert site.post("steward", f"{written}/conclude", {"conclusion": "favourable"}).status_code == 303
    grant = {
        "table": TABLE, "organisation": "gongan", "columns": "person: by_kind\namount", "rows": "amount at_least 100", "actions": ["read", "query"],
        "purpose": "verification", "article": "第809号令 第二十条", "matter": "GX-1", "valid_from": "2026-11-01", "valid_to": "2026-12-31",
        "assessment": written.rpartition("/")[2],
    }
    bad = site.post("steward", "/security/policy/grants", {**grant, "rows": "amount at_least"})
    assert bad.status_code == 422
    assert "person: by_kind" in bad.text
    sheet = site.post("steward", "/security/policy/grants", grant).headers["location"].split("?")[0]
    assert site.get("stranger", sheet).status_code == 200, "the holder's unit sees it"
    assert site.post("steward", f"{sheet}/approve").status_code == 403
    assert site.post("reviewer", f"{sheet}/approve").headers["location"].endswith("done=approved")
    assert site.hub.trust.grants.of(site.subject("stranger"), TABLE)[0].masks == {"person": "by_kind", "amount": "clear"}
    assert "GX-1" in site.get("auditor", sheet).text
    assert site.post("security", f"{sheet}/revoke", {"reason": ""}).status_code == 422
    assert site.post("security", f"{sheet}/revoke", {"reason": "到期前撤销"}).status_code == 303
    assert site.hub.trust.grants.of(site.subject("stranger"), TABLE) == ()


def test_a_grant_of_others_is_missing(site: Site) -> None:
    trust = site.hub.trust
    trust.accounts.make_organisation("other", "其他局", "Another")
    site.accounts["other"] = trust.accounts.make_account("other", "other", "other", roles=("steward",), organisation="other")
    grant = trust.grants.on(TABLE)[0].id
    assert site.get("other", f"/security/policy/grants/{grant}").status_code == 404
    assert grant not in site.get("other", "/security/policy/grants").text
    assert site.post("other", f"/security/policy/grants/{grant}/revoke", {"reason": "x"}).status_code == 404


# Risks


def test_findings_show_account_window_evidence_and_alert(site: Site) -> None:
    stranger = site.subject("stranger")
    for _each in range(25):
        site.hub.trust.record("decision", stranger, "read", TABLE, "refused")
    site.hub.trust.watch.round()
    before = site.get("auditor", "/security/risk?lang=zh").text
    assert "一小时内被拒绝的请求异常多" in before
    assert "不给任何人打分" in before
    site.hub.deliver()
    found = site.get("auditor", "/api/v1/security/findings").json()["items"]
    line = next(each for each in found if each["subject"] == stranger.reference)
    assert (line["state"], line["counted"] >= 25, line["allowed"]) == ("open", True, 20)
    assert line["alert"]
    page = site.get("auditor", f"/security/risk?rule=refusals&on={NOW.date().isoformat()}").text
    assert f'href="/alerts/{line["alert"]}"' in page
    assert f'href="/security/audit/{line["evidence"][0]}"' in page
    assert 'data-chart=' in page
    assert site.get("auditor", "/security/risk?rule=off-hours&lang=zh").text.count("没有发现异常") == 1


def test_an_override_takes_two_holds_for_its_time_and_is_reported(site: Site) -> None:
    form = {"table": TABLE, "columns": "person", "reason": "洪水救援须立即核对姓名", "purpose": "emergency", "minutes": "30"}
    form |= {"article": "突发事件应对法 第四十九条", "matter": "YJ-2026-9"}
    for left_out, said in (("purpose", "目的代码"), ("article", "法律依据条款"), ("matter", "事项编号")):
        half = site.post("steward", "/security/overrides", {**form, left_out: ""})
        assert (half.status_code, f"须写明：{said}" in half.text) == (422, True)
    short = site.post("steward", "/security/overrides", {**form, "reason": "急"})
    assert short.status_code == 422
    assert "person" in short.text
    assert site.post("steward", "/security/overrides", {**form, "columns": "nothing"}).status_code == 422
    assert site.post("auditor", "/security/overrides", form).status_code == 403
    assert site.post("steward", "/security/overrides", form).status_code == 303
    override = site.hub.trust.overrides.cards("requested")[0].id
    address = f"/security/overrides/{override}"
    assert site.post("steward", address, {"answer": "approve"}).status_code == 403
    assert override not in site.get("stranger", "/security/overrides").text
    for answer in ("approve", "refuse", "end"):
        assert site.post("reviewer", address, {"answer": answer}).status_code == 404, "a reviewer of the same unit is no second person"
    site.session("reviewer2")
    site.clock.at = NOW + timedelta(minutes=20)
    unsigned = site.post("reviewer2", address, {"answer": "approve"})
    assert (unsigned.status_code, 'name="code"' in unsigned.text, "此步须电子签名" in unsigned.text) == (422, True, True)
    assert site.post("reviewer2", address, {"answer": "approve", "code": "000000"}).status_code == 422
    assert site.hub.trust.overrides.card(override).state == "requested"
    site.clock.at = NOW
    assert site.post("reviewer2", address, {"answer": "approve"}).status_code == 303
    receipt = site.hub.trust.audit.entry(site.last("override.approve").number).facts["signature"]
    assert receipt, "the log names the signature, whose code anybody may check"
    assert site.hub.trust.decide(site.subject("steward"), "read", TABLE, ["person"], "emergency").masks == {}
    assert "figure-warn" in site.get("auditor", "/security").text
    assert site.post("stranger", address, {"answer": "end"}).status_code == 404
    assert site.post("steward", address, {"answer": "end"}).status_code == 303
    site.hub.deliver()
    ended = site.get("auditor", "/security/overrides?lang=zh").text
    assert "1 次" in ended
    assert "突发事件应对法 第四十九条 · YJ-2026-9" in ended
    assert re.search(r'href="/cases/[^"]+"', ended)


# Keys and settings


def test_a_key_is_rotated_before_a_second_person_by_who_has_just_confirmed(site: Site) -> None:
    trust = site.hub.trust
    active = next(card for card in trust.keys.cards() if card.purpose == "checkpoint" and card.state == "active")
    form = {"purpose": "checkpoint", "expected": active.id, "witness": "auditor", "note": "例行更替"}
    site.clock.at = NOW + timedelta(minutes=20)
    assert site.post("security", "/security/keys/rotate", form).headers["location"] == "/profile/confirm?next=/security/keys"
    trust.sessions.confirm(site.session("security"))
    for wrong in ({"witness": "security"}, {"witness": "steward"}, {"witness": "nobody"}, {"note": ""}):
        assert site.post("security", "/security/keys/rotate", {**form, **wrong}).status_code == 422, wrong
    assert site.post("auditor", "/security/keys/rotate", form).status_code == 403
    assert site.post("security", "/security/keys/rotate", form).headers["location"] == "/security/keys?done=rotated"
    stated = site.last("key.rotate.witnessed")
    assert stated.facts["witness"] == f"official:{site.accounts['auditor']}"
    assert site.post("security", "/security/keys/rotate", form).status_code == 422, "the key is no longer the active one"
    page = site.get("auditor", "/security/keys?lang=zh").text
    assert "退役中" in page
    assert "RFC 9162" in page
    assert "rotate" not in re.findall(r'action="([^"]*)"', page)
    site.clock.at = NOW


def test_a_security_officer_keeps_the_list_of_recognised_issuers(site: Site) -> None:
    authority = CertificateAuthority("广西政务电子认证中心")
    form = {"name": "guangxi-ca", "zh": "广西政务电子认证中心", "en": "Guangxi CA", "basis": "电子签名法 第十六条", "since": "2026-01-01",
            "until": "", "certificate": pem(authority.certificate)}
    for wrong in ({"certificate": "none"}, {"since": "soon"}, {"name": "Big Name"}, {"basis": ""}):
        answer = site.post("security", "/security/keys/issuers", {**form, **wrong})
        assert (answer.status_code, "广西政务电子认证中心" in answer.text) == (422, True), wrong
    assert site.post("auditor", "/security/keys/issuers", {**form, "since": "soon"}).status_code == 403
    assert site.post("security", "/security/keys/issuers", form).headers["location"] == "/security/keys?done=recognised"
    told = site.last("issuer.recognise")
    assert (told.kind, told.outcome, told.subject) == ("outcome", "done", f"official:{site.accounts['security']}")
    revoked = {"issuer": "guangxi-ca", "serial": "ab:cd", "since": "2026-02-01"}
    assert site.post("security", "/security/keys/issuers/revoke", {**revoked, "serial": "no number"}).status_code == 422
    assert site.post("auditor", "/security/keys/issuers/revoke", {**revoked, "since": "soon"}).status_code == 403
    assert site.post("security", "/security/keys/issuers/revoke", revoked).headers["location"] == "/security/keys?done=certificate_revoked"
    listed = {"issuer": "guangxi-ca", "list": authority.crl(7, 8)}
    assert site.post("security", "/security/keys/issuers/list", {**listed, "issuer": "nobody"}).status_code == 422
    assert site.post("security", "/security/keys/issuers/list", listed).headers["location"] == "/security/keys?done=list_taken"
    assert [(card.name, card.revoked) for card in site.hub.trust.issuers.listing()] == [("guangxi-ca", 3)]
    page = site.get("auditor", "/security/keys?lang=en").text
    assert "Guangxi CA" in page
    assert "/security/keys/issuers" not in page


def test_settings_are_named_in_both_languages_and_hold_no_secret(site: Site) -> None:
    tables = HubPages(site.hub).security.settings(site.subject("auditor")).tables
    named = {f"setting.{line.name}" for table in tables for line in table.lines if line.title is None}
    assert named <= set(words("zh"))
    assert {key for key in words("zh") if key.startswith("setting.")} == named
    assert not any("password" in line.name and "passwords." not in line.name for table in tables for line in table.lines)
    (site.hub.home / "sign-in.yaml").write_text("session_hours: 3\n")
    page = site.get("administrator", "/security/settings?lang=zh").text
    assert "本枢纽另定" in page
    assert "HOME/sign-in.yaml" in page
    assert page.count("未校核") >= 7
    (site.hub.home / "sign-in.yaml").unlink()


def test_workers_are_listed_with_what_they_are_at_for_those_who_run_the_hub(site: Site) -> None:
    assert "没有执行器" in site.get("administrator", "/security/settings?lang=zh").text
    stop, began = threading.Event(), threading.Event()

    def told(name: str, task: str, outcome: str) -> None:
        began.set()

    working = threading.Thread(target=site.hub.work, args=[stop], kwargs={"beside": True, "told": told})
    working.start()
    try:
        assert began.wait(60)
        [worker] = HubPages(site.hub).security.settings(site.subject("auditor")).workers
        assert (worker.beside, worker.task) == (True, None)
        page = site.get("auditor", "/security/settings?lang=en").text
        assert worker.name in page
        assert "beside the pages" in page
    finally:
        stop.set()
        working.join()
    assert not HubPages(site.hub).security.settings(site.subject("auditor")).workers


# The public pages


def test_a_signature_is_checked_by_code_and_by_file(site: Site) -> None:
    trust, content = site.hub.trust, "同意共享".encode()
    signer = site.subject("security")
    receipt = trust.signatures.sign(signer, "decision", trust.signatures.digest(content), "共享批复", media_type="text/plain")
    page = site.get("nobody", f"/verify?code={receipt.code.lower()}&lang=zh").text
    assert "签名有效" in page
    assert "民政厅" in page
    assert "共享批复" in page
    assert signer.account not in page
    files = {"file": ("reply.txt", content), "receipt_file": ("reply.sig", receipt.text.encode())}
    assert "verdict-valid" in site.client.post("/verify", files=files).text
    altered = site.client.post("/verify", files={**files, "file": ("reply.txt", content + b".")}).text
    assert "verdict-altered" in altered
    assert "共享批复" not in altered
    assert site.client.post("/verify", files={"file": ("reply.txt", content)}, data={"receipt": "none"}).status_code == 422
    trust.signatures.withdraw(signer, receipt.code, "另行答复")
    assert "verdict-withdrawn" in site.get("nobody", f"/verify?code={receipt.code}").text
    assert "verdict-unknown" in site.get("nobody", "/verify?code=LN-0000-0000").text
    assert site.get("nobody", "/verify?code=hello").status_code == 422


def test_guessing_codes_is_stopped_for_a_while(site: Site) -> None:
    site.clock.at = NOW + timedelta(hours=2)
    codes = [f"LN-0000-00{number:02d}" for number in range(1, 12)]
    answers = [site.get("nobody", f"/verify?code={each}") for each in codes]
    assert [each.status_code for each in answers] == [200] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    site.clock.at = NOW


def test_statistics_tell_no_small_number(site: Site) -> None:
    owner = site.subject("stranger")
    for _each in range(7):
        site.hub.trust.record("decision", owner, "read", TABLE, "allowed")
    page = site.get("nobody", "/statistics?lang=zh")
    assert page.status_code == 200
    assert "公安厅" in page.text
    told = site.get("nobody", "/api/v1/statistics").json()
    counts = [line[name] for line in told["items"] for name in ("requests", "refusals", "overrides", "corrections")]
    assert None in counts
    assert not any(count is not None and 0 < count < told["below"] for count in counts)
    for line in told["items"]:
        assert None in (line["requests"], line["refusals"]) or not 0 < line["requests"] - line["refusals"] < told["below"]
    shown = list(csv.reader(io.StringIO(site.get("nobody", "/statistics/export.csv?lang=zh").text.lstrip("\ufeff"))))
    assert shown[0] == ["月份", "机构", "请求", "拒绝", "应急越权", "更正"]
    assert any("<5" in row for row in shown)
    assert site.get("nobody", "/statistics?months=999").status_code == 422


def test_people_see_looks_at_their_own_record_and_no_others(site: Site) -> None:
    trust = site.hub.trust
    about = trust.sightings.about("people", entry_of("people", OTHERS), site.subject("steward"))
    told = Purpose("verification", "第809号令", "GX-7")
    facts = {**about, "stated": {"article": told.article, "matter": told.matter}}
    trust.record("decision", site.subject("steward"), "read", "registers.people", "allowed", told.code, facts)
    assert site.get("citizen", "/my-records?lang=zh").text.count("GX-7") == 0
    seen = site.post("citizen", "/my-records?lang=zh", {"identifier": OTHERS})
    assert seen.status_code == 200
    assert "民政厅" in seen.text
    assert "GX-7" in seen.text
    assert "信息核验" in seen.text
    assert OTHERS not in seen.text
    assert site.accounts["steward"] not in seen.text
    assert seen.headers["cache-control"] == "no-store"
    for number in (_other_number(), "123"):
        refused = site.post("citizen", "/my-records", {"identifier": number})
        assert refused.status_code == 422
        assert number not in refused.text
    assert site.post("citizen", "/my-records?lang=zh", {"identifier": OTHERS}).text.count("GX-7") == 1, "one's own look is no look of an office"
    assert site.get("steward", "/my-records").status_code == 403
    assert site.get("nobody", "/my-records").headers["location"].startswith("/sign-in")


def test_an_agent_sees_looks_at_the_legal_person_acted_for(site: Site) -> None:
    trust = site.hub.trust
    trust.agency.act_for(trust.subject_of(site.session("agent")), code())
    empty = site.post("agent", "/my-records?lang=zh")
    assert "没有人查看过" in empty.text
    about = trust.sightings.about("entities", entry_of("entities", code()))
    trust.record("decision", SYSTEM, "read", "registers.entities", "allowed", "quality", about)
    assert "数据枢纽" in site.post("agent", "/my-records?lang=zh").text


def _other_number() -> str:
    from lingnan.standards import IDENTIFIERS

    stem = "44010319900101123"
    return next(stem + sign for sign in "0123456789X" if IDENTIFIERS["citizen_number"].valid(stem + sign))
