"""Where the value of an expression comes from."""

from collections.abc import Callable

from sqlglot import exp

from lingnan.govern.lineage.shapes import NOWHERE, Origin, Relation, Scope, together

Resolve = Callable[[exp.Expr, Scope], Relation]
"""Gives the columns of a query that stands within an expression."""


def origin_of(given: exp.Expr, scope: Scope, resolve: Resolve, hidden: frozenset[str] = frozenset()) -> Origin:
    """The columns that the value depends on, conditions, windows and filters included; `hidden` are parameters of lambdas around it."""
    match given:
        case exp.Alias() | exp.Paren() | exp.PropertyEQ():
            value = given.expression if isinstance(given, exp.PropertyEQ) else given.this
            return origin_of(value, scope, resolve, hidden)
        case exp.Column():
            return _column(given, scope, hidden)
        case exp.Struct():
            fields = {_key(each): origin_of(each, scope, resolve, hidden) for each in given.expressions}
            return Origin(together(fields.values()).columns, fields)
        case exp.Dot() | exp.StructExtract():
            return origin_of(given.this, scope, resolve, hidden).at(given.expression.name)
        case exp.Bracket() if len(given.expressions) == 1 and given.expressions[0].is_string:
            return origin_of(given.this, scope, resolve, hidden).at(given.expressions[0].name)
        case exp.Window():
            named = scope.windows.get(given.alias.lower(), NOWHERE)
            return together((_parts(given, scope, resolve, hidden), named))
        case exp.Exists():
            return _tested(given.this, scope, resolve)
        case exp.Query() | exp.Subquery():
            return together(origin for _name, origin in resolve(given, scope.within()).columns.values())
        case exp.Lambda():
            inside = hidden | {each.name.lower() for each in given.expressions}
            return origin_of(given.this, scope, resolve, inside)
        case exp.Identifier() | exp.Literal() | exp.DataType() | exp.Star():
            return NOWHERE
        case _:
            return _parts(given, scope, resolve, hidden)


def _parts(given: exp.Expr, scope: Scope, resolve: Resolve, hidden: frozenset[str]) -> Origin:
    return together(origin_of(each, scope, resolve, hidden) for each in given.iter_expressions())


def _column(given: exp.Column, scope: Scope, hidden: frozenset[str]) -> Origin:
    if isinstance(given.this, exp.Star) or (not given.table and given.name.lower() in hidden) or given.table.lower() in hidden:
        return NOWHERE
    parts = [given.args.get(part) for part in ("catalog", "db", "table")]
    return scope.find(*(part.name for part in parts if part is not None), given.name)


def _key(each: exp.Expr) -> str:
    return each.this.name.lower() if isinstance(each, exp.PropertyEQ) else each.alias_or_name.lower()


def _tested(query: exp.Expr, scope: Scope, resolve: Resolve) -> Origin:
    """Whether there is a row: what its condition looks at, here and around."""
    inside = scope.within()
    resolve(query, inside)
    where = query.args.get("where") if isinstance(query, exp.Select) else None
    return origin_of(where.this, inside, resolve) if where is not None else NOWHERE
