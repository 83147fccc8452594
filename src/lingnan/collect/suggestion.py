"""Suggests a data element for columns whose header is no element's name, from what the header is like and what the values fit."""

import pyarrow as pa

from lingnan.collect import cells
from lingnan.collect.shapes import Column
from lingnan.lake import profile_rows

SAMPLE_ROWS = 10_000
CONFIDENT = 0.6
"""A weaker guess is kept back: an element brings rules of its own."""


def with_elements(columns: list[Column], sample: pa.Table | None) -> list[Column]:
    """The columns with the best guess for those that have none; the same file gives the same guesses.

    Profiler and index of names are opened here and not before: where every header names an element, neither is needed.
    """
    unknown = [column for column in columns if not column.suggested_element]
    if not unknown:
        return columns
    shares = _shares(unknown, sample)
    return [column if column.suggested_element else column.model_copy(update=_guess(column, shares.get(column.name, {}))) for column in columns]


def _guess(column: Column, shares: dict[str, float]) -> dict[str, str]:
    from lingnan.standards import suggest_elements

    found = suggest_elements(cells.split_unit(column.source)[0], "", shares)
    return {"suggested_element": found[0].element if found and found[0].score >= CONFIDENT else ""}


def _shares(columns: list[Column], sample: pa.Table | None) -> dict[str, dict[str, float]]:
    if sample is None or not sample.num_rows:
        return {}
    names = [column.name for column in columns if not pa.types.is_nested(sample.schema.field(column.name).type)]
    return {each.name: dict(each.shares) for each in profile_rows(sample.select(names), sample=SAMPLE_ROWS)} if names else {}
