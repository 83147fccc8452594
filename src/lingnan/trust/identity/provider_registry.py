"""The providers an administrator registered in `HOME/keys/providers.yaml`; their secrets stand elsewhere."""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from lingnan.base import Missing, WrongUse, load_yaml
from lingnan.trust.identity.credential_shapes import ProviderCard
from lingnan.trust.identity.site import is_loopback
from lingnan.trust.keys.secret import read_secret

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that only the provider has; `none` and keyed hashes, which the public key could forge, are not among them."""
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
PEOPLE = {"citizen": "natural", "enterprise": "legal", "official": "staff"}
"""Under which word an issuer's subjects are kept, so that a citizen, a legal person and a member of staff never meet."""


class Provider(BaseModel):
    """One provider, which vouches for one kind of subject; `citizen_accounts` lets a first sign-in make a citizen's account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    kind: Literal["citizen", "enterprise", "official"]
    zh: str = Field(min_length=1, max_length=80)
    en: str = Field(min_length=1, max_length=80)
    issuer: str = Field(max_length=180)
    client_id: str = Field(min_length=1)
    scopes: tuple[str, ...] = ("openid", "profile")
    algorithms: tuple[Algorithm, ...] = Field(("RS256", "ES256"), min_length=1)
    hosts: tuple[str, ...] = ()
    """Further places (host:port) that its endpoints may be on; the issuer's own is always allowed."""
    client_authentication: Literal["basic", "post"] = "basic"
    citizen_accounts: bool = False
    credit_code_claim: str = ""
    second_factor_acr: tuple[str, ...] = ()
    """Values of `acr` by which it says that it asked for a second factor."""

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, issuer: str) -> str:
        """An issuer is an https address without query; plain http is for this machine alone."""
        parts = urlsplit(issuer)
        if parts.query or parts.fragment or "@" in parts.netloc or not is_safe_address(issuer):
            raise ValueError("an issuer is an https address without query")
        return issuer

    @property
    def namespace(self) -> str:
        """The issuer as identities are kept under it, apart for each kind."""
        return f"{PEOPLE[self.kind]}:{self.issuer}"

    @property
    def places(self) -> frozenset[str]:
        """Where it may be called."""
        parts = urlsplit(self.issuer)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return frozenset({f"{host}:{parts.port or {'https': 443, 'http': 80}[parts.scheme]}", *self.hosts})

    @property
    def card(self) -> ProviderCard:
        """The provider as the sign-in page shows it."""
        return ProviderCard(self.id, self.kind, self.zh, self.en)

    def secret(self) -> SecretStr | None:
        """The client's secret from `LINGNAN_PROVIDER_<ID>_SECRET` or the file `…_SECRET_FILE` names; None for a public client."""
        return read_secret(f"provider_{self.id.replace('-', '_')}_secret")


class ProviderRegistry:
    """Reads the file anew whenever it changed, so that a provider taken out is out at once."""

    def __init__(self, home: Path) -> None:
        self._path = home / "keys" / "providers.yaml"
        self._read: tuple[tuple[int, int], dict[str, Provider]] = ((0, 0), {})

    def all(self) -> dict[str, Provider]:
        """Every provider by its id; WrongUse when the file is not understood, naming the field and never its value."""
        if not self._path.exists():
            return {}
        stat = self._path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        if self._read[0] != stamp:
            self._read = (stamp, _providers(self._path))
        return self._read[1]

    def one(self, provider: str) -> Provider:
        """The provider of that id; Missing when none is registered under it."""
        found = self.all().get(provider)
        if found is None:
            raise Missing(f"没有登记身份提供方“{provider[:40]}”。", f"No identity provider “{provider[:40]}” is registered.")
        return found


def is_safe_address(address: str) -> bool:
    """Whether the address is https, or http on this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")))


def _providers(path: Path) -> dict[str, Provider]:
    try:
        listed = load_yaml(path.read_text(encoding="utf-8")) or []
        found = [Provider(**entry) for entry in listed]
    except ValidationError as error:
        # Only places and kinds of error: the value may be a secret that was put here by mistake.
        raise _wrong("; ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in error.errors())) from None
    except (yaml.YAMLError, TypeError, UnicodeDecodeError):
        raise _wrong("not a list of providers") from None
    for provider in found:
        if (provider.kind == "enterprise") != bool(provider.credit_code_claim) or (provider.citizen_accounts and provider.kind != "citizen"):
            raise _wrong(f"{provider.id}: credit_code_claim belongs to enterprise, citizen_accounts to citizen")
    if len({provider.id for provider in found}) != len(found) or len({_spoken(provider.id) for provider in found}) != len(found):
        raise _wrong("two providers have one id")
    return {provider.id: provider for provider in found}


def _spoken(provider: str) -> str:
    return re.sub("-", "_", provider)


def _wrong(reason: str) -> WrongUse:
    return WrongUse(
        f"keys/providers.yaml 有误（{reason}）。密钥不写在此文件中。请对照 docs/identity.md 修改。",
        f"keys/providers.yaml is wrong ({reason}). Secrets do not stand in this file. Compare it with docs/identity.md.",
    )
