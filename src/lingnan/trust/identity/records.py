"""What trust keeps in the hub's database: organisations, accounts, sign-in links and sessions; tokens only as hashes."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
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
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organisation_unit.id"), default=None)


class Account(Travelling, Record):
    """Someone who may sign in; there is none until the hub makes one."""

    __tablename__ = "account"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    zh: Mapped[str] = mapped_column(String(200))
    en: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(20), default="official")
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation_unit.id"), default=None)
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class SignInLink(Travelling, Record):
    """A link that signs its account in once."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class SignInSession(Travelling, Record):
    """A signed-in browser; it ends by time, by signing out, or when all sessions of the account are ended."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
