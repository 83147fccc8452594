"""What the registry shows: who uses an element or a code, how well columns conform, registered elements, documents and their comments."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Place = Literal["item", "register", "database_column"]


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class Use(_Card):
    """One column that uses an element or a code list; `owner` is the key of its resource, or of its database with schema and table."""

    place: Place
    department: str
    owner: str
    owner_zh: str
    owner_en: str
    name: str
    zh: str
    en: str
    element: str
    code_list: str
    contract: str


class RuleUse(_Card):
    """A rule that names a code list; `owner` is a contract's id, or the element that brings the rule with it."""

    owner: str
    column: str
    rule: str


class UseCounts(_Card):
    """How many columns, and of whom; registers' columns stand apart from other resources' items."""

    items: int = 0
    register_columns: int = 0
    database_columns: int = 0
    resources: int = 0
    contracts: int = 0
    departments: int = 0


class Usage(_Card):
    """Who uses an element: the counts are whole, `places` are one page of them."""

    element: str
    zh: str
    en: str
    counts: UseCounts
    by_department: dict[str, int]
    page: int
    page_size: int
    places: tuple[Use, ...]


class CodeMeaning(_Card):
    """A code with one of its meanings and the days it holds."""

    code: str
    zh: str
    en: str
    valid_from: date | None
    valid_to: date | None


class Impact(_Card):
    """What a change of a code list, or of one of its codes, touches; `successors` are empty for a code that nobody follows.

    `in_force` tells of the code today, of the whole list where no code was asked about. `below` counts the codes whose parent it is.
    """

    code_list: str
    zh: str
    en: str
    edition: str
    successor_list: str
    code: CodeMeaning | None
    in_force: bool
    successors: tuple[CodeMeaning, ...]
    below: int
    elements: tuple[str, ...]
    data_sets: tuple[str, ...]
    rules: tuple[RuleUse, ...]
    counts: UseCounts
    by_department: dict[str, int]
    page: int
    page_size: int
    places: tuple[Use, ...]


class ColumnMeasure(_Card):
    """What was counted of one column: values that are there, those that fit, and how many break what (type, length, range, codes, identifier)."""

    item: str
    element: str
    filled: int
    conforming: int
    faults: dict[str, int] = {}


class MeasuredColumn(ColumnMeasure):
    """A measured column of a resource; `share` is fitting values by values that are there, None where there are none."""

    share: float | None
    measured_at: datetime


class Conformance(_Card):
    """Conformance of a resource or department: `coverage` is mapped columns by all, `share` fitting values by all values counted, None for none."""

    key: str
    zh: str
    en: str
    department: str
    columns: int
    mapped: int
    measured: int
    filled: int
    conforming: int

    @property
    def coverage(self) -> float:
        """Mapped columns by all columns."""
        return self.mapped / self.columns if self.columns else 0.0

    @property
    def share(self) -> float | None:
        """Values that fit by values counted."""
        return self.conforming / self.filled if self.filled else None


class ElementCard(_Card):
    """One version of an element in the register.

    `status`: incomplete, candidate, recorded, qualified, standard, preferred, superseded or retired.
    """

    id: str
    version: str
    status: str
    shipped: bool
    zh: str
    en: str
    object_class: str
    property: str
    definition_zh: str = ""
    definition_en: str = ""
    representation: str
    code_list: str = ""
    unit: str = ""
    classification: str = ""
    synonyms: tuple[str, ...] = ()
    area: str = ""
    steward: str = ""
    submitter: str = ""
    source: str = ""
    proofed: bool
    case: str = ""
    proposed_by: str = ""
    registered_at: datetime | None = None
    replaced_by: str = ""
    reason: str = ""


class DocumentCard(_Card):
    """A standard in the making or in force; `disposed` of its `comments` are answered, `review_by` is the day by which it must be reviewed."""

    key: str
    number: str
    zh: str
    en: str
    kind: str
    stage: str
    organisation: str
    scope: str
    replaces: str
    case: str
    begun_on: date | None
    comments_from: date | None
    comments_until: date | None
    experts: int
    agreed: int
    approved_on: date | None
    published_on: date | None
    filed_on: date | None
    in_force_on: date | None
    review_by: date | None
    reviewed_on: date | None
    repealed_on: date | None
    comments: int
    disposed: int


