"""The pages of cases, alerts, notices and outgoing places over a real hub: who sees what, what a form does, what a refused one says."""

import csv
import hashlib
import hmac
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient

from lingnan.base import AlertRaised, Settings
from lingnan.casework.notice_records import MailMessage
from lingnan.hub import Hub, HubPages
from lingnan.lake import CommitFacts
from lingnan.standards.organisations import uscc_check_digit
from lingnan.trust import Purpose, Subject
from lingnan.web import create_app
from tests.pension import describe
from tests.served import served
from tests.trust.authenticator import Authenticator

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OFFICIALS = {
    "lin": ("steward", "zhengwu"), "lin2": ("steward", "zhengwu"), "wu": ("reviewer", "zhengwu"), "guanli": ("administrator", "zhengwu"),
    "anquan": ("security", "zhengwu"), "shenji": ("auditor", "zhengwu"), "huang": ("steward", "gongan"), "he": ("steward", "shuiwu"),
}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CODE = "91440101MA59A1B2C" + uscc_check_digit("91440101MA59A1B2C")
AGENCY = {"credit_code": CODE, "agent": "citizen2", "scope": "apply", "valid_from": "2026-03-01", "valid_until": "2026-12-31"}
SIGNED_FLOW = """
id: seal-use
version: 1
zh: 用印审批
en: Use of the seal
basis: 测试
about: other
parties: [applicant, handler]
opening:
  who: {kinds: [official], roles: [steward]}
  form:
    - {name: paper, zh: 文书, en: Paper, required: true, classification: internal}
    - {name: copies, zh: 份数, en: Copies, type: number, minimum: 1, maximum: 9, classification: public}
  assign: {party: handler, role: reviewer}
states:
  - {id: asked, zh: 待批, en: Asked, kind: start, public: true}
  - {id: sealed, zh: 已用印, en: Sealed, kind: end, public: true, outcome: granted}
transitions:
  - {id: seal, zh: 同意用印, en: Seal, from: asked, to: sealed, who: {roles: [reviewer], party: handler}, decides: true, signature: true,
     form: [{name: volume, zh: 登记册, en: Volume, required: true, classification: internal}]}
  - {id: seal_by_two, zh: 两人同意, en: Seal by two, from: asked, to: sealed, who: {roles: [steward], party: handler}, approvals: 2}
trace: {listed: true, fields: [copies]}
"""


@dataclass
class Site:
    """A hub and its site, and a browser for everybody."""

    hub: Hub
    home: Path
    client: TestClient
    sessions: dict[str, str] = field(default_factory=dict)

    def session(self, who: str) -> str:
        if who not in self.sessions:
            self.sessions[who] = self.hub.trust.sessions.open(who, 2, method="password+totp").token
        return self.sessions[who]

    def get(self, who: str, path: str) -> Any:
        self.client.cookies.clear()
        return self.client.get(path, headers={"Cookie": f"lingnan_session={self.session(who)}"} if who else {})

    def post(self, who: str, path: str, data: dict[str, Any] | None = None, files: Any = None) -> Any:
        self.client.cookies.clear()
        session = self.session(who) if who else ""
        token = hmac.digest(session.encode(), b"lingnan form", hashlib.sha256).hex()
        sent = {**(data or {}), **({"forgery_token": token} if who else {})}
        return self.client.post(path, data=sent, files=files, headers={"Cookie": f"lingnan_session={session}"} if who else {})

    def subject(self, who: str) -> Subject:
        return self.hub.trust.accounts.subject_for(who)

    def opened(self, who: str, flow: str, form: dict[str, str], **more: Any) -> str:
        """The number of a case opened through its form."""
        told = {f"form.{name}": value for name, value in form.items()} | {"once": more.pop("once", "")}
        answer = self.post(who, f"/cases/new/{flow}", told, **more)
        assert answer.status_code == 200, answer.text
        return re.findall(r'class="once">([^<]+)<', answer.text)[0]

    def act(self, who: str, number: str, transition: str, form: dict[str, str] | None = None, **own: str) -> Any:
        """Do a transition as the page's form would, seen at its present version unless another is given."""
        version = own.pop("version", None) or re.search(r'name="version" value="(\d+)"', self.get(who, f"/cases/{number}").text)[1]
        told = {f"form.{name}": value for name, value in (form or {}).items()} | {"version": version, **own}
        return self.post(who, f"/cases/{number}/act/{transition}", told)


