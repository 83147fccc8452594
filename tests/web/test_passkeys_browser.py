"""Passkeys in a real Chromium with a virtual authenticator, against a real hub on localhost: registered, signed in with, and refused when revoked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from lingnan.base import Settings
from lingnan.hub import Hub, HubPages
from lingnan.trust import Purpose, SignInSession
from lingnan.web import create_app
from tests.pension import describe
from tests.served import free_port, served

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def steward_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, str]]:
    """A hub with one steward, served on a free port under the name of the machine itself."""
    port = free_port()
    site = f"http://localhost:{port}"
    with Hub.open(Settings(home=describe(tmp_path_factory.mktemp("passkeys")), site=site, port=port)) as hub:
        hub.trust.accounts.make_account("steward", "数据管理员", "Steward", roles=("steward",))
        with served(create_app(HubPages(hub), hub.settings), port):
            yield hub, site


def test_a_passkey_is_registered_and_signs_in(chromium: Any, steward_site: tuple[Hub, str]) -> None:
    hub, site = steward_site
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" and "Content Security" in said.text else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    page.goto(f"{site}/sign-in?token={hub.trust.issue_link('steward')}")
    page.goto(f"{site}/profile")
    page.fill("form[data-passkey] [name=name]", "办公电脑")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{site}/profile?done=passkey")
    assert page.locator(".lines strong", has_text="办公电脑").count() == 1
    [credential] = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert credential["rpId"] == "localhost"

    page.click("details.menu:last-of-type summary")
    with page.expect_navigation():
        page.click(".menu-out")
    page.goto(f"{site}/sign-in?next=/catalogue")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{site}/catalogue")
    [session] = [each for each in hub.trust.sessions.listing("steward") if each.method == "passkey"]
    assert (session.assurance, session.device.split(" · ")[-1]) == (2, "Linux")
    assert [cookie["httpOnly"] for cookie in context.cookies() if cookie["name"] == "lingnan_session"] == [True]

    page.goto(f"{site}/profile")
    page.click("form[action='/profile/passkeys/revoke'] button")
    page.wait_for_url(f"{site}/profile?done=passkey_revoked")
    page.click("details.menu:last-of-type summary")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY", "the menu closes and gives the focus back"
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.click(".menu-out")
    page.goto(f"{site}/sign-in")
    page.click("form[data-passkey] button")
    page.locator("[role=alert]:visible").wait_for()
    assert "通行密钥验证未通过" in page.locator("form[data-passkey] [role=alert]").inner_text()
    assert faults == []
    context.close()


def test_a_step_is_signed_by_a_passkey_in_its_own_form(chromium: Any, steward_site: tuple[Hub, str]) -> None:
    hub, site = steward_site
    trust = hub.trust
    for name, role in (("asks", "steward"), ("signs", "security")):
        trust.accounts.make_account(name, name, name, roles=(role,))
    why = Purpose("emergency", "突发事件应对法 第四十九条", "YJ-1")
    asked = trust.overrides.request(trust.accounts.subject_for("asks"), "minzheng.pension", ["person"], "防汛抢险须立即转移群众", why, 30)
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" and "Content Security" in said.text else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{site}/sign-in?token={trust.issue_link('signs')}")
    page.goto(f"{site}/profile")
    page.fill("form[data-passkey] [name=name]", "办公电脑")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{site}/profile?done=passkey")
    with hub.storage.session() as session:
        session.execute(update(SignInSession).values(confirmed_at=hub.clock.now() - timedelta(hours=1)))
    page.goto(f"{site}/security/overrides")
    page.click("[data-passkey-sign]")
    page.wait_for_url(f"{site}/security/overrides?done=settled")
    assert trust.overrides.card(asked.id).state == "approved"
    assert faults == []
    context.close()


def test_without_scripts_the_page_offers_what_works(chromium: Any, steward_site: tuple[Hub, str]) -> None:
    _hub, site = steward_site
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/sign-in")
    assert page.locator("[name=password]").is_visible()
    assert not page.locator("form[data-passkey]").is_visible()
    assert not page.locator(".or").is_visible()
    context.close()


def test_under_a_number_the_page_says_why_there_are_none(chromium: Any, steward_site: tuple[Hub, str]) -> None:
    _hub, site = steward_site
    page = chromium.new_page()
    page.goto(site.replace("localhost", "127.0.0.1") + "/sign-in", wait_until="load")
    assert page.locator("[data-passkey-note]").is_visible()
    assert not page.locator("form[data-passkey]").is_visible()
    page.close()
