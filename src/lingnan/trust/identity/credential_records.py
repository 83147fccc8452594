"""What trust keeps of passkeys, providers' invitations, API tokens and written authority; secrets only as hashes."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Boolean, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class Passkey(Travelling, Record):
    """A public key of an account; the private half never leaves its holder's device."""

    __tablename__ = "passkey"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(String(2000))
    name: Mapped[str] = mapped_column(String(80))
    model: Mapped[str] = mapped_column(String(36), default="")
    backed_up: Mapped[bool] = mapped_column(Boolean, default=False)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class Ceremony(Record):
    """A question put to a browser that it may answer once: a passkey's challenge, a provider's state; kept as a hash."""

    __tablename__ = "ceremony"

    question_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), default=None)
    provider: Mapped[str] = mapped_column(String(80), default="")
    browser_hash: Mapped[str] = mapped_column(String(64), default="")
    invitation_hash: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ProviderInvitation(Travelling, Record):
    """An administrator's word that whoever brings it first, signed in at that provider, is this account."""

    __tablename__ = "provider_invitation"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    provider: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class ApiToken(Travelling, Record):
    """A token that a program acts with: narrower than its account, for one purpose, until a day."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    credit_code: Mapped[str] = mapped_column(String(18), default="")
    name: Mapped[str] = mapped_column(String(80))
    scope: Mapped[list[str]] = mapped_column(JSON)
    purpose_code: Mapped[str] = mapped_column(String(80))
    article: Mapped[str] = mapped_column(String(200), default="")
    matter: Mapped[str] = mapped_column(String(120))
    grant_id: Mapped[str] = mapped_column(String(36), default="")
    assurance: Mapped[int] = mapped_column(Integer)
    addresses: Mapped[list[str]] = mapped_column(JSON, default=list)
    calls_a_minute: Mapped[int] = mapped_column(Integer)
    calls_a_day: Mapped[int] = mapped_column(Integer)
    rows_a_day: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class TokenUse(Record):
    """When a token was last used; one row a token, of this node alone. Whoever counts what it spends holds this row."""

    __tablename__ = "token_use"

    token_id: Mapped[str] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class TokenSpending(Record):
    """What a token spent in one slot of a window (`minute`, `day`), and when last in it; of this node alone."""

    __tablename__ = "token_spending"

    token_id: Mapped[str] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    window: Mapped[str] = mapped_column(String(10), primary_key=True)
    slot: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    calls: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgencyAuthority(Travelling, Record):
    """A legal person's written authority 授权委托书 for one account; `case_id` is the case that granted it."""

    __tablename__ = "agency_authority"

    case_id: Mapped[str] = mapped_column(String(80), unique=True)
    credit_code: Mapped[str] = mapped_column(String(18), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    document_digest: Mapped[str] = mapped_column(String(80))
    matters: Mapped[list[str]] = mapped_column(JSON)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    confirmed_by: Mapped[str] = mapped_column(String(120))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoking_case: Mapped[str] = mapped_column(String(80), default="")
    revoked_by: Mapped[str] = mapped_column(String(120), default="")


class ActingSession(Record):
    """For which legal person a session acts; a session without a row acts for its own account.

    A bound session was opened by the legal person's own provider and never acts for the account itself.
    """

    __tablename__ = "acting_session"

    session_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    credit_code: Mapped[str] = mapped_column(String(18))
    bound: Mapped[bool] = mapped_column(Boolean, default=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
