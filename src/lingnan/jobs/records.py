"""What the hub keeps of its work: builds, their steps, leases, deliveries of events and schedules."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, UtcDateTime

Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up a key only when it is declared INTEGER."""


class Build(Record):
    """One run of the graph, from start to end or to where it was cut off."""

    __tablename__ = "build"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    host: Mapped[str] = mapped_column(String(200), default="")
    pid: Mapped[int] = mapped_column(Integer, default=0)
    only: Mapped[list[str] | None] = mapped_column(JSON, default=None)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)


class StepRun(Record):
    """One step within one build: what it read, what it made, how far it is, why it failed."""

    __tablename__ = "step_run"
    __table_args__ = (Index("ix_step_run_step_number", "step", "number"),)

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    build_id: Mapped[str] = mapped_column(String(36), index=True)
    step: Mapped[str] = mapped_column(String(200))
    room: Mapped[str] = mapped_column(String(40), default="")
    zh: Mapped[str] = mapped_column(String(200), default="")
    en: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(64), default="")
    fingerprint: Mapped[str] = mapped_column(Text, default="")
    inputs: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    outputs: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    rows: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    findings: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    done: Mapped[float] = mapped_column(Float, default=0.0)
    total: Mapped[float | None] = mapped_column(Float, default=None)
    error_zh: Mapped[str] = mapped_column(Text, default="")
    error_en: Mapped[str] = mapped_column(Text, default="")


class Lease(Record):
    """Who holds a piece of work that only one may hold, and when that process was last heard of."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int] = mapped_column(Integer)
    process_started: Mapped[str] = mapped_column(String(80))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventDelivery(Record):
    """One event on its way to one handler: waiting, done, or poison with its error."""

    __tablename__ = "event_delivery"
    __table_args__ = (Index("ix_event_delivery_state_due_at", "state", "due_at"),)

    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    handler: Mapped[str] = mapped_column(String(120), primary_key=True)
    event_sequence: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    error: Mapped[str] = mapped_column(Text, default="")


class Schedule(Record):
    """When a cron expression last came due; it survives a restart, so a missed moment is made up once."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    cron: Mapped[str] = mapped_column(String(120))
    seen_until: Mapped[datetime] = mapped_column(UtcDateTime)
