"""Writes told twice, before and after; and what becomes of those that a crash left without an end."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select

from lingnan.base import LingnanError, Refused
from lingnan.jobs import ProcessMark
from lingnan.storage import Intent, IntentMark, Storage, marking
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.shapes import Entry, Subject

Ending = Literal["done", "failed", "refused", "abandoned"]
Recoverer = Callable[[Entry], tuple[Ending, Mapping[str, Any]] | None]
"""Finds out how a write ended whose process died; None when it cannot tell."""
HOLDER, MARKED = "process", "marks"
"""In the facts of an intent: who holds it, and in there that its unit of work leaves a mark."""


@dataclass
class Writing:
    """A write that is going on: the number of its intent, and the facts its outcome will state."""

    number: int
    facts: dict[str, Any] = field(default_factory=dict)

    def tell(self, **facts: Any) -> None:
        """Add facts to the outcome; no personal value."""
        self.facts.update(facts)


@dataclass(frozen=True)
class Settled:
    """How a write that a crash had left open was settled."""

    intent: Entry
    outcome: Ending
    zh: str
    en: str


@contextmanager
def writing(
    audit: AuditLog, subject: Subject | str, action: str, resource: str, purpose: str = "", facts: Mapping[str, Any] | None = None
) -> Iterator[Writing]:
    """The intent before the block, its outcome after: `done`, or `failed` (`refused` for a refusal) with the error's name, which is raised on.

    Unavailable before anything is written when the log cannot take the intent; after it the intent stays open for `settle`. The unit of
    work that the block begins carries the mark of the intent, so that a write has one such unit, or says which are no part of it.
    """
    own = ProcessMark.own()
    holder = {"host": own.host, "pid": own.pid, "started": own.started, MARKED: True}
    begun = Writing(audit.intent(subject, action, resource, purpose, {**(facts or {}), HOLDER: holder}))
    try:
        with marking(intent_of(audit, begun.number)):
            yield begun
    except BaseException as error:
        name = error.code if isinstance(error, LingnanError) else type(error).__name__
        audit.outcome(begun.number, "refused" if isinstance(error, Refused) else "failed", {**begun.facts, "error": name})
        raise
    audit.outcome(begun.number, "done", begun.facts)


def intent_of(audit: AuditLog, number: int) -> Intent:
    """The intent as the database is to know it."""
    entry = audit.entry(number)
    return Intent(audit.notes.origin, number, datetime.fromisoformat(entry.at) if entry else audit.clock.now())


def settle(audit: AuditLog, recoverers: Mapping[str, Recoverer] | None = None, other: Recoverer | None = None) -> list[Settled]:
    """Settle every write whose process is dead: as the recoverer of its action finds, `other` for actions without one, else `abandoned`.

    Another's live write is left alone.
    """
    return [_settle(audit, intent, (recoverers or {}).get(intent.action, other)) for intent in _orphans(audit.open_intents())]


def by_marks(storage: Storage, audit: AuditLog) -> Recoverer:
    """Tells of any write whether it was committed, by the mark that its unit of work would have left; none of a write from before marks."""

    def found(intent: Entry) -> tuple[Ending, Mapping[str, Any]] | None:
        if not intent.facts.get(HOLDER, {}).get(MARKED):
            return None
        mine = IntentMark.log == audit.notes.origin, IntentMark.intent == intent.number, IntentMark.at == datetime.fromisoformat(intent.at)
        with storage.reading() as session:
            committed = session.scalar(select(IntentMark.intent).where(*mine)) is not None
        return ("done", {}) if committed else ("abandoned", {"changed": "nothing"})

    return found


def sweep_marks(storage: Storage, audit: AuditLog, limit: int = 5_000) -> int:
    """Delete marks of writes whose outcome the log tells, oldest first; gives how many. Called by the worker and after recovery."""
    mine = IntentMark.log == audit.notes.origin
    with storage.reading() as session:
        marked = list(session.scalars(select(IntentMark.intent).where(mine).order_by(IntentMark.intent).limit(limit)))
    over = audit.closed(marked)
    if over:
        with storage.session() as session:
            session.execute(delete(IntentMark).where(mine, IntentMark.intent.in_(over)).execution_options(synchronize_session=False))
    return len(over)


def _orphans(intents: Iterable[Entry]) -> list[Entry]:
    return [intent for intent in intents if _is_orphan(intent.facts.get(HOLDER))]


def _is_orphan(holder: Any) -> bool:
    """An intent without a holder has nobody who could still close it; one of another host is left to that host."""
    if not isinstance(holder, dict):
        return True
    return ProcessMark(str(holder["host"]), int(holder["pid"]), str(holder["started"])).is_dead() is True


def _settle(audit: AuditLog, intent: Entry, recoverer: Recoverer | None) -> Settled:
    found = recoverer(intent) if recoverer else None
    outcome, facts = found or ("abandoned", {})
    reason = "found" if found else "no trace of an end" if recoverer else "nobody can tell"
    audit.outcome(intent.number, outcome, {**facts, "settled": True, "reason": reason})
    zh, en = ("查明已完成", "found done") if outcome == "done" else ("查明未作任何更改", "found to have changed nothing") if found else (
        "按未完成处理", "taken as not done"
    )
    return Settled(
        intent, outcome,
        f"第 {intent.number} 条写入（{intent.action}，{intent.resource}）的进程已中断，{zh}，审计已补记。",
        f"The process of write {intent.number} ({intent.action}, {intent.resource}) died; it was {en}, and the log now says so.",
    )