@pytest.fixture(scope="module")
def site(new_home: Callable[[str], Path]) -> Iterator[Site]:
    home = new_home("cases")
    (home / "flows").mkdir()
    (home / "flows" / "seal-use.yaml").write_text(SIGNED_FLOW, encoding="utf-8")
    describe(home)
    with Hub.open(Settings(home=home, clock=NOW)) as hub:
        accounts = hub.trust.accounts
        for key, zh, en in (("zhengwu", "政务局", "Data Bureau"), ("gongan", "公安厅", "Public Security"), ("shuiwu", "税务局", "Tax")):
            accounts.make_organisation(key, zh, en)
        for name, (role, unit) in OFFICIALS.items():
            accounts.make_account(name, name, name, roles=(role,), organisation=unit)
        for name in ("citizen1", "citizen2"):
            accounts.make_account(name, "市民", "Citizen", kind="citizen")
        app = create_app(HubPages(hub), hub.settings)
        yield Site(hub, home, TestClient(app, follow_redirects=False, raise_server_exceptions=False))


def test_who_is_not_signed_in_is_led_to_sign_in(site: Site) -> None:
    for path in ("/inbox", "/cases", "/cases/new", "/cases/20260302-ABCDEF", "/alerts", "/notices", "/outgoing-sources"):
        answer = site.get("", path)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), path


def test_a_flow_tells_its_sentence_basis_time_and_way_before_it_is_opened(site: Site) -> None:
    page = site.get("citizen1", "/cases/new").text
    assert "数据异议核实" in page
    assert "个人信息保护法 第四十六条" in page
    assert "5 个工作日" in page
    assert page.count("<svg xmlns") == page.count('class="card flow-card"') >= 3, "disputes, agents' authorities, accounts, and those of packs"
    assert "策略变更" not in page
    assert site.get("citizen1", "/cases/new/policy-change").status_code == 404
    assert "公众参与填报审核" not in page
    assert site.get("citizen1", "/cases/new/contribution").status_code == 404, "a contribution is given on its campaign's page, which checks it"
    assert site.get("citizen1", "/cases/new/no-such-flow").status_code == 404
    blank = site.get("citizen1", "/cases/new/data-correction?table=registers.people&entry_key=P01")
    assert blank.headers["cache-control"] == "no-store"
    assert 'name="form.table"' in blank.text
    assert 'value="registers.people"' in blank.text
    assert 'value="P01"' in blank.text


def test_a_wrong_form_says_so_at_its_fields_and_keeps_what_was_typed(site: Site) -> None:
    wrong = {"form.table": "not a table", "form.entry_key": "R1", "form.claim": "", "form.phone": "13800138000", "once": "wrong1"}
    answer = site.post("citizen1", "/cases/new/data-correction", wrong)
    assert answer.status_code == 422
    assert "应为“部门.表”" in answer.text
    assert re.search(r'id="open-claim-hint">必填', answer.text)
    assert 'value="not a table"' in answer.text
    assert 'value="R1"' in answer.text
    assert answer.text.count('aria-invalid=true') == 2
    assert site.hub.office.casework.inbox.of(site.subject("citizen1")).total == 0
    english = site.post("citizen1", "/cases/new/data-correction?lang=en", wrong)
    assert "is required" in english.text


def test_a_case_is_opened_once_with_its_file_and_the_code_is_told_once(site: Site) -> None:
    form = {"form.table": "gongan.resident", "form.entry_key": "R000001", "form.claim": "住址\r\n已变更", "once": "n1"}
    bad = site.post("citizen1", "/cases/new/data-correction", form, files={"form.evidence": ("证明.pdf", b"MZ\x90\x00", "application/pdf")})
    assert bad.status_code == 422
    assert re.search(r'class="field wrong"><label for="open-evidence"', bad.text)
    first = site.post("citizen1", "/cases/new/data-correction", form, files={"form.evidence": ("证明.pdf", PDF, "application/pdf")})
    assert first.status_code == 200, first.text
    assert first.headers["cache-control"] == "no-store"
    number, code = re.findall(r'class="once">([^<]+)<', first.text)
    again = site.post("citizen1", "/cases/new/data-correction", form, files={"form.evidence": ("证明.pdf", PDF, "application/pdf")})
    assert re.findall(r'class="once">([^<]+)<', again.text) == [number]
    assert code not in again.text
    page = site.get("citizen1", f"/cases/{number}").text
    assert page.count("证明.pdf") == 2, "the fact names the file, the list has it once"
    kept = site.hub.office.attachments.listing(site.subject("citizen1"), ("case", site.hub.office.casework.cases.sheet(
        number, site.subject("citizen1")).line.id))
    got = site.get("citizen1", f"/cases/{number}/attachments/{kept[0].id}")
    assert got.content == PDF
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in got.headers["content-disposition"]
    assert got.headers["cache-control"] == "private, no-store"
    assert site.get("citizen2", f"/cases/{number}/attachments/{kept[0].id}").status_code == 404
    assert site.get("citizen2", f"/cases/{number}").status_code == 404
    stored = next(path for path in (site.home / "attachments").rglob(kept[0].id))
    stored.write_bytes(PDF.replace(b"1.4", b"1.5"))
    damaged = site.get("citizen1", f"/cases/{number}/attachments/{kept[0].id}")
    assert damaged.status_code == 500
    assert "与存入时不符" in damaged.text


