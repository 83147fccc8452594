"""F35: secrets and numbers of persons that are planted appear in no log, no error, no page of figures and no entry of the audit log.

At rest and in words of errors: tests/trust/test_sign_in.py, test_signing.py, test_tokens.py; in cases and notices: tests/casework.
"""

import base64
import io
import logging
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tests.access.ground import Ground
from tests.attacks.conftest import Site

PASSWORD = "Canary-Passphrase-7Q"
NUMBER = "440103199003077613"
PHONE = "13812345678"
FORMS = ("/sign-in", "/sign-in/set-up", "/sign-in/second-factor", "/setup", "/trace", "/verify")
PLACES = ("name", "password", "code", "token", "answer", "q", "identifier", "secret")


def everywhere(ground: Ground) -> list[str]:
    """What must not be found."""
    master = (ground.hub.home / "keys" / "hub.key").read_bytes() if (ground.hub.home / "keys" / "hub.key").is_file() else b"no such key file"
    return [PASSWORD, NUMBER, PHONE, ground.tokens["token"], base64.b64encode(master).decode(), master.hex()]


def test_what_is_planted_everywhere_appears_nowhere(ground: Ground, site: Site) -> None:
    session, answers = ground.session("steward"), []
    with httpx.Client(base_url=site.address, timeout=60) as client:
        for value in (PASSWORD, NUMBER, PHONE, ground.tokens["token"]):
            form = dict.fromkeys(PLACES, value)
            answers += [client.post(path, data=form) for path in FORMS]
            answers += [client.get(path, headers={"Authorization": f"Bearer {value}"}) for path in ("/api/v1/cockpit", "/quarantine", "/none")]
            answers += [client.get("/api/v1/quarantine", headers={"Cookie": f"lingnan_session={value}", "X-Number": value})]
            answers += [client.post("/sign-out", headers={"Cookie": f"lingnan_session={value}"})]
        cookie = {"Cookie": f"lingnan_session={session}"}
        answers += [client.get(path, headers=cookie) for path in ("/statistics", "/api/v1/statistics", "/health", "/about")]
    said = site.said.read_text(encoding="utf-8", errors="replace")
    with ground.hub.trust.audit.path.open("rb") as file:
        log = file.read() + _beside(ground.hub.trust.audit.path, "-wal")
    for canary in everywhere(ground):
        assert canary not in said
        assert canary.encode() not in log
    # A form shows again what was typed into it, but never a password or a token.
    assert all(ground.tokens["token"] not in answer.text for answer in answers if answer.request.method == "GET")
    for value in (PASSWORD, ground.tokens["token"]):
        page = httpx.post(f"{site.address}/sign-in", data={"name": "someone", "password": value}, timeout=60)
        assert value not in page.text


def _beside(path: Path, ending: str) -> bytes:
    other = path.with_name(path.name + ending)
    return other.read_bytes() if other.is_file() else b""


def test_an_error_of_the_database_carries_no_value(ground: Ground) -> None:
    with pytest.raises(SQLAlchemyError) as told, ground.hub.storage.session() as session:
        session.execute(text("insert into account (id, name) values (:id, :name)"), {"id": NUMBER, "name": PASSWORD})
    assert NUMBER not in str(told.value)
    assert PASSWORD not in str(told.value)


def test_a_fault_in_a_page_tells_the_log_where_and_no_value(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    logging.getLogger("lingnan.web").addHandler(handler)
    monkeypatch.setattr(type(ground.hub.catalogue), "departments", lambda _self: 1 / 0)
    answer = ground.ask("anonymous", "GET", "/departments", params={"q": NUMBER}, headers={"Authorization": f"Bearer {PASSWORD}"})
    logging.getLogger("lingnan.web").removeHandler(handler)
    assert answer.status_code == 500
    assert "/departments" in heard.getvalue()
    for canary in (NUMBER, PASSWORD):
        assert canary not in heard.getvalue()
    assert PASSWORD not in answer.text


def test_nothing_that_is_shown_of_a_hub_holds_its_secrets(ground: Ground) -> None:
    """`repr` of what lies about in a stack trace."""
    trust = ground.hub.trust
    opened = trust.sessions.open(ground.accounts["analyst"], 2, method="password")
    shown = "".join(map(repr, (opened, trust, ground.hub, ground.hub.settings, opened.subject, trust.tokens.of(ground.accounts["steward"]))))
    assert opened.token not in shown
    assert ground.tokens["token"] not in shown
