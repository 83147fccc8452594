"""Texts as the embedded engine treats them: composed, trimmed, in capitals, of moments; digests, and rows numbered in any order."""

from functools import cache

import duckdb
from sqlglot import exp

_BLANKS = " \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Every separator of Unicode's category Zs, which is what the embedded engine trims."""
_COMPOSING = ("com.ibm.icu.text.Normalizer", "compose")
"""Unicode's composition, in the library that comes with Spark; Spark itself has no word for it."""


def texts(tree: exp.Expression) -> exp.Expression:
    """What the words for texts mean on the embedded engine."""
    if isinstance(tree, exp.Trim) and tree.expression is None:
        return exp.Trim(this=tree.this, expression=exp.Literal.string(_BLANKS), position=tree.args.get("position") or "BOTH")
    if isinstance(tree, exp.Upper | exp.Lower):
        # Each character has one capital: Spark would write SS for a sharp s, and a last sigma unlike the others.
        before, after = (exp.Literal.string(letters) for letters in _cases("upper" if isinstance(tree, exp.Upper) else "lower"))
        return exp.Anonymous(this="translate", expressions=[tree.this, before, after])
    if isinstance(tree, exp.Anonymous) and tree.name.lower() == "nfc_normalize":
        return _composed(tree.expressions[0])
    if isinstance(tree, exp.Anonymous) and tree.name.lower() == "hash":
        return exp.Anonymous(this="xxhash64", expressions=tree.expressions)
    return tree


def moments_told(tree: exp.Expression) -> exp.Expression:
    """A moment becomes text with its zone where the statement says that it is one: `cast(cast(x as timestamptz) as varchar)`."""
    inner = tree.this if isinstance(tree, exp.Cast) and tree.to.is_type("varchar", "text") else None
    if not (isinstance(inner, exp.Cast) and inner.to.is_type("timestamptz")):
        return tree
    zone = exp.Anonymous(this="date_format", expressions=[inner.copy(), exp.Literal.string("xxxxx")])
    short = exp.Anonymous(this="regexp_replace", expressions=[zone, exp.Literal.string(r":00\z"), exp.Literal.string("")])
    return exp.Anonymous(this="concat", expressions=[tree.copy(), short])


def numbering(tree: exp.Expression) -> exp.Expression:
    """Rows are numbered in some order, and Spark wants it named."""
    if isinstance(tree, exp.Window) and isinstance(tree.this, exp.RowNumber) and not tree.args.get("order"):
        order = exp.Ordered(this=exp.Anonymous(this="monotonically_increasing_id"), nulls_first=True)
        tree.set("order", exp.Order(expressions=[order]))
    return tree


def _composed(text: exp.Expression) -> exp.Expression:
    told = [exp.Literal.string(word) for word in _COMPOSING]
    composed = exp.Anonymous(this="java_method", expressions=[*told, text, exp.false()])
    return exp.Case(ifs=[exp.If(this=exp.Not(this=exp.Is(this=exp.paren(text.copy()), expression=exp.null())), true=composed)])


@cache
def _cases(word: str) -> tuple[str, str]:
    """The characters that the embedded engine's `upper` or `lower` changes, and what it makes of them."""
    points = "(select i from range(1, 55296) as below(i) union all select i from range(57344, 1114112) as above(i))"  # between lie surrogates
    found = duckdb.sql(
        f"select c, {word}(c) from (select chr(cast(i as integer)) as c from {points} as points) as characters where {word}(c) <> c order by c"
    ).fetchall()
    return "".join(row[0] for row in found), "".join(row[1] for row in found)