def test_number_and_code_tell_the_public_how_a_case_stands(site: Site) -> None:
    opened = site.post("citizen1", "/cases/new/data-correction", {
        "form.table": "gongan.resident", "form.entry_key": "R9", "form.claim": "姓名有误：张三丰", "form.phone": "13800138000", "once": "trace",
    })
    number, code = re.findall(r'class="once">([^<]+)<', opened.text)
    assert site.act("lin", number, "accept").status_code == 303
    assert site.act("lin", number, "forward", {"source_department": "公安厅"}).status_code == 303
    found = site.post("", "/trace", {"number": number, "code": code})
    assert found.status_code == 200
    assert found.headers["cache-control"] == "no-store"
    assert "来源部门核实中" in found.text
    assert "公安厅" in found.text, "a department chosen by its title is kept and told by it"
    assert not re.search(r"张三丰|R9|13800138000", found.text)
    wrong = site.post("", "/trace", {"number": number, "code": "AAAAAAAAAAAA"})
    assert wrong.status_code == 422
    assert "来源部门核实中" not in wrong.text
    answer = site.client.post("/api/v1/trace", json={"number": number, "code": code})
    assert answer.json()["state"]["zh"] == "来源部门核实中"
    assert answer.json()["due_on"] == "2026-03-09", "five working days from Monday, a free weekend between"


def test_the_inbox_has_what_waits_in_the_order_it_is_due(site: Site) -> None:
    first, second = (site.opened("citizen2", "agent-authority", AGENCY, once=f"inbox{n}") for n in range(2))
    page = site.get("lin", "/inbox?flow=agent-authority").text
    assert first in page
    assert "剩 3 个工作日" in page
    assert "2026-03-05" in page
    assert site.post("lin", f"/cases/{second}/claim", {"after": "/inbox"}).headers["location"] == "/inbox?done=claim"
    assert second not in site.get("lin2", "/inbox?flow=agent-authority").text, "what a colleague claimed waits for nobody else"
    assert second in site.get("lin", "/inbox?flow=agent-authority&claimed=yes").text
    assert second not in site.get("lin", "/inbox?flow=agent-authority&claimed=no").text
    taken = site.post("lin2", f"/cases/{second}/claim")
    assert taken.status_code == 409
    assert "已由他人签收" in taken.text
    assert site.post("lin", f"/cases/{second}/release", {"after": "//evil.example"}).headers["location"] == f"/cases/{second}?done=release"
    assert "没有待办事项" in site.get("shenji", "/inbox").text
    told = site.client.get("/api/v1/inbox?flow=agent-authority", headers={"Cookie": f"lingnan_session={site.session('lin')}"}).json()
    assert [row["number"] for row in told["items"]] == sorted((first, second), key=[row["number"] for row in told["items"]].index)
    assert {row["days_left"] for row in told["items"]} == {3}


def test_overtaken_shows_who_was_quicker_and_what_was_typed(site: Site) -> None:
    number = site.opened("citizen1", "data-correction", {"table": "gongan.resident", "entry_key": "R7", "claim": "有误"}, once="race")
    seen = re.search(r'name="version" value="(\d+)"', site.get("wu", f"/cases/{number}").text)[1]
    assert site.act("lin", number, "accept").status_code == 303
    late = site.act("wu", number, "return", version=seen, note="请补充房产证复印件")
    assert late.status_code == 409
    assert "已受理" in late.text
    assert "数据管理员" in late.text
    assert "2026-03-02 09:00" in late.text
    assert "请补充房产证复印件" in late.text
    assert site.hub.office.casework.cases.sheet(number, site.subject("lin")).line.state == "accepted"
    lost = site.act("wu", number, "forward", {"source_department": "gongan", "handling_note": "尽快"}, version=seen)
    assert lost.status_code == 409
    assert "尽快" in lost.text


def test_a_step_without_its_reason_or_field_comes_back_open(site: Site) -> None:
    number = site.opened("citizen1", "data-correction", {"table": "gongan.resident", "entry_key": "R8", "claim": "有误"}, once="reason")
    answer = site.act("wu", number, "refuse")
    assert answer.status_code == 422
    assert re.search(r'<details class="act" open><summary><strong>不予受理', answer.text)
    assert re.search(r'id="refuse-note-hint">须写明理由', answer.text)
    site.act("lin", number, "accept")
    answer = site.act("lin", number, "forward", {"source_department": "没有的单位", "handling_note": "办理说明"})
    assert answer.status_code == 422
    assert "办理说明" in answer.text
    assert "没有这个机构" in answer.text
    assert site.get("he", f"/cases/{number}").status_code == 404, "another organisation's case is not there"


