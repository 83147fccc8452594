"""What a resource's table holds, as its page shows it: each column's counts with small charts, what it seems to be, what moved."""

from datetime import datetime
from decimal import Decimal

from lingnan.insight.shapes import Card, Words


class ProfileShare(Card):
    """A value, shape or find, and the share of the filled values that have it."""

    label: str
    title: Words
    share: Decimal | None


class ProfileGuess(Card):
    """A data element or code list that a column may be, where it is told of, and why."""

    title: Words
    href: str
    share: Decimal | None
    reasons: tuple[Words, ...] = ()


class ProfileDrift(Card):
    """What moved since the profile before; `marked` deserves a look before the data are used."""

    kind: str
    column: str
    before: str
    after: str
    marked: bool
    text: Words


class ProfileColumn(Card):
    """One column. `values` tells whether the reader may see values; shapes and shares are seen by all who see the page.

    `bins` are shares per mille of equal parts between least and greatest, empty for texts; `distinct_share` is of the filled values.
    """

    name: str
    title: Words
    kind: str
    filled: int
    empty: int
    filled_share: Decimal | None
    distinct: int
    distinct_share: Decimal | None
    shortest: int
    longest: int
    minimum: str
    maximum: str
    mean: str
    bins: tuple[int, ...]
    patterns: tuple[ProfileShare, ...]
    top: tuple[ProfileShare, ...]
    key: bool
    code_lists: tuple[ProfileGuess, ...]
    elements: tuple[ProfileGuess, ...]
    classification: str
    why: Words
    personal: tuple[ProfileShare, ...]
    free_text: bool
    values: bool
    drift: tuple[ProfileDrift, ...]


class TableProfileSheet(Card):
    """The profile of a resource's table, the last one made; no columns where there is none yet. `makes`: the reader may have it made anew."""

    code: str
    title: Words
    department: Words
    table: str
    made: bool
    at: datetime | None
    rows: int
    looked_at: int
    compared_with: datetime | None
    columns: tuple[ProfileColumn, ...]
    keys: tuple[tuple[str, ...], ...]
    drift: tuple[ProfileDrift, ...]
    personal: int
    makes: bool
