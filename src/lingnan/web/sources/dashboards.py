"""What the pages of boards ask for."""

from collections.abc import Mapping
from typing import Protocol

from lingnan.insight import BoardList, BoardSheet, PanelSheet
from lingnan.trust import Subject


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
