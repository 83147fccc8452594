"""What trust keeps of people in the hub's database: organisations, accounts, secrets (only as hashes or encrypted), sessions."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class OrganisationUnit(Travelling, Record):
    """A unit of the organisation tree 机构, which every official belongs to."""

    __tablename__ = "organisation_unit"

    key: Mapped[str] = mapped_column(String(80), unique=True)
    code: Mapped[str] = mapped_column(String(40), default="")
    zh: Mapped[str] = mapped_column(String(200))
    en: Mapped[str] = mapped_column(String(200), default="")
    division: Mapped[str] = mapped_column(String(12), default="")
    level: Mapped[str] = mapped_column(String(20), default="")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organisation_unit.id"), default=None)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class Account(Travelling, Record):
    """A natural person who may sign in, a citizen or an official; legal persons have no account, people act for them."""

    __tablename__ = "account"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    zh: Mapped[str] = mapped_column(String(200))
    en: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(20), default="official")
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation_unit.id"), default=None)
    post: Mapped[str] = mapped_column(String(80), default="")
    division: Mapped[str] = mapped_column(String(12), default="")
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class AccountIdentity(Travelling, Record):
    """Who an account is to an issuer of identities: the pair of issuer and subject is one person's, never two accounts'."""

    __tablename__ = "account_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)


class SignInLink(Travelling, Record):
    """A link that serves its account once: to sign in, or to set a password and a second factor (`purpose`)."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20), default="sign_in")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class SignInSession(Travelling, Record):
    """A signed-in browser; it ends by time, by standing idle, by signing out, or when all sessions of the account are ended."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    assurance: Mapped[int] = mapped_column(Integer, default=1)
    method: Mapped[str] = mapped_column(String(40), default="")
    device: Mapped[str] = mapped_column(String(120), default="")
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


# What follows is secret or short-lived and concerns this hub alone, so it does not travel.


class AccountPassword(Record):
    """An account's password as an Argon2id hash."""

    __tablename__ = "account_password"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(300))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountTotp(Record):
    """An account's TOTP secret, encrypted; `fresh` waits until its first code is shown, `last_step` is the last time step used."""

    __tablename__ = "account_totp"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    fresh: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class RecoveryCode(Record):
    """A code that stands in for the second factor once; kept as a keyed hash."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class PendingSignIn(Record):
    """A sign-in under way: `need` is what is still to be done before there is a session."""

    __tablename__ = "pending_sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    need: Mapped[str] = mapped_column(String(40))
    assurance: Mapped[int] = mapped_column(Integer, default=1)
    method: Mapped[str] = mapped_column(String(40))
    device: Mapped[str] = mapped_column(String(120), default="")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class FailedSignIn(Record):
    """Failures counted under one key (an account, a name nobody has, an address), all pseudonyms."""

    __tablename__ = "failed_sign_in"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class SetUpCode(Record):
    """A code shown at the machine with which the first administrator is made on a page."""

    __tablename__ = "set_up_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
