"""F7: made-up, altered and misused sessions and tokens, shown to a server in another process: nobody is let in, all are told the same.

Forged signatures, algorithms and certificates: tests/trust/test_signing.py, test_keys.py, test_providers.py, test_passkeys.py.
"""

import base64
import json

import httpx
import pytest

from tests.access.ground import CANARY, Ground
from tests.attacks.conftest import Site

CLOSED = "/api/v1/quarantine"


def jws(header: dict[str, str], body: dict[str, object], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(body).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def forgeries(ground: Ground) -> dict[str, str]:
    real, token = ground.session("steward"), ground.tokens["token"]
    claims = {"sub": ground.accounts["administrator"], "roles": ["administrator"], "assurance": 2, "exp": 4102444800}
    return {
        "one character changed": real[:-1] + ("A" if real[-1] != "A" else "B"), "cut off": real[:-4], "twice": real + real,
        "the session's id": ground.objects["session"], "the account's id": ground.accounts["steward"], "the account's name": "steward.a",
        "an API token as a session": token, "a form's token": "0" * 64, "nothing signed": jws({"alg": "none"}, claims),
        "nothing signed, in capitals": jws({"alg": "NONE", "typ": "JWT"}, claims), "a short key": jws({"alg": "HS256"}, claims, b"x" * 32),
        "the hash of a session": __import__("hashlib").sha256(real.encode()).hexdigest(), "an end of line": real.replace(real[3], "%0a", 1),
        "sql": "' or '1'='1", "everything": "%", "a nul": "%00" + real,
    }


def test_a_forged_session_is_a_visitors(ground: Ground, site: Site) -> None:
    with httpx.Client(base_url=site.address) as client:
        visitor = client.get(CLOSED)
        assert visitor.status_code == 403
        for name, forged in forgeries(ground).items():
            answer = client.get(CLOSED, headers={"Cookie": f"lingnan_session={forged}"})
            assert answer.status_code == 403, name
            assert answer.json()["title"] == visitor.json()["title"], name
            assert CANARY not in answer.text


def test_a_forged_token_is_refused_and_every_reason_reads_the_same(ground: Ground, site: Site) -> None:
    with httpx.Client(base_url=site.address) as client:
        told = set()
        for name, forged in {**forgeries(ground), "a session as a token": ground.session("administrator")}.items():
            if name == "an API token as a session":
                continue
            answer = client.get(CLOSED, headers={"Authorization": f"Bearer {forged}"})
            assert answer.status_code == 401, name
            told.add(answer.json()["detail_en"])
        assert len(told) == 1
        assert client.get(CLOSED, headers={"Authorization": f"Bearer {ground.tokens['token']}"}).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-User", "X-Remote-User", "X-Client-Cert", "X-Account", "X-Lingnan-Subject", "X-Original-URL"])
def test_no_header_says_who_one_is(ground: Ground, site: Site, header: str) -> None:
    with httpx.Client(base_url=site.address) as client:
        for value in ("administrator.a", ground.accounts["administrator"], "/accounts"):
            assert client.get(CLOSED, headers={header: value}).status_code == 403


def test_other_methods_and_spellings_of_an_address_open_nothing(site: Site) -> None:
    with httpx.Client(base_url=site.address) as client:
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"):
            assert client.request(method, CLOSED).status_code in (400, 403, 404, 405), method
        for path in ("//api/v1/quarantine", "/api/v1/quarantine/", "/api/v1/./quarantine", "/api/v1/%71uarantine", "/static/../quarantine",
                     "/static/..%2f..%2fapp.py", "/static/%2e%2e/%2e%2e/app.py", "/api/v1/quarantine;x=1", "/quarantine%00"):
            answer = client.get(path)
            assert answer.status_code in (303, 307, 400, 403, 404), path
            assert "create_app" not in answer.text
        headers = {"X-HTTP-Method-Override": "DELETE"}
        assert client.post("/sign-out", headers=headers).status_code in (303, 403)
