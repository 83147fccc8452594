"""What the desk keeps: decisions, never overwritten but taken back or followed by another; pairs brought in; who is looking at what."""

from datetime import datetime

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text
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


class ReviewImport(Travelling, Record):
    """One run of linking whose open pairs were brought to the desk; its model lies in the home folder under this id."""

    __tablename__ = "review_import"

    register: Mapped[str] = mapped_column(String(60), index=True)
    title: Mapped[str] = mapped_column(String(200))
    pairs: Mapped[int] = mapped_column(Integer)
    imported_by: Mapped[str] = mapped_column(String(120))


class ReviewPair(Travelling, Record):
    """One pair that was brought in; `first_id` and `second_id` are what the run called its records, `left` before `right`."""

    __tablename__ = "review_pair"
    __table_args__ = (Index("ix_review_pair_pair", "register", "left_ref", "right_ref"),)

    import_id: Mapped[str] = mapped_column(ForeignKey("review_import.id"), index=True)
    register: Mapped[str] = mapped_column(String(60))
    left: Mapped[str] = mapped_column("left_ref", String(300))
    right: Mapped[str] = mapped_column("right_ref", String(300))
    first_id: Mapped[str] = mapped_column(String(300))
    second_id: Mapped[str] = mapped_column(String(300))
    weight: Mapped[float] = mapped_column(Float)
    probability: Mapped[float] = mapped_column(Float)


class ReviewLease(Record):
    """Who is deciding about an item of the work list just now, and until when nobody else is given it."""

    __tablename__ = "review_lease"

    register: Mapped[str] = mapped_column(String(60), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
