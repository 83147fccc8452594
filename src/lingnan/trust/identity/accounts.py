"""Accounts and how they sign in: one-time links and sessions, both kept as hashes of random tokens; no password exists."""

import hashlib
import secrets
from datetime import timedelta
from functools import cache
from typing import Any

import yaml
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lingnan.base import Clock, Conflict, Missing, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.records import Account, OrganisationUnit, SignInLink, SignInSession
from lingnan.trust.policy.masks import POLICIES
from lingnan.trust.shapes import AccountCard, Kind, Subject

TOKEN_BYTES = 32


class Accounts:
    """Makes accounts and links, turns a link into a session and a session into a subject."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def make_organisation(self, key: str, zh: str, en: str, *, code: str = "", division: str = "", parent: str = "") -> str:
        """Make or bring up to date a unit of the organisation tree; gives its id."""
        with self._storage.session() as session:
            unit = session.scalar(select(OrganisationUnit).where(OrganisationUnit.key == key))
            if unit is None:
                unit = OrganisationUnit(key=key)
                session.add(unit)
            above = session.scalar(select(OrganisationUnit.id).where(OrganisationUnit.key == parent)) if parent else None
            unit.zh, unit.en, unit.code, unit.division, unit.parent_id = zh, en, code, division, above
            session.flush()
            return unit.id

    def make_account(self, name: str, zh: str, en: str, *, kind: Kind = "official", roles: tuple[str, ...] = (), organisation: str = "") -> str:
        """Make an account and give its id; Conflict when the name is taken."""
        with self._storage.session() as session:
            if session.scalar(select(Account.id).where(Account.name == name)):
                raise Conflict(f"账号“{name}”已存在。请换一个名称。", f"There is an account “{name}” already. Choose another name.", account=name)
            unit = session.scalar(select(OrganisationUnit.id).where(OrganisationUnit.key == organisation)) if organisation else None
            account = Account(name=name, zh=zh, en=en, kind=kind, roles=sorted(roles), organisation_id=unit)
            session.add(account)
            session.flush()
            return account.id

    def account(self, account: str) -> AccountCard:
        """The account of that name or id; Missing when there is none."""
        with self._storage.reading() as session:
            return _card(_account(session, account))

    def exists(self, account: str) -> bool:
        """Whether there is an account of that name or id."""
        with self._storage.reading() as session:
            return session.scalar(select(Account.id).where((Account.name == account) | (Account.id == account))) is not None

    def issue_link(self, account: str) -> str:
        """A token that signs the account in once within the link's minutes; kept only as a hash."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._storage.session() as session:
            holder = _account(session, account)
            ends = self._clock.now() + timedelta(minutes=_durations()["link_minutes"])
            session.add(SignInLink(token_hash=_hash(token), account_id=holder.id, expires_at=ends))
        return token

    def redeem_link(self, token: str) -> tuple[str, Subject]:
        """Turn a link's token into a session's token and its subject; Refused when it is unknown, used or over."""
        fresh, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock.now()
        with self._storage.session() as session:
            unused = (SignInLink.token_hash == _hash(token)) & SignInLink.used_at.is_(None) & (SignInLink.expires_at > now)
            # One statement looks and marks, so that of two visitors with the same link one gets in.
            account_id = session.scalar(update(SignInLink).where(unused).values(used_at=now).returning(SignInLink.account_id))
            holder = session.get(Account, account_id) if account_id else None
            if holder is None or holder.disabled_at is not None:
                raise Refused(
                    "该登录链接无效、已使用或已过期。请重新获取登录链接。", "This sign-in link is unknown, used or over. Ask for a new one."
                )
            ends = now + timedelta(hours=_durations()["session_hours"])
            entered = SignInSession(token_hash=_hash(fresh), account_id=holder.id, expires_at=ends)
            session.add(entered)
            session.flush()
            return fresh, _subject(holder, entered.id)

    def subject_of(self, token: str | None) -> Subject:
        """Who stands behind a session's token; a visitor when it is unknown, over, ended or its account disabled."""
        if not token:
            return Subject("anonymous")
        with self._storage.reading() as session:
            statement = select(Account, SignInSession.id).join(SignInSession, SignInSession.account_id == Account.id).where(
                SignInSession.token_hash == _hash(token), SignInSession.ended_at.is_(None),
                SignInSession.expires_at > self._clock.now(), Account.disabled_at.is_(None),
            )
            found = session.execute(statement).first()
            return _subject(found[0], found[1]) if found else Subject("anonymous")

    def subject_for(self, account: str) -> Subject:
        """The subject of an account without a session, for the terminal's `--as`; Refused when it is disabled."""
        card = self.account(account)
        if card.disabled:
            raise Refused(
                f"账号“{account}”已停用。请联系管理员。", f"Account “{account}” is disabled. Ask the administrator.", account=account
            )
        return Subject(card.kind, card.id, card.organisation, frozenset(card.roles))

    def sign_out(self, token: str) -> None:
        """End one session."""
        with self._storage.session() as session:
            ended = update(SignInSession).where(SignInSession.token_hash == _hash(token), SignInSession.ended_at.is_(None))
            session.execute(ended.values(ended_at=self._clock.now()))

    def sign_out_everywhere(self, account: str) -> int:
        """End every session and every unused link of the account; gives how many sessions ended."""
        with self._storage.session() as session:
            return _end_everything(session, _account(session, account).id, self._clock)

    def disable(self, account: str) -> None:
        """Close an account: its sessions and links end with it."""
        with self._storage.session() as session:
            holder = _account(session, account)
            holder.disabled_at = self._clock.now()
            _end_everything(session, holder.id, self._clock)


def _end_everything(session: Session, account_id: str, clock: Clock) -> int:
    now = clock.now()
    links = update(SignInLink).where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None))
    session.execute(links.values(used_at=now))
    open_ones = update(SignInSession).where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
    ended = session.execute(open_ones.values(ended_at=now).returning(SignInSession.id))
    return len(ended.all())


def _account(session: Session, account: str) -> Account:
    found = session.scalar(select(Account).where((Account.name == account) | (Account.id == account)))
    if found is None:
        raise Missing(f"没有账号“{account}”。", f"There is no account “{account}”.", account=account)
    return found


def _card(holder: Account) -> AccountCard:
    kind: Any = holder.kind
    disabled = holder.disabled_at is not None
    return AccountCard(holder.id, holder.name, holder.zh, holder.en, kind, holder.organisation_id or "", tuple(holder.roles), disabled)


def _subject(holder: Account, session: str) -> Subject:
    kind: Any = holder.kind
    return Subject(kind, holder.id, holder.organisation_id or "", frozenset(holder.roles), session)


def _hash(token: str) -> str:
    # Tokens are 256 random bits, so a plain hash at rest cannot be searched back.
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _durations() -> dict[str, int]:
    loaded: dict[str, int] = yaml.safe_load((POLICIES / "sign-in.yaml").read_text(encoding="utf-8"))
    return loaded
