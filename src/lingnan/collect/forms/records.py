"""What is kept of forms: entries with every word that was given, the batches they are delivered in, and counts that keep floods out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class FormEntry(Travelling, Record):
    """One entry of a form, named by the id its device made; `state` is waiting, delivered, moderated, refused or withdrawn.

    `batch` is the number of the batch that delivers it, `revision` counts its words, `account` is a subject's reference.
    """

    __tablename__ = "form_entry"
    __table_args__ = (UniqueConstraint("form", "entry", name="uq_form_entry_form_entry"),)

    form: Mapped[str] = mapped_column(String(130))
    entry: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(20), index=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    digest: Mapped[str] = mapped_column(String(64))
    account: Mapped[str] = mapped_column(String(120), index=True)
    organisation: Mapped[str] = mapped_column(String(80), default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    batch: Mapped[int | None] = mapped_column(Integer, default=None)
    terms: Mapped[str] = mapped_column(String(80), default="")
    case: Mapped[str] = mapped_column(String(40), default="", index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class FormWord(Travelling, Record):
    """What was given for an entry at one time: its rows, sealed; nothing is left of it once the entry was withdrawn."""

    __tablename__ = "form_word"
    __table_args__ = (UniqueConstraint("entry_id", "revision", name="uq_form_word_entry_id_revision"),)

    entry_id: Mapped[str] = mapped_column(String(36), ForeignKey("form_entry.id"))
    revision: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    sealed: Mapped[str] = mapped_column(Text, default="")
    pictures: Mapped[list[Any]] = mapped_column(JSON, default=list)


class FormBatch(Record):
    """A file of entries of one form: how often what it holds changed, and which change was written last."""

    __tablename__ = "form_batch"

    form: Mapped[str] = mapped_column(String(130), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    changed: Mapped[int] = mapped_column(Integer, default=1)
    written: Mapped[int] = mapped_column(Integer, default=0)


class FormCount(Record):
    """How many entries somebody gave in a day or an hour, under a name that tells nobody who it was."""

    __tablename__ = "form_count"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    window: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
