"""Trying again when another writer was quicker."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def with_retries(action: Callable[[], Result], error: type[Exception], tries: int = 8, first_wait_s: float = 0.05) -> Result:
    """Run `action` again with growing, jittered waits while it raises `error`; the last error is raised."""
    for attempt in range(tries - 1):
        try:
            return action()
        except error:
            # Jitter only spreads writers out; it guards no secret.
            time.sleep(first_wait_s * 2**attempt * (0.5 + random.random()))  # noqa: S311
    return action()
