"""What the pages of a register's history ask for: what changed, what contradicts it, its yearly snapshots."""

from typing import Protocol

from lingnan.insight import ConflictPage, RegisterChangePage, SnapshotPage
from lingnan.trust import Subject


class RegisterHistorySource(Protocol):
    """The history of registers."""

    def changes(self, register: str, cursor: str, limit: int, newest_first: bool, subject: Subject) -> RegisterChangePage:
        """What became known after the cursor, or, newest first, before it."""
        ...

    def conflicts(self, register: str, department: str, table: str, attribute: str, cursor: str, subject: Subject) -> ConflictPage:
        """What contradicts a register, source by source."""
        ...

    def snapshots(self, register: str, year: int | None, subject: Subject) -> SnapshotPage:
        """The yearly snapshots, and the divisions of one."""
        ...
