"""Makes a feed's rows as wrong as life makes them, at fixed rates, and writes down every change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lingnan.world.columns import Text, constant, join
from lingnan.world.draws import Array, Draws, share

Expected = Literal["quarantine", "repair", "none"]
DIRT = pa.schema(
    [
        ("feed", pa.string()), ("key", pa.string()), ("column", pa.string()), ("kind", pa.string()), ("true_value", pa.string()),
        ("delivered_value", pa.string()), ("visible_to_rule", pa.bool_()), ("expected", pa.string()),
    ]
)


@dataclass
class Rows:
    """A block of a feed: columns of text as the department's system holds them, and who each row is about.

    `true` has the right value in canonical text (ISO dates, codes, yuan) where a column's usual shape differs from it;
    `aux` has what changes need besides. `person` and `firm` are positions, -1 where a row is about neither.
    """

    feed: str
    key: tuple[str, ...]
    columns: dict[str, Text]
    person: Array | None = None
    firm: Array | None = None
    true: dict[str, Text] = field(default_factory=dict)
    aux: dict[str, Text] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def keys(self) -> Text:
        """The key of each row as one text, parts joined with |."""
        return join(*(self.columns[name] for name in self.key), separator="|")

    def take(self, positions: Array) -> "Rows":
        """The rows at these positions."""
        where = pa.array(positions)

        def picked(columns: dict[str, Text]) -> dict[str, Text]:
            return {name: column.take(where) for name, column in columns.items()}

        person = None if self.person is None else self.person[positions]
        firm = None if self.firm is None else self.firm[positions]
        return Rows(self.feed, self.key, picked(self.columns), person, firm, picked(self.true), picked(self.aux))


@dataclass(frozen=True)
class Spot:
    """What a change sees: the usual values of one column, the rows they stand in, and a source of draws."""

    values: list[str]
    rows: Rows
    positions: Array
    draws: Draws

    def aux(self, name: str) -> list[str | None]:
        """Another value kept for these rows."""
        values: list[str | None] = self.rows.aux[name].take(pa.array(self.positions)).to_pylist()
        return values


Change = Callable[[Spot], Sequence[str | None]]


@dataclass(frozen=True)
class Stain:
    """One kind of dirt: the column it falls on, how often, what it does and what governance should do about it."""

    kind: str
    column: str
    rate: float
    change: Change
    expected: Expected
    visible: bool = True
    needs: Callable[[Rows], Array] | None = None
    also: dict[str, Change] = field(default_factory=dict)


@dataclass
class Soiled:
    """The rows as handed over, and the dirt in them."""

    rows: Rows
    dirt: pa.Table


def soil(rows: Rows, stains: Sequence[Stain], duplicates: float, draws: Draws) -> Soiled:
    """Applies each stain to rows of its own (no row bears two), then repeats some clean rows at the end."""
    keys = rows.keys()
    order = draws.permutation(len(rows))
    free = np.ones(len(rows), dtype=bool)
    marks: dict[str, list[tuple[Array, list[str | None]]]] = {}
    notes: list[pa.Table] = []
    for stain in stains:
        chosen = _choose(rows, stain, order, free, draws)
        for column, change in {stain.column: stain.change, **stain.also}.items():
            _apply(rows, stain, column, change, chosen, draws, keys, marks, notes)
    for column, changes in marks.items():
        rows.columns[column] = _replaced(rows.columns[column], changes)
    copies = order[free[order]][: share(draws, duplicates, len(rows))]
    notes.append(_note(rows.feed, keys.take(pa.array(copies)), "", "duplicate", [None] * len(copies), [None] * len(copies), True, "quarantine"))
    kept = rows if not len(copies) else rows.take(np.concatenate([np.arange(len(rows)), np.sort(copies)]))
    return Soiled(kept, pa.concat_tables(notes))


def _choose(rows: Rows, stain: Stain, order: Array, free: Array, draws: Draws) -> Array:
    able = free if stain.needs is None else free & stain.needs(rows)
    able = able & np.asarray(pc.is_valid(rows.columns[stain.column]))
    chosen = order[able[order]][: share(draws, stain.rate, len(rows))]
    free[chosen] = False
    return np.asarray(chosen)


def _apply(
    rows: Rows, stain: Stain, column: str, change: Change, chosen: Array, draws: Draws, keys: Text,
    marks: dict[str, list[tuple[Array, list[str | None]]]], notes: list[pa.Table],
) -> None:
    at = pa.array(chosen)
    usual = rows.columns[column].take(at).to_pylist()
    right = (rows.true[column] if column in rows.true else rows.columns[column]).take(at).to_pylist()
    given = list(change(Spot(usual, rows, chosen, draws)))
    differs = np.array([a != b for a, b in zip(usual, given, strict=True)], dtype=bool)
    if differs.any():
        marks.setdefault(column, []).append((chosen[differs], [value for value, new in zip(given, differs, strict=True) if new]))
        note = _note(rows.feed, keys.take(at), column, stain.kind, right, given, stain.visible, stain.expected)
        notes.append(note.filter(pa.array(differs)))


def _replaced(column: Text, changes: list[tuple[Array, list[str | None]]]) -> Text:
    positions = np.concatenate([where for where, _ in changes])
    values = pa.array([value for _, given in changes for value in given], pa.string())
    mask = np.zeros(len(column), dtype=bool)
    mask[positions] = True
    return pc.replace_with_mask(column, pa.array(mask), values.take(pa.array(np.argsort(positions, kind="stable"))))


def _note(
    feed: str, keys: Text, column: str, kind: str, right: list[str | None], given: list[str | None], visible: bool, expected: str
) -> pa.Table:
    size = len(keys)
    columns = [
        constant(feed, size), keys, constant(column, size), constant(kind, size), pa.array(right, pa.string()), pa.array(given, pa.string()),
        pa.array([visible] * size, pa.bool_()), constant(expected, size),
    ]
    return pa.table(columns, schema=DIRT)


def known(feed: str, rows: Rows, where: Array, column: str, kind: str) -> pa.Table:
    """Hardness that is no error (twins, changed names): noted, never to be quarantined or repaired."""
    at = pa.array(np.flatnonzero(where))
    values = rows.columns[column].take(at).to_pylist()
    return _note(feed, rows.keys().take(at), column, kind, values, values, False, "none")
