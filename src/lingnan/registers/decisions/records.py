"""The decisions of clerks as the hub keeps them; nothing is overwritten, a decision is taken back or followed by another."""

from datetime import datetime

from sqlalchemy import Boolean, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class LinkDecision(Travelling, Record):
    """What one person decided about one pair of references, `left` before `right`.

    `second_of` is the id of the decision that a blind second one is compared with; `sampled` says that a blind second one is wanted.
    `evidence` is the digest of the values compared, so that a record that changed since is noticed.
    """

    __tablename__ = "link_decision"
    __table_args__ = (Index("ix_link_decision_pair", "register", "left_ref", "right_ref"),)

    register: Mapped[str] = mapped_column(String(60))
    left: Mapped[str] = mapped_column("left_ref", String(300))
    right: Mapped[str] = mapped_column("right_ref", String(300))
    verdict: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(String(64), default="")
    sampled: Mapped[bool] = mapped_column(Boolean, default=False)
    second_of: Mapped[str] = mapped_column(String(36), default="", index=True)
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[str] = mapped_column(String(120), default="")
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
