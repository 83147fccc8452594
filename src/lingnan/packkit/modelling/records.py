"""What is kept of models: every version with its state, and every time one was learnt."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, UtcDateTime


class ModelVersion(Record):
    """A model by its code, parameters and libraries; its state is changed by a decided case alone."""

    __tablename__ = "model_version"

    pack: Mapped[str] = mapped_column(String(63), primary_key=True)
    name: Mapped[str] = mapped_column(String(63), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    libraries: Mapped[dict[str, str]] = mapped_column(JSON)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    case_number: Mapped[str] = mapped_column(String(40), default="")
    reference: Mapped[int] = mapped_column(BigInteger, default=0)


class ModelFit(Record):
    """One time a version was learnt: from which data, how it did beside its baseline, how far its inputs lie from those it was approved on."""

    __tablename__ = "model_fit"

    pack: Mapped[str] = mapped_column(String(63), primary_key=True)
    name: Mapped[str] = mapped_column(String(63), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    learnt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[dict[str, int]] = mapped_column(JSON)
    rows: Mapped[int] = mapped_column(BigInteger)
    folds: Mapped[list[Any]] = mapped_column(JSON)
    error: Mapped[float | None] = mapped_column(Float)
    baseline_error: Mapped[float | None] = mapped_column(Float)
    beats: Mapped[bool] = mapped_column(Boolean)
    used: Mapped[bool] = mapped_column(Boolean)
    spreads: Mapped[dict[str, Any]] = mapped_column(JSON)
    drift: Mapped[dict[str, float]] = mapped_column(JSON)
    read: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    measures: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    lacking: Mapped[str] = mapped_column(String(40), default="")
