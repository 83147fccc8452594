"""What the pages of a register show beside its entries: what changed, and what contradicts it."""

from datetime import datetime
from typing import Literal

from lingnan.insight.shapes import Card, Words
from lingnan.insight.sheets import RegisterLine


class ChangedValue(Card):
    """One value before and after a change; None where there was none."""

    attribute: Words
    before: str | None
    after: str | None
    before_shown: Words | None = None
    after_shown: Words | None = None


class RegisterChangeLine(Card):
    """What one entry became at one moment of knowing; `successor` is the entry a merged one lives on in.

    Labels are what entries of today are called, empty for those that are no more.
    """

    entry: str
    at: datetime
    kind: Literal["added", "changed", "merged", "split", "retired"]
    attributes: tuple[str, ...]
    values: tuple[ChangedValue, ...]
    successor: str = ""
    label: str = ""
    successor_label: str = ""


class RegisterChangePage(Card):
    """A part of a register's changes; `cursor` is the place after it also when nothing was new, `next` is absent at the end."""

    register_line: RegisterLine
    items: tuple[RegisterChangeLine, ...]
    cursor: str
    next: str | None = None


class ContradictedLine(Card):
    """How many rows of a source table say something else about an attribute than what survived; `case` is the open case, if any."""

    table: str
    title: Words
    department: Words
    attribute: str
    attribute_title: Words
    rows: int
    compared: int
    case: str = ""


class ConflictRow(Card):
    """One row that contradicts the register, by its key in the source; values as the reader may see them."""

    entry: str
    table: str
    key: str
    attribute: Words
    value: str | None
    survivor: str | None
    known_from: datetime | None


class ConflictPage(Card):
    """What contradicts a register: by source table and attribute, and the rows of what was chosen."""

    register_line: RegisterLine
    department: str
    table: str
    attribute: str
    groups: tuple[ContradictedLine, ...]
    total: int
    items: tuple[ConflictRow, ...]
    next: str | None = None
