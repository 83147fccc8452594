"""Signing in, oneself, tokens and accounts over a real hub: step by step as a browser goes, in both languages, and what must be refused."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
import yaml
from fastapi.testclient import TestClient

from lingnan.base import Settings
from lingnan.cli.serve import tell_set_up
from lingnan.hub import Hub, HubPages
from lingnan.hub.pages.own_tokens import SCOPES
from lingnan.standards import USCC
from lingnan.standards.organisations import uscc_check_digit
from lingnan.trust import SYSTEM, Subject
from lingnan.trust.policy.rules import known_actions
from lingnan.web import create_app
from tests.trust.authenticator import Authenticator
from tests.trust.bent_provider import bent_provider

QUICK = "argon2: {time_cost: 1, memory_kib: 8, parallelism: 1}\nthrottle: {free_failures: {account: 5, address: 1000, second_factor: 5}}\n"
"""Cheap password hashes, and one address that may fail often: all the tests come from it."""
SITE, PASSWORD = "http://localhost:8400", "quiet otter lantern fjord"
STEM = "91440101MA59ABCD0"
FIRM = STEM + uscc_check_digit(STEM)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


class Browser(TestClient):
    """A browser that sends the token of its session with every form, and follows nothing by itself."""

    def __init__(self, app: Any, site: str = SITE) -> None:
        super().__init__(app, base_url=site, follow_redirects=False, headers={"User-Agent": CHROME})

    @property
    def session(self) -> str:
        return self.cookies.get("lingnan_session") or ""

    def enter(self, session: str) -> None:
        self.cookies.set("lingnan_session", session, domain="localhost.local")

    def submit(self, path: str, **fields: Any) -> Any:
        return self.post(path, data={**fields, "forgery_token": self.token()})

    def call(self, path: str, body: dict[str, Any]) -> Any:
        return self.post(path, json=body, headers={"X-Forgery-Token": self.token(), "Accept": "application/json"})

    def token(self) -> str:
        found = re.search(r'name="forgery_token" value="([0-9a-f]+)"', self.get("/profile").text) if self.session else None
        return found[1] if found else ""


@pytest.fixture(scope="module")
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    home = new_home("identity")
    (home / "sign-in.yaml").write_text(QUICK)
    with Hub.open(Settings(home=home, site=SITE, clock=datetime(2026, 10, 31, 1, tzinfo=UTC))) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(hub: Hub) -> Any:
    return create_app(HubPages(hub), hub.settings)


@pytest.fixture
def browser(app: Any) -> Browser:
    return Browser(app)


def code_now(hub: Hub, secret: str) -> str:
    """The next code of an authenticator app: each serves once."""
    hub.clock.advance(timedelta(seconds=30))  # type: ignore[attr-defined]
    return pyotp.TOTP(secret).at(hub.clock.now())


def secret_of(page: Any) -> str:
    found = re.search(r'class="once">([A-Z2-7]{32})<', page.text)
    assert found, page.text
    return found[1]


def set_up(hub: Hub, browser: Browser) -> tuple[str, list[str]]:
    """From the page of a new password to signed in; gives the app's secret and the recovery codes."""
    assert browser.submit("/sign-in/password", password=PASSWORD, again=PASSWORD).headers["location"].startswith("/sign-in/enrol")
    secret = secret_of(browser.get("/sign-in/enrol"))
    done = browser.submit("/sign-in/enrol", code=code_now(hub, secret))
    assert done.status_code == 200
    return secret, re.findall(r"<li>([A-Z2-7-]{19})</li>", done.text)


def official(hub: Hub, app: Any, name: str, *roles: str, organisation: str = "") -> tuple[Browser, str, str]:
    """A signed-in official with both factors: browser, secret, account."""
    account = hub.trust.accounts.make_account(name, name, name, roles=roles, organisation=organisation)
    browser = Browser(app)
    browser.submit("/sign-in/set-up", token=hub.trust.accounts.issue_link(account, "set_up"))
    return browser, set_up(hub, browser)[0], account