def test_a_masked_fact_stays_masked_until_it_is_ones_turn(site: Site) -> None:
    form = {"table": "gongan.resident", "entry_key": "R5", "claim": "有误", "phone": "13912345678"}
    number = site.opened("citizen1", "data-correction", form, once="mask")
    assert "13912345678" in site.get("citizen1", f"/cases/{number}").text
    assert "13912345678" in site.get("lin", f"/cases/{number}").text, "who may act now sees personal facts"
    assert "13912345678" not in site.get("shenji", f"/cases/{number}").text
    assert "已脱敏" in site.get("shenji", f"/cases/{number}").text


def test_remarks_interest_and_files_from_the_case_page(site: Site) -> None:
    number = site.opened("citizen1", "data-correction", {"table": "gongan.resident", "entry_key": "R6", "claim": "有误"}, once="remarks")
    assert site.post("lin", f"/cases/{number}/remarks", {"text": "内部核对", "internal": "yes"}).status_code == 303
    assert site.post("lin", f"/cases/{number}/remarks", {"text": "请留意短信"}).status_code == 303
    mine = site.get("citizen1", f"/cases/{number}").text
    assert "请留意短信" in mine
    assert "内部核对" not in mine
    assert site.post("lin", f"/cases/{number}/remarks", {"text": " "}).status_code == 422
    added = site.post("citizen1", f"/cases/{number}/attachments", files={"file": ("补充.txt", "说明，一行\n".encode(), "text/plain")})
    assert added.headers["location"] == f"/cases/{number}?done=attach"
    wrong = site.post("citizen1", f"/cases/{number}/attachments", files={"file": ("run.exe", b"MZ\x90\x00" * 20, "application/octet-stream")})
    assert wrong.status_code == 422
    large = site.post("citizen1", f"/cases/{number}/attachments", files={"file": ("大.txt", b"a" * (3 << 20), "text/plain")})
    assert large.status_code == 303, "a file may be larger than a form"
    assert site.post("citizen1", f"/cases/{number}/remarks", {"text": "a" * (2 << 20)}).status_code == 413
    assert site.post("wu", f"/cases/{number}/interest", {"note": "申请人是亲属"}).status_code == 303
    page = site.get("wu", f"/cases/{number}").text
    assert "不参与决定" in page
    assert "不予受理" not in re.findall(r"<summary><strong>([^<]+)", page)


def test_only_an_administrator_reassigns_and_says_why(site: Site) -> None:
    number = site.opened("citizen1", "data-correction", {"table": "gongan.resident", "entry_key": "R4", "claim": "有误"}, once="reassign")
    assert f'action="/cases/{number}/reassign"' not in site.get("lin", f"/cases/{number}").text
    assert site.post("lin", f"/cases/{number}/reassign", {"role": "reviewer", "reason": "x"}).status_code == 403
    nothing = site.post("guanli", f"/cases/{number}/reassign", {"role": "reviewer", "reason": " "})
    assert nothing.status_code == 400
    assert "须写明理由" in nothing.text
    assert site.post("guanli", f"/cases/{number}/reassign", {"role": "reviewer", "organisation": "政务局", "reason": "人手不足"}).status_code == 303
    assert number in site.get("wu", "/inbox?flow=data-correction").text
    assert number not in site.get("lin", "/inbox?flow=data-correction").text


def test_a_decision_is_signed_by_who_has_just_shown_who_they_are(site: Site) -> None:
    number = site.opened("lin", "seal-use", {"paper": "公函〔2026〕1号", "copies": "2"}, once="sign")
    assert site.hub.trust.sessions.recently_confirmed(site.session("wu"), 5)
    assert "提交即以本人名义签名" in site.get("wu", f"/cases/{number}").text
    assert site.act("wu", number, "seal", {"volume": "甲一"}).status_code == 303
    sheet = site.hub.office.casework.cases.sheet(number, site.subject("wu"))
    assert sheet.timeline[-1].signed
    assert "已签名" in site.get("lin", f"/cases/{number}").text


