"""What pages of the register show: elements, code lists and standards on their way, their forms, and how well columns conform."""

from datetime import date, datetime
from decimal import Decimal

from lingnan.insight.shapes import Card, Words

Choices = tuple[tuple[str, Words], ...]


class StandardVersion(Card):
    """One version of an element or code list; `follows` leads to what took its place."""

    version: str
    status: str
    shipped: bool
    case: str
    registered_at: datetime | None
    follows: str
    follows_href: str
    reason: str


class UnderWayLine(Card):
    """Something on its way into the register; `state` is that of its case, empty for a draft without one."""

    kind: str
    id: str
    title: Words
    version: str
    status: str
    state: Words
    case: str
    organisation: Words
    at: datetime | None
    href: str
    mend_href: str = ""


class UnderWayPage(Card):
    """What is on its way: the reader's own, or everybody's."""

    mine: bool
    writes: bool
    items: tuple[UnderWayLine, ...]


class ElementForm(Card):
    """The form of an element: blank, of the next version, or of one that came back; `faults` are what its case says is to be mended."""

    element: str
    request: str
    version: str
    title: Words
    case: str
    faults: str
    values: dict[str, str]
    choices: dict[str, Choices]


class ElementVerdict(Card):
    """What an element being written is worth; `alike` are ids and titles of elements that it is like."""

    status: str
    faults: tuple[Words, ...]
    alike: tuple[tuple[str, Words], ...]


class CodeListDraft(Card):
    """The form of a code list with its codes as text, what they change, and what is wrong with what was sent."""

    name: str
    version: str
    status: str
    case: str
    faults: str
    values: dict[str, str]
    choices: dict[str, Choices]
    size: int
    change: Words
    touched: tuple[tuple[str, str, str, str], ...]


class StandardRemark(Card):
    """A comment on a draft standard as its readers see it; who made it is told by organisation alone."""

    number: int
    clause: str
    kind: str
    comment: str
    proposal: str
    organisation: Words
    disposition: str
    reason: str
    disposed_at: datetime | None
    at: datetime | None


class StandardStep(Card):
    """A step in the life of a standard."""

    at: datetime
    title: Words
    state: Words


class StandardFile(Card):
    """A file of a standard that its readers may have."""

    id: str
    name: str
    size: int
    at: datetime


class ProjectLine(Card):
    """A standard of this hub in a list."""

    key: str
    number: str
    title: Words
    kind: str
    stage: str
    organisation: Words
    begun_on: date | None
    comments_until: date | None
    in_force_on: date | None
    review_by: date | None
    comments: int
    disposed: int


class ProjectPage(Card):
    """The standards that this hub makes, with how many stand in each stage."""

    stage: str
    stages: tuple[tuple[str, int], ...]
    items: tuple[ProjectLine, ...]
    writes: bool


class ProjectSheet(Card):
    """One standard whole: its dates, steps, text, comments, and what its reader may do."""

    line: ProjectLine
    scope: str
    replaces: str
    case: str
    dates: tuple[tuple[str, date], ...]
    experts: int
    agreed: int
    steps: tuple[StandardStep, ...]
    files: tuple[StandardFile, ...]
    remarks: tuple[StandardRemark, ...]
    open_for_comments: bool
    comments_from: date | None
    may_comment: bool
    may_dispose: bool
    may_attach: bool


class ConformanceLine(Card):
    """A department or resource: bound columns by all, fitting values by all counted; percentages."""

    key: str
    title: Words
    href: str
    columns: int
    mapped: int
    coverage: Decimal | None
    filled: int
    conforming: int
    share: Decimal | None


class ConformancePoint(Card):
    """What one counting came to."""

    at: datetime
    coverage: Decimal | None
    share: Decimal | None
    filled: int
    broken: int


class ConformanceBoard(Card):
    """All departments, or one department's resources; `faults` are values by the kind of what they break."""

    department: str
    title: Words
    total: ConformanceLine
    items: tuple[ConformanceLine, ...]
    faults: tuple[tuple[str, int], ...]
    trend: tuple[ConformancePoint, ...]
    least: Decimal


class ConformanceColumn(Card):
    """A column of a resource with its element and what was counted of it; without element, what it may be."""

    name: str
    title: Words
    element: str
    element_title: Words
    filled: int | None
    share: Decimal | None
    faults: tuple[tuple[str, int], ...]
    suggestions: tuple[tuple[str, Words, Decimal, Words], ...]


class ConformanceSheet(Card):
    """One resource column by column."""

    line: ConformanceLine
    department: str
    department_title: Words
    measured_at: datetime | None
    columns: tuple[ConformanceColumn, ...]
    trend: tuple[ConformancePoint, ...]
    binds: bool
    draft_href: str
