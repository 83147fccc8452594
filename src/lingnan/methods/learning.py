"""Whether methods may learn: where a model is not approved, those that do answer as if their libraries were missing, and callers fall back."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from lingnan.base import Unavailable

_BARRED: ContextVar[bool] = ContextVar("learning_barred", default=False)


@contextmanager
def without_learning() -> Iterator[None]:
    """Within this block nothing learns: whoever asks for a model gets Unavailable and uses its baseline."""
    before = _BARRED.set(True)
    try:
        yield
    finally:
        _BARRED.reset(before)


def ensure_learning() -> None:
    """Unavailable where learning is barred."""
    if _BARRED.get():
        raise Unavailable(
            "该模型未经批准，或不再优于基线，因此使用基线。请在“模型”页申请批准。",
            "The model is not approved, or no longer better than its baseline, so the baseline is used. Ask for approval on the page of models.",
        )