def test_who_signed_in_long_ago_signs_by_a_code(site: Site) -> None:
    number = site.opened("lin", "seal-use", {"paper": "公函〔2026〕2号"}, once="sign2")
    trust = site.hub.trust
    trust.accounts.make_account("zhou", "周", "Zhou", roles=("reviewer",), organisation="zhengwu")
    opened = trust.sessions.open("zhou", 2, method="password")
    secret = trust.sign_in.enrol_totp(opened.token).secret
    begun = trust.sign_in.confirm_totp(opened.token, pyotp.TOTP(secret).at(NOW))
    site.sessions["zhou"] = begun.token
    _long_ago(site, begun.token)
    page = site.get("zhou", f"/cases/{number}").text
    assert 'name="code"' in page
    unsigned = site.act("zhou", number, "seal", {"volume": "甲二"})
    assert unsigned.status_code == 422
    assert 'value="甲二"' in unsigned.text
    wrong = site.act("zhou", number, "seal", {"volume": "甲二"}, code="000000")
    assert wrong.status_code == 422
    assert "验证码不正确" in wrong.text
    assert site.hub.office.casework.cases.sheet(number, site.subject("lin")).line.state == "asked"
    later = pyotp.TOTP(secret).at(NOW + timedelta(seconds=30))
    done = site.act("zhou", number, "seal", {"volume": "甲二"}, code=later)
    assert done.status_code == 303, done.text[-3000:]
    fresh = re.search(r"lingnan_session=([^;]+)", done.headers["set-cookie"])[1]
    assert fresh != begun.token
    assert not trust.sessions.subject_of(begun.token).account, "the old session is over"
    assert trust.sessions.subject_of(fresh).assurance == 2


def test_who_has_a_passkey_signs_with_it_in_the_form_itself(site: Site) -> None:
    number = site.opened("lin", "seal-use", {"paper": "公函〔2026〕4号"}, once="sign3")
    trust = site.hub.trust
    for name in ("feng", "deng"):
        trust.accounts.make_account(name, name, name, roles=("reviewer",), organisation="zhengwu")
        site.sessions[name] = trust.sessions.open(name, 2, method="password").token
    device, strange = Authenticator(), Authenticator()
    for name, key in (("feng", device), ("deng", strange)):
        subject = trust.subject_of(site.sessions[name])
        trust.passkeys.finish_registration(subject, key.create(trust.passkeys.begin_registration(subject)), "笔记本")
    _long_ago(site, site.sessions["feng"])
    assert "data-passkey-sign" in site.get("feng", f"/cases/{number}").text
    another = site.act("feng", number, "seal", {"volume": "甲四"}, passkey=strange.get(trust.passkeys.begin_sign_in()))
    assert (another.status_code, "通行密钥验证未通过" in another.text, 'value="甲四"' in another.text) == (422, True, True)
    assert trust.sessions.subject_of(site.sessions["feng"]).account, "a wrong answer ends nothing"
    done = site.act("feng", number, "seal", {"volume": "甲四"}, passkey=device.get(trust.passkeys.begin_sign_in()))
    assert done.status_code == 303, done.text[-3000:]
    fresh = re.search(r"lingnan_session=([^;]+)", done.headers["set-cookie"])[1]
    assert not trust.sessions.subject_of(site.sessions["feng"]).account, "the old session is over"
    assert trust.sessions.subject_of(fresh).assurance == 2
    site.sessions["feng"] = fresh
    assert site.hub.office.casework.cases.sheet(number, site.subject("feng")).timeline[-1].signed


def _long_ago(site: Site, token: str) -> None:
    """As if the session had been opened two hours before."""
    from sqlalchemy import update

    from lingnan.trust import SignInSession

    with site.hub.storage.session() as session:
        mine = update(SignInSession).where(SignInSession.token_hash == hashlib.sha256(token.encode()).hexdigest())
        session.execute(mine.values(confirmed_at=NOW - timedelta(hours=2)))


def test_two_must_approve_and_the_page_says_how_many_have(site: Site) -> None:
    number = site.opened("huang", "seal-use", {"paper": "公函〔2026〕3号"}, once="two")
    assert site.act("lin", number, "seal_by_two").headers["location"].endswith("done=awaited")
    assert "已同意 1／需 2 人" in site.get("lin2", f"/cases/{number}").text
    assert "两人同意" not in re.findall(r"<summary><strong>([^<]+)", site.get("lin", f"/cases/{number}").text)
    assert site.act("lin2", number, "seal_by_two").headers["location"].endswith("done=moved")
    assert number in site.get("", "/trace").text, "a flow that is open to everybody is listed"


def test_lists_search_filters_and_exports(site: Site) -> None:
    number = site.opened("lin2", "outgoing-source", {
        "host": "data.example.gov.cn:443", "purpose": "collect", "owner": "=cmd|' /C calc'!A0", "carries": "指标", "until": "2026-12-31",
    }, once="list")
    assert site.get("lin2", f"/cases?q={number.lower()}").headers["location"] == f"/cases/{number}"
    assert "没有编号为" in site.get("citizen2", f"/cases?q={number}").text
    assert number in site.get("lin2", "/cases").text
    assert number not in site.get("lin", "/cases").text
    assert number in site.get("lin", "/cases?scope=visible&flow=outgoing-source&state=submitted&open=yes").text
    assert number not in site.get("lin", "/cases?scope=visible&flow=outgoing-source&open=no").text
    rows = list(csv.reader(io.StringIO(site.get("lin2", "/cases/export.csv?flow=outgoing-source").text.removeprefix("\ufeff"))))
    assert rows[0][0] == "编号"
    assert [row[0] for row in rows[1:]] == [number]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    assert any(entry.action == "case.export" for entry in site.hub.trust.audit.entries(limit=2000))
    assert site.get("lin", "/cases?cursor=broken").status_code == 422


