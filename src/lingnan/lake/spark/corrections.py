"""Corrections of one statement's tree, each for one thing that two engines mean differently by the same words."""

from collections.abc import Callable

from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types

from lingnan.lake.spark.characters import moments_told, numbering, texts
from lingnan.lake.spark.digits import digits, doubles, moments
from lingnan.lake.spark.patterns import PART, WHOLE, first_alone, java_pattern, java_replacement, java_whole

Correct = Callable[[exp.Expression], exp.Expression]


def tables(tree: exp.Expression) -> exp.Expression:
    """`area.table` is one view's name here; the table's own name stays what its columns are called by."""
    if isinstance(tree, exp.Table) and isinstance(tree.this, exp.Identifier) and tree.args.get("db"):
        area, name = tree.args["db"].name, tree.name
        alias = tree.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name, quoted=True))
        rest = {key: value for key, value in tree.args.items() if key not in ("this", "db", "catalog", "alias")}
        return exp.Table(this=exp.to_identifier(f"{area}.{name}", quoted=True), alias=alias, **rest)
    return tree


def parameters(tree: exp.Expression) -> exp.Expression:
    """`$name` is `:name`; a view's bound value is a parameter too."""
    if isinstance(tree, exp.Anonymous) and tree.name.lower() == "getvariable":
        return exp.Placeholder(this="bound_" + tree.expressions[0].name)
    if isinstance(tree, exp.Parameter):
        return exp.Placeholder(this=tree.name)
    return tree


def qualified(tree: exp.Expression) -> exp.Expression:
    """What `qualify` keeps is kept by a condition around the select; the columns stay as they are asked for."""
    if not isinstance(tree, exp.Select) or not tree.args.get("qualify"):
        return tree
    inner = tree.copy()
    condition = inner.args["qualify"].this
    later = {key: inner.args.pop(key).copy() for key in ("with_", "order", "limit", "offset") if inner.args.get(key)}
    inner.set("qualify", None)
    shown: exp.Expression = exp.Star()
    if condition.find(exp.Window):
        inner = inner.select(exp.alias_(exp.paren(condition), "_kept"), copy=False)
        shown, condition = exp.Star(except_=[exp.to_identifier("_kept")]), exp.column("_kept")
    outer = exp.select(shown).from_(inner.subquery("_qualified")).where(condition)
    for key, value in later.items():
        outer.set(key, value)
    return outer


def division(tree: exp.Expression) -> exp.Expression:
    """Division by nothing is null, not an error; `/` is of floating numbers, whatever it divides."""
    if isinstance(tree, exp.IntDiv | exp.Mod) and not _is_number(tree.expression):
        tree.set("expression", exp.Nullif(this=tree.expression.copy(), expression=exp.Literal.number(0)))
    if isinstance(tree, exp.Div):
        left = exp.cast(exp.paren(tree.this.copy(), copy=False), "double")
        right = tree.expression.copy()
        if not _is_number(right):
            right = exp.Nullif(this=right, expression=exp.Literal.number(0))
        return exp.Div(this=left, expression=right, typed=False, safe=True)
    return tree


def _is_number(tree: exp.Expression) -> bool:
    return isinstance(tree.unnest(), exp.Literal) and tree.unnest().name not in ("0", "0.0")


def patterns(tree: exp.Expression) -> exp.Expression:
    """Regular expressions of RE2 in Java's words; a full match is one of the whole text, and a bound pattern is turned when it is bound."""
    if isinstance(tree, exp.RegexpFullMatch | exp.SimilarTo):
        whole = _pattern(tree.expression, _options(tree), whole=True)
        return _call("regexp_like", tree.this, whole)
    if isinstance(tree, exp.RegexpLike):
        return _call("regexp_like", tree.this, _pattern(tree.expression, _options(tree)))
    if isinstance(tree, exp.RegexpExtract | exp.RegexpExtractAll):
        tree.set("expression", _pattern(tree.expression, ""))
    return tree


def replacements(tree: exp.Expression) -> exp.Expression:
    """Without the option g only the first find is replaced, where Spark replaces all."""
    if not isinstance(tree, exp.RegexpReplace) or not _is_text(tree.expression):
        return tree
    pattern, options, given = tree.expression.name, _options(tree), tree.args.get("replacement")
    if given is not None and not _is_text(given):
        return _call("regexp_replace", tree.this, _text(java_pattern(pattern, options)), given)
    words = given.name if given is not None else ""
    found, put = (java_pattern(pattern, options), java_replacement(words)) if "g" in options else first_alone(pattern, words, options)
    return _call("regexp_replace", tree.this, _text(found), _text(put))


def _options(tree: exp.Expression) -> str:
    given = tree.args.get("modifiers") or tree.args.get("options") or tree.args.get("flag")
    return str(given.name) if given is not None else ""


def _pattern(tree: exp.Expression, options: str, *, whole: bool = False) -> exp.Expression:
    if isinstance(tree, exp.Placeholder):
        return exp.Placeholder(this=tree.name + (WHOLE if whole else PART))
    if not _is_text(tree):
        return tree
    return _text(java_whole(tree.name, options) if whole else java_pattern(tree.name, options))


