"""What identity announces."""

from dataclasses import dataclass
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class SignInFailed(Event):
    """Sign-ins keep failing under one key; `account` is empty when nobody has the name, `address` is a pseudonym."""

    name: ClassVar[str] = "trust.sign_in_failed"
    counted: str
    account: str
    address: str
    failures: int