def test_figures_are_counted_by_flow_organisation_and_role(site: Site) -> None:
    page = site.get("lin", "/cases/statistics?since=2026-03-01&until=2026-03-31").text
    assert "数据异议核实" in page
    assert "data-chart=" in page
    told = site.hub.office.casework.statistics.of(NOW.date(), NOW.date())
    assert f'<strong class="figure-value">{told.total.opened}</strong>' in page
    text = site.get("lin", "/cases/statistics.csv?since=2026-03-01&until=2026-03-31").text
    assert f"按流程,用印审批,{told.by_flow['seal-use'].opened},{told.by_flow['seal-use'].closed}" in text
    assert "这段时间没有事项" in site.get("lin", "/cases/statistics?since=2020-01-01&until=2020-02-01").text
    assert site.get("lin", "/cases/statistics?since=2026-04-01&until=2026-03-01").status_code == 422
    assert site.get("citizen1", "/cases/statistics").status_code == 403


def test_alerts_are_acknowledged_once_and_resolved(site: Site) -> None:
    office = site.hub.office
    raised = AlertRaised("load-alarmed", "orange", "minzheng.pension", "民政厅养老补贴到达为空。", "The delivery of pensions is empty.",
                         {"roles": ["steward"]}, {"feed": "minzheng.pension"}, {"batch": "b1"})
    alert = office.alerts.raise_alert(raised, "alert-1")
    site.hub.deliver()
    page = site.get("lin", "/alerts?state=open&level=orange").text
    assert "民政厅养老补贴到达为空" in page
    assert page.count("数据源异常") == 2, "the rule is called by its name, in the list and in the choice"
    assert page.count('class="column-orange"') == 1, "one column of today, and the same as a table"
    assert site.get("wu", f"/alerts/{alert}").status_code == 404, "it concerns stewards"
    assert site.post("lin", f"/alerts/{alert}/acknowledge", {"note": "正在联系"}).headers["location"] == f"/alerts/{alert}?done=acknowledged"
    late = site.post("huang", f"/alerts/{alert}/acknowledge", {"note": "我来"})
    assert late.status_code == 409
    assert "我来" in late.text
    assert site.post("lin", f"/alerts/{alert}/resolve", {"note": "已补报"}).status_code == 303
    history = site.get("shenji", f"/alerts/{alert}").text
    assert re.findall(r'<dt title="(\w+)">([^<]+)</dt><dd>([^<]+)</dd>', history) == [("feed", "数据源", "minzheng.pension"), ("batch", "批次", "b1")]
    assert history.index("发生") < history.index("正在联系") < history.index("已补报")
    assert site.client.get("/api/v1/alerts", headers={"Cookie": f"lingnan_session={site.session('lin')}"}).json()["counts"]["resolved"]


def test_notices_are_mine_and_read_by_me(site: Site) -> None:
    site.hub.deliver()
    waiting = HubPages(site.hub).cases.waiting(site.subject("lin"))
    assert waiting["notices"] > 0
    assert set(waiting) == {"inbox", "notices", "alerts"}
    page = site.get("lin", "/notices?unread=yes").text
    one = re.search(r'name="notice" value="([^"]+)"', page)[1]
    assert site.post("wu", "/notices/read", {"notice": one}).status_code == 303
    assert site.hub.office.notices.unread(site.subject("lin")) == waiting["notices"], "nobody reads another's notices"
    site.post("lin", "/notices/read", {"notice": one})
    assert site.hub.office.notices.unread(site.subject("lin")) == waiting["notices"] - 1
    site.post("lin", "/notices/read")
    assert HubPages(site.hub).cases.waiting(site.subject("lin"))["notices"] == 0
    wrong = site.post("lin", "/notices/preferences", {"address": "not an address", "mail": "each", "language": "zh"})
    assert wrong.status_code == 422
    assert 'value="not an address"' in wrong.text
    kept = site.post("lin", "/notices/preferences", {"address": "lin@example.gov.cn", "mail": "daily", "language": "en", "muted": ["alert", "case"]})
    assert kept.status_code == 303
    assert site.hub.office.notices.preference(site.subject("lin")).muted == ("alert", "case")
    assert HubPages(site.hub).cases.waiting(Subject("anonymous")) == {}


