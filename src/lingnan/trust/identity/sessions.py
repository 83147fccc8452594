"""Sessions: random tokens kept as hashes, with an end by time, by standing idle, and at once when somebody ends them."""

import hashlib
import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lingnan.base import Clock, Missing, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.records import Account, SignInSession
from lingnan.trust.identity.sign_in_rules import SignInRules
from lingnan.trust.identity.subjects import find_account, is_closed, make_subject
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import Writing, writing
from lingnan.trust.shapes import ANONYMOUS, Subject

TOKEN_BYTES = 32
DEVICE_LENGTH = 120


@dataclass(frozen=True)
class OpenedSession:
    """A session just begun; the token is told this once and never shown again."""

    token: str = field(repr=False)
    id: str
    subject: Subject
    expires_at: datetime


@dataclass(frozen=True)
class SessionCard:
    """A session as its owner sees it in the list of their devices; `method` is how they signed in."""

    id: str
    device: str
    method: str
    assurance: int
    began_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


class Sessions:
    """Opens sessions, tells who stands behind a token, and ends sessions; safe among threads and processes."""

    def __init__(self, storage: Storage, clock: Clock, rules: SignInRules, audit: AuditLog) -> None:
        self._storage, self._clock, self._rules, self._audit = storage, clock, rules, audit

    def open(self, account: str, assurance: int, *, method: str, device: str = "") -> OpenedSession:
        """Begin a session of an account (id or name) that has just shown who it is; Refused when the account or its unit is disabled.

        `assurance` is 2 when a second factor or passkey was shown, else 1; `method` names how, `device` is what the browser calls itself.
        """
        with self._storage.reading() as session:
            holder = _Holder.of(find_account(session, account))
        with self._writing(holder, "account.sign_in", method=method) as told, self._storage.session() as session:
            opened = self.open_within(session, session.get_one(Account, holder.account), assurance, method=method, device=device)
            told.tell(state="signed_in")
            return opened

    def open_within(self, session: Session, holder: Account, assurance: int, *, method: str, device: str = "") -> OpenedSession:
        """The same inside a transaction that is open already, and announced by whoever opened it."""
        if is_closed(session, holder):
            raise closed()
        token, now = new_token(), self._clock.now()
        entered = SignInSession(
            token_hash=token_hash(token), account_id=holder.id, assurance=assurance, method=method, device=device[:DEVICE_LENGTH],
            seen_at=now, confirmed_at=now, expires_at=now + self._rules.session_life,
        )
        session.add(entered)
        session.flush()
        subject = make_subject(session, holder, self._rules.second_factor, assurance, entered.id)
        return OpenedSession(token, entered.id, subject, entered.expires_at)

    def subject_of(self, token: str | None) -> Subject:
        """Who stands behind a token, with the roles held now; a visitor when it is unknown, over, ended or its account disabled."""
        if not token:
            return ANONYMOUS
        with self._storage.reading() as session:
            entered, holder = self._entered(session, token)
            if entered is None or holder is None or is_closed(session, holder):
                return ANONYMOUS
            subject, seen_at = make_subject(session, holder, self._rules.second_factor, entered.assurance, entered.id), entered.seen_at
        self._note_seen(subject.session, seen_at)
        return subject

    def raise_assurance(self, token: str, method: str, assurance: int = 2) -> OpenedSession:
        """End this session and open one of higher assurance in its place, with a new token; Refused when it has ended."""
        with self._writing(self._holder(token), "session.renew", assurance=assurance), self._storage.session() as session:
            return self.renew_within(session, token, method, assurance)

    def renew_within(self, session: Session, token: str, method: str, assurance: int = 1) -> OpenedSession:
        """A new session with a new token in place of this one, inside an open transaction; its assurance never falls.

        Without a method it keeps the one it began with.
        """
        entered, holder = self._entered(session, token)
        if entered is None or holder is None:
            raise ended()
        self._end(session, SignInSession.id == entered.id)
        return self.open_within(session, holder, max(assurance, entered.assurance), method=method or entered.method, device=entered.device)

    def confirm(self, token: str) -> None:
        """Note that its owner has just shown again who they are; Refused when the session has ended."""
        with self._writing(self._holder(token), "session.confirm"), self._storage.session() as session:
            entered, _holder = self._entered(session, token)
            if entered is None:
                raise ended()
            session.execute(_plain(SignInSession.id == entered.id).values(confirmed_at=self._clock.now()))

    def recently_confirmed(self, token: str, minutes: int) -> bool:
        """Whether the owner showed who they are, by signing in or again, within these minutes."""
        with self._storage.reading() as session:
            entered, _holder = self._entered(session, token)
            at = entered.confirmed_at if entered else None
            return at is not None and at > self._clock.now() - timedelta(minutes=minutes)

    def listing(self, account: str, current: str = "") -> list[SessionCard]:
        """The account's open sessions, last used first; `current` is the id of the session that asks."""
        with self._storage.reading() as session:
            holder = find_account(session, account)
            rows = session.scalars(select(SignInSession).where(SignInSession.account_id == holder.id, *self._open()))
            cards = [_card(row, current) for row in rows]
        return sorted(cards, key=lambda each: each.seen_at, reverse=True)

    def end(self, token: str) -> None:
        """End the session of this token; nothing happens when there is none, or when it has ended."""
        with self._storage.reading() as session:
            open_now = (SignInSession.token_hash == token_hash(token)) & SignInSession.ended_at.is_(None)
            found = session.execute(select(SignInSession.id, Account).join(Account, SignInSession.account_id == Account.id).where(open_now)).first()
            ending, holder = (found[0], _Holder.of(found[1])) if found else ("", _Holder())
        if ending:
            with self._writing(holder, "session.end", session=ending), self._storage.session() as session:
                self._end(session, SignInSession.id == ending)

    def end_one(self, account: str, session_id: str) -> None:
        """End one session of the account by its id; Missing when the account has no such open session."""
        with self._storage.reading() as session:
            holder = _Holder.of(find_account(session, account))
            mine = (SignInSession.id == session_id) & (SignInSession.account_id == holder.account)
            if session.scalar(select(SignInSession.id).where(mine, SignInSession.ended_at.is_(None))) is None:
                raise Missing("没有这个登录会话，或它已结束。", "There is no such session, or it has ended.", session=session_id)
        with self._writing(holder, "session.end", session=session_id), self._storage.session() as session:
            self._end(session, mine)

    def end_all(self, account: str) -> int:
        """End every session of the account everywhere at once; gives how many there were."""
        with self._storage.reading() as session:
            holder = _Holder.of(find_account(session, account))
        with self._writing(holder, "session.end_all") as told, self._storage.session() as session:
            ended_now = self.end_all_within(session, holder.account)
            told.tell(sessions=ended_now)
            return ended_now

    def end_all_within(self, session: Session, account_id: str, keep: str = "") -> int:
        """The same inside an open transaction; `keep` is the id of a session to leave."""
        return self._end(session, (SignInSession.account_id == account_id) & (SignInSession.id != keep))

    def _holder(self, token: str) -> "_Holder":
        """Whose open session this is; Refused when there is none."""
        with self._storage.reading() as session:
            _entered, holder = self._entered(session, token)
            if holder is None:
                raise ended()
            return _Holder.of(holder)

    def _writing(self, holder: "_Holder", action: str, **facts: Any) -> AbstractContextManager[Writing]:
        return writing(self._audit, holder.reference, action, f"account:{holder.account}", facts=facts)

    def _entered(self, session: Session, token: str) -> tuple[SignInSession, Account] | tuple[None, None]:
        statement = select(SignInSession, Account).join(Account, SignInSession.account_id == Account.id)
        found = session.execute(statement.where(SignInSession.token_hash == token_hash(token), *self._open())).first()
        return (found[0], found[1]) if found else (None, None)

    def _open(self) -> tuple[Any, ...]:
        now = self._clock.now()
        used = func.coalesce(SignInSession.seen_at, SignInSession.created_at)
        return SignInSession.ended_at.is_(None), SignInSession.expires_at > now, used > now - self._rules.idle_life

    def _note_seen(self, session_id: str, seen_at: datetime | None) -> None:
        """Written at most once in some seconds, so that looking at pages hardly ever writes."""
        now = self._clock.now()
        if seen_at is None or now - seen_at >= timedelta(seconds=self._rules.seen_seconds):
            with self._storage.session() as session:
                session.execute(_plain(SignInSession.id == session_id).values(seen_at=now))

    def _end(self, session: Session, which: Any) -> int:
        closing = _plain(which & SignInSession.ended_at.is_(None)).values(ended_at=self._clock.now())
        return len(session.execute(closing.returning(SignInSession.id)).all())


@dataclass(frozen=True)
class _Holder:
    """The account whose session it is, as the log names it."""

    account: str = ""
    kind: str = ""

    @classmethod
    def of(cls, account: Account) -> "_Holder":
        return cls(account.id, account.kind)

    @property
    def reference(self) -> str:
        return f"{self.kind}:{self.account}"


def new_token() -> str:
    """A random token of 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """The form in which a token is kept: it is 256 random bits, so a plain hash cannot be searched back."""
    return hashlib.sha256(token.encode()).hexdigest()


def closed() -> Refused:
    """The refusal for an account that is disabled, or whose unit is."""
    return Refused("该账号或其所属机构已停用。请联系管理员。", "This account or its organisation is disabled. Ask the administrator.")


def ended() -> Refused:
    """The refusal for a session or a sign-in under way that is no more."""
    return Refused("登录已结束或已过期。请重新登录。", "The sign-in has ended or is over. Sign in again.")


def _card(row: SignInSession, current: str) -> SessionCard:
    seen = row.seen_at or row.created_at
    return SessionCard(row.id, row.device, row.method, row.assurance, row.created_at, seen, row.expires_at, row.id == current)


def _plain(which: Any) -> Any:
    return update(SignInSession).where(which).execution_options(synchronize_session=False)
