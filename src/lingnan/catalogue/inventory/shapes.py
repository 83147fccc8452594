"""What a look into a database found, and the cards of duties, databases, tables, columns, sources of authority and progress."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lingnan.catalogue.shapes import Classification

RowsAre = Literal["exact", "estimate", "at_least", ""]
SystemStatus = Literal["in_use", "suspended", "retired"]
Decision = Literal["plain", "by_kind", "hidden", ""]
"""How a column is to be shown: as it is, masked after its kind, not at all; empty: what policy says of its class."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ColumnFound(_Shape):
    """A column as its database describes it; `profile` holds values only where nothing personal is suspected."""

    name: str = Field(min_length=1, max_length=200)
    type: str = ""
    length: int | None = None
    nullable: bool = True
    key: bool = False
    comment: str = ""
    profile: dict[str, Any] = Field(default_factory=dict)


class TableFound(_Shape):
    """A table or view; `rows` None where nobody could count, `references` its foreign keys."""

    schema_name: str = ""
    name: str = Field(min_length=1, max_length=200)
    kind: Literal["table", "view"] = "table"
    comment: str = ""
    rows: int | None = None
    rows_are: RowsAre = ""
    references: tuple[dict[str, Any], ...] = ()
    columns: tuple[ColumnFound, ...] = ()


class DiscoveryNotice(_Shape):
    """What could not be looked at, and why."""

    table: str
    zh: str
    en: str


class DatabaseFound(_Shape):
    """A database that was looked into; `place` is host, port and name, without account and password.

    `schemas` are those looked into, empty for all; what is not `complete` tells of no table that is gone.
    """

    name: str = Field(min_length=1, max_length=120)
    kind: str
    version: str = ""
    place: str = ""
    schemas: tuple[str, ...] = ()
    complete: bool = True
    tables: tuple[TableFound, ...] = ()
    notices: tuple[DiscoveryNotice, ...] = ()


class Discovered(_Shape):
    """What recording a look changed in the inventory; `retyped` names columns (`table.column`) whose type is another now."""

    database: str
    tables_added: int = 0
    tables_changed: int = 0
    tables_gone: int = 0
    tables_back: int = 0
    columns_added: int = 0
    columns_changed: int = 0
    columns_gone: int = 0
    retyped: tuple[str, ...] = ()


class ColumnSuggestion(_Shape):
    """What a column seems to be: an element with its score (0–1) and reasons, a class with its reason; `free_text` may name anybody."""

    element: str = ""
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    classification: Classification | Literal[""] = ""
    zh: str = ""
    en: str = ""
    free_text: bool = False


class DutyForm(_Shape):
    """A duty as it is put down."""

    number: int = Field(ge=1)
    zh: str = Field(min_length=1)
    en: str = ""
    basis: str = ""
    collects: str = ""


class DutyCard(DutyForm):
    """A duty with the department that has it."""

    id: str
    department: str


class SystemDetails(_Shape):
    """What is known of a system beside its names; `protection_grade` 等保等级 is one to five, `contact_unit` an office and no person."""

    code: str = ""
    purpose: str = ""
    status: SystemStatus = "in_use"
    operator: str = ""
    builder: str = ""
    protection_grade: Literal["", "1", "2", "3", "4", "5"] = ""
    hosting: Literal["", "cloud", "own_room", "mixed"] = ""
    in_service_since: date | None = None
    users: str = ""
    contact_unit: str = ""


class InventorySystem(SystemDetails):
    """A business system with the sizes of what was found in it."""

    id: str
    key: str
    zh: str
    en: str
    department: str
    department_zh: str
    databases: int
    tables: int
    resources: int


class DatabaseCard(_Shape):
    """A database of a system: how many tables, described ones and ones that a resource stands for, how many columns and how many decided on."""

    id: str
    key: str
    system: str
    name: str
    kind: str
    version: str
    place: str
    discovered_at: datetime | None
    tables: int
    described: int
    catalogued: int
    columns: int
    decided: int
    gone_at: datetime | None


class ColumnCard(_Shape):
    """A column with what is suggested and what a steward decided; `changed_from` is the type it had when it was decided on."""

    id: str
    table: str
    position: int
    name: str
    type: str
    length: int | None
    nullable: bool
    key: bool
    comment: str
    changed_from: str
    profile: dict[str, Any]
    suggested_element: str
    suggested_score: float
    element_reasons: tuple[str, ...]
    suggested_classification: str
    classification_reason: dict[str, str]
    free_text: bool
    element: str
    classification: str
    mask: str
    decided_by: str
    decided_at: datetime | None
    gone_at: datetime | None


class TableCard(_Shape):
    """A table of a database; `zh`, `en` and `description` are a steward's, `comment` is the database's own.

    `resource` is the key of the resource that describes it, empty while there is none.
    """

    id: str
    database: str
    system: str
    department: str
    schema_name: str
    name: str
    kind: str
    comment: str
    zh: str
    en: str
    description: str
    rows: int | None
    rows_are: str
    references: tuple[dict[str, Any], ...]
    resource: str
    resource_zh: str = ""
    resource_en: str = ""
    resource_status: str = ""
    columns: int
    decided: int
    retyped: int
    gone_at: datetime | None


class TablePage(_Shape):
    """A page of tables and the exact total."""

    page: int
    page_size: int
    total: int
    items: tuple[TableCard, ...]


class AuthorityCard(_Shape):
    """Who is the source of a figure; an empty division is everywhere."""

    id: str
    element: str
    division: str
    department: str
    department_zh: str
    resource: str
    resource_zh: str
    basis: str
    claimed_by: str
    claimed_at: datetime


class AuthorityConflict(_Shape):
    """Two who say to be the source of one figure; `state` is open, kept (the holder stays) or moved (the claimant is the source now)."""

    id: str
    element: str
    division: str
    holder: str
    holder_zh: str
    claimant: str
    claimant_zh: str
    basis: str
    claimed_by: str
    claimed_at: datetime
    state: str
    reason: str
    settled_by: str
    settled_at: datetime | None


class InventoryProgress(_Shape):
    """How far a department's inventory is."""

    department: str
    department_zh: str
    department_en: str
    duties: int
    systems: int
    systems_with_database: int
    databases: int
    tables: int
    tables_described: int
    tables_catalogued: int
    columns: int
    columns_decided: int
    resources: int
    resources_published: int