def test_a_place_is_called_only_after_a_second_person_agreed(site: Site) -> None:
    wrong = site.post("lin", "/outgoing-sources/propose", {"place": "http://x y", "purpose": "collect", "reason": "归集指标"})
    assert wrong.status_code == 422
    assert "归集指标" in wrong.text
    assert site.post("lin", "/outgoing-sources/propose", {
        "place": "api.example.gov.cn:443", "purpose": "collect", "reason": "归集指标",
    }).status_code == 303
    source = site.hub.sources.listing(site.subject("lin"), state="proposed")[0]
    assert "须由他人批准" in site.get("lin", "/outgoing-sources?state=proposed").text
    alone = site.post("lin", "/outgoing-sources/approve", {"place": source.id})
    assert alone.status_code == 403
    assert "提请人不得批准" in alone.text
    assert site.post("lin2", "/outgoing-sources/approve", {"place": source.id}).status_code == 303
    assert "api.example.gov.cn:443" in site.hub.sources.allowed("collect")
    assert site.post("anquan", "/outgoing-sources/revoke", {"place": source.id}).status_code == 303
    assert "api.example.gov.cn:443" not in site.hub.sources.allowed("collect")
    assert site.get("citizen1", "/outgoing-sources").status_code == 403


def test_a_webhook_tells_its_secret_once_and_failures_are_sent_again(site: Site) -> None:
    wrong = site.post("lin", "/outgoing-sources/webhooks/propose", {"url": "https://hook.example.gov.cn/in", "signature": "hmac"})
    assert wrong.status_code == 422
    told = {"url": "https://hook.example.gov.cn/in", "signature": "hmac", "event": ["casework.case_moved"]}
    assert site.post("lin", "/outgoing-sources/webhooks/propose", told).status_code == 303
    endpoint = site.hub.office.webhooks.endpoints(site.subject("lin"))[-1]
    assert site.post("lin", "/outgoing-sources/webhooks/approve", {"webhook": endpoint.id}).status_code == 403
    approved = site.post("lin2", "/outgoing-sources/webhooks/approve", {"webhook": endpoint.id})
    assert approved.headers["cache-control"] == "no-store"
    secret = re.search(r'class="once">([^<]+)<', approved.text)[1]
    assert secret.startswith("whsec_")
    assert secret not in site.get("lin2", "/outgoing-sources/webhooks").text
    assert site.post("lin2", "/outgoing-sources/webhooks/approve", {"webhook": endpoint.id}).status_code == 409
    rotated = site.post("lin", "/outgoing-sources/webhooks/rotate", {"webhook": endpoint.id}).text
    assert secret not in rotated
    mail = _failed_mail(site)
    page = site.get("lin", "/outgoing-sources/deliveries?state=failed").text
    assert mail in page
    assert "lin@example.gov.cn" not in page
    assert site.post("lin", "/outgoing-sources/deliveries/resend", {"kind": "webhook", "message": mail}).status_code == 409
    assert site.post("lin", "/outgoing-sources/webhooks/revoke", {"webhook": endpoint.id, "reason": "停用"}).status_code == 303


def _failed_mail(site: Site) -> str:
    with site.hub.storage.session() as session:
        mail = MailMessage(
            account=site.subject("lin").account, event_id="mail-1", address="lin@example.gov.cn", lang="zh", subject="x", lines=[],
            message_id="<x@y>", state="failed", attempts=3, made_at=NOW, due_at=NOW, error="550 no such user",
        )
        session.add(mail)
        session.flush()
        return str(mail.id)


def test_a_program_acts_by_a_token_of_that_scope_alone(site: Site) -> None:
    number = site.opened("citizen1", "data-correction", {"table": "gongan.resident", "entry_key": "R3", "claim": "有误"}, once="token")
    acting, looking = (_token(site, scope) for scope in ("case.act", "page.view"))
    refused = site.client.post(f"/api/v1/cases/{number}/act/accept", json={}, headers={"Authorization": f"Bearer {looking}"})
    assert refused.status_code == 403
    stale = site.client.post(f"/api/v1/cases/{number}/act/accept", json={"version": 99}, headers={"Authorization": f"Bearer {acting}"})
    assert stale.status_code == 409
    done = site.client.post(f"/api/v1/cases/{number}/act/accept", json={"note": "程序受理"}, headers={"Authorization": f"Bearer {acting}"})
    assert done.status_code == 200, done.text
    assert done.json()["state"] == "accepted"
    assert site.client.get(f"/api/v1/cases/{number}", headers={"Authorization": f"Bearer {acting}"}).status_code == 403


def _token(site: Site, scope: str) -> str:
    return site.hub.trust.tokens.make(
        site.hub.trust.sessions.subject_of(site.session("lin")), name=scope, scope=(scope,), purpose=Purpose("statutory-duty", "", "1"),
        expires_at=NOW + timedelta(days=1),
    ).secret


