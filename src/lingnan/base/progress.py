"""How long work is going: rooms report, the terminal or a page shows."""

from typing import Protocol


class Progress(Protocol):
    """Receives what a running task has done so far."""

    def begin(self, task: str, zh: str, en: str, total: float | None = None) -> None:
        """A task starts; `total` in the task's own unit when it is known."""
        ...

    def advance(self, task: str, done: float) -> None:
        """The task has done `done` units in all."""
        ...

    def finish(self, task: str, outcome: str = "done") -> None:
        """The task ended as `done`, `skipped` or `failed`."""
        ...


class SilentProgress:
    """Shows nothing."""

    def begin(self, task: str, zh: str, en: str, total: float | None = None) -> None:
        """Nothing to show."""

    def advance(self, task: str, done: float) -> None:
        """Nothing to show."""

    def finish(self, task: str, outcome: str = "done") -> None:
        """Nothing to show."""