@pytest.fixture(scope="module")
def chief(hub: Hub, app: Any) -> tuple[Browser, str, str]:
    """The first administrator, made on the page with the code of the terminal."""
    browser = Browser(app)
    code = hub.trust.administration.issue_set_up_code()
    assert browser.get("/setup", params={"code": code}).status_code == 200
    wrong = browser.submit("/setup", code="x" * 43, name="chief", zh="陈总")
    assert (wrong.status_code, 'value="chief"' in wrong.text, "启用码无效" in wrong.text) == (422, True, True)
    assert "不含空白" in browser.submit("/setup", code=code, name="two words").text
    assert browser.submit("/setup", code=code, name="chief", zh="陈总").headers["location"] == "/sign-in/password?next=%2Faccounts"
    for password, again, told in (("passwordpassword", "passwordpassword", "容易被猜到"), (PASSWORD, PASSWORD + "x", "不一致")):
        weak = browser.submit("/sign-in/password", password=password, again=again)
        assert (weak.status_code, told in weak.text, password in weak.text) == (422, True, False)
    browser.submit("/sign-in/password", password=PASSWORD, again=PASSWORD, next="/accounts")
    page = browser.get("/sign-in/enrol?next=/accounts")
    secret = secret_of(page)
    assert (page.headers["cache-control"], "<svg viewBox" in page.text, "otpauth" in page.text) == ("no-store", True, False)
    again = browser.submit("/sign-in/enrol", code="000000", next="/accounts")
    assert (again.status_code, secret_of(again)) == (422, secret), "a wrong code asks for no new scan"
    done = browser.submit("/sign-in/enrol", code=code_now(hub, secret), next="/accounts")
    assert (done.status_code, done.headers["cache-control"], 'href="/accounts"' in done.text) == (200, "no-store", True)
    assert browser.get("/accounts").status_code == 200
    assert browser.submit("/setup", code=code, name="second").headers["location"] == "/sign-in"
    return browser, secret, hub.trust.accounts.account("chief").id


def test_the_terminal_tells_of_the_set_up_only_while_it_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Hub.open(Settings(home=tmp_path)) as fresh:
        tell_set_up(fresh, "zh")
        told = capsys.readouterr().err
        code = re.search(r"/setup\?code=([\w-]{43})", told)
        assert code
        fresh.trust.first_administrator("chief", code=code[1])
        tell_set_up(fresh, "zh")
        assert capsys.readouterr().err == ""
        page = Browser(create_app(HubPages(fresh), fresh.settings))
        assert page.get("/setup").headers["location"] == "/sign-in"


def test_the_first_administrator_is_made_on_the_page(chief: tuple[Browser, str, str]) -> None:
    page = chief[0].get("/accounts")
    assert "陈总" in page.text
    assert 'href="/accounts"' in page.text
    assert "/security/policy" not in page.text, "accounts and policy are in different hands"


def test_wrong_name_and_wrong_password_are_one_answer(hub: Hub, chief: tuple[Browser, str, str], browser: Browser) -> None:
    hub.clock.advance(timedelta(minutes=20))  # type: ignore[attr-defined]
    unknown = browser.submit("/sign-in", name="nobody", password="x" * 20)
    wrong = browser.submit("/sign-in", name="chief", password="x" * 20)
    assert (unknown.status_code, wrong.status_code) == (422, 422)
    assert unknown.text.replace("nobody", "chief") == wrong.text
    assert "x" * 20 not in wrong.text
    assert browser.session == ""


