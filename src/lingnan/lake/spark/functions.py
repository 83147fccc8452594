"""Functions the embedded engine has and Spark has not, in Python over Arrow; laid into a session when a statement first names one."""

import re
from collections.abc import Callable
from functools import lru_cache
from math import copysign, isnan
from typing import Any

import pyarrow as pa

from lingnan.lake import likeness


def text_of_double(numbers: pa.Array) -> pa.Array:
    """A floating number in the fewest digits that lead back to it, as the embedded engine writes it."""
    written = (None if number is None else "-nan" if isnan(number) and copysign(1, number) < 0 else repr(number) for number in numbers.to_pylist())
    return pa.array(list(written), pa.string())


def damerau_levenshtein(one: pa.Array, other: pa.Array) -> pa.Array:
    """Steps between two texts, in characters; swapped neighbours are one."""
    return pa.array(_measured(likeness.damerau_levenshtein, one, other), pa.int64())


def jaro_winkler_similarity(one: pa.Array, other: pa.Array) -> pa.Array:
    """How alike two texts are, from 0 to 1, in characters."""
    return pa.array(_measured(likeness.jaro_winkler_similarity, one, other), pa.float64())


def _measured(measure: Callable[[str, str], float], one: pa.Array, other: pa.Array) -> list[float | None]:
    """Each different pair measured once: pairs of one block share their values."""
    once = lru_cache(maxsize=100_000)(measure)
    pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
    return [None if first is None or second is None else once(first, second) for first, second in pairs]


FUNCTIONS: dict[str, tuple[Callable[..., pa.Array], str]] = {
    "text_of_double": (text_of_double, "string"), "damerau_levenshtein": (damerau_levenshtein, "bigint"),
    "jarowinkler_similarity": (jaro_winkler_similarity, "double"),  # as SQLGlot writes it
}
"""Name → the function over columns and the type of what it gives."""

_NAMED = re.compile(r"\b(" + "|".join(FUNCTIONS) + r")\(", re.IGNORECASE)


def lay_functions(session: Any, text: str, laid: set[str]) -> None:
    """Make the functions that a statement names known to a session, each once; `laid` remembers which are."""
    for name in _named(text) - laid:
        from pyspark.sql.functions import arrow_udf  # type: ignore[attr-defined]

        function, kind = FUNCTIONS[name]
        session.udf.register(name, arrow_udf(function, kind))
        laid.add(name)


@lru_cache(maxsize=4096)
def _named(text: str) -> frozenset[str]:
    return frozenset(found.lower() for found in _NAMED.findall(text))
