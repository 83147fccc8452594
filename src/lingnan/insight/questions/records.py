"""What is kept of questions that people saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, UtcDateTime


class SavedQuestion(Record):
    """A question that an account keeps; `unit` is the organisation it is shared with, empty for one's own, `columns` those a select uses."""

    __tablename__ = "saved_question"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(String(36), index=True)
    unit: Mapped[str] = mapped_column(String(80), index=True)
    title: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    chart: Mapped[dict[str, Any]] = mapped_column(JSON)
    columns: Mapped[list[str]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
