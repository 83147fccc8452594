"""What review has settled about addresses, as the hub keeps it; nothing is overwritten, a finding is taken back or followed by another."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class AddressFinding(Travelling, Record):
    """One person's finding: the address (or the one bearer of a name inside `scope`) lies in `division`. An address may be a person's home."""

    __tablename__ = "address_finding"
    __table_args__ = (Index("ix_address_finding_name", "kind", "place_name"),)

    kind: Mapped[str] = mapped_column(String(10))
    place: Mapped[str] = mapped_column("place_name", Text)
    scope: Mapped[str] = mapped_column(String(6), default="")
    division: Mapped[str] = mapped_column(String(6))
    township: Mapped[str] = mapped_column(String(9), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[str] = mapped_column(String(120), default="")
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