def aggregates(tree: exp.Expression) -> exp.Expression:
    """A list keeps its nulls and its order; the row of the greatest is looked for among rows that have something to tell."""
    if isinstance(tree, exp.ArgMax | exp.ArgMin) and not tree.args.get("count"):
        name = "max_by" if isinstance(tree, exp.ArgMax) else "min_by"
        silent = exp.Is(this=exp.paren(tree.this.copy()), expression=exp.null())
        return _call(name, tree.this, _call("if", silent, exp.null(), tree.expression.copy()))
    if isinstance(tree, exp.Filter) and isinstance(tree.this, exp.ArrayAgg):
        # What is done to the answer must go around the filter.
        return _list(tree.this, tree.expression)
    if isinstance(tree, exp.ArrayAgg) and not isinstance(tree.parent, exp.Filter):
        return _list(tree, None)
    return tree


def _list(tree: exp.ArrayAgg, kept: exp.Expression | None) -> exp.Expression:
    value, order = tree.this, None
    if isinstance(value, exp.Order):
        value, order = value.this, value
    distinct = isinstance(value, exp.Distinct)
    if distinct:
        value = value.expressions[0]
    keys = order.expressions if order is not None else []
    fields = [exp.alias_(key.this.copy(), f"k{n}") for n, key in enumerate(keys)] + [exp.alias_(value.copy(), "v")]
    gathered: exp.Expression = _call("collect_set" if distinct else "collect_list", _call("struct", *fields))
    if kept is not None:
        gathered = exp.Filter(this=gathered, expression=kept.copy())
    if keys:
        gathered = _call("array_sort", gathered, _comparison(keys))
    told = exp.Lambda(this=exp.column("v", table="e"), expressions=[exp.to_identifier("e")])
    return _call("nullif", _call("transform", gathered, told), _call("array"))


def _call(name: str, *given: exp.Expr) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(given))


def _comparison(keys: list[exp.Expression]) -> exp.Expression:
    """The order of two structs `l` and `r` by keys k0, k1, …; null is last unless said otherwise."""
    cases = exp.Case(default=exp.Literal.number(0))
    for number, key in enumerate(keys):
        left, right = exp.column(f"k{number}", table="l"), exp.column(f"k{number}", table="r")
        descending, first = bool(key.args.get("desc")), bool(key.args.get("nulls_first"))
        absent, less = ("-1", "1") if first else ("1", "-1"), ("1", "-1") if descending else ("-1", "1")
        for condition, answer in (
            (exp.and_(exp.Is(this=left.copy(), expression=exp.null()), exp.Not(this=exp.Is(this=right.copy(), expression=exp.null()))), absent[0]),
            (exp.and_(exp.Not(this=exp.Is(this=left.copy(), expression=exp.null())), exp.Is(this=right.copy(), expression=exp.null())), absent[1]),
            (exp.LT(this=left.copy(), expression=right.copy()), less[0]),
            (exp.GT(this=left.copy(), expression=right.copy()), less[1]),
        ):
            cases = cases.when(condition, answer)
    return exp.Lambda(this=cases, expressions=[exp.to_identifier("l"), exp.to_identifier("r")])


def elements(tree: exp.Expression) -> exp.Expression:
    """An element of a list is counted from 1 and null where there is none."""
    if isinstance(tree, exp.Bracket) and len(tree.expressions) == 1 and not isinstance(tree.expressions[0], exp.Slice):
        index = tree.expressions[0]
        if not _is_text(index):  # a field of a struct or the key of a map stays as it is
            # The parser counts from 0 inside where it knows that the index is a whole number, and leaves a column as it is written.
            counted = annotate_types(index.copy()).is_type(*exp.DataType.INTEGER_TYPES)
            more = exp.Add(this=index, expression=exp.Literal.number(1)) if counted else index
            written = exp.Literal.number(index.to_py() + 1) if index.is_int else more
            return _call("try_element_at", tree.this, written)
    return tree


def ranges(tree: exp.Expression) -> exp.Expression:
    """`range(n)` among tables has one column of that name."""
    if isinstance(tree, exp.Table) and isinstance(tree.this, exp.GenerateSeries):
        series, given = tree.this, tree.args.get("alias")
        start = series.args.get("start") or exp.Literal.number(0)
        end = series.args["end"]
        if not series.args.get("is_end_exclusive"):
            end = exp.Add(this=end, expression=exp.Literal.number(1))
        column = given.columns[0].name if given is not None and given.columns else (given.name if given is not None and given.name else "range")
        called = given.name if given is not None and given.name else "range"
        source = exp.Table(this=exp.Anonymous(this="range", expressions=[start, end, *([series.args["step"]] if series.args.get("step") else [])]))
        return exp.select(exp.alias_(exp.column("id"), column, quoted=True)).from_(source).subquery(called)
    return tree


def _is_text(tree: exp.Expression | None) -> bool:
    return isinstance(tree, exp.Literal) and tree.is_string


def _text(words: str) -> exp.Literal:
    return exp.Literal.string(words)


CORRECTIONS: tuple[Correct, ...] = (
    qualified, ranges, tables, parameters, division, patterns, replacements, aggregates, elements, digits, doubles, moments,
    texts, moments_told, numbering,
)
