"""A resource as the catalogue keeps it: its codes, relations, stars, freshness and versions; found items, suggestions, what is late, drafts."""

from datetime import date, datetime
from typing import Literal

from lingnan.insight.shapes import Card, Classification, Facet, ShareType, Words

Punctuality = Literal["fresh", "grace", "overdue", "not_measured"]


class CodeLine(Card):
    """One classification of a resource with its code there; `title` names the guide's class and item where it names one."""

    scheme: Words
    category: str
    code: str
    main: bool
    title: Words


class RelatedLine(Card):
    """A related resource; `inverse` when the other one says so, `href` empty for one that this hub does not know."""

    kind: Words
    title: Words
    code: str
    inverse: bool = False
    href: str = ""


class ExtensionLine(Card):
    """One extension field of a province with its value in words."""

    key: str
    title: Words
    value: Words


class FreshnessSheet(Card):
    """How fresh a resource is against its declared cycle; `basis` is the rule it was measured by."""

    state: Punctuality
    loaded_at: datetime | None
    due_on: date | None
    tolerated_until: date | None
    days_late: int
    basis: str


class StarPointLine(Card):
    """One rule: what it asks, the fact it was judged by (None: never measured), the points given of those possible, and where to mend it."""

    rule: str
    title: Words
    fact: str
    value: float | None
    share: bool
    points: int
    given: float
    mend: str
    href: str


class StarDimension(Card):
    """The points of one dimension with its rules."""

    id: str
    title: Words
    points: int
    given: float
    rules: tuple[StarPointLine, ...]


class StarSheet(Card):
    """The stars of a resource and every point behind them, by one edition of the rules."""

    resource: str
    edition: str
    at: datetime | None
    stars: int
    given: float
    dimensions: tuple[StarDimension, ...]


class GoneSheet(Card):
    """Why a resource was withdrawn, when, and what to use instead; `case` only for officials."""

    at: datetime
    reason: str
    replacement: Words | None = None
    href: str = ""
    case: str = ""


class RunningCase(Card):
    """A case about a resource that has not ended: its number, where it stands, and when it was opened."""

    number: str
    state: Words
    opened_at: datetime


class ResourceRecord(Card):
    """What the guide asks of a resource beyond its name: codes, formats, ways, bases, relations; and its life: state, version, stars."""

    key: str
    status: Words
    withdrawn: bool
    version: int
    department_code: str
    level: Words
    division: str
    codes: tuple[CodeLine, ...]
    format_class: Words
    share_way: Words
    share_basis: str
    open_basis: str
    published_on: date | None
    reviewed_on: date | None
    relations: tuple[RelatedLine, ...]
    extension: tuple[ExtensionLine, ...]
    freshness: FreshnessSheet
    rating: StarSheet | None = None
    gone: GoneSheet | None = None
    editable: bool = False
    withdrawing: RunningCase | None = None


class ResourceVersionLine(Card):
    """A version of a resource: in force from when until when, by which version of its contract or which case (told to officials only)."""

    number: int
    valid_from: datetime | None
    valid_until: datetime | None
    contract: str
    case: str
    digest: str
    items: int


class ResourceVersions(Card):
    """Every version of a resource, the youngest first; a withdrawn one's too."""

    code: str
    title: Words
    withdrawn: bool
    items: tuple[ResourceVersionLine, ...]


class DifferenceLine(Card):
    """One thing in which two versions differ; None where there is nothing."""

    field: str
    title: Words
    kind: Literal["added", "removed", "changed"]
    before: Words | None
    after: Words | None


class ResourceComparison(Card):
    """Two versions of a resource and everything in which they differ; `numbers` are those there are."""

    code: str
    title: Words
    before: int
    after: int
    numbers: tuple[int, ...]
    items: tuple[DifferenceLine, ...]


class ItemLine(Card):
    """One information item that was found, with its resource."""

    name: str
    title: Words
    type: str
    element: str
    classification: Classification
    share_level: ShareType
    resource: str
    resource_title: Words
    department: str
    href: str
    item_href: str


class ItemPage(Card):
    """A page of information items with the facets department and classification."""

    total: int
    items: tuple[ItemLine, ...]
    facets: tuple[Facet, ...]
    next: str | None = None


class SuggestionLine(Card):
    """A name that what was typed may grow into, and the page it leads to."""

    kind: Literal["department", "resource", "item"]
    kind_title: Words
    title: Words
    href: str


class SuggestionList(Card):
    """Names for what is being typed, the likeliest first."""

    items: tuple[SuggestionLine, ...]


class OverdueLine(Card):
    """A resource that is later than tolerated: last load, when the next was due, until when that was tolerated, days late since."""

    code: str
    title: Words
    cycle: str
    loaded_at: datetime | None
    due_on: date | None
    tolerated_until: date | None
    days_late: int


class OverdueDepartment(Card):
    """How many of a department's resources are late, and these, the latest first, as far as the board lists them."""

    key: str
    title: Words
    resources: int
    late: int
    days_late: int
    items: tuple[OverdueLine, ...]


class OverdueBoard(Card):
    """What is late, by department; the department with most of it first. Where much is late, resources are listed under one department alone."""

    at: datetime
    total: int
    departments: int
    department: str
    basis: str
    items: tuple[OverdueDepartment, ...]
    next: str | None = None


class FaultLine(Card):
    """What keeps a draft from being published: the field, and what to do."""

    field: str
    text: Words


class DraftLine(Card):
    """A draft as its authors see it; `base` is the version it was drawn from, 0 for a new resource."""

    code: str
    key: str
    title: Words
    department: Words
    status: Words
    waits: bool
    base: int
    case: str
    faults: tuple[FaultLine, ...]


class DraftList(Card):
    """Every draft the reader may see, by code."""

    items: tuple[DraftLine, ...]


class ExtensionInput(Card):
    """One extension field of a province as a form asks for it; `values` are what stands in it now, several only where several may be chosen."""

    key: str
    title: Words
    kind: Literal["text", "choice", "choices", "date", "number", "flag"]
    required: bool
    choices: tuple[tuple[str, Words], ...]
    values: tuple[str, ...]


class DraftSheet(Card):
    """A resource as its authors write it: its fields as text, its items as lines, what may be chosen, and what still has to be mended.

    `key` is empty for one that is still to be named; `waits` while a case has it, when nothing can be changed. `province` is the one that asks
    for the extension fields.
    """

    key: str
    code: str
    title: Words
    department: Words
    status: Words
    waits: bool
    kept: bool
    base: int
    case: str
    values: dict[str, str]
    items: tuple[dict[str, str], ...]
    choices: dict[str, tuple[tuple[str, Words], ...]]
    faults: tuple[FaultLine, ...]
    province: Words | None = None
    extension: tuple[ExtensionInput, ...] = ()
