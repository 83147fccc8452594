"""Measures of likeness in characters, where the engine's own count bytes; laid into a connection when a statement first names one."""

from typing import TYPE_CHECKING

from lingnan.lake import likeness
from lingnan.lake.names import literal

if TYPE_CHECKING:
    import duckdb

_MEASURES = {"levenshtein": "BIGINT", "damerau_levenshtein": "BIGINT", "jaro_winkler_similarity": "DOUBLE"}
_SINGLE = "".join(map(chr, range(1, 128)))
"""Characters of one byte: what both texts hold is written in these, so that bytes are characters."""


def names_likeness(sql: str) -> bool:
    """Whether a statement measures likeness."""
    return "levenshtein" in sql or "jaro_winkler" in sql


def lay_likeness(connection: "duckdb.DuckDBPyConnection") -> None:
    """Let the engine's own names mean the measures in characters; two texts too long for the letters there are go through Python."""
    for name, kind in _MEASURES.items():
        long = f"{name}_of_long"
        connection.create_function(long, getattr(likeness, name), ["VARCHAR", "VARCHAR"], kind)
        connection.execute(f"create or replace temp macro {name}(one, other) as {_in_characters(name, long)}")


def _in_characters(name: str, long: str) -> str:
    own, letters = f"system.main.{name}", literal(_SINGLE)
    one, other = (f"translate({each}, concat(one, other), {letters})" for each in ("one", "other"))
    return (
        f"case when strlen(one) = length(one) and strlen(other) = length(other) then {own}(one, other) "
        f"when length(one) + length(other) <= {len(_SINGLE)} then {own}({one}, {other}) else {long}(one, other) end"
    )
