"""The portable subset: what a statement written for the embedded engine must keep to, so that Spark gives the same answer."""

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp, parse

from lingnan.base import BadInput
from lingnan.lake.spark.patterns import java_pattern

KNOWN = frozenset({"hash", "nfc_normalize", "getvariable", "epoch_us", "damerau_levenshtein"})
"""Functions that SQLGlot has no name for, and that are said for Spark in `corrections`."""

_PATTERNED = (exp.RegexpLike, exp.RegexpFullMatch, exp.RegexpReplace, exp.RegexpExtract, exp.RegexpExtractAll)
_COMPARED = (exp.EQ, exp.NullSafeEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)
_CHOSEN = (exp.First, exp.Last, exp.AnyValue, exp.FirstValue, exp.LastValue)


def _unknown_function(part: exp.Expr) -> bool:
    return isinstance(part, exp.Anonymous) and part.name.lower() not in KNOWN


def _column_as_pattern(part: exp.Expr) -> bool:
    return isinstance(part, _PATTERNED) and not isinstance(part.expression, exp.Literal | exp.Placeholder | exp.Parameter)


def _refused_pattern(part: exp.Expr) -> bool:
    if not isinstance(part, _PATTERNED) or not isinstance(part.expression, exp.Literal):
        return False
    try:
        java_pattern(part.expression.name)
    except BadInput:
        return True
    return False


def _named_groups(part: exp.Expr) -> bool:
    return isinstance(part, exp.RegexpExtract) and isinstance(part.args.get("group"), exp.Array)


def _any_of_many(part: exp.Expr) -> bool:
    """The first of rows without an order; a window has one."""
    around = part.parent.parent if isinstance(part.parent, exp.IgnoreNulls | exp.RespectNulls) else part.parent
    return isinstance(part, _CHOSEN) and not isinstance(around, exp.Window) and not part.find(exp.Order)


def _unordered_list(part: exp.Expr) -> bool:
    return isinstance(part, exp.ArrayAgg | exp.GroupConcat) and not isinstance(part.parent, exp.Window) and part.find(exp.Order) is None


def _special_join(part: exp.Expr) -> bool:
    return isinstance(part, exp.Join) and str(part.args.get("method") or "").upper() in ("ASOF", "POSITIONAL")


def _joined_row_by_row(part: exp.Expr) -> bool:
    """An outer join one of whose conditions neither compares the two sides nor asks the joined one alone; tables of parameters are small."""
    on = part.args.get("on") if isinstance(part, exp.Join) and part.side in ("LEFT", "RIGHT", "FULL") else None
    if on is None or part.this.args.get("db") == exp.to_identifier("parameters"):
        return False
    joined = part.this.alias_or_name
    return any(not _hashed(each, joined) for each in (on.flatten() if isinstance(on, exp.And) else [on]))


def _hashed(condition: exp.Expr, joined: str) -> bool:
    condition = condition.unnest()
    asked = _tables(condition)
    if asked <= {joined} or "" in asked:  # a column without its table may be of either side
        return True
    sides = [_tables(side) for side in condition.iter_expressions()]
    return isinstance(condition, _COMPARED) and joined in asked and all(joined not in side or side == {joined} for side in sides)


def _tables(part: exp.Expr) -> set[str]:
    return {column.table for column in part.find_all(exp.Column)}


def _reshaped(part: exp.Expr) -> bool:
    return isinstance(part, exp.Pivot | exp.TableSample)


def _counted_interval(part: exp.Expr) -> bool:
    """A span of time whose length is no number in the text; `n * interval 1 month` is."""
    length = part.this if isinstance(part, exp.Interval) else None
    inner = length.this if isinstance(length, exp.Paren | exp.Neg) else length
    return inner is not None and not isinstance(inner, exp.Literal)


EXCLUDED: Mapping[str, tuple[Callable[[exp.Expr], bool], str]] = {
    "function": (_unknown_function, "Spark has no function of that name, or one that answers differently."),
    "pattern from a column": (_column_as_pattern, "A pattern is turned into Java's words before the statement runs: write it there, or bind it."),
    "pattern beyond RE2": (_refused_pattern, "The embedded engine refuses to look around and to refer back; Java would not."),
    "groups by name": (_named_groups, "Spark extracts one group at a time."),
    "any of many": (_any_of_many, "Which row comes first is chance, on one engine as well; take the least or the greatest by a whole order."),
    "list without order": (_unordered_list, "A list holds its rows in the order they were read, which no two runs share."),
    "join by nearness": (_special_join, "Spark knows no join by the nearest row or by position."),
    "span of a column's length": (_counted_interval, "Spark reads no length from a column or a bound value: write n * interval 1 month."),
    "outer join by more than comparing": (
        _joined_row_by_row,
        "The embedded engine then holds every row against every row: compare the two sides, and ask the rest of a side before it is joined.",
    ),
    "pivot or sample": (_reshaped, "Columns made of values, and rows drawn by chance, differ between engines."),
}
"""Construct → how it is recognised, and why it is outside."""


def outside(sql: str) -> list[tuple[str, str]]:
    """The excluded constructs that the text uses, each with the place it stands at; empty for a portable text."""
    return [found for tree in parse(sql, read="duckdb") if tree is not None for found in _found(tree)]


def _found(tree: exp.Expr) -> Iterator[tuple[str, str]]:
    for part in tree.walk():
        for name, (recognised, _reason) in EXCLUDED.items():
            if recognised(part):
                yield name, part.sql("duckdb")[:120]