def test_guessing_is_told_when_to_try_again(hub: Hub, browser: Browser) -> None:
    answers = [browser.submit("/sign-in", name="guessed", password=f"wrong {number}") for number in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 6 + [429]
    assert int(answers[-1].headers["retry-after"]) == 2
    assert "请在 2 秒后再试" in answers[-1].text


def test_password_then_second_factor_then_a_session(hub: Hub, app: Any) -> None:
    _first, secret, _account = official(hub, app, "twostep", "steward")
    browser = Browser(app)
    step = browser.submit("/sign-in", name="twostep", password=PASSWORD, next="/catalogue")
    assert step.headers["location"] == "/sign-in/second-factor?next=%2Fcatalogue"
    assert browser.session == "", "a password alone opens nothing"
    cookie = step.headers["set-cookie"].lower()
    assert ("httponly" in cookie, "samesite=strict" in cookie, "path=/sign-in" in cookie) == (True, True, True)
    assert browser.get("/sign-in/enrol").headers["location"] == "/sign-in/second-factor", "a step cannot be skipped"
    assert browser.submit("/sign-in/second-factor", code="000000").status_code == 422
    code = code_now(hub, secret)
    entered = browser.submit("/sign-in/second-factor", code=code, next="/catalogue")
    assert entered.headers["location"] == "/catalogue"
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert browser.get("/sign-in/second-factor").headers["location"] == "/sign-in", "a sign-in under way serves once"
    other = Browser(app)
    other.submit("/sign-in", name="twostep", password=PASSWORD)
    assert other.submit("/sign-in/second-factor", code=code).status_code == 422, "a code serves once"


def test_a_recovery_code_serves_once(hub: Hub, app: Any) -> None:
    account, browser = hub.trust.accounts.make_account("recovering", "某某", "Somebody", roles=("reviewer",)), Browser(app)
    browser.submit("/sign-in/set-up", token=hub.trust.accounts.issue_link(account, "set_up"))
    _secret, codes = set_up(hub, browser)
    assert len(codes) == 10
    for expected in (303, 422):
        fresh = Browser(app)
        fresh.submit("/sign-in", name="recovering", password=PASSWORD)
        assert "恢复码" in fresh.get("/sign-in/second-factor?method=recovery_code").text
        assert fresh.submit("/sign-in/second-factor", code=codes[0].lower(), method="recovery_code").status_code == expected


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a b"])
def test_signing_in_leads_nowhere_else(hub: Hub, app: Any, address: str) -> None:
    if not hub.trust.accounts.exists("citizen"):
        hub.trust.accounts.make_account("citizen", "王五", "Wang Wu", kind="citizen")
    browser = Browser(app)
    browser.get("/sign-in", params={"token": hub.trust.issue_link("citizen")})
    assert browser.get("/sign-in", params={"next": address}).headers["location"] == "/"


def test_a_set_up_link_is_used_by_its_button_alone(hub: Hub, app: Any, browser: Browser) -> None:
    account = hub.trust.accounts.make_account("linked", "某某", "Somebody", roles=("analyst",))
    token = hub.trust.accounts.issue_link(account, "set_up")
    for _ in range(2):
        assert token in browser.get("/sign-in/set-up", params={"token": token}).text
    assert browser.submit("/sign-in/set-up", token=token).status_code == 303
    assert browser.submit("/sign-in/set-up", token=token).status_code == 403
    assert browser.get("/sign-in/set-up").status_code == 200


def test_a_password_only_official_is_led_to_the_second_factor(hub: Hub, app: Any, browser: Browser) -> None:
    account = hub.trust.accounts.make_account("halfway", "半路", "Halfway", roles=("steward",))
    browser.enter(hub.trust.sessions.open(account, 1, method="provider:staff").token)
    for path in ("/", "/catalogue", "/quarantine", "/about", "/accounts"):
        assert browser.get(path).headers["location"] == "/profile/second-factor", path
    assert browser.get("/", headers={"HX-Request": "true"}).headers["hx-redirect"] == "/profile/second-factor"
    assert browser.get("/api/v1/resources").status_code == 403
    assert browser.get("/api/v1/me").json()["unproven"] is True
    profile = browser.get("/profile")
    assert (profile.status_code, "还没有完成第二重验证" in profile.text) == (200, True)
    before = browser.session
    secret = secret_of(browser.get("/profile/second-factor"))
    done = browser.submit("/profile/second-factor", code=code_now(hub, secret))
    assert (done.status_code, browser.session != before) == (200, True), "raised assurance is a new session"
    assert browser.get("/").status_code == 200
    assert browser.submit("/sign-out").status_code == 303, "the form on the page that raised it belongs to the new session"
    again = Browser(app)
    again.enter(hub.trust.sessions.open(account, 1, method="provider:staff").token)
    assert again.get("/profile/second-factor").headers["location"].startswith("/profile/confirm"), "one with an app shows it and enrols no other"
    assert again.submit("/profile/confirm", method="totp", secret=code_now(hub, secret)).status_code == 303
    assert again.get("/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(hub: Hub, app: Any) -> None:
    browser, _secret, account = official(hub, app, "changer", "steward")
    other = Browser(app)
    other.enter(hub.trust.sessions.open(account, 2, method="password").token)
    fresh = "cedar harbour violin 岭南"
    wrong = browser.submit("/profile/password", old="not the old one", password=fresh, again=fresh)
    assert (wrong.status_code, "密码不正确" in wrong.text, fresh in wrong.text) == (422, True, False)
    weak = browser.submit("/profile/password", old=PASSWORD, password="changer" * 3, again="changer" * 3)
    assert (weak.status_code, "本人或所属机构" in weak.text) == (422, True)
    before = browser.session
    assert browser.submit("/profile/password", old=PASSWORD, password=fresh, again=fresh).headers["location"] == "/profile?done=password"
    assert browser.session != before
    assert "密码已更改" in browser.get("/profile?done=password").text
    assert other.get("/profile").headers["location"] == "/sign-in?next=%2Fprofile"


def test_what_guards_the_account_asks_again_who_it_is(hub: Hub, app: Any) -> None:
    browser, secret, _account = official(hub, app, "confirming", "steward")
    assert browser.submit("/profile/recovery-codes").headers["cache-control"] == "no-store"
    hub.clock.advance(timedelta(minutes=11))  # type: ignore[attr-defined]
    assert browser.submit("/profile/recovery-codes").headers["location"] == "/profile/confirm?next=%2Fprofile"
    assert browser.get("/profile/second-factor").headers["location"] == "/profile/confirm?next=%2Fprofile%2Fsecond-factor"
    refused = browser.call("/profile/passkeys/options", {})
    assert (refused.status_code, refused.json()["title"]) == (403, "ConfirmFirst")
    assert browser.submit("/profile/confirm", method="totp", secret="000000").status_code == 422
    before = browser.session
    assert browser.submit("/profile/confirm", method="totp", secret=code_now(hub, secret), next="/profile/second-factor").status_code == 303
    assert browser.session != before
    assert browser.get("/profile/second-factor").status_code == 200


def test_sessions_are_listed_and_ended(hub: Hub, app: Any) -> None:
    browser, _secret, account = official(hub, app, "travelling", "steward")
    opened = hub.trust.sessions.open(account, 2, method="password", device="Firefox · Windows")
    page = browser.get("/profile").text
    assert ("Firefox · Windows" in page, "Chrome · Linux" in page, page.count("本设备")) == (True, True, 1)
    assert browser.submit("/profile/sessions/end", session=opened.id).headers["location"] == "/profile?done=session"
    assert hub.trust.subject_of(opened.token).kind == "anonymous"
    stranger = hub.trust.sessions.open(hub.trust.accounts.make_account("stranger", "他人", "Other"), 2, method="password")
    assert browser.submit("/profile/sessions/end", session=stranger.id).status_code == 404
    assert hub.trust.subject_of(stranger.token).account
    mine = browser.session
    assert browser.submit("/profile/sessions/end-all").headers["location"] == "/sign-in"
    assert hub.trust.subject_of(mine).kind == "anonymous"


def test_passkeys_are_added_used_and_revoked(hub: Hub, app: Any) -> None:
    browser, _secret, account = official(hub, app, "keyholder", "steward")
    device = Authenticator()
    answer = device.create(browser.call("/profile/passkeys/options", {}).text)
    assert browser.call("/profile/passkeys", {"answer": answer, "name": "红色钥匙"}).json() == {"href": "/profile?done=passkey"}
    assert "红色钥匙" in browser.get("/profile").text
    entering = Browser(app)
    question = entering.call("/sign-in/passkey/options", {})
    assert question.headers["cache-control"] == "no-store"
    entered = entering.call("/sign-in/passkey", {"answer": device.get(question.text), "next": "/profile"})
    assert (entered.json(), hub.trust.subject_of(entering.session).assurance) == ({"href": "/profile"}, 2)
    again = entering.call("/sign-in/passkey", {"answer": device.get(question.text)})
    assert (again.status_code, again.json()["title"]) == (403, "passkey")
    passkey = hub.trust.passkeys.of(account)[0].id
    assert browser.submit("/profile/passkeys/revoke", passkey=passkey).status_code == 303
    assert "红色钥匙" not in browser.get("/profile").text
    late = Browser(app)
    assert late.call("/sign-in/passkey", {"answer": device.get(late.call("/sign-in/passkey/options", {}).text)}).status_code == 403


def test_acting_for_a_legal_person_is_shown_and_leaves_the_own_account_alone(hub: Hub, app: Any) -> None:
    account = hub.trust.accounts.make_account("agent", "代理人", "Agent", kind="citizen")
    today = hub.clock.now().date()
    granted: dict[str, Any] = {"document_digest": "sha256:" + "a" * 64, "matters": ["licence"], "confirmed_by": SYSTEM, "account": account}
    hub.trust.agency.grant(case="C1", credit_code=FIRM, valid_from=today, valid_to=today + timedelta(days=30), **granted)
    hub.trust.agency.grant(case="C2", credit_code=FIRM, valid_from=date(2020, 1, 1), valid_to=date(2020, 2, 1), **granted)
    browser = Browser(app)
    browser.get("/sign-in", params={"token": hub.trust.issue_link("agent")})
    page = browser.get("/profile").text
    assert USCC.valid(FIRM)
    assert (page.count(FIRM) >= 2, "已到期" in page, 'class="acting"' in page) == (True, True, False)
    assert browser.submit("/profile/act-for", credit_code="91440101MA59XXXXXX").status_code == 403
    assert browser.submit("/profile/act-for", credit_code=FIRM).status_code == 303
    assert browser.get("/api/v1/me").json()["credit_code"] == FIRM
    for path in ("/", "/profile"):
        assert f"正在代 {FIRM} 办理" in browser.get(path).text
    for path, fields in (
        ("/profile/password", {"old": "x", "password": PASSWORD, "again": PASSWORD}), ("/profile/sessions/end-all", {}),
        ("/profile/recovery-codes", {}), ("/profile/second-factor", {"code": "000000"}),
    ):
        assert browser.submit(path, **fields).status_code == 403, path
    assert browser.get("/profile/second-factor").status_code == 403
    assert browser.submit("/profile/act-for").status_code == 303
    assert browser.get("/api/v1/me").json()["kind"] == "citizen"


def test_a_session_of_a_legal_persons_provider_never_becomes_its_agents(hub: Hub, app: Any) -> None:
    account, today = hub.trust.accounts.make_account("bound", "经办人", "Clerk", kind="citizen"), hub.clock.now().date()
    hub.trust.agency.grant(
        case="C3", credit_code=FIRM, account=account, document_digest="sha256:" + "b" * 64, matters=["*"], valid_from=today,
        valid_to=today + timedelta(days=9), confirmed_by=SYSTEM,
    )
    browser, opened = Browser(app), hub.trust.sessions.open(account, 1, method="provider:firms")
    with hub.storage.session() as session:
        hub.trust.agency.bind_within(session, opened, FIRM)
    browser.enter(opened.token)
    assert f"正在代 {FIRM} 办理" in browser.get("/profile").text
    refused = browser.submit("/profile/act-for")
    assert (refused.status_code, "只能代表该法人" in refused.text) == (403, True)
    assert browser.submit("/profile/sessions/end-all").status_code == 403
    hub.trust.agency.revoke("C3", case="C4", by=SYSTEM)
    assert browser.get("/profile").status_code == 303, "without the authority it is a visitor's"


TOKEN = {"name": "夜间同步", "scope": ["page.view", "catalogue.search"], "purpose": "platform-operation", "matter": "M-1", "until": "2027-01-31"}


def made_token(browser: Browser, **other: Any) -> str:
    made = browser.submit("/profile/tokens", **{**TOKEN, **other})
    assert made.status_code == 200, re.findall(r'role="alert">([^<]*)', made.text)
    assert made.headers["cache-control"] == "no-store"
    found = re.search(r"lnt_[0-9A-Za-z]{49}", made.text)
    assert found
    return found[0]


def ask(app: Any, token: str, path: str = "/api/v1/resources") -> Any:
    return TestClient(app).get(path, headers={"Authorization": f"Bearer {token}"}, follow_redirects=False)


def test_a_token_offers_no_more_than_its_maker_has(hub: Hub, app: Any) -> None:
    browser, _secret, _account = official(hub, app, "analysing", "analyst")
    form = browser.get("/profile/tokens/new").text
    assert ('value="query.run"' in form, 'value="trust.audit.view"' in form, 'value="collect.load"' in form) == (True, False, False)
    beyond = browser.submit("/profile/tokens", **{**TOKEN, "scope": ["page.view", "collect.load"]})
    assert (beyond.status_code, "超出：collect.load" in beyond.text, 'value="夜间同步"' in beyond.text) == (422, True, True)
    for wrong in ({"until": "soon"}, {"until": "2029-01-01"}, {"matter": ""}, {"scope": []}, {"calls_a_day": "many"}, {"addresses": "nowhere"}):
        assert browser.submit("/profile/tokens", **{**TOKEN, **wrong}).status_code == 422, wrong
    assert "还没有令牌" in browser.get("/profile/tokens").text


def test_a_token_works_until_it_is_revoked_or_over(hub: Hub, app: Any) -> None:
    browser, _secret, _account = official(hub, app, "tokenmaker", "steward")
    token = made_token(browser)
    assert ask(app, token).json()["items"] == []
    me = ask(app, token, "/api/v1/me").json()
    assert (me["kind"], me["scope"], me["name"]) == ("official", ["catalogue.search", "page.view"], ""), "told what it is, not whose"
    assert ask(app, token, "/api/v1/quarantine").status_code == 403, "narrower than its account"
    assert ask(app, token, "/profile").headers["location"].startswith("/sign-in"), "no page is opened by a token"
    page = browser.get("/profile/tokens").text
    assert (token in page, "夜间同步" in page, "有效" in page) == (False, True, True)
    held = browser.get("/api/v1/me/tokens").json()["items"][0]
    assert (held["purpose"], held["state"], held["last_used_at"] is not None) == ("platform-operation", "live", True)
    assert browser.submit("/profile/tokens/revoke", token=held["id"]).status_code == 303
    over = ask(app, token)
    assert (over.status_code, over.json()["title"], "Bearer" in over.headers["www-authenticate"]) == (401, "token", True)
    assert over.headers["content-type"] == "application/problem+json"
    assert ask(app, "lnt_nonsense").json()["detail_zh"] == over.json()["detail_zh"], "one sentence for every reason"


def test_a_token_ends_with_its_day_and_with_the_role(hub: Hub, app: Any) -> None:
    browser, _secret, account = official(hub, app, "losing", "steward")
    governing = made_token(browser, scope=["page.govern"])
    assert ask(app, governing, "/api/v1/quarantine").status_code == 200
    hub.trust.accounts.set_roles(account, ("auditor",))
    assert ask(app, governing, "/api/v1/quarantine").status_code == 401
    hub.trust.accounts.set_roles(account, ("steward",))
    today = (hub.clock.now() + timedelta(hours=8)).date()
    short = made_token(browser, until=today.isoformat())
    assert ask(app, short).status_code == 200
    hub.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    assert ask(app, short).status_code == 401
    assert ask(app, governing, "/api/v1/quarantine").status_code == 200


def test_a_quota_is_told_with_its_wait(hub: Hub, app: Any) -> None:
    browser, _secret, _account = official(hub, app, "spending", "steward")
    token = made_token(browser, calls_a_minute="2")
    answers = [ask(app, token) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].json()["title"], 1 <= int(answers[2].headers["retry-after"]) <= 60) == ("quota", True)
    hub.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
    assert ask(app, token).status_code == 200
    rows = made_token(browser, rows_a_day="1", scope=["profile.view"])
    assert ask(app, rows, "/api/v1/me").status_code == 200
    assert ask(app, rows, "/api/v1/me/tokens").status_code == 429, "two tokens are two rows"


def test_a_token_is_bound_to_its_network(hub: Hub, app: Any) -> None:
    browser, _secret, _account = official(hub, app, "binding", "steward")
    token = made_token(browser, addresses="10.1.0.0/16，192.0.2.7")
    inside = TestClient(app, client=("10.1.2.3", 1)).get("/api/v1/resources", headers={"Authorization": f"Bearer {token}"})
    assert (inside.status_code, ask(app, token).status_code) == (200, 401)


def test_every_scope_of_the_form_is_an_action() -> None:
    assert set(SCOPES) <= known_actions()
    assert not {"account.make", "account.administer", "trust.policy.approve", "trust.keys.rotate", "token.make"} & set(SCOPES)


def test_accounts_are_added_with_roles_kept_apart(hub: Hub, app: Any, chief: tuple[Browser, str, str]) -> None:
    browser = sign_in_again(hub, app, chief)
    hub.trust.organisations.import_tree([
        {"key": "bureau", "zh": "省数据局", "en": "Bureau", "division": "440000"},
        {"key": "branch", "zh": "市数据局", "en": "Branch", "division": "440100", "parent": "bureau"},
    ])
    asked = {"name": "fresh", "zh": "新人", "kind": "official", "organisation": "branch", "post": "科员", "division": "440106"}
    apart = browser.submit("/accounts", **asked, roles=["administrator", "auditor"])
    assert (apart.status_code, "三员分立" in apart.text, 'value="新人"' in apart.text) == (422, True, True)
    made = browser.submit("/accounts", **asked, roles=["steward", "reviewer"])
    link = re.search(r'class="once">(http://localhost:8400/sign-in/set-up\?token=[\w-]+)<', made.text)
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    assert link
    assert browser.submit("/accounts", **asked).status_code == 422, "the name is taken"
    holder = Browser(app)
    token = link[1].partition("token=")[2]
    assert holder.submit("/sign-in/set-up", token=token).headers["location"] == "/sign-in/password?next=%2Fprofile"
    set_up(hub, holder)
    profile = holder.get("/profile").text
    assert all(word in profile for word in ("新人", "市数据局", "科员", "440106", "数据管理员", "审核员"))


def sign_in_again(hub: Hub, app: Any, known: tuple[Browser, str, str]) -> Browser:
    """The administrator anew: clocks of other tests may have outlived the session."""
    browser = Browser(app)
    browser.enter(hub.trust.sessions.open(known[2], 2, method="password+totp").token)
    return browser


def test_accounts_are_found_changed_and_closed(hub: Hub, app: Any, chief: tuple[Browser, str, str]) -> None:
    browser = sign_in_again(hub, app, chief)
    target, _secret, account = official(hub, app, "target", "analyst")
    address = f"/accounts/{account}"
    assert f'href="{address}"' in browser.get("/accounts?q=ARGE").text
    assert "没有符合条件的账号" in browser.get("/accounts?q=%25").text, "a sign of the database's is a plain sign"
    assert browser.submit(f"{address}/roles", roles=["steward", "analyst"]).headers["location"] == f"{address}?done=roles"
    assert target.get("/api/v1/me").json()["roles"][0]["name"] == "steward", "open sessions have them at once"
    refused = browser.submit(f"{address}/roles", roles=["security", "auditor"])
    assert (refused.status_code, "三员分立" in refused.text) == (422, True)
    assert browser.submit(f"{address}/acts", act="end_sessions").headers["location"] == f"{address}?done=end_sessions"
    assert target.get("/profile").status_code == 303
    assert browser.submit(f"{address}/acts", act="disable").status_code == 303
    assert "已停用" in browser.get(address).text
    assert Browser(app).submit("/sign-in", name="target", password=PASSWORD).status_code == 422
    assert browser.submit(f"{address}/acts", act="enable").status_code == 303
    reset = browser.submit(f"{address}/acts", act="reset")
    assert ("/sign-in/set-up?token=" in reset.text, reset.headers["cache-control"]) == (True, "no-store")
    assert browser.get("/accounts/target").status_code == 404, "addresses hold ids, never names"


def test_nobody_changes_their_own_account(hub: Hub, app: Any, chief: tuple[Browser, str, str]) -> None:
    browser, address = sign_in_again(hub, app, chief), f"/accounts/{chief[2]}"
    own = browser.submit(f"{address}/roles", roles=["administrator", "steward"])
    assert (own.status_code, "不得更改本人的账号或角色" in own.text) == (422, True)
    assert browser.submit(f"{address}/acts", act="disable").status_code == 422
    assert hub.trust.accounts.account("chief").roles == ("administrator",)
    steward, _secret, _account = official(hub, app, "climber", "steward")
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/accounts", {"name": "x", "zh": "x"}), (f"{address}/roles", {"roles": ["steward"]}), (f"{address}/acts", {"act": "disable"}),
    ]
    for path, fields in asked:
        assert steward.submit(path, **fields).status_code == 403, path
    assert [steward.get(path).status_code for path in ("/accounts", "/accounts/new", address, "/accounts/organisations")] == [403] * 4
    assert steward.get("/api/v1/accounts").status_code == 403


