"""Packs as pages show them: the index by rows of the plan, one pack whole, what its pages and queries show."""

from datetime import date

from pydantic import Field

from lingnan.insight.models import ModelTile
from lingnan.insight.rooms import Grid
from lingnan.insight.shapes import Card, Count, Words
from lingnan.insight.sheets import Lineage


class PackLine(Card):
    """A pack in the index; `stage` is the rung of the ladder it has climbed."""

    id: str
    title: Words
    description: Words
    stage: str
    href: str


class PlanRowLine(Card):
    """A row of the plan with the packs that answer it; `rooms` says that the hub itself does."""

    row: str
    title: Words
    packs: tuple[PackLine, ...]


class PackPart(Card):
    """Something a pack brings beside tables; no address where it is not for whoever looks."""

    name: str
    title: Words
    href: str = ""


class PackTile(Card):
    """A pack as a card of the index: the rows of the plan it answers, and the boards and pages that whoever looks may open."""

    line: PackLine
    rows: tuple[str, ...]
    ways: tuple[PackPart, ...]


class PackIndex(Card):
    """Every pack, then every row of the plan; `faulty` are packs that cannot be read, by name, for who tends data."""

    packs: tuple[PackTile, ...]
    items: tuple[PlanRowLine, ...]
    count: int
    covered: int
    faulty: tuple[str, ...] = ()


class PackTable(Card):
    """A table that a pack gives: what one row is, and figures behind it that nobody has compared with their original."""

    name: str
    title: Words
    says: Words
    rows: int
    unproofed: tuple[str, ...]
    href: str


class PackFigure(Card):
    """One edition of a figure with its law; a table of figures tells its rows, an abolished one has no value."""

    name: str
    title: Words
    unit: str
    begins: date
    value: str
    reference: str
    proofed: bool
    in_force: bool


class PackParts(Card):
    """The parts of one kind."""

    folder: str
    title: Words
    items: tuple[PackPart, ...]


class PackSheet(Card):
    """One pack whole; `lineage` is how its tables are made of each other and of others', `models` those that learn."""

    line: PackLine
    plan: tuple[Count, ...]
    owners: tuple[Words, ...]
    refresh: str
    origin: str
    tables: tuple[PackTable, ...]
    figures: tuple[PackFigure, ...]
    parts: tuple[PackParts, ...]
    needs: tuple[str, ...]
    lineage: Lineage
    cases: tuple[str, ...]
    models: tuple[ModelTile, ...] = ()


class AskedParameter(Card):
    """A parameter of a query, or a filter of a list, with what was typed; `words` is what choices are called."""

    name: str
    title: Words
    kind: str
    pattern: str = ""
    required: bool = False
    typed: str = ""
    choices: tuple[str, ...] = ()
    words: dict[str, Words] = Field(default_factory=dict)


class PackAsk(Card):
    """What may be asked about the rows of a grid: a row's address, or nothing where it is not offered."""

    title: Words
    hrefs: tuple[str, ...]


class PackAnswer(Card):
    """A page of rows of a query, a list or a search; `rows` is empty until what is required was given, `faulty` says what was not understood,
    `purposes` the codes of which one must be stated."""

    pack: PackLine
    name: str
    title: Words
    lead: Words | None = None
    parameters: tuple[AskedParameter, ...] = ()
    grid: Grid | None = None
    hrefs: tuple[str, ...] = ()
    asks: tuple[PackAsk, ...] = ()
    faulty: Words | None = None
    unproofed: tuple[str, ...] = ()
    needs_purpose: bool = False
    purposes: tuple[tuple[str, Words], ...] = ()
    next: str | None = None


class PackBeside(Card):
    """Rows that belong to a card, and what may be asked about them."""

    title: Words
    grid: Grid
    asks: tuple[PackAsk, ...] = ()


class PackCard(Card):
    """One row of a table whole, with what belongs to it, what may be asked about it, and reports on it."""

    pack: PackLine
    title: Words
    lead: Words | None = None
    fields: tuple[tuple[Words, Words | str], ...]
    beside: tuple[PackBeside, ...] = ()
    asks: tuple[tuple[Words, str], ...] = ()
    reports: tuple[tuple[Words, str], ...] = ()
    unproofed: tuple[str, ...] = ()


class PackQueryRows(Card):
    """What a program is answered: rows by column, the table's versions, the figures behind them not proofed yet, and the next page.

    Of many questions at once each row bears `asked`, the place of its question; `cut` are those with more rows than a page.
    """

    pack: str
    query: str
    rows: tuple[dict[str, str | int | float | bool | None], ...]
    versions: dict[str, int]
    decision: str
    unproofed: tuple[str, ...] = ()
    next: str | None = None
    cut: tuple[int, ...] = ()