def test_a_disputed_row_is_marked_wherever_it_is_shown(site: Site) -> None:
    hub = site.hub
    hub.engine.write("minzheng.pension", "select 'P' || range as pension_no, range * 10 as amount from range(5)", {}, CommitFacts("test"))
    hub.engine.write("quarantine.minzheng_pension", QUARANTINED, {}, CommitFacts("test"))
    assert "异议核实中" not in site.get("lin", "/tables/minzheng/pension").text
    number = site.opened("citizen1", "data-correction", {"table": "minzheng.pension", "entry_key": "P3", "claim": "金额有误"}, once="mark")
    site.act("lin", number, "accept")
    hub.deliver()
    page = site.get("lin", "/tables/minzheng/pension").text
    assert page.count("异议核实中") == 1
    assert re.search(rf"P3 <span class=\"badge severity-warning\">异议核实中</span> <a href=\"/cases/{number}\">", page)
    public = site.get("", "/tables/minzheng/pension").text
    assert public.count("异议核实中") == 1
    assert number not in public, "the public sees the mark without the case"
    assert site.client.get("/api/v1/tables/minzheng/pension").json()["preview"]["disputed"] == {"3": {"number": "", "items": []}}
    rows = site.get("lin", "/quarantine?feed=minzheng.pension").text
    assert rows.count("异议核实中") == 1
    exported = list(csv.DictReader(io.StringIO(site.get("lin", "/quarantine/export.csv?feed=minzheng.pension").text.removeprefix("\ufeff"))))
    assert {row["主键"]: row["异议标注"] for row in exported} == {"P3": f"异议核实中 {number}", "P9": ""}
    assert site.post("citizen1", f"/cases/{number}/act/withdraw", {}).status_code == 303
    hub.deliver()
    assert "异议核实中" not in site.get("lin", "/tables/minzheng/pension").text


@pytest.mark.browser
def test_an_organisation_is_found_as_its_name_is_typed(site: Site, chromium: Any) -> None:
    with served(site.client.app) as address:
        context = chromium.new_context(viewport={"width": 390, "height": 844})
        context.add_cookies([{"name": "lingnan_session", "value": site.session("lin"), "url": address}])
        page, complaints = context.new_page(), []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{address}/cases/new/account-request")
        assert page.locator("#open-organisation-list option").count() == 3
        page.locator("#open-organisation").press_sequentially("公安")
        page.locator("#open-organisation-list option:only-child").wait_for(state="attached", timeout=5000)
        assert page.locator("#open-organisation-list option").get_attribute("value") == "gongan"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert complaints == []
        context.close()


QUARANTINED = """
    select * from (values ('P3', 'x'), ('P9', 'y')) as rows(pension_no, amount),
        (select 'b1' as _batch, 'pensions.csv:2' as _position, timestamptz '2026-03-01 00:00:00+08' as _received_at, ['amount:type'] as _rules,
            [{'rule': 'amount:type', 'column': 'amount', 'value': 'x'}] as _reasons)
"""


def test_a_unit_above_the_provider_reads_a_case_and_its_figures_and_does_nothing(site: Site) -> None:
    tree = [{"key": "ting", "zh": "上级单位", "en": "Unit above"}, {"key": "gongan", "zh": "公安厅", "en": "Public Security", "parent": "ting"}]
    site.hub.trust.organisations.import_tree(tree)
    site.hub.trust.accounts.make_account("shang", "shang", "shang", roles=("steward",), organisation="ting")
    number = site.opened("citizen1", "data-correction", {"table": "gongan.resident", "entry_key": "P1", "claim": "金额与银行流水不符"})
    assert site.get("shang", f"/cases/{number}").status_code == 404
    assert site.act("lin", number, "accept").status_code == 303
    assert site.act("lin", number, "forward", {"source_department": "gongan"}).status_code == 303
    page = site.get("shang", f"/cases/{number}").text
    assert "可查看，不能办理" in page
    assert "金额与银行流水不符" not in page
    assert not re.search(rf'action="/cases/{number}/', page), "no form to do anything"
    assert number in site.get("shang", "/cases?scope=visible").text
    assert number not in site.get("shang", "/inbox").text
    assert site.post("shang", f"/cases/{number}/act/report", {"version": "3", "form.finding": "right"}).status_code in (403, 409, 422)
    for deed, form in (("remarks", {"text": "请尽快"}), ("interest", {"note": "亲属"}), ("claim", {})):
        assert site.post("shang", f"/cases/{number}/{deed}", form).status_code == 403
    assert "请尽快" not in site.get("huang", f"/cases/{number}").text
    mine = site.get("shang", "/cases/statistics?since=2026-03-01&until=2026-03-31&scope=visible").text
    told = site.hub.office.casework.statistics.of(NOW.date(), NOW.date(), seen_by=site.subject("shang")).total.opened
    assert 0 < told < site.hub.office.casework.statistics.of(NOW.date(), NOW.date()).total.opened
    assert f'<strong class="figure-value">{told}</strong>' in mine
    assert "全平台" in mine
