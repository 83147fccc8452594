"""A provider of our own on a loopback port, honest until told otherwise: it says and signs whatever a test asks for."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

Claims = dict[str, Any]


class BentProvider:
    """Remembers what it was asked; `claims`, `sign` and `discovery` may be replaced by a test."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.published: list[Any] = [self.key]
        self.extra_keys: list[dict[str, Any]] = []
        self.issuer = ""
        self.asked: dict[str, str] = {}
        self.redeemed: list[dict[str, str]] = []
        self.headers: list[str] = []
        self.fetched: list[str] = []
        self.codes: set[str] = set()
        self.discovery: Claims = {}
        self.bend: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = lambda claims: jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key, ["RS256"])

    def describe(self) -> Claims:
        """The discovery document."""
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        ends = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.issuer, **ends, **self.discovery}

    def authorize(self, address: str) -> dict[str, str]:
        """What the browser brings back after somebody signed in here."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}-{time.monotonic_ns()}"
        self.codes.add(code)
        return {"code": code, "state": self.asked["state"]}

    def answer(self, form: dict[str, str]) -> tuple[int, Claims]:
        """The token endpoint: a code serves once."""
        self.redeemed.append(form)
        if form.get("code") not in self.codes:
            return 400, {"error": "invalid_grant"}
        self.codes.discard(form["code"])
        now = int(time.time())
        honest = {
            "iss": self.issuer, "sub": "person-1", "aud": self.asked["client_id"], "exp": now + 300, "iat": now, "nonce": self.asked["nonce"],
            "name": "陈小明", "email": "chen@example.cn",
        }
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self.sign(self.bend(honest))}

    def keys(self) -> Claims:
        """The key set."""
        return {"keys": [key.as_dict(private=False) for key in self.published] + self.extra_keys}


@contextmanager
def bent_provider() -> Iterator[BentProvider]:
    """The provider, answering over HTTP while the block runs."""
    provider = BentProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.fetched.append(self.path)
            self.reply(200, provider.keys() if self.path == "/keys" else provider.describe())

        def do_POST(self) -> None:
            provider.headers.append(self.headers.get("Authorization", ""))
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(*provider.answer({name: values[0] for name, values in parse_qs(body).items()}))

        def reply(self, status: int, told: Claims) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def unsigned(claims: Claims) -> str:
    """An ID token with `alg: none`."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def keyed_by_public_key(key: RSAKey, kid: str) -> Callable[[Claims], str]:
    """Signs with HS256 and the provider's public key as the shared secret, which everybody has."""
    import hashlib
    import hmac

    def sign(claims: Claims) -> str:
        body = f"{_part({'alg': 'HS256', 'kid': kid})}.{_part(claims)}"
        mac = hmac.digest(key.as_pem(private=False), body.encode(), hashlib.sha256)
        return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    return sign


def signed_by(key: RSAKey | ECKey, algorithm: str, kid: str) -> Callable[[Claims], str]:
    """Signs with that key under that key's name."""
    return lambda claims: jwt.encode({"alg": algorithm, "kid": kid}, claims, key, [algorithm])


def _part(told: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
