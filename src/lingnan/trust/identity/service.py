"""Puts the parts of identity together over one database, one clock, one key and one log."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Clock
from lingnan.storage import Storage
from lingnan.trust.identity.accounts import Accounts
from lingnan.trust.identity.administration import Administration
from lingnan.trust.identity.credential_records import Passkey
from lingnan.trust.identity.organisations import Organisations
from lingnan.trust.identity.sessions import Sessions
from lingnan.trust.identity.sign_in import SignIn
from lingnan.trust.identity.sign_in_rules import SignInRules
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.audit import AuditLog


class Identity:
    """Everything about who may sign in; `Trust` shows its parts under their own names."""

    def __init__(self, storage: Storage, clock: Clock, key: HubKey, audit: AuditLog, rules: SignInRules) -> None:
        self.rules, self.audit = rules, audit
        self.organisations = Organisations(storage, clock, audit)
        self.sessions = Sessions(storage, clock, rules, audit)
        self.accounts = Accounts(storage, clock, key, rules, audit, self.sessions, self.organisations)
        self.sign_in = SignIn(storage, clock, key, audit, rules, self.accounts, self.sessions)
        self.sign_in.add_factor("passkey", has_passkey)
        self.administration = Administration(storage, clock, audit, rules, self.accounts, self.organisations, self.sign_in)

    @classmethod
    def open(cls, storage: Storage, home: Path, clock: Clock, key: HubKey, audit: AuditLog) -> "Identity":
        """Open with the shipped figures of signing in, and those of `HOME/sign-in.yaml` in their place."""
        return cls(storage, clock, key, audit, SignInRules.read(home))


def has_passkey(session: Session, account_id: str) -> bool:
    """Whether the account has a passkey in use: then a password alone neither signs in nor enrols another second factor."""
    return session.scalar(select(Passkey.id).where(Passkey.account_id == account_id, Passkey.revoked_at.is_(None)).limit(1)) is not None
