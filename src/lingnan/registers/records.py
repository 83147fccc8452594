"""What the hub keeps beside the tables of the registers: which yearly snapshots were taken, and what they hold."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Date, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class RegisterSnapshot(Travelling, Record):
    """One edition of one year's snapshot: where its rows lie, by which version they were first held, and the digest they must keep.

    `counts` has the entries by division of six digits, under an empty key those without one.
    """

    __tablename__ = "register_snapshot"
    __table_args__ = (UniqueConstraint("register", "year", "edition"),)

    register: Mapped[str] = mapped_column(String(60))
    year: Mapped[int] = mapped_column(Integer)
    edition: Mapped[int] = mapped_column(Integer)
    as_of: Mapped[date] = mapped_column(Date)
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)
    table_version: Mapped[int] = mapped_column(Integer)
    words_version: Mapped[int] = mapped_column(Integer)
    entries: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    taken_by: Mapped[str] = mapped_column(String(120))
