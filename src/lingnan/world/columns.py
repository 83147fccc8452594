"""Columns of text made from columns of numbers, as Arrow arrays."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lingnan.world.draws import Array

Text = Any  # pa.StringArray; pyarrow publishes no complete types
FIRST_DAY = date(1880, 1, 1)
EPOCH = date(1970, 1, 1)
_DAYS = 75_000
_OFFSET = (EPOCH - FIRST_DAY).days


def day(when: date) -> int:
    """Days since 1970-01-01."""
    return (when - EPOCH).days


def take(values: Sequence[str | None] | Text, positions: Array) -> Text:
    """The values at these positions; a negative position gives null."""
    array = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    where = np.asarray(positions)
    if where.size and int(where.min()) < 0:
        return array.take(pa.array(where, mask=where < 0))
    return array.take(pa.array(where))


def join(*parts: Text | str, separator: str = "") -> Text:
    """The parts of each row one after another; a null part leaves the row without it."""
    return pc.binary_join_element_wise(*parts, separator, null_handling="skip")


def constant(value: str | None, size: int) -> Text:
    """The same text in every row."""
    return pa.array([value], pa.string()).take(pa.array(np.zeros(size, dtype=np.int8)))


def digits(numbers: Array, width: int) -> Text:
    """Whole numbers with leading zeros to `width` characters."""
    return _fixed(digit_matrix(numbers, width) + ord("0"))


def digit_matrix(numbers: Array, width: int) -> Array:
    """The decimal digits of each number, most significant first, one row each."""
    rest = np.asarray(numbers, dtype=np.int64)
    matrix = np.empty((len(rest), width), dtype=np.uint8)
    for place in range(width - 1, -1, -1):
        rest, matrix[:, place] = np.divmod(rest, 10)
    return matrix


def letters(matrix: Array, alphabet: str) -> Text:
    """Rows of positions in an ASCII alphabet as text."""
    return _fixed(np.frombuffer(alphabet.encode(), dtype=np.uint8)[matrix])


def _fixed(matrix: Array) -> Text:
    rows, width = matrix.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    content = np.ascontiguousarray(matrix, dtype=np.uint8)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(content))


def numbers(values: Array) -> Text:
    """Whole numbers as plain text."""
    return pa.array(np.asarray(values, dtype=np.int64)).cast(pa.string())


def money(values: Array) -> Text:
    """Whole cents as yuan with two decimals."""
    cents = np.asarray(values, dtype=np.int64)
    return join(numbers(cents // 100), ".", digits(cents % 100, 2))


@cache
def _calendar(shape: str) -> Text:
    days = np.datetime_as_string(np.datetime64(FIRST_DAY) + np.arange(_DAYS))
    iso = pa.array(days.tolist(), pa.string())
    return {"iso": iso, "compact": pc.replace_substring(iso, "-", "")}[shape]


def dates(days: Array, shape: str = "iso") -> Text:
    """Days since 1970 as `2026-01-02` (iso) or `20260102` (compact); NEVER gives null."""
    where = np.asarray(days, dtype=np.int64)
    return take(_calendar(shape), np.where(where <= NEVER, -1, where + _OFFSET))


NEVER = -(10**6)
"""The day of what has not happened."""


def years(days: Array) -> Array:
    """The calendar year of each day."""
    return np.asarray(days, dtype="datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def compact_date(days: Array) -> Array:
    """Each day as the number yyyymmdd."""
    moments = np.asarray(days, dtype="datetime64[D]")
    months = moments.astype("datetime64[M]")
    year, month = np.divmod(months.astype(np.int64), 12)
    return np.asarray((year + 1970) * 10_000 + (month + 1) * 100 + (moments - months).astype(np.int64) + 1)


def iso_day(days: int) -> str:
    """One day as ISO text."""
    return (EPOCH + timedelta(days=days)).isoformat()


def choose(condition: Array, yes: Text, no: Text) -> Text:
    """Row by row the one or the other."""
    return pc.if_else(pa.array(condition), yes, no)


def flat(column: Text) -> Text:
    """The column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
