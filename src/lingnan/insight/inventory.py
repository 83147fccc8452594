"""The inventory as pages show it: how far departments are, systems with their databases, tables and columns, sources of figures, the workbook."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lingnan.insight.shapes import Card, Words


class InventoryStep(Card):
    """How much of one kind is done: systems with a database, tables described, columns decided on, resources published; no share of nothing."""

    key: str
    done: int
    of: int
    share: Decimal | None


class InventoryLine(Card):
    """How far one department is; `catalogued` are the tables that a resource stands for, drafts included."""

    key: str
    title: Words
    duties: int
    systems: int
    databases: int
    steps: tuple[InventoryStep, ...]
    catalogued: InventoryStep
    href: str


class InventoryBoard(Card):
    """How far everybody is; `total` sums all departments, `begun` have registered at least one system. `writes`: may fill in the workbook."""

    at: datetime
    total: InventoryLine
    begun: int
    writes: bool
    items: tuple[InventoryLine, ...]


class InventoryDuty(Card):
    """A duty with its legal basis and what is collected for it."""

    number: int
    title: Words
    basis: str
    collects: str


class InventorySystemLine(Card):
    """A business system in a list."""

    key: str
    title: Words
    status: str
    protection_grade: str
    databases: int
    tables: int
    resources: int
    href: str


class InventoryDatabase(Card):
    """A database of a system; `place` is empty for readers of other departments, `gone` when it was not found again."""

    id: str
    name: str
    kind: str
    version: str
    place: str
    discovered_at: datetime | None
    gone: bool
    steps: tuple[InventoryStep, ...]


class InventoryDepartment(Card):
    """One department: its progress, duties and systems; `writes`: the reader keeps its inventory."""

    line: InventoryLine
    duties: tuple[InventoryDuty, ...]
    systems: tuple[InventorySystemLine, ...]
    databases: tuple[InventoryDatabase, ...]
    writes: bool


class InventoryResource(Card):
    """The resource that stands for a table, and where it is read or, while it is a draft, written."""

    key: str
    title: Words
    status: Words
    href: str


class InventoryTable(Card):
    """A table or view of a database; `retyped` of its columns have another type than when they were decided on."""

    id: str
    name: str
    kind: str
    title: Words
    rows: int | None
    rows_are: str
    retyped: int
    described: bool
    decided: InventoryStep
    href: str
    resource: "InventoryResource | None" = None


class InventorySystemSheet(Card):
    """One system with all that is known of it; the tables are those of `database`, and only for readers who keep its inventory (`inside`).

    `writes`: the reader may make resources of them.
    """

    key: str
    title: Words
    department: Words
    department_key: str
    code: str
    purpose: str
    status: str
    operator: str
    builder: str
    protection_grade: str
    hosting: str
    in_service_since: date | None
    users: str
    contact_unit: str
    resources: int
    databases: tuple[InventoryDatabase, ...]
    inside: bool
    writes: bool
    database: str
    words: str
    total: int
    items: tuple[InventoryTable, ...]
    next: str | None = None


class InventoryColumn(Card):
    """A column with what the database says, what it seems to be and why, and what a steward decided; `facts` are figures of its profile by key."""

    id: str
    name: str
    comment: str
    type: str
    length: int | None
    nullable: bool
    key: bool
    changed_from: str
    facts: dict[str, int]
    shares: tuple[tuple[str, Decimal | None], ...]
    patterns: tuple[str, ...]
    minimum: str
    maximum: str
    top: tuple[str, ...]
    free_text: bool
    suggested_element: str
    suggested_title: Words
    score: Decimal | None
    reasons: tuple[Words, ...]
    suggested_classification: str
    classification_reason: Words
    element: str
    element_title: Words
    classification: str
    mask: str
    decided: bool
    decided_at: datetime | None


class InventoryTableSheet(Card):
    """One table with its columns; `decides`: the reader may describe it and decide."""

    table: InventoryTable
    description: str
    comment: str
    schema_name: str
    database: str
    system: str
    system_title: Words
    department: str
    department_title: Words
    references: tuple[dict[str, Any], ...]
    gone: bool
    decides: bool
    elements: tuple[tuple[str, Words], ...]
    items: tuple[InventoryColumn, ...]


class WorkbookFault(Card):
    """What is wrong at a cell of the workbook."""

    sheet: str
    cell: str
    column: str
    text: Words


class WorkbookCount(Card):
    """Rows of one sheet: to add, to change, to remove, left as they are."""

    sheet: str
    added: int
    changed: int
    removed: int
    unchanged: int


class WorkbookCheck(Card):
    """What a workbook would change, or what is wrong with it: `total` faults, of which `faults` are the first. `file` is how it is called back."""

    file: str
    name: str
    sheets: tuple[WorkbookCount, ...]
    changes: int
    cells: int
    missing: int
    ignored_sheets: tuple[str, ...]
    total: int
    faults: tuple[WorkbookFault, ...]


class AuthorityEntry(Card):
    """The one source of a figure; an empty division is everywhere."""

    element: str
    title: Words
    division: Words
    department: str
    department_title: Words
    resource: str
    resource_title: Words
    basis: str
    claimed_at: datetime


class AuthorityDispute(Card):
    """Two who say to be the source; `state` is open, kept or moved."""

    id: str
    element: str
    title: Words
    division: Words
    holder: str
    holder_title: Words
    claimant: str
    claimant_title: Words
    basis: str
    claimed_at: datetime
    state: str
    reason: str
    settled_at: datetime | None


class AuthorityBoard(Card):
    """Sources with what is disputed; `settles`: the reader may end disputes, `claims`: may say to be a source."""

    words: str
    total: int
    items: tuple[AuthorityEntry, ...]
    disputes: tuple[AuthorityDispute, ...]
    settled: tuple[AuthorityDispute, ...]
    elements: tuple[tuple[str, Words], ...]
    settles: bool
    claims: bool
    next: str | None = None
