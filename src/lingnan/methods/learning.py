"""Whether methods may learn: where a model is not approved, those that do answer as if their libraries were missing, and callers fall back."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from lingnan.base import Unavailable

BarredBy = Literal["not_approved", "not_better", "retired"]
REASONS: dict[BarredBy, tuple[str, str]] = {
    "not_approved": ("该模型未经批准", "The model is not approved"),
    "not_better": ("该模型不再优于基线", "The model is no longer better than its baseline"),
    "retired": ("该模型已停用", "The model was retired"),
}


@dataclass
class Learning:
    """What came of learning within a block: whether a model was learnt, and the extra that was missing for one."""

    learnt: bool = False
    missing: str = ""


_BARRED: ContextVar[BarredBy | None] = ContextVar("learning_barred", default=None)
_WATCHED: ContextVar[Learning | None] = ContextVar("learning_watched", default=None)


@contextmanager
def without_learning(reason: BarredBy = "not_approved") -> Iterator[None]:
    """Within this block nothing learns: whoever asks for a model gets Unavailable, with the `reason` among its facts, and uses its baseline."""
    before = _BARRED.set(reason)
    try:
        yield
    finally:
        _BARRED.reset(before)


@contextmanager
def watched_learning() -> Iterator[Learning]:
    """Tells what methods learnt within this block."""
    seen = Learning()
    before = _WATCHED.set(seen)
    try:
        yield seen
    finally:
        _WATCHED.reset(before)


def ensure_learning() -> None:
    """Unavailable where learning is barred."""
    reason = _BARRED.get()
    if reason is not None:
        zh, en = REASONS[reason]
        raise Unavailable(
            f"{zh}，因此使用基线。请在“模型”页查看或申请批准。", f"{en}, so its baseline is used. See the page of models, or ask for approval there.",
            reason=reason,
        )


def note_learnt() -> None:
    """A model was learnt."""
    if (seen := _WATCHED.get()) is not None:
        seen.learnt = True


def note_missing(extra: str) -> None:
    """An extra was missing that a method learns with."""
    if (seen := _WATCHED.get()) is not None:
        seen.missing = extra