def test_long_lists_have_pages(hub: Hub, app: Any, chief: tuple[Browser, str, str]) -> None:
    for number in range(60):
        hub.trust.accounts.make_account(f"many{number:02}", f"众{number}", "", kind="citizen")
    browser = sign_in_again(hub, app, chief)
    first = browser.get("/api/v1/accounts?kind=citizen&q=many").json()
    assert (len(first["items"]), first["next"]) == (50, "many49")
    rest = browser.get("/api/v1/accounts?kind=citizen&q=many&cursor=many49").json()
    assert ([line["name"] for line in rest["items"]][:2], rest["next"]) == (["many50", "many51"], None)
    assert "cursor=many49" in browser.get("/accounts?kind=citizen&q=many").text


def test_a_closed_unit_closes_what_is_below(hub: Hub, app: Any, chief: tuple[Browser, str, str]) -> None:
    top = hub.trust.organisations.make("top", "上级局", "Top")
    hub.trust.organisations.make("below", "下级局", "Below", parent="top")
    member, _secret, _account = official(hub, app, "member", "steward", organisation="below")
    browser = sign_in_again(hub, app, chief)
    tree = browser.get("/accounts/organisations").text
    assert tree.index("上级局") < tree.index("下级局")
    assert browser.submit("/accounts/organisations", unit=top, act="disable").status_code == 303
    assert member.get("/profile").status_code == 303
    listed = {unit["key"]: (unit["depth"], unit["closed"]) for unit in browser.get("/api/v1/organisations").json()["items"]}
    assert (listed["top"], listed["below"]) == ((0, True), (1, True))
    assert browser.submit("/accounts/organisations", unit=top, act="enable").status_code == 303
    assert member.get("/profile").status_code == 200


