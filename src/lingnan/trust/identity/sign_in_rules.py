"""The figures of signing in, read from `sign-in.yaml`; a hub may set its own in `HOME/sign-in.yaml`."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lingnan.base import WrongUse, load_yaml

SHIPPED = Path(__file__).parent / "sign-in.yaml"
OWN_FILE = "sign-in.yaml"


class _Figures(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PasswordRules(_Figures):
    """Length in characters after NFKC; `fewest_parts` is how many unlisted characters or listed words it must have at least."""

    shortest: int = Field(ge=8)
    longest: int = Field(ge=64, le=1024)
    fewest_parts: int = Field(ge=1)
    rotation_days: int = Field(ge=0)
    """Days after which a new password is asked for; 0 for never."""


class Argon2Rules(_Figures):
    """Cost of one password hash; `at_once` is how many a process works out side by side."""

    basis: str
    proofed: bool
    time_cost: int = Field(ge=1)
    memory_kib: int = Field(ge=8)
    parallelism: int = Field(ge=1)
    at_once: int = Field(ge=1)


class SecondFactorRules(_Figures):
    """Whom a second factor is compulsory for: accounts of these kinds, and whoever holds one of these roles."""

    issuer: str
    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    steps_aside: int = Field(ge=0, le=2)
    recovery_codes: int = Field(ge=1, le=50)

    def compulsory(self, kind: str, roles: frozenset[str]) -> bool:
        """Whether an account of that kind with those roles must show a second factor."""
        return kind in self.kinds or not roles.isdisjoint(self.roles)


class ThrottleRules(_Figures):
    """After the free failures each further one doubles the wait, up to the longest; a quiet time forgets them."""

    free_failures: dict[str, int]
    first_wait_seconds: int = Field(ge=1)
    longest_wait_seconds: int = Field(ge=1)
    forget_minutes: int = Field(ge=1)
    announce_after: int = Field(ge=1)


class SignInRules(_Figures):
    """All figures of signing in, as dated data with their basis."""

    valid_from: date
    proofed: bool
    basis: str
    link_minutes: int = Field(ge=1)
    set_up_hours: int = Field(ge=1)
    pending_minutes: int = Field(ge=1)
    session_hours: int = Field(ge=1)
    idle_minutes: int = Field(ge=1)
    seen_seconds: int = Field(ge=1)
    confirm_minutes: int = Field(ge=1)
    passwords: PasswordRules
    argon2: Argon2Rules
    second_factor: SecondFactorRules
    throttle: ThrottleRules

    @classmethod
    def read(cls, home: Path | None = None) -> "SignInRules":
        """The shipped figures, with those of `HOME/sign-in.yaml` in their place; WrongUse when that file is not understood."""
        own = home / OWN_FILE if home else None
        if own is None or not own.is_file():
            return cls(**_shipped())
        try:
            return cls(**_merged(_shipped(), load_yaml(own.read_text(encoding="utf-8")) or {}))
        except (ValidationError, yaml.YAMLError, TypeError, AttributeError) as error:
            raise WrongUse(
                f"无法读取 {OWN_FILE}：{error}。请对照随附的 sign-in.yaml 修改。",
                f"{OWN_FILE} is not understood: {error}. Compare it with the shipped sign-in.yaml.",
            ) from error

    @property
    def session_life(self) -> timedelta:
        """How long a session lasts at most."""
        return timedelta(hours=self.session_hours)

    @property
    def idle_life(self) -> timedelta:
        """How long a session lasts unused."""
        return timedelta(minutes=self.idle_minutes)


@cache
def _shipped() -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(SHIPPED.read_text(encoding="utf-8"))
    return loaded


def _merged(shipped: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    both = dict(shipped)
    for name, value in own.items():
        both[name] = _merged(both[name], value) if isinstance(both.get(name), dict) and isinstance(value, dict) else value
    return both
