"""Work of a page that may take longer than its reader should wait: it goes on beside the answer, and tells how far it is."""

import logging
import threading
from collections.abc import Callable

PATIENCE_S = 1.0
"""Seconds that an answer waits for work which is soon done."""
logger = logging.getLogger(__name__)
Tell = Callable[[int], None]


class Background:
    """What runs at this moment, by name; safe among threads. What became of it, the work itself writes down."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._done: dict[str, int] = {}

    def begin(self, name: str, work: Callable[[Tell], None]) -> None:
        """Begin; comes back when it is done, at the latest after a second."""
        with self._guard:
            self._done[name] = 0
        thread = threading.Thread(target=self._run, args=(name, work), daemon=True, name=f"page-{name}")
        thread.start()
        thread.join(PATIENCE_S)

    def done(self, name: str) -> int:
        """How much of it is done; nothing of what does not run here."""
        with self._guard:
            return self._done.get(name, 0)

    def __contains__(self, name: str) -> bool:
        with self._guard:
            return name in self._done

    def _run(self, name: str, work: Callable[[Tell], None]) -> None:
        try:
            work(lambda done: self._tell(name, done))
        except Exception:
            # Its page tells what failed; nobody waits here whom an error could reach.
            logger.exception("work beside a page failed")
        finally:
            with self._guard:
                self._done.pop(name, None)

    def _tell(self, name: str, done: int) -> None:
        with self._guard:
            if name in self._done:
                self._done[name] = done
