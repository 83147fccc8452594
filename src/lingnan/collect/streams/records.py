"""What is kept of a stream beside its rows: how its listener fares."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, UtcDateTime


class StreamStatus(Record):
    """How one feed's listener fares, written with every batch; what counts once is read from the tables, not from here."""

    __tablename__ = "stream_status"

    feed: Mapped[str] = mapped_column(String(130), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    session: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    last_event_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    late: Mapped[int] = mapped_column(BigInteger, default=0)
    rejected: Mapped[int] = mapped_column(BigInteger, default=0)
    duplicates: Mapped[int] = mapped_column(BigInteger, default=0)
    rate: Mapped[float] = mapped_column(Float, default=0.0)
    lag_s: Mapped[float | None] = mapped_column(Float, default=None)
    silent: Mapped[bool] = mapped_column(Boolean, default=False)
    error: Mapped[str] = mapped_column(Text, default="")


class StreamWindow(Record):
    """A window of a stream, or a part of one, as its listener told it last; made again from the tables whenever a listener starts."""

    __tablename__ = "stream_window"
    __table_args__ = (Index("ix_stream_window_change", "feed", "change"),)

    feed: Mapped[str] = mapped_column(String(130), primary_key=True)
    name: Mapped[str] = mapped_column(String(63), primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    part: Mapped[str] = mapped_column(String(100), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rows: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[float] = mapped_column(Float)
    least: Mapped[float | None] = mapped_column(Float)
    greatest: Mapped[float | None] = mapped_column(Float)
    latest: Mapped[float | None] = mapped_column(Float)
    latest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late: Mapped[int] = mapped_column(BigInteger)
    change: Mapped[int] = mapped_column(BigInteger)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
