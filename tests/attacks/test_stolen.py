"""F29: a stolen session or token, used against a server in another process, is worth nothing within five seconds of what ended it.

Other audiences of identity tokens: tests/trust/test_providers.py; networks, expiry, authorities: tests/trust/test_tokens.py, test_agency.py.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from lingnan.trust import SYSTEM, Purpose
from tests.access.ground import Ground, forgery
from tests.attacks.conftest import Site

CLOSED = "/api/v1/quarantine"
SOON_S = 5.0


def asks(site: Site, **headers: str) -> int:
    with httpx.Client(base_url=site.address) as client:
        return client.get(CLOSED, headers=headers).status_code


def ends(site: Site, refused: set[int], **headers: str) -> None:
    """Asked again and again, the server says no; what is asked more than five seconds after the end is let in no more, however long answers take."""
    ended = time.monotonic()
    while True:
        asked = time.monotonic()
        if asks(site, **headers) in refused:
            return
        assert asked - ended < SOON_S, "still let in"
        time.sleep(0.1)


def thief(ground: Ground, name: str) -> tuple[str, str]:
    """A fresh steward with a session that is about to be stolen."""
    trust = ground.hub.trust
    account = trust.accounts.make_account(name, name, name, roles=("steward",), organisation="zhengwu")
    return account, trust.sessions.open(account, 2, method="password").token


ENDS: dict[str, Callable[[Any, str, str], Any]] = {
    "signed out": lambda trust, _account, token: trust.sessions.end(token),
    "signed out everywhere": lambda trust, account, _token: trust.accounts.sign_out_everywhere(account),
    "account disabled": lambda trust, account, _token: trust.administration.disable(SYSTEM, account),
    "role removed": lambda trust, account, _token: trust.administration.set_roles(SYSTEM, account, ()),
    "ways of signing in reset": lambda trust, account, _token: trust.administration.reset(SYSTEM, account),
}


@pytest.mark.parametrize("ended", ENDS)
def test_a_stolen_session_ends_with_its_cause(ground: Ground, site: Site, ended: str) -> None:
    account, token = thief(ground, "stolen-" + ended.replace(" ", "-"))
    cookie = f"lingnan_session={token}"
    assert asks(site, Cookie=cookie) == 200
    ENDS[ended](ground.hub.trust, account, token)
    ends(site, {401, 403}, Cookie=cookie)


def test_a_unit_that_is_closed_takes_its_people_along(ground: Ground, site: Site) -> None:
    trust = ground.hub.trust
    unit = trust.accounts.make_organisation("short-lived", "短", "short", division="440100")
    account = trust.accounts.make_account("of.short", "短", "short", roles=("steward",), organisation="short-lived")
    cookie = f"lingnan_session={trust.sessions.open(account, 2, method='password').token}"
    assert asks(site, Cookie=cookie) == 200
    trust.administration.disable_organisation(SYSTEM, unit)
    ends(site, {401, 403}, Cookie=cookie)


@pytest.mark.parametrize("ended", ["account disabled", "role removed", "ways of signing in reset", "token revoked"])
def test_a_stolen_token_ends_with_its_cause(ground: Ground, site: Site, ended: str) -> None:
    trust = ground.hub.trust
    account, session = thief(ground, "token-" + ended.replace(" ", "-"))
    issued = trust.tokens.make(
        trust.subject_of(session), name="n", scope=["page.govern", "read"], purpose=Purpose("quality", "", "1"),
        expires_at=ground.hub.clock.now() + timedelta(hours=1),
    )
    bearer = f"Bearer {issued.secret}"
    assert asks(site, Authorization=bearer) == 200
    if ended == "token revoked":
        trust.tokens.revoke(issued.card.id, trust.subject_of(session))
    else:
        ENDS[ended](trust, account, session)
    ends(site, {401, 403}, Authorization=bearer)


def test_a_token_opens_no_page_and_signs_nobody_in(ground: Ground, site: Site) -> None:
    with httpx.Client(base_url=site.address) as client:
        for token in (ground.tokens["token"], ground.session("steward")):
            assert client.get("/quarantine", headers={"Authorization": f"Bearer {token}"}).status_code == 403
            assert client.get("/profile", headers={"Authorization": f"Bearer {token}"}).headers["location"].startswith("/sign-in")


def test_signing_out_on_the_page_ends_the_session_itself_and_not_only_the_cookie(ground: Ground, site: Site) -> None:
    _account, token = thief(ground, "leaver")
    with httpx.Client(base_url=site.address) as client:
        headers = {"Cookie": f"lingnan_session={token}", "X-Forgery-Token": forgery(token)}
        assert client.post("/sign-out", headers=headers).status_code == 303
    assert asks(site, Cookie=f"lingnan_session={token}") == 403
