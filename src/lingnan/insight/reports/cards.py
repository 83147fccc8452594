"""Reports as pages and files show them: every item with its answer, then the tables' versions, the methods and the law."""

from datetime import date, datetime
from urllib.parse import urlencode

from lingnan.insight.dashboards.cards import BoardCell, MethodLine, PanelCard, PanelColumn
from lingnan.insight.reports.spec import ReportAudience
from lingnan.insight.shapes import Card, Origin, Words


class ReportTable(Card):
    """The rows of a query; `facts` shows the first as names and values, `said` stands in their place, `cut` tells of more than are shown."""

    title: Words
    facts: bool = False
    columns: tuple[PanelColumn, ...] = ()
    rows: tuple[tuple[BoardCell | float, ...], ...] = ()
    said: Words | None = None
    cut: bool = False
    unproofed: tuple[str, ...] = ()


class ReportItem(Card):
    """One item: a paragraph, a panel of a board, or a table."""

    words: Words | None = None
    panel: PanelCard | None = None
    table: ReportTable | None = None


class ReportSection(Card):
    """Items that are read together."""

    title: Words
    items: tuple[ReportItem, ...]


class ReportParameter(Card):
    """A parameter with what was chosen; `shown` is what the value is called, `options` are values with their names."""

    id: str
    title: Words
    type: str
    required: bool
    chosen: str = ""
    shown: Words | None = None
    options: tuple[tuple[str, Words], ...] = ()


class SourceLine(Card):
    """A table the report was counted from: its version, when it was made, whether its rows are real."""

    table: str
    title: Words
    version: int | None
    made_at: datetime | None
    origin: Origin


class LawLine(Card):
    """A figure in force on the report's day with its law."""

    name: str
    title: Words
    value: str
    reference: str
    proofed: bool


class ReportSheet(Card):
    """A report as one reader sees it; `faulty` says which parameter is wanted, and then there are no sections. `day` is None for the newest."""

    key: str
    title: Words
    description: Words | None
    owner: Words
    audience: ReportAudience
    as_of: datetime
    day: date | None
    asked: tuple[tuple[str, str], ...] = ()
    needs_purpose: bool = False
    purposes: tuple[tuple[str, Words], ...] = ()
    parameters: tuple[ReportParameter, ...] = ()
    faulty: Words | None = None
    sections: tuple[ReportSection, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    methods: tuple[MethodLine, ...] = ()
    laws: tuple[LawLine, ...] = ()
    references: tuple[str, ...] = ()
    unproofed: tuple[str, ...] = ()
    closing: Words | None = None

    @property
    def query(self) -> str:
        """Its parameters and its day as an address has them."""
        return urlencode([*self.asked, *([("as_of", self.day.isoformat())] if self.day else [])])

    @property
    def made(self) -> bool:
        """Whether rows behind it were made up for a demonstration."""
        return any(each.origin == "made" for each in self.sources)


class ReportLine(Card):
    """A report in the list."""

    key: str
    title: Words
    description: Words | None
    owner: Words
    audience: ReportAudience


class ReportList(Card):
    """The reports that a reader may see."""

    items: tuple[ReportLine, ...]
