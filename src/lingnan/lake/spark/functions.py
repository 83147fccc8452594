"""Functions the embedded engine has and Spark has not, in Python over Arrow; laid into a session when a statement first names one."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pyarrow as pa


def text_of_double(numbers: pa.Array) -> pa.Array:
    """A floating number in the fewest digits that lead back to it, as the embedded engine writes it."""
    return pa.array([None if number is None else repr(number) for number in numbers.to_pylist()], pa.string())


FUNCTIONS: dict[str, tuple[Callable[..., pa.Array], str]] = {
    "text_of_double": (text_of_double, "string"),
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