class CommentCard(_Card):
    """A comment on a draft and what became of it: accepted, partly, rejected, noted, or nothing yet."""

    number: int
    clause: str
    kind: str
    comment: str
    proposal: str
    organisation: str
    made_by: str
    disposition: str
    reason: str
    disposed_by: str
    disposed_at: datetime | None
    made_at: datetime


class MappingSuggestion(_Card):
    """What a column without element may be: the score (0–1) and the reasons, in words."""

    item: str
    element: str
    zh: str
    en: str
    score: float
    reasons_zh: tuple[str, ...]
    reasons_en: tuple[str, ...]


class CodeRow(_Card):
    """One code of a list as it is written down: days as 2026-01-31, several successors or labels parted by an upright stroke."""

    code: str
    zh: str
    en: str = ""
    parent: str = ""
    level: str = ""
    valid_from: str = ""
    valid_to: str = ""
    successors: str = ""
    labels: str = ""
    change: str = ""
    role: str = ""


class CodeTableFault(_Card):
    """Something wrong in a table of codes, at its cell."""

    cell: str
    zh: str
    en: str


class CodeTable(_Card):
    """A file of codes as read, with all its faults."""

    rows: tuple[CodeRow, ...]
    faults: tuple[CodeTableFault, ...]


class CodeListForm(_Card):
    """What a code list says of itself; `submitter` is the short name of the office that keeps it."""

    name: str
    zh: str
    en: str = ""
    standard: str = ""
    edition: str
    source: str
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor_list: str = ""
    submitter: str


class CodeListCard(CodeListForm):
    """One version of a code list of this hub. `status`: draft, qualified, standard, superseded or retired; `size` counts its codes."""

    version: str
    status: str
    size: int
    case: str = ""
    proposed_by: str = ""
    registered_at: datetime | None = None
    replaced_by: str = ""
    reason: str = ""


class CodeChange(_Card):
    """What a new version does to one code: added, dropped, ended, renamed or changed (another parent, other days, other successors)."""

    kind: Literal["added", "dropped", "ended", "renamed", "changed"]
    code: str
    before: str
    after: str
    successors: tuple[str, ...]


class ListChange(_Card):
    """What a version of a list changes against the one in force, and what uses the list."""

    name: str
    version: str
    against: str
    changes: tuple[CodeChange, ...]
    impact: Impact | None

    @property
    def told(self) -> tuple[str, str]:
        """In one sentence, in Chinese and English."""
        counts = {kind: sum(each.kind == kind for each in self.changes) for kind in ("added", "dropped", "ended", "renamed", "changed")}
        zh = "，".join(f"{word} {counts[kind]}" for kind, word in _CHANGES.items() if counts[kind]) or "没有变化"
        en = ", ".join(f"{counts[kind]} {kind}" for kind in _CHANGES if counts[kind]) or "no change"
        if self.impact is None:
            return f"{zh}。", f"{en}."
        used = self.impact.counts
        columns = used.items + used.register_columns + used.database_columns
        zh += f"；涉及数据元 {len(self.impact.elements)} 个、字段 {columns} 个、契约规则 {len(self.impact.rules)} 条、部门 {used.departments} 个。"
        en += f"; touches {len(self.impact.elements)} elements, {columns} columns, {len(self.impact.rules)} rules, {used.departments} departments."
        return zh, en


_CHANGES = {"added": "新增", "dropped": "删除", "ended": "停用", "renamed": "改名", "changed": "变更"}


class Examined(_Card):
    """What an element that is being written is worth now: the state it would reach, what to mend, and which elements it is alike."""

    status: str
    faults: tuple[tuple[str, str], ...]
    alike: tuple[tuple[str, str, str], ...]


class MeasuredOnce(_Card):
    """What one counting came to; `faults` are values by the kind of what they break."""

    measured_at: datetime
    columns: int
    mapped: int
    filled: int
    conforming: int
    faults: dict[str, int] = {}

    @property
    def share(self) -> float | None:
        """Values that fit by values counted."""
        return self.conforming / self.filled if self.filled else None
