"""Writes told twice, before and after; and what becomes of those that a crash left without an end."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from lingnan.base import LingnanError, Refused
from lingnan.jobs import ProcessMark
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.shapes import Entry, Subject

Ending = Literal["done", "failed", "refused", "abandoned"]
Recoverer = Callable[[Entry], tuple[Ending, Mapping[str, Any]] | None]
"""Finds out how a write ended whose process died; None when it cannot tell."""
HOLDER = "process"


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

    Unavailable before anything is written when the log cannot take the intent; after it the intent stays open for `settle`.
    """
    own = ProcessMark.own()
    holder = {"host": own.host, "pid": own.pid, "started": own.started}
    begun = Writing(audit.intent(subject, action, resource, purpose, {**(facts or {}), HOLDER: holder}))
    try:
        yield begun
    except BaseException as error:
        name = error.code if isinstance(error, LingnanError) else type(error).__name__
        audit.outcome(begun.number, "refused" if isinstance(error, Refused) else "failed", {**begun.facts, "error": name})
        raise
    audit.outcome(begun.number, "done", begun.facts)


def settle(audit: AuditLog, recoverers: Mapping[str, Recoverer] | None = None) -> list[Settled]:
    """Settle every write whose process is dead: as the recoverer of its action finds, else `abandoned`. Another's live write is left alone."""
    return [_settle(audit, intent, (recoverers or {}).get(intent.action)) for intent in _orphans(audit.open_intents())]


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
    done = outcome == "done"
    return Settled(
        intent, outcome,
        f"第 {intent.number} 条写入（{intent.action}，{intent.resource}）的进程已中断，{'查明已完成' if done else '按未完成处理'}，审计已补记。",
        f"The process of write {intent.number} ({intent.action}, {intent.resource}) died; it was found {'done' if done else 'not done'}, "
        "and the log now says so.",
    )
