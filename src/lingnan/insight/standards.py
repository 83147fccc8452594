"""The standards as pages show them: data elements, code lists, minimal data sets, indicators, documents."""

from datetime import date

from lingnan.insight.registry import StandardVersion
from lingnan.insight.shapes import Card, Count, Words
from lingnan.insight.sheets import Field


class StandardLine(Card):
    """One thing of the standards in a list; `note` says what it is at a glance (format, edition, unit, number of members).

    `own` says that this hub registered it.
    """

    id: str
    title: Words
    note: str
    group: Words
    source: str
    proofed: bool
    href: str = ""
    own: bool = False


class StandardPage(Card):
    """A page of one kind of thing; `kinds` counts all kinds under the same words, `groups` the areas or kinds within this one."""

    kind: str
    words: str
    group: str
    total: int
    kinds: tuple[Count, ...]
    groups: tuple[Count, ...]
    items: tuple[StandardLine, ...]
    next: str | None = None


class ElementUse(Card):
    """One place where an element stands: an item of a resource, a column of a register or of a database."""

    kind: str
    title: Words
    column: str
    column_title: Words
    href: str


class ItemSheet(Card):
    """One information item of a resource with its data element, code list and the first of the `used` other places where the element stands.

    `column` is `table.column` in the hub's tables, empty for what no department delivers.
    """

    code: str
    key: str
    resource: Words
    department: Words
    department_key: str
    field: Field
    element: Words | None
    meaning: Words | None
    codes: Words | None
    used: int
    places: tuple[ElementUse, ...]
    column: str = ""


class ElementSheet(Card):
    """One data element with all its attributes and where it is used; `used` counts every place, `uses` are the first of them."""

    id: str
    title: Words
    definition: Words
    synonyms: tuple[str, ...]
    columns: tuple[str, ...]
    object_class: str
    property: str
    term: str
    representation: str
    format: Words
    datatype: str
    unit: str
    minimum: float | None
    maximum: float | None
    pattern: str
    code_list: str
    code_list_edition: str
    identifier: str
    classification: str
    steps: tuple[str, ...]
    rules: tuple[str, ...]
    steward: str
    submitter: str
    version: str
    source: str
    proofed: bool
    area: Words
    sets: tuple[StandardLine, ...]
    relations: tuple[tuple[str, tuple[str, ...]], ...]
    used: int
    uses: tuple[ElementUse, ...]
    status: str = ""
    case: str = ""
    versions: tuple[StandardVersion, ...] = ()
    writes: bool = False


class CodeMeaning(Card):
    """One meaning of a code with its time; `href` of a successor leads to it."""

    code: str
    title: Words
    level: int
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...]
    proofed: bool


class CodeImpact(Card):
    """What a change of a code list touches, or of the one code asked about."""

    code: str
    elements: tuple[str, ...]
    columns: int
    contracts: int
    departments: tuple[tuple[str, int], ...]
    rules: tuple[tuple[str, str, str], ...]
    places: tuple[ElementUse, ...]


class CodeListSheet(Card):
    """One code list: what it says of itself, the elements that use it, and its codes on a day or through all time."""

    id: str
    title: Words
    standard: str
    edition: str
    source: str
    note: str
    proofed: bool
    unproofed: int
    at: date | None
    words: str
    total: int
    elements: tuple[StandardLine, ...]
    codes: tuple[CodeMeaning, ...]
    next: str | None = None
    status: str = ""
    case: str = ""
    version: str = ""
    versions: tuple[StandardVersion, ...] = ()
    keeps: bool = False
    impact: CodeImpact | None = None


class DocumentSheet(Card):
    """One standard, law or format that the hub refers to, with the elements, lists, sets and indicators that name it as their source."""

    id: str
    title: Words
    kind: Words
    state: Words
    in_force: date | None
    replaces: tuple[str, ...]
    replaced_by: tuple[str, ...]
    proofed: bool
    named_by: tuple[StandardLine, ...]


class SetMember(Card):
    """An element within a minimal data set."""

    element: str
    title: Words
    obligation: Words
    condition: Words
    representation: str


class DataSetSheet(Card):
    """One minimal data set."""

    id: str
    title: Words
    definition: Words
    source: str
    proofed: bool
    members: tuple[SetMember, ...]


class IndicatorSheet(Card):
    """One indicator of the dictionary."""

    id: str
    title: Words
    definition: Words
    formula: Words
    unit: Words
    frequency: str
    source: str
    proofed: bool
    uses: tuple[StandardLine, ...]
