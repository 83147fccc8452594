"""Verification codes on paper, `LN-XXXX-XXXX`, and the limit on trying wrong ones."""

import secrets
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select

from lingnan.base import BadInput, Clock, Refused, load_yaml
from lingnan.storage import Storage
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.signing.records import CodeLookup

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty-two signs without I, L, O and U, which are misread (Crockford's base 32); eight of them are 40 random bits."""
LIMITS = Path(__file__).parent / "lookups.yaml"


def make_code() -> str:
    """A fresh random code."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"LN-{signs[:4]}-{signs[4:]}"


def read_code(text: str) -> str:
    """The code as it was printed, from what somebody typed; BadInput when it cannot be one."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum()).removeprefix("LN").translate(str.maketrans("OIL", "011"))
    if len(signs) != 8 or set(signs) - set(ALPHABET):
        raise BadInput("核验码应形如 LN-XXXX-XXXX，请核对纸面。", "A verification code reads LN-XXXX-XXXX; compare it with the paper.")
    return f"LN-{signs[:4]}-{signs[4:]}"


class LookupLimit:
    """Counts wrong codes by source and in all, in the hub's database, so the limit holds over every process."""

    def __init__(self, storage: Storage, clock: Clock, hub_key: HubKey) -> None:
        self._storage, self._clock, self._hub_key = storage, clock, hub_key

    def check(self, source: str) -> None:
        """Refused while the source, or all sources together, have tried too many wrong codes."""
        limits, now = _limits(), self._clock.now()
        recent = select(func.count()).select_from(CodeLookup)
        by_source = recent.where(CodeLookup.source == self._name(source), CodeLookup.at > now - timedelta(minutes=limits["source_minutes"]))
        by_all = recent.where(CodeLookup.at > now - timedelta(minutes=limits["all_minutes"]))
        with self._storage.reading() as session:
            full = (session.scalar(by_source) or 0) >= limits["source_wrong"] or (session.scalar(by_all) or 0) >= limits["all_wrong"]
        if full:
            minutes = limits["source_minutes"]
            raise Refused(
                f"核验码错误次数过多，请 {minutes} 分钟后再试。", f"Too many wrong codes. Try again in {minutes} minutes.",
                code="TooManyTries", minutes=minutes,
            )

    def note(self, source: str) -> None:
        """Count one wrong code, and forget those whose window is over."""
        limits, now = _limits(), self._clock.now()
        over = now - timedelta(minutes=max(limits["source_minutes"], limits["all_minutes"]))
        with self._storage.session() as session:
            session.execute(delete(CodeLookup).where(CodeLookup.at <= over))
            session.add(CodeLookup(source=self._name(source), at=now))

    def _name(self, source: str) -> str:
        return self._hub_key.pseudonym("source", source)


@cache
def _limits() -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(LIMITS.read_text(encoding="utf-8"))["limits"]
    return loaded
