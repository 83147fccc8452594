"""The catalogue's list, the page of one resource, and the registers with their two times."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field as Ask

from lingnan.insight.catalogue import ResourceRecord
from lingnan.insight.purchases import PurchaseLine
from lingnan.insight.quality import Characteristic, TrendPoint
from lingnan.insight.rooms import Grid, RuleFailure
from lingnan.insight.shapes import Card, Classification, Count, Disputed, Facet, Origin, Severity, ShareType, Words


class CatalogueQuery(Card):
    """What a visitor looks for; `facets` are chosen values by field, `cursor` comes from the page before."""

    words: str = Ask("", max_length=100)
    facets: dict[str, tuple[str, ...]] = Ask(default_factory=dict)
    cursor: str = ""
    limit: int = Ask(20, ge=1, le=100)


class CatalogueLine(Card):
    """One resource in a list; `score` is its quality in percent, None before its first check."""

    code: str
    title: Words
    summary: Words
    department: Words
    table: str
    format: str
    origin: Origin
    share_type: ShareType
    open_type: ShareType
    rows: int | None
    score: Decimal | None
    updated_at: datetime | None
    matched_fields: tuple[Words, ...] = ()
    stars: int = 0


class CataloguePage(Card):
    """A page of resources; `total` is exact unless `over` says there are more. `nearest`: none holds the words, these come near."""

    total: int
    over: bool = False
    nearest: bool = False
    items: tuple[CatalogueLine, ...]
    facets: tuple[Facet, ...]
    next: str | None = None


class Field(Card):
    """One information item of a resource."""

    name: str
    title: Words
    source: str
    type: str
    element: str
    code_list: str
    classification: Classification
    share_level: ShareType
    required: bool
    key: bool
    length: int | None = None
    mask: str = ""
    unit: str = ""
    definition: str = ""


class RuleLine(Card):
    """One rule's counts over the last check; `href` leads to the rows that failed."""

    id: str
    title: Words
    column: str
    dimension: str
    severity: Severity
    checked: int
    failed: int
    repaired: int
    href: str = ""


class Quality(Card):
    """What the last check found; `score` is the mean of the characteristics' scores, in percent."""

    score: Decimal | None
    accepted: int
    quarantined: int
    dimensions: tuple[Count, ...]
    characteristics: tuple[Characteristic, ...] = ()
    rules: tuple[RuleLine, ...]
    trend: tuple[TrendPoint, ...]


class Batch(Card):
    """One delivery: when it came, from which file or address, with which digest."""

    id: str
    received_at: datetime
    location: str
    rows: int
    rejected: int
    digest: str


class LineageNode(Card):
    """A source, table or register in the picture of where data came from; `depth` 0 is the leftmost column."""

    id: str
    title: Words
    kind: Literal["system", "landing", "table", "register", "quarantine", "series"]
    depth: int
    href: str = ""
    here: bool = False


class LineageEdge(Card):
    """One table made from another, by which job."""

    source: str
    target: str
    job: str = ""


class Lineage(Card):
    """What a table was made from and what is made from it, read from the tables' own versions."""

    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]


class Use(Card):
    """Who reads a resource: a register, a table, a department; how often when it is counted."""

    title: Words
    kind: str
    href: str
    count: int | None = None
    last_at: datetime | None = None


class ResourceSheet(Card):
    """Everything on the page of one resource; `licence` is set for real data, `open_condition` when opening has one.

    `record` is what the catalogue itself keeps of it.
    """

    code: str
    title: Words
    summary: Words
    department: Words
    department_href: str
    system: Words | None
    table: str
    origin: Origin
    licence: str
    source: str
    format: str
    theme: Words
    update_cycle: str
    share_type: ShareType
    share_condition: str
    open_type: ShareType
    open_condition: str
    contract_version: str
    rows: int | None
    updated_at: datetime | None
    fields: tuple[Field, ...]
    quality: Quality
    batches: tuple[Batch, ...]
    lineage: Lineage
    uses: tuple[Use, ...]
    record: ResourceRecord | None = None
    bought: PurchaseLine | None = None
    inherited: tuple[PurchaseLine, ...] = ()


class RegisterLine(Card):
    """One register with its size and the sources it is built from; `missing` are tables a theme reads that nobody delivers yet."""

    key: str
    title: Words
    description: Words
    entries: int
    sources: tuple[Words, ...]
    table: str
    observations: int | None = None
    unlinked: int | None = None
    missing: tuple[str, ...] = ()


class RegisterList(Card):
    """The hub's registers, and the theme registers made of them."""

    items: tuple[RegisterLine, ...]
    themes: tuple[RegisterLine, ...] = ()


class RegisterEntry(Card):
    """One entry in a list; what a person may be known by is masked before it comes here."""

    id: str
    label: str
    hint: str
    division: Words | None = None


class RegisterPage(Card):
    """What a search in one register found; without words it is empty and only the register is told."""

    register_line: RegisterLine
    words: str
    total: int | None
    over: bool = False
    items: tuple[RegisterEntry, ...]
    next: str | None = None


class Value(Card):
    """One attribute with the value that survives, the source that gave it and how many sources disagree."""

    name: str
    title: Words
    value: str | None
    shown: Words | None = None
    source: Words | None
    classification: Classification
    masked: bool = False
    disagreeing: int = 0


class Fact(Card):
    """One source's word about one attribute, when it was true and when the hub learnt it."""

    attribute: Words
    value: str | None
    source: Words
    batch: str
    position: str
    valid_from: date | None
    known_from: datetime
    known_to: datetime | None
    survives: bool
    valid_to: date | None = None
    joined_by: str = ""


class Span(Card):
    """A value that survived from a day to another, not included; None is since nobody knows when, and still."""

    attribute: Words
    value: str
    shown: Words | None = None
    source: Words | None
    since: date | None
    until: date | None


class Happening(Card):
    """What happened to an entry's id at a moment of knowing; `other` is the entry it concerns too."""

    event: str
    at: datetime
    other: str = ""


class RegisterSheet(Card):
    """An entry as it was true on `as_of` by what the hub knew on `known_at`; `changes` are the days something changed.

    `dispute_table` is the table under which an error in the entry is reported; empty where none can be. `led_from` is the superseded id that
    was asked for, `superseded_by` the entry that this one became part of later. `spans` and `happenings` are its time line.
    """

    register_line: RegisterLine
    id: str
    label: str
    origin: Origin
    as_of: date
    known_at: date
    changes: tuple[date, ...]
    values: tuple[Value, ...]
    facts: tuple[Fact, ...]
    series: Grid | None = None
    failures: tuple[RuleFailure, ...] = ()
    disputed: tuple[Disputed, ...] = ()
    dispute_table: str = ""
    led_from: str = ""
    superseded_by: str = ""
    spans: tuple[Span, ...] = ()
    happenings: tuple[Happening, ...] = ()
