"""What is kept of aggregate questions over protected tables: when an account asked, and over which rows it was answered, as counts alone."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, UtcDateTime


class AskingAccount(Record):
    """An account that asks and how many questions it was answered; who settles one holds this row, so that two at once know of each other."""

    __tablename__ = "asking_account"

    account: Mapped[str] = mapped_column(String(120), primary_key=True)
    questions: Mapped[int] = mapped_column(BigInteger)


class AggregateQuestion(Record):
    """One aggregate question over protected tables; of this node alone."""

    __tablename__ = "aggregate_question"
    __table_args__ = (Index("ix_aggregate_question_account_at", "account", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AnsweredSupport(Record):
    """The rows of one table behind the figures of one answer: for each figure how many fall into each bucket, packed; no value, no row."""

    __tablename__ = "answered_support"
    __table_args__ = (Index("ix_answered_support_account_table_name_version", "account", "table_name", "version"),)

    question_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(200), primary_key=True)
    account: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    supports: Mapped[bytes] = mapped_column(LargeBinary)
