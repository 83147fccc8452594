"""What the page of a register's yearly snapshots shows."""

from datetime import date, datetime

from lingnan.insight.shapes import Card, Words
from lingnan.insight.sheets import RegisterLine


class SnapshotLine(Card):
    """One edition of a year's snapshot as it is cited; `change` is the difference in entries from the year before, where that is kept."""

    year: int
    edition: int
    table: str
    version: int
    as_of: date
    known_at: datetime
    entries: int
    digest: str
    reason: str
    change: int | None = None


class DivisionCount(Card):
    """Entries of one division in a snapshot and in that of the year before."""

    code: str
    division: Words
    entries: int
    before: int | None = None


class SnapshotPage(Card):
    """A register's yearly snapshots, the newest first, and the divisions of the one that was chosen."""

    register_line: RegisterLine
    items: tuple[SnapshotLine, ...]
    chosen: SnapshotLine | None = None
    counts: tuple[DivisionCount, ...] = ()
