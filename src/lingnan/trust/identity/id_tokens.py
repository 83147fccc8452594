"""What a provider says of itself and of who signed in: discovery, key set, and the ID token checked against both."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from lingnan.base import Clock, LingnanError, OutgoingClient, Unavailable
from lingnan.trust.identity.credential_shapes import limits
from lingnan.trust.identity.provider_registry import Provider, is_safe_address

WELL_KNOWN = "/.well-known/openid-configuration"
ANSWER_BYTES = 1024 * 1024
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Described:
    """A provider's own description and keys, as fetched at a moment."""

    endpoints: dict[str, str]
    keys: KeySet
    at: datetime


class NotBelieved(Exception):
    """Why an answer of a provider is not believed; for the log alone, and it holds no value of the answer."""


class ProviderDescriptions:
    """Fetches and remembers providers' descriptions, in one process, for the minutes that `credentials.yaml` gives."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Described] = {}

    def of(self, provider: Provider) -> Described:
        """The description, fetched when it is not known or too old."""
        known = self._known.get(provider.issuer)
        if known is None or self._clock.now() - known.at >= timedelta(minutes=limits()["provider_keys_minutes"]):
            known = self._fetch(provider)
        return known

    def claims(self, provider: Provider, token: str, nonce: str, access_token: str = "") -> dict[str, Any]:
        """The claims of an ID token that is the provider's, for this hub, in answer to this question; NotBelieved otherwise.

        The key set is fetched once more when the token names a key it does not hold: providers change keys without notice.
        """
        try:
            try:
                checked = self._decode(provider, token, self.of(provider).keys)
            except InvalidKeyIdError:
                checked = self._decode(provider, token, self._fetch(provider).keys)
            return self._validated(provider, checked, nonce, access_token)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise NotBelieved(type(error).__name__) from None

    def _decode(self, provider: Provider, token: str, keys: KeySet) -> jwt.Token:
        return jwt.decode(token, keys, algorithms=list(provider.algorithms))

    def _validated(self, provider: Provider, token: jwt.Token, nonce: str, access_token: str) -> dict[str, Any]:
        options: Any = {"iss": {"essential": True, "value": provider.issuer}, "aud": {"essential": True, "value": provider.client_id}}
        params = {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(self._clock.now().timestamp()), leeway=limits()["clock_skew_seconds"])
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 200:
            raise ValueError("sub")
        return dict(claims)

    def _fetch(self, provider: Provider) -> Described:
        client = client_of(provider)
        told = _read(client, provider.issuer.rstrip("/") + WELL_KNOWN)
        endpoints = {name: told.get(name) for name in ENDPOINTS}
        # Core 1.0, 3.1.3.7 and Discovery 1.0, 4.3: the issuer told is exactly the one registered, or somebody else answers.
        if told.get("issuer") != provider.issuer or not all(isinstance(each, str) and is_safe_address(each) for each in endpoints.values()):
            raise _not_itself(provider)
        sure = {name: str(each) for name, each in endpoints.items()}
        keys = _public_keys(_read(client, sure["jwks_uri"]))
        self._known[provider.issuer] = Described(sure, keys, self._clock.now())
        return self._known[provider.issuer]


def client_of(provider: Provider) -> OutgoingClient:
    """A client that reaches this provider's places alone."""
    return OutgoingClient(provider.places, timeout_s=10, total_s=20, maximum_bytes=ANSWER_BYTES)


def _public_keys(told: dict[str, Any]) -> KeySet:
    """The signing keys of a key set; shared secrets and kinds of key that are not known are left out."""
    listed = told.get("keys")
    chosen = [each for each in listed if isinstance(each, dict) and each.get("kty") in ("RSA", "EC", "OKP") and each.get("use", "sig") == "sig"] \
        if isinstance(listed, list) else []
    try:
        return KeySet.import_key_set({"keys": chosen})
    except (JoseError, ValueError, TypeError, KeyError):
        raise Unavailable("身份提供方的公钥无法读取。请联系提供方。", "The provider's public keys cannot be read. Ask the provider.") from None


def _read(client: OutgoingClient, address: str) -> dict[str, Any]:
    try:
        told = json.loads(client.get(address))
    except (ValueError, RecursionError):
        told = None
    except LingnanError as error:
        raise Unavailable(
            "身份提供方没有正常应答。请稍后重试，或用其他方式登录。",
            "The identity provider does not answer well. Try again later, or sign in another way.",
            status=error.facts.get("status"),
        ) from None
    return told if isinstance(told, dict) else {}


def _not_itself(provider: Provider) -> Unavailable:
    return Unavailable(
        f"身份提供方“{provider.zh}”的自述与登记不符。请管理员核对 keys/providers.yaml。",
        f"What provider “{provider.en}” says of itself is not what was registered. Let the administrator compare keys/providers.yaml.",
        provider=provider.id,
    )
