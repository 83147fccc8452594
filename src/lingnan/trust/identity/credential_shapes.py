"""What comes in and goes out of passkeys, providers, tokens and authority."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.base import load_yaml

FIGURES = Path(__file__).parent / "credentials.yaml"
EVERY_MATTER = "*"


@dataclass(frozen=True)
class PasskeyCard:
    """A passkey as its holder may see it."""

    id: str
    name: str
    model: str
    backed_up: bool
    made_at: datetime
    last_used_at: datetime | None
    revoked: bool


@dataclass(frozen=True)
class ProviderCard:
    """A provider as the sign-in page shows it; `kind` is the kind of account it vouches for."""

    id: str
    kind: str
    zh: str
    en: str


@dataclass(frozen=True)
class Departure:
    """Where a browser is sent to sign in, and the value it must bring back in a cookie of ours."""

    address: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True)
class TokenCard:
    """A token as its holder may see it: everything but the token."""

    id: str
    name: str
    account: str
    credit_code: str
    scope: tuple[str, ...]
    purpose: str
    matter: str
    addresses: tuple[str, ...]
    calls_a_minute: int
    calls_a_day: int
    rows_a_day: int
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked: bool


@dataclass(frozen=True)
class IssuedToken:
    """A fresh token; `secret` is shown this once."""

    card: TokenCard
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Authority:
    """A legal person's written authority for one account (Civil Code 165: agent, matters, powers, term); `*` is every matter."""

    id: str
    case: str
    credit_code: str
    account: str
    document_digest: str
    matters: tuple[str, ...]
    valid_from: date
    valid_to: date
    confirmed_by: str
    revoked: bool

    def covers(self, matter: str, on: date) -> bool:
        """Whether it speaks of this matter on this day; an empty matter asks for any."""
        speaks = not matter or matter in self.matters or EVERY_MATTER in self.matters
        return speaks and not self.revoked and self.valid_from <= on <= self.valid_to


def hashed(secret: str) -> str:
    """The SHA-256 under which a random secret is kept; 256 random bits cannot be searched back from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def limits() -> dict[str, Any]:
    """The figures of `credentials.yaml`."""
    loaded: dict[str, Any] = load_yaml(FIGURES.read_text(encoding="utf-8"))
    return loaded
