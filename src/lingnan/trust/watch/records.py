"""What watching keeps in the hub's database: how far it has read, what is usual, what was abnormal, and overrides."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class WatchMark(Record):
    """The last entry of this node's log that was watched; one row a log."""

    __tablename__ = "watch_mark"

    log: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class AccountHour(Record):
    """Rows and tables an account read in one hour: what bulk reading is compared with. Counts only, swept after days set by rule."""

    __tablename__ = "account_hour"

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    rows: Mapped[int] = mapped_column(BigInteger)
    tables: Mapped[int] = mapped_column(Integer)


class AccountSeen(Record):
    """When an account last did anything."""

    __tablename__ = "account_seen"

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TokenClient(Record):
    """From where a token has been used; `client` is a keyed name of the address, not the address."""

    __tablename__ = "token_client"

    token: Mapped[str] = mapped_column(String(120), primary_key=True)
    client: Mapped[str] = mapped_column(String(120), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AbnormalAccess(Travelling, Record):
    """One finding: a rule, the account it concerns, the window, and the numbers of the entries that show it."""

    __tablename__ = "abnormal_access"
    __table_args__ = (UniqueConstraint("rule", "subject", "begins_at", name="uq_abnormal_access_rule_subject_begins_at"),)

    rule: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    level: Mapped[str] = mapped_column(String(20))
    counted: Mapped[int] = mapped_column(BigInteger)
    allowed: Mapped[int] = mapped_column(BigInteger)
    evidence: Mapped[list[int]] = mapped_column(JSON)


class EmergencyOverride(Travelling, Record):
    """A time-limited permission outside policy, asked for by one person and approved by a second."""

    __tablename__ = "emergency_override"

    subject: Mapped[str] = mapped_column(String(120), index=True)
    organisation: Mapped[str] = mapped_column(String(36))
    table_name: Mapped[str] = mapped_column(String(200))
    columns: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    purpose: Mapped[dict[str, str]] = mapped_column(JSON)
    minutes: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), index=True)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by: Mapped[str] = mapped_column(String(120), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    approval: Mapped[int] = mapped_column(BigInteger, default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
