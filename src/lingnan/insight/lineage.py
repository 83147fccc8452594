"""The lineage of one column as its page shows it: tables in layers, the step behind every column, uses, and the source rows of one value."""

from datetime import datetime
from typing import Literal

from lingnan.insight.shapes import Card, Words

Direction = Literal["both", "back", "forward"]
ColumnClass = Literal["", "public", "internal", "personal", "sensitive"]


class LineageColumn(Card):
    """A column of a table of the picture; `step` numbers the step that makes it, 0 where nothing is known before it."""

    column: str
    name: str
    title: Words
    classification: ColumnClass
    here: bool
    step: int


class LineageTable(Card):
    """A table, or a delivery, in its layer from the left; folded it shows its name and how many columns it has here."""

    table: str
    title: Words
    kind: str
    layer: int
    href: str
    columns: tuple[LineageColumn, ...]
    folded: bool
    fold: str


class LineageStep(Card):
    """What makes a column: its origins, the expression, and by which job and version it was last made. `held`: values are kept as they are."""

    number: int
    column: str
    origins: tuple[str, ...]
    held: bool
    expression: str
    job: str
    version: int | None
    at: datetime | None


class LineageUse(Card):
    """Who uses a column that is reached."""

    kind: str
    column: str
    title: Words
    href: str


class SourceRow(Card):
    """One delivered row behind a value: its place in the file, what was delivered, and what became of it; None is what policy hides."""

    table: str
    title: Words
    department: Words
    key: str
    batch: str
    position: str
    received_at: datetime | None
    source: str
    quarantined: int | None
    quarantine: str
    values: tuple[tuple[str, str | None, str | None, bool], ...]


class SourceCount(Card):
    """Rows of one table that a figure's cell counts; `href` leads on."""

    table: str
    title: Words
    count: int
    href: str


class SourceRows(Card):
    """What one value was made of. `entries` are the register's entries that it counts, by their id."""

    row: str
    rows: tuple[SourceRow, ...] = ()
    counts: tuple[SourceCount, ...] = ()
    entries: tuple[str, ...] = ()
    entry_column: str = ""
    refused: Words | None = None
    needs: Words | None = None
    purposes: tuple[tuple[str, Words], ...] = ()


class ColumnLineageSheet(Card):
    """One column with all it comes from and all that comes from it; `left_out` columns are farther away and not in the picture."""

    column: str
    title: Words
    table: str
    table_title: Words
    classification: ColumnClass
    direction: Direction
    tables: tuple[LineageTable, ...]
    edges: tuple[tuple[str, str], ...]
    steps: tuple[LineageStep, ...]
    uses: tuple[LineageUse, ...]
    upstream: int
    downstream: int
    left_out: int
    key: Words | None
    in_address: bool
    found: SourceRows | None = None
