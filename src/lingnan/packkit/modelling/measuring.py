"""How a model did, fold by fold beside its baseline, and how far what it reads has moved: from the rows it made and those it read."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.methods import psi
from lingnan.packkit.shapes import Learned

TENTHS = 10
MOVED, WATCH = 0.25, 0.1
"""Stability index from which inputs have moved, and from which they are watched (the usual bounds of scorecards)."""
WORSE = 1.25
"""An error so many times that of the back-test it was approved on is told."""


Spreads = Mapping[str, Mapping[str, Sequence[float]]]


@dataclass(frozen=True)
class Fold:
    """A part of what was tried: the mean number of the model and of its baseline."""

    name: str
    rows: int
    error: float
    baseline_error: float


@dataclass(frozen=True)
class Looked:
    """What a fit read of one table: rows, and the days from which they come where its column of days is named."""

    rows: int
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Measured:
    """What one fit came to; `spreads` are bounds and counts of the tenths of each watched column, `measures` means of what else tells its quality.

    `lacking` says why nothing was learnt: the extra that was missing, or `data` where there was too little to learn from.
    """

    rows: int
    folds: tuple[Fold, ...]
    error: float | None
    baseline_error: float | None
    beats: bool
    spreads: Spreads
    drift: Mapping[str, float]
    read: Mapping[str, Looked] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)
    lacking: str = ""


def measured(learned: Learned, made: pa.Table, read: Mapping[str, pa.Table], before: Spreads, lacking: str = "") -> Measured:
    """The numbers of one fit; a model without any row that was tried beats nothing. `before` are the spreads it was approved on."""
    columns = (*learned.folds, learned.error, learned.baseline_error)
    parts: dict[str, list[tuple[float, float]]] = {}
    for row in made.select(columns).to_pylist():
        error, baseline = row[learned.error], row[learned.baseline_error]
        if error is not None and baseline is not None:
            parts.setdefault(" · ".join(str(row[each]) for each in learned.folds), []).append((float(error), float(baseline)))
    folds = tuple(
        Fold(name, len(pairs), sum(one for one, _other in pairs) / len(pairs), sum(other for _one, other in pairs) / len(pairs))
        for name, pairs in sorted(parts.items())
    )
    error = sum(each.error for each in folds) / len(folds) if folds else None
    baseline = sum(each.baseline_error for each in folds) / len(folds) if folds else None
    beats = error is not None and baseline is not None and (error < baseline if learned.better == "less" else error > baseline)
    values = {
        f"{table}.{column}": [float(each) for each in read[table].column(column).to_pylist() if each is not None]
        for table, watched in learned.watched.items() for column in watched if table in read
    }
    moved = {name: psi(before[name]["counts"], _counted(known, before[name]["bounds"])) for name, known in values.items() if name in before and known}
    spreads = {name: spread(known) for name, known in values.items() if known}
    means = {name: float(mean) for name in learned.measures if name in made.column_names and (mean := pc.mean(made.column(name)).as_py()) is not None}
    looked = {name: _looked(table, learned.period.get(name, "")) for name, table in read.items()}
    return Measured(made.num_rows, folds, error, baseline, beats, spreads, moved, looked, means, lacking)


def _looked(table: pa.Table, day: str) -> Looked:
    ends = pc.min_max(table.column(day)).as_py() if day in table.column_names else {"min": None, "max": None}
    return Looked(table.num_rows, *("" if ends[end] is None else str(ends[end]) for end in ("min", "max")))


def spread(values: Sequence[float]) -> dict[str, list[float]]:
    """The bounds of a column's tenths, and how many values lie in each."""
    known = sorted(values)
    bounds = sorted({known[len(known) * place // TENTHS] for place in range(1, TENTHS)})
    return {"bounds": bounds, "counts": _counted(known, bounds)}


def _counted(known: Sequence[float], bounds: Sequence[float]) -> list[float]:
    counts = [0.0] * (len(bounds) + 1)
    for value in known:
        counts[bisect_left(bounds, value)] += 1
    return counts
