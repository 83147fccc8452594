"""Sign-ins under way: between the password and the session a short-lived token says who it was and what is still to be done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lingnan.base import Clock
from lingnan.trust.identity.records import Account, PendingSignIn
from lingnan.trust.identity.sessions import DEVICE_LENGTH, OpenedSession, closed, ended, new_token, token_hash
from lingnan.trust.identity.subjects import is_closed
from lingnan.trust.shapes import Subject

Need = Literal["second_factor", "set_password", "enrol_second_factor"]
State = Literal["signed_in", "second_factor", "set_password", "enrol_second_factor"]
HasFactor = Callable[[Session, str], bool]
"""Tells, inside an open transaction, whether an account (by id) has this kind of second factor."""


@dataclass(frozen=True)
class SignInStep:
    """Where a sign-in stands: `token` is the session's when `signed_in`, else that of the sign-in under way.

    `methods` are the second factors the account can show; `recovery_codes` are new ones, told this once.
    """

    state: State
    token: str = field(repr=False)
    expires_at: datetime
    subject: Subject | None = None
    methods: tuple[str, ...] = ()
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def signed_in(cls, opened: OpenedSession, recovery_codes: tuple[str, ...] = ()) -> "SignInStep":
        """The step after which there is a session."""
        return cls("signed_in", opened.token, opened.expires_at, opened.subject, recovery_codes=recovery_codes)


@dataclass(frozen=True)
class Awaited:
    """What a sign-in under way waits for, for whom, and how it began."""

    account: str
    need: Need
    method: str
    device: str
    assurance: int


class PendingSignIns:
    """Keeps sign-ins under way; each is finished once."""

    def __init__(self, clock: Clock, minutes: int) -> None:
        self._clock, self._life = clock, timedelta(minutes=minutes)

    def begin(self, session: Session, account: str, need: Need, method: str, device: str, assurance: int) -> tuple[str, datetime]:
        """A token for what is still to be done, and its end."""
        token, ends = new_token(), self._clock.now() + self._life
        session.add(PendingSignIn(
            token_hash=token_hash(token), account_id=account, need=need, assurance=assurance, method=method, device=device[:DEVICE_LENGTH],
            expires_at=ends,
        ))
        return token, ends

    def look(self, session: Session, token: str, *needs: Need) -> Awaited:
        """What the token waits for; Refused when it is unknown, over, finished or waits for something else."""
        found = self.find(session, token)
        if found is None or (needs and found.need not in needs):
            raise ended()
        return found

    def find(self, session: Session, token: str) -> Awaited | None:
        """The same, or None."""
        found = session.scalar(select(PendingSignIn).where(PendingSignIn.token_hash == token_hash(token), *self._open()))
        return _awaited(found) if found else None

    def finish(self, session: Session, token: str, *needs: Need) -> tuple[Awaited, Account]:
        """Use the token up; Refused when somebody else has just done so, or the account was disabled meanwhile."""
        found = self.look(session, token, *needs)
        marking = update(PendingSignIn).where(PendingSignIn.token_hash == token_hash(token), *self._open()).values(used_at=self._clock.now())
        if session.scalar(marking.returning(PendingSignIn.account_id).execution_options(synchronize_session=False)) is None:
            raise ended()
        holder = session.get_one(Account, found.account)
        if is_closed(session, holder):
            raise closed()
        return found, holder

    def end_all(self, session: Session, account_id: str) -> None:
        """End every sign-in under way of an account."""
        session.execute(delete(PendingSignIn).where(PendingSignIn.account_id == account_id))

    def sweep(self, session: Session) -> int:
        """Delete those that are over; gives how many."""
        over = delete(PendingSignIn).where(PendingSignIn.expires_at < self._clock.now())
        return len(session.execute(over.returning(PendingSignIn.token_hash)).all())

    def _open(self) -> tuple[Any, ...]:
        return PendingSignIn.used_at.is_(None), PendingSignIn.expires_at > self._clock.now()


def _awaited(row: PendingSignIn) -> Awaited:
    need: Any = row.need
    return Awaited(row.account_id, need, row.method, row.device, row.assurance)
