"""Tables, quarantine, departments and builds as pages show them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field as Ask

from lingnan.insight.purchases import PurchaseLine
from lingnan.insight.quality import Characteristic, TrendPoint
from lingnan.insight.shapes import Card, Classification, Count, Disputed, Facet, Origin, Severity, Words

Cell = str | int | Decimal | float | bool | date | datetime | None
BuildState = Literal["running", "done", "incomplete", "interrupted"]
StepState = Literal["waiting", "running", "done", "skipped", "kept", "failed", "stopped", "interrupted"]


class GridColumn(Card):
    """One column of a preview; `masked` when the visitor sees it covered, `words` what the codes in it are called."""

    name: str
    title: Words
    type: str
    classification: Classification = "internal"
    masked: bool = False
    words: dict[str, Words] = Ask(default_factory=dict, description="what codes are called")


class Grid(Card):
    """Some rows of a table as this visitor may see them, and the number of the decision that allowed it.

    `needs` says what has to be stated to see columns that are masked for want of a purpose, `purposes` the codes there are for it; `stated` is
    the purpose, article and matter it was shown for.
    """

    table: str
    columns: tuple[GridColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    origin: Origin
    decision: str = ""
    refused: Words | None = None
    disputed: dict[int, Disputed] = Ask(default_factory=dict, description="marks by the row's place")
    needs: Words | None = None
    purposes: tuple[tuple[str, Words], ...] = ()
    stated: Words | None = None


class RuleFailure(Card):
    """One rule a row failed, with the value as it was delivered (masked where the visitor may not see it)."""

    rule: str
    title: Words
    column: str
    value: str | None
    severity: Severity = "error"


class QuarantineQuery(Card):
    """Which quarantined rows; empty means all."""

    department: str = ""
    feed: str = ""
    rule: str = ""
    cursor: str = ""
    limit: int = Ask(50, ge=1, le=200)


class QuarantinedRow(Card):
    """One row that was not accepted, and where it stands in what the department delivered."""

    feed: str
    title: Words
    department: Words
    key: str
    batch: str
    position: str
    received_at: datetime
    failures: tuple[RuleFailure, ...]
    disputed: Disputed | None = None


class QuarantinePage(Card):
    """Quarantined rows with counts to narrow them by department, feed and rule."""

    total: int
    over: bool = False
    facets: tuple[Facet, ...]
    items: tuple[QuarantinedRow, ...]
    next: str | None = None


class VersionLine(Card):
    """One version of a table: what job and code made it from which versions of which tables."""

    version: int
    at: datetime
    mode: str
    rows: int
    job: str
    code: str
    inputs: dict[str, int]


class TableSheet(Card):
    """A table of the lake: what it is, its columns, versions, a preview, and the terms of purchases that it inherits."""

    name: str
    title: Words
    resource_code: str
    origin: Origin
    rows: int
    version: int
    columns: tuple[GridColumn, ...]
    versions: tuple[VersionLine, ...]
    preview: Grid
    inherited: tuple[PurchaseLine, ...] = ()


class SystemLine(Card):
    """A department's business system."""

    title: Words
    resources: int


class DepartmentLine(Card):
    """A department with the size of what it delivers; `score` in percent."""

    id: str
    code: str
    title: Words
    systems: int
    resources: int
    accepted: int
    quarantined: int
    score: Decimal | None
    last_at: datetime | None


class DepartmentPage(Card):
    """All departments."""

    items: tuple[DepartmentLine, ...]


class DepartmentSheet(Card):
    """One department with its systems, its resources and the quality of all its data."""

    line: DepartmentLine
    systems: tuple[SystemLine, ...]
    resources: tuple[Count, ...]
    characteristics: tuple[Characteristic, ...] = ()
    trend: tuple[TrendPoint, ...] = ()


class BuildLine(Card):
    """One build in the list."""

    id: str
    state: BuildState
    started_at: datetime
    seconds: Decimal | None
    steps_run: int
    steps_skipped: int
    steps_failed: int
    rows: int


class BuildPage(Card):
    """Builds, newest first."""

    items: tuple[BuildLine, ...]
    next: str | None = None


class StepLine(Card):
    """One step of a build; times in seconds after the build began."""

    name: str
    title: Words
    room: str
    state: StepState
    begun_s: Decimal | None
    seconds: Decimal | None
    rows: int | None
    outputs: tuple[str, ...] = ()
    note: Words | None = None


class BuildSheet(Card):
    """One build with its steps in the order they began; `done_share` 0..1 while it runs."""

    line: BuildLine
    steps: tuple[StepLine, ...]
    done_share: Decimal