def test_providers_lead_away_and_back(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    with bent_provider() as provider, Hub.open(Settings(home=tmp_path, site=SITE)) as hub:
        entry = {"kind": "citizen", "zh": "统一身份认证", "en": "Identity for people", "client_id": "lingnan", "issuer": provider.issuer}
        people = {**entry, "id": "people", "citizen_accounts": True}
        (tmp_path / "keys" / "providers.yaml").write_text(yaml.safe_dump([people, {**entry, "id": "staff", "kind": "official", "zh": "政务人员"}]))
        browser = Browser(create_app(HubPages(hub), hub.settings))
        page = browser.get("/sign-in").text
        assert page.index("自然人") < page.index("统一身份认证") < page.index("政务人员")
        away = browser.get("/sign-in/providers/people")
        assert away.headers["location"].startswith(provider.issuer)
        assert "path=/sign-in/providers" in away.headers["set-cookie"].lower()
        answer = provider.authorize(away.headers["location"])
        stranger = Browser(browser.app)
        assert stranger.get("/sign-in/providers/people/arrival", params=answer).status_code == 403, "another browser's answer"
        answer = provider.authorize(browser.get("/sign-in/providers/people").headers["location"])
        assert browser.get("/sign-in/providers/people/arrival", params=answer).headers["location"] == "/profile"
        assert provider.issuer in browser.get("/profile").text
        assert browser.get("/sign-in/providers/none").status_code == 404


def test_cookies_are_for_https_alone_on_https(hub: Hub, app: Any) -> None:
    hub.trust.accounts.make_account("secure", "某某", "Somebody", kind="citizen")
    browser = Browser(app, "https://data.example")
    cookie = browser.get("/sign-in", params={"token": hub.trust.issue_link("secure")}).headers["set-cookie"]
    assert ("Secure" in cookie, "HttpOnly" in cookie, "SameSite=lax" in cookie) == (True, True, True)


def test_the_menu_is_by_role(hub: Hub, app: Any) -> None:
    seen = {}
    for role in ("steward", "security", "auditor"):
        page = official(hub, app, f"menu-{role}", role)[0].get("/about").text
        seen[role] = {path for path in ("/accounts", "/security/policy", "/security/audit", "/security/keys", "/inbox") if f'href="{path}"' in page}
    assert seen == {
        "steward": {"/security/policy", "/inbox"}, "security": {"/security/policy", "/security/keys", "/inbox"},
        "auditor": {"/security/policy", "/security/audit", "/security/keys", "/inbox"},
    }
    counted = HubPages(hub).identity
    counted.counts = lambda _subject: {"inbox": 3, "notices": 4}
    account = hub.trust.accounts.account("menu-steward").id
    assert counted.menu(Subject("official", account, roles=frozenset({"steward"}), session="s", assurance=2)).waiting == 7


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_speaks_both_languages(hub: Hub, app: Any, chief: tuple[Browser, str, str], lang: str) -> None:
    browser, visitor = sign_in_again(hub, app, chief), Browser(app)
    paths = ("/profile", "/profile/second-factor", "/profile/confirm", "/profile/tokens", "/profile/tokens/new", "/accounts", "/accounts/new",
             "/accounts/organisations", f"/accounts/{chief[2]}")
    for reader, path in [*((browser, path) for path in paths), (visitor, "/sign-in"), (visitor, "/sign-in/set-up?token=x")]:
        page = reader.get(path, params={**({"token": "x"} if "token" in path else {}), "lang": lang})
        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1, path
        assert "style=" not in page.text, path
        body = re.sub(r"<[^>]*>|陈总|统一|中文", "", page.text.split("<main")[1])
        if lang == "en" and path != "/accounts":
            assert not re.search(r"[\u4e00-\u9fff]{2,}", re.sub(r"省数据局|市数据局|上级局|下级局", "", body)), path
