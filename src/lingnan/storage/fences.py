"""Fences: what a process writes whose task has meanwhile gone to another is not committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.orm import Session

Fence = Callable[[Session], None]
"""Looks, in the transaction that is about to be committed, whether its writer is still entitled; raises when not."""
_AROUND: ContextVar[Fence | None] = ContextVar("fence_around", default=None)


@contextmanager
def fenced(fence: Fence) -> Iterator[None]:
    """A unit of work begun within the block, in this thread, is committed only when the fence lets it."""
    before = _AROUND.set(fence)
    try:
        yield
    finally:
        _AROUND.reset(before)


def pass_fence(session: Session) -> None:
    """Ask the fence around this thread, where there is one, about what the session is going to commit."""
    fence = _AROUND.get()
    if fence is not None:
        fence(session)
