"""Slows down guessing: failures are counted by account and by address, each further one doubles the wait, nobody is locked out for ever."""

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingnan.base import Clock, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.events import SignInFailed
from lingnan.trust.identity.records import FailedSignIn
from lingnan.trust.identity.sign_in_rules import ThrottleRules
from lingnan.trust.keys.hub_key import HubKey

Counts = Mapping[str, int]
"""Failures by key, this attempt counted."""


class Throttle:
    """Counts attempts in the hub's database, so that all processes count together."""

    def __init__(self, storage: Storage, clock: Clock, key: HubKey, rules: ThrottleRules) -> None:
        self._storage, self._clock, self._key, self._rules = storage, clock, key, rules

    def enter(self, **values: str) -> Counts:
        """Count an attempt as failed before it is judged, under each kind of key (`account`, `address`, `second_factor`) with a value.

        Refused (code TooManyAttempts, `retry_after` seconds) while one of them has to wait; that refusal is not counted.
        """
        keys = sorted((self._key.pseudonym(kind, value), kind) for kind, value in values.items() if value)
        with self._storage.session() as session:
            # Counting first and judging later leaves no gap in which many guesses at once would count as one.
            rows = [(self._row(session, key), kind) for key, kind in keys]
            wait = max((self._wait(row) for row, _kind in rows), default=0)
            if wait:
                raise _too_many(wait)
            for row, kind in rows:
                self._count(row, kind)
            return {row.key: row.failures for row, _kind in rows}

    def succeed(self, **values: str) -> None:
        """Forget the failures of an account or second factor; of an address only the attempt that `enter` counted too early."""
        with self._storage.session() as session:
            for key, kind in sorted((self._key.pseudonym(kind, value), kind) for kind, value in values.items() if value):
                row = self._row(session, key)
                row.failures = max(0, row.failures - 1) if kind == "address" else 0
                row.blocked_until = row.blocked_until if row.failures else None

    def fail(self, counts: Counts, account: str, address: str) -> None:
        """The attempt was wrong: announce it whenever a count has grown by the number of the rules."""
        loud = [(key, failures) for key, failures in counts.items() if failures % self._rules.announce_after == 0]
        if loud:
            with self._storage.session() as session:
                for key, failures in loud:
                    told = SignInFailed(counted=key, account=account, address=self.address_name(address), failures=failures)
                    self._storage.announce(session, told, subject=account)

    def sweep(self) -> int:
        """Delete what is forgotten by now; gives how many keys."""
        old = self._clock.now() - timedelta(minutes=self._rules.forget_minutes)
        with self._storage.session() as session:
            gone = session.execute(delete(FailedSignIn).where(FailedSignIn.failed_at < old).returning(FailedSignIn.key))
            return len(gone.all())

    def address_name(self, address: str) -> str:
        """The pseudonym of a network address, empty for none."""
        return self._key.pseudonym("address", network(address)) if address else ""

    def _row(self, session: Session, key: str) -> FailedSignIn:
        statement = select(FailedSignIn).where(FailedSignIn.key == key).with_for_update()
        if (row := session.scalar(statement)) is None:
            try:
                with session.begin_nested():
                    session.add(FailedSignIn(key=key, failures=0, failed_at=self._clock.now()))
            except IntegrityError:
                session.expire_all()
            row = session.scalars(statement).one()
        if self._clock.now() - row.failed_at >= timedelta(minutes=self._rules.forget_minutes):
            row.failures, row.blocked_until = 0, None
        return row

    def _wait(self, row: FailedSignIn) -> int:
        until: datetime | None = row.blocked_until
        return max(0, ceil((until - self._clock.now()).total_seconds())) if until else 0

    def _count(self, row: FailedSignIn, kind: str) -> None:
        row.failures, row.failed_at = row.failures + 1, self._clock.now()
        beyond = row.failures - self._rules.free_failures[kind]
        if beyond > 0:
            # Twenty doublings are far beyond any longest wait; the cap keeps the number small.
            seconds = min(self._rules.first_wait_seconds * 2 ** min(beyond - 1, 20), self._rules.longest_wait_seconds)
            row.blocked_until = row.failed_at + timedelta(seconds=seconds)


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, the /64 of an IPv6 address (one household has all of it), else the text."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _too_many(wait: int) -> Refused:
    return Refused(
        f"尝试次数过多。请在 {wait} 秒后再试。", f"Too many attempts. Try again in {wait} seconds.", code="TooManyAttempts", retry_after=wait
    )
