"""What the pages of boards ask for."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from lingnan.insight import BoardList, BoardSheet, LiveEvent, PanelSheet
from lingnan.trust import Subject


class LiveLine(Protocol):
    """One reader's line to a board's moving figures, decided when it was opened."""

    @property
    def streams(self) -> tuple[str, ...]:
        """The feeds behind it, in a fixed order."""
        ...

    def events(self, seen: Mapping[str, int]) -> list[LiveEvent]:
        """Every window told since, by the number under which each feed's were told last."""
        ...

    def stands(self, subject: Subject) -> bool:
        """Whether the reader is the same and may see the same."""
        ...


class DashboardSource(Protocol):
    """Boards made of YAML, of the hub and of packs."""

    def boards(self, subject: Subject) -> BoardList:
        """The boards a subject may see."""
        ...

    def board(self, key: str, told: Mapping[str, str], subject: Subject) -> BoardSheet:
        """One board under the filters of the address; Refused for who is not its audience."""
        ...

    def public_board(self, key: str, told: Mapping[str, str], subject: Subject) -> BoardSheet:
        """A board that may be shown within another site; Missing for one that is not public."""
        ...

    def panel(
        self, key: str, panel: str, told: Mapping[str, str], subject: Subject, at: str | None = None, series: str | None = None
    ) -> PanelSheet:
        """One panel with the rows behind it, or behind one of its marks."""
        ...

    def live(self, key: str, subject: Subject) -> LiveLine:
        """A line to a board's moving figures; Missing for a board without any."""
        ...

    def live_marks(self, streams: Iterable[str]) -> Mapping[str, int]:
        """Under which number the windows of each feed were told last."""
        ...
