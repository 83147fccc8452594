"""A board bound to what it stands on: who answers for it, what its columns mean, its parameters, and what nobody has proofread."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from lingnan.insight.dashboards.spec import Board
from lingnan.insight.shapes import Words


@dataclass(frozen=True)
class ColumnNote:
    """What a contract says of a column: its title, unit, how it is worked out, by which edition of which standard, its code list."""

    title: Words
    unit: Words | None = None
    method: Words | None = None
    standard: str = ""
    codes: str = ""


@dataclass(frozen=True)
class Threshold:
    """A named parameter's value in force today, with the text it comes from; not `proofed` while nobody compared it with the original."""

    value: Decimal
    reference: str
    proofed: bool


def _no_note(_table: str, _column: str) -> ColumnNote | None:
    return None


def _no_threshold(_name: str) -> Threshold | None:
    return None


def _no_words(_codes: str, _code: str) -> Words | None:
    return None


def _nothing_unproofed(_table: str) -> tuple[str, ...]:
    return ()


def _no_models(_table: str) -> tuple[tuple[str, Words], ...]:
    return ()


@dataclass(frozen=True)
class BoundBoard:
    """A board with its key in the address, its owner's name, and what the owner knows: `note` of a table's column (None: nothing more than
    the catalogue knows), `threshold` of a parameter, the names of the parameters behind a table that are `unproofed`, `words` of a code in
    a list of the owner's own, the `models` that learn behind a table by the key of their card."""

    key: str
    board: Board
    owner: Words
    note: Callable[[str, str], ColumnNote | None] = _no_note
    threshold: Callable[[str], Threshold | None] = _no_threshold
    unproofed: Callable[[str], tuple[str, ...]] = _nothing_unproofed
    words: Callable[[str, str], Words | None] = _no_words
    models: Callable[[str], tuple[tuple[str, Words], ...]] = _no_models
