"""The review desk as its pages show it: the work list, a pair side by side with its evidence, a suspicious entry, the sample decided twice."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from lingnan.insight.shapes import Card, Words

ReviewAgreement = Literal["same", "different", "partly", "missing"]
"""Of the values of both sides in full, whatever of them is shown: equal, different, one of several equal, or one side says nothing."""


class ReviewQueue(Card):
    """One queue of a register's desk and how many items it has."""

    key: str
    count: int


class ReviewRegister(Card):
    """One register's desk: its queues, suspicious entries, and the share of pairs that are decided."""

    key: str
    title: Words
    queues: tuple[ReviewQueue, ...]
    suspects: int
    decided: Decimal | None

    def waiting(self) -> int:
        """How many pairs wait for the reader."""
        return sum(queue.count for queue in self.queues if queue.key != "done")


class ReviewDesk(Card):
    """All desks that the reader may work at."""

    items: tuple[ReviewRegister, ...]


class ReviewLine(Card):
    """One pair of the list. What the records say is on its own page; here is where they come from."""

    item: str
    left: Words
    right: Words
    probability: Decimal | None
    weight: Decimal | None
    known_from: datetime | None
    held: bool
    verdict: str = ""


class ReviewSuspect(Card):
    """One suspicious entry of the list."""

    item: str
    rows: int
    sources: int
    conflicts: int
    linked: int


class ReviewPast(Card):
    """An earlier decision; who made it is told only when it was the reader."""

    id: str
    verdict: str
    origin: str
    reason: str
    at: datetime
    own: bool
    taken_back: bool


class ReviewList(Card):
    """A page of one queue of one register; `suspects` in place of pairs when these are asked for."""

    desk: ReviewRegister
    queue: str
    table: str
    order: str
    tables: tuple[tuple[str, Words, int], ...]
    items: tuple[ReviewLine, ...]
    suspects: tuple[ReviewSuspect, ...]
    total: int
    next: str | None = None
    may_see_quality: bool = False
    last: ReviewPast | None = None


class ReviewPart(Card):
    """A piece of a value that is, or is not, the same on the other side."""

    text: str
    same: bool


class ReviewCell(Card):
    """What one side says of an attribute, in pieces; further values it also says; `masked` when it is not shown in full."""

    parts: tuple[ReviewPart, ...]
    also: tuple[str, ...] = ()
    masked: bool = False


class ReviewRow(Card):
    """One attribute across the sides."""

    name: str
    title: Words
    cells: tuple[ReviewCell, ...]
    agreement: ReviewAgreement


class ReviewOrigin(Card):
    """Where a side's row stands and since when."""

    source: Words
    key: str
    valid_from: date | None
    known_from: datetime | None
    joined_by: str


class ReviewHead(Card):
    """One side: an entry with its rows, or one delivered row; `href` leads to the entry, `reference` names what can be split off."""

    title: Words
    href: str
    reference: str
    origins: tuple[ReviewOrigin, ...]
    here: bool = True


class ReviewStep(Card):
    """One step of the evidence: how the two compare, its bits for (+) or against (−), and the sum so far; without bits where no model tells.

    `left` and `width` place its bar, per cent of the whole, so that it is drawn without a script.
    """

    title: Words
    level: Words
    bits: Decimal | None
    running: Decimal | None
    left: Decimal = Decimal(0)
    width: Decimal = Decimal(0)


class ReviewSheet(Card):
    """One item: a pair, or a suspicious entry with its rows side by side.

    `never_same` says that both carry right identifiers that differ; `open_tables` can be seen more fully for a stated purpose.
    """

    desk: ReviewRegister
    item: str
    kind: Literal["pair", "entry"]
    queue: str
    heads: tuple[ReviewHead, ...]
    rows: tuple[ReviewRow, ...]
    steps: tuple[ReviewStep, ...]
    zero: Decimal
    weight: Decimal | None
    probability: Decimal | None
    never_same: bool
    held: bool
    past: tuple[ReviewPast, ...]
    last: ReviewPast | None
    open_tables: tuple[tuple[str, Words], ...]
    decision: str


class ReviewDisagreement(Card):
    """A pair that two decided differently, and whether a third has settled it."""

    item: str
    first: str
    second: str
    settled: bool


class ReviewQuality(Card):
    """How far blind second decisions agree with the first: of the sample, never of a person."""

    desk: ReviewRegister
    share_drawn: Decimal
    waiting: int
    pairs: int
    agreed: int
    share: Decimal | None
    kappa: Decimal | None
    low: Decimal | None
    high: Decimal | None
    verdicts: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    disagreements: tuple[ReviewDisagreement, ...]
