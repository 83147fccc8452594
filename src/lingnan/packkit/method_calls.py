"""Shared methods inside a statement: `methods.wilson_low(hits, trials)` stands for the method's own SQL, one definition for Python and SQL."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from lingnan.base import BadInput
from lingnan.jobs import code_digest

AREA = "methods"
SCALARS = {"wilson_low": 2}
"""Methods that have a form in SQL over expressions, by how many they take: Wilson's lower bound (95 %) of hits among trials."""


def with_methods(text: str, file: str) -> str:
    """The text with every method call written out, inner ones first; BadInput names a method that is not there or takes other arguments."""
    while (call := _first_call(text, file)) is not None:
        begins, ends, name, arguments = call
        text = f"{text[:begins]}({_sql(name, arguments)}){text[ends:]}"
    return text


def methods_digest(text: str) -> str:
    """What changes when the SQL of methods does; empty for a text that calls none."""
    return code_digest("lingnan.methods.intervals", "lingnan.packkit.method_calls") if f"{AREA}." in text else ""


def _sql(name: str, arguments: list[str]) -> str:
    from lingnan import methods  # few statements use one

    written: str = getattr(methods, f"{name}_sql")(*(f"({argument})" for argument in arguments))
    return written


def _first_call(text: str, file: str) -> tuple[int, int, str, list[str]] | None:
    """The last call in the text, which holds no other: where it begins and ends, the method, its arguments."""
    if f"{AREA}." not in text:
        return None
    tokens = _tokens(text)
    starts = [
        at for at in range(len(tokens) - 3)
        if tokens[at].text == AREA and [tokens[at + 1].text, tokens[at + 3].text] == [".", "("] and tokens[at].token_type.name == "VAR"
    ]
    if not starts:
        return None
    at = starts[-1]
    name = tokens[at + 2].text
    cuts = list(_cuts(tokens, at + 3))
    arguments = [text[left.end + 1:right.start].strip() for left, right in pairwise(cuts)]
    if name not in SCALARS or len(arguments) != SCALARS[name] or not all(arguments):
        known = ", ".join(f"{AREA}.{each}" for each in SCALARS)
        raise BadInput(
            f"{file}：没有这样的方法 {AREA}.{name}（{len(arguments)} 个参数）。可用：{known}。",
            f"{file}: there is no method {AREA}.{name} of {len(arguments)} arguments. There is: {known}.", file=file,
        )
    return tokens[at].start, cuts[-1].end + 1, name, arguments


def _cuts(tokens: Any, opening: int) -> Iterator[Any]:
    """The opening bracket, the commas between arguments, the closing bracket."""
    depth = 0
    for token in tokens[opening:]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text in ("(", ",") and depth == 1 and (token.text == "," or token is tokens[opening]):
            yield token
        if depth == 0:
            yield token
            return


def _tokens(text: str) -> Any:
    from sqlglot import tokenize  # opened when a pack's SQL is read: few commands do
    from sqlglot.errors import SqlglotError

    try:
        return tokenize(text, read="duckdb")
    except SqlglotError:
        return []  # whoever parses the text says why
