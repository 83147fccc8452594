"""Marks of intents: written in the transaction of the change itself, they tell afterwards whether an announced write was committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String, insert
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from lingnan.storage.records import Record, UtcDateTime


class IntentMark(Record):
    """That a change announced by an entry of a log is committed; swept once the log tells the outcome itself.

    The entry's time is part of its name: a log that lost its newest entries in a power cut gives their numbers out again.
    """

    __tablename__ = "intent_mark"

    log: Mapped[str] = mapped_column(String(200), primary_key=True)
    intent: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)


@dataclass(eq=False)
class Intent:
    """A write as a log announced it: the log's name, the entry's number and time."""

    log: str
    number: int
    at: datetime
    committed: bool = False


CHANGED = "changed"
"""In a session's `info`: that it has changed something."""
_UNDER_WAY: ContextVar[tuple[Intent, ...]] = ContextVar("intents_under_way", default=())


@contextmanager
def marking(intent: Intent) -> Iterator[None]:
    """A unit of work begun within the block, in this thread, that changes something marks the intent as committed with its own commit."""
    before = _UNDER_WAY.set((*_UNDER_WAY.get(), intent))
    try:
        yield
    finally:
        _UNDER_WAY.reset(before)


@contextmanager
def unmarked() -> Iterator[None]:
    """Units of work within the block are no part of the write that is under way: counters, keys made ahead."""
    before = _UNDER_WAY.set(())
    try:
        yield
    finally:
        _UNDER_WAY.reset(before)


def under_way() -> list[Intent]:
    """The intents that a unit of work begun now has to mark."""
    return [intent for intent in _UNDER_WAY.get() if not intent.committed]


def mark(session: Session, intents: list[Intent]) -> list[Intent]:
    """Write the marks into the transaction of this session when it changes anything; gives those written."""
    if not intents:
        return []
    session.flush()
    if not session.info.get(CHANGED):
        return []
    session.execute(insert(IntentMark), [{"log": each.log, "intent": each.number, "at": each.at} for each in intents])
    return intents


def note_flush(session: Session, _context: Any) -> None:
    """A unit of work that flushed rows has changed something."""
    session.info[CHANGED] = True


def note_statement(told: ORMExecuteState) -> None:
    """So has one that executed an insert, an update or a delete."""
    if told.is_insert or told.is_update or told.is_delete:
        told.session.info[CHANGED] = True
