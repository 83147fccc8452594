"""Which columns of which table a statement uses, and which of them each column of the result is computed from; read with sqlglot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from lingnan.lake.sandbox.shapes import TableUse

Columns = Mapping[str, Sequence[str]]
Sources = frozenset[tuple[str, str]]
MOST_STARS = 6
"""Stars of subqueries multiply: with more of them nobody asks what each column is computed from."""
_UNREADABLE = (SqlglotError, RecursionError, ValueError, KeyError, AttributeError, TypeError, NotImplementedError)


def table_uses(sql: str, tables: Columns) -> dict[str, TableUse] | None:
    """What a statement uses of each of these tables; None when both parsers do not see the same tables."""
    tree = _parsed(sql)
    seen = {_table_name(each) for each in tree.find_all(exp.Table) if each.args.get("db")} if tree else set()
    if tree is None or seen != set(tables):
        return None
    spread = {name: TableUse() for name in tables}
    try:
        for scope in traverse_scope(_qualified(tree.copy(), tables, expand=False)):
            _note(scope, tables, spread)
    except _UNREADABLE:
        named = frozenset(column.name.lower() for column in tree.find_all(exp.Column))
        return {name: _known(TableUse(every=_any_star(tree), possible=named), columns) for name, columns in tables.items()}
    return {name: _known(use, tables[name]) for name, use in spread.items()}


def result_sources(sql: str, tables: Columns) -> tuple[Sources, ...] | None:
    """For each column of the result the (table, column) pairs it is computed from, given the columns that are visible; None when not told."""
    tree = _parsed(sql)
    if tree is None or len(list(tree.find_all(exp.Star))) > MOST_STARS:
        return None
    try:
        scopes = traverse_scope(_qualified(tree, tables, expand=True))
        return tuple(_Sources(tables).of(scopes[-1])) if scopes else None
    except (*_UNREADABLE, IndexError):
        return None


def _parsed(sql: str) -> exp.Query | None:
    try:
        found = [each for each in parse(sql, read="duckdb") if each is not None and not isinstance(each, exp.Semicolon)]
    except _UNREADABLE:
        return None
    return found[0] if len(found) == 1 and isinstance(found[0], exp.Query) else None


def _qualified(tree: exp.Query, tables: Columns, *, expand: bool) -> exp.Query:
    schema: dict[str, object] = {}
    for area in {name.split(".")[0] for name in tables}:
        inside = {name.split(".")[1]: columns for name, columns in tables.items() if name.split(".")[0] == area}
        schema[area] = {table: {column.lower(): "VARCHAR" for column in columns} for table, columns in inside.items()}
    return qualify(
        tree, dialect="duckdb", schema=schema, expand_stars=expand, allow_partial_qualification=True, validate_qualify_columns=False,
        quote_identifiers=False, identify=False, expand_alias_refs=False,
    )


def _note(scope: Scope, tables: Columns, spread: dict[str, TableUse]) -> None:
    """Add what one scope uses."""
    for star in scope.expression.find_all(exp.Star, exp.Columns, exp.TableColumn):
        if star.find_ancestor(exp.Query) is scope.expression and not _counts_rows(star):
            _all_of(scope, _star_alias(star), spread)
    if any(join.args.get("method") == "NATURAL" for join in scope.expression.args.get("joins") or ()):
        _all_of(scope, "", spread)
    for column in (*scope.columns, *_in_having(scope)):
        if isinstance(column.this, exp.Star):
            continue
        if not column.table:
            _maybe(column.name.lower(), scope, tables, spread)
        else:
            _certain(column.table.lower(), column.name.lower(), scope, tables, spread)


def _in_having(scope: Scope) -> Iterator[exp.Column]:
    """The columns of HAVING, which the scope leaves out."""
    having = scope.expression.args.get("having")
    return (each for each in having.find_all(exp.Column) if each.find_ancestor(exp.Query) is scope.expression) if having else iter(())


def _star_alias(star: exp.Expression) -> str:
    """The relation a star or a whole row is asked of; empty for all."""
    if isinstance(star, exp.TableColumn):
        return str(star.name)
    return str(star.parent.table) if isinstance(star.parent, exp.Column) else ""


def _certain(alias: str, name: str, scope: Scope, tables: Columns, spread: dict[str, TableUse]) -> None:
    source = _source(scope, alias)
    if isinstance(source, exp.Table):
        table = _table_name(source)
        if table in spread and source.alias_column_names:
            # `area.table as t(a, b)` gives new names by position.
            spread[table] = replace(spread[table], every=True)
        elif table in spread:
            spread[table] = replace(spread[table], columns=spread[table].columns | {name})
    elif source is None:
        # `s.part` of a structure in column s looks like `table.column`.
        _maybe(alias, scope, tables, spread)
        _maybe(name, scope, tables, spread)


def _maybe(name: str, scope: Scope, tables: Columns, spread: dict[str, TableUse]) -> None:
    whole = _source(scope, name)
    if isinstance(whole, exp.Table) and _table_name(whole) in spread:
        _all_of(scope, name, spread)
    for table, columns in tables.items():
        if name in {column.lower() for column in columns}:
            spread[table] = replace(spread[table], possible=spread[table].possible | {name})


def _all_of(scope: Scope, alias: str, spread: dict[str, TableUse]) -> None:
    chosen = [_source(scope, alias.lower())] if alias else list(scope.sources.values())
    for source in chosen:
        if isinstance(source, exp.Table) and (table := _table_name(source)) in spread:
            spread[table] = replace(spread[table], every=True)


def _source(scope: Scope | None, alias: str) -> Any:
    """What an alias stands for here or in a query around."""
    while scope is not None:
        for name, source in scope.sources.items():
            if name.lower() == alias:
                return source
        scope = scope.parent
    return None


def _known(use: TableUse, columns: Sequence[str]) -> TableUse:
    """The use with the columns as the table writes them; one it does not have stays as it was asked for."""
    written = {column.lower(): column for column in columns}
    return TableUse(
        frozenset(written.get(name, name) for name in use.columns), use.every, frozenset(written[name] for name in use.possible if name in written)
    )


def _any_star(tree: exp.Query) -> bool:
    return any(not _counts_rows(star) for star in tree.find_all(exp.Star, exp.Columns, exp.TableColumn))


def _counts_rows(star: exp.Expression) -> bool:
    """Whether it is the star of count(*), which asks for no column."""
    return isinstance(star, exp.Star) and isinstance(star.parent, exp.Count)


def _table_name(table: exp.Table) -> str:
    return f"{table.db.lower()}.{table.name.lower()}" if table.db else ""


class _Sources:
    """The sources of each column that a scope gives, in order; of a set operation, of both sides. Each scope is looked at once."""

    def __init__(self, tables: Columns) -> None:
        self._tables = tables
        self._known: dict[int, list[Sources]] = {}

    def of(self, scope: Scope) -> list[Sources]:
        """One set for each column of the scope; ValueError or RecursionError when it cannot be told."""
        if id(scope) not in self._known:
            self._known[id(scope)] = self._find(scope)
        return self._known[id(scope)]

    def _find(self, scope: Scope) -> list[Sources]:
        if isinstance(scope.expression, exp.SetOperation):
            left, right = (self.of(each) for each in scope.set_operation_scopes)
            return [one | other for one, other in zip(left, right, strict=True)]
        return [self._of_expression(each, scope) for each in _query(scope).selects]

    def _of_expression(self, expression: Any, scope: Scope) -> Sources:
        if expression.find(exp.Columns, exp.TableColumn) or any(not isinstance(star.parent, exp.Count) for star in expression.find_all(exp.Star)):
            raise ValueError("what a star stands for is not told")
        return frozenset(pair for column in expression.find_all(exp.Column) for pair in self._of_column(column, scope))

    def _of_column(self, column: exp.Column, scope: Scope) -> Sources:
        source, name = _source(_nearest(column, scope), column.table.lower()), column.name.lower()
        if isinstance(source, exp.Table):
            if source.alias_column_names:
                raise ValueError("names by position")
            table = _table_name(source)
            return frozenset((table, each) for each in self._tables.get(table, ()) if each.lower() == name)
        if not isinstance(source, Scope):
            raise ValueError("a column whose table is not told")
        return self.of(source)[[each.lower() for each in _names(source)].index(name)]


def _nearest(column: exp.Column, scope: Scope) -> Scope:
    """The scope of the query a column stands in: a subquery inside an expression has one of its own."""
    query = column.find_ancestor(exp.Query)
    inner: Iterable[Scope] = (each for each in scope.traverse() if each.expression is query)
    return next(iter(inner), scope)


def _names(scope: Scope) -> list[str]:
    """The names a scope gives its columns, those of an alias list first."""
    return [str(each) for each in scope.outer_columns or _query(scope).named_selects]


def _query(scope: Scope) -> exp.Query:
    if not isinstance(scope.expression, exp.Query):
        raise ValueError("a relation that is no query")
    return scope.expression
