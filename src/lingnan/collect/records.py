"""What collect keeps: one record for every batch it received, from before landing on."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class LoadBatch(Travelling, Record):
    """One received batch; `state` is begun, landed, empty or refused, `current` says that its rows hold now."""

    __tablename__ = "load_batch"
    __table_args__ = (UniqueConstraint("feed", "batch", name="uq_load_batch_feed_batch"),)

    feed: Mapped[str] = mapped_column(String(130), index=True)
    batch: Mapped[str] = mapped_column(String(64))
    delivery: Mapped[str] = mapped_column(String(64), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    rejected: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(20), default="begun")
    current: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int | None] = mapped_column(Integer, default=None)
    source: Mapped[str] = mapped_column(String(500), default="")
    alarms: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    files: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    columns: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SourceFile(Record):
    """The digest of a file as last seen, so that a file of unchanged size and time is not read again to compare."""

    __tablename__ = "source_file"

    path: Mapped[str] = mapped_column(String(1000), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    changed_ns: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
