"""The columns of a query, each with where it comes from: one walk over the scopes, from the inside out."""

import re
from collections.abc import Iterator, Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from lingnan.base import BadInput
from lingnan.govern.lineage.expressions import origin_of
from lingnan.govern.lineage.shapes import NOWHERE, Origin, Relation, Scope, together

DIALECT = "duckdb"


def column_lineage(sql: str, schema: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Column of the result → the columns (`table.column`) it depends on, sorted; of a `create table … as` those of its query.

    `schema` names the columns of tables; of a table that is not in it every column is taken to be there. BadInput for SQL that cannot be read.
    """
    known = {table.lower(): Relation.of((name, Origin(frozenset({f"{table}.{name}"}))) for name in columns) for table, columns in schema.items()}
    found = resolve(_parsed(sql), Scope({}, known))
    return {name: tuple(sorted(origin.columns)) for name, origin in found.columns.values()}


def _parsed(sql: str) -> exp.Expr:
    try:
        statement = sqlglot.parse_one(sql, dialect=DIALECT)
    except SqlglotError as error:
        raise BadInput(f"SQL 无法解析：{_first(error)}", f"The SQL cannot be read: {_first(error)}") from None
    if isinstance(statement, exp.Create | exp.Insert):
        statement = statement.expression
    if not isinstance(statement, exp.Query | exp.Pivot | exp.Values) or (isinstance(statement, exp.Select) and not statement.expressions):
        raise BadInput("只能分析查询语句（select）。", "Only queries (select) have a lineage.")
    return statement


def _first(error: SqlglotError) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).partition("\n")[0][:200]


def resolve(given: exp.Expr, scope: Scope) -> Relation:
    """The columns of any query; names it does not find within are looked for in the scope and around it."""
    with_ = given.args.get("with_")
    if with_ is not None:
        scope.ctes = {**scope.ctes}
        for cte in with_.expressions:
            scope.ctes[cte.alias.lower()] = _cte(cte, scope, bool(with_.args.get("recursive")))
    match given:
        case exp.Select():
            return _select(given, scope)
        case exp.SetOperation():
            return _combined(given, scope)
        case exp.Subquery():
            return _pivoted(given, _named(given, resolve(given.this, scope.within())), scope)
        case exp.Pivot():
            return _pivot(given, _source(given.this, scope)[1], scope)
        case exp.Values():
            return _values(given, scope)
        case _:
            return Relation()


def _cte(cte: exp.CTE, scope: Scope, recursive: bool) -> Relation:
    query, name = cte.this, cte.alias.lower()
    if recursive and isinstance(query, exp.SetOperation):
        # What the repeated part adds is told by one more walk over the columns of the first part.
        inside = Scope({**scope.ctes, name: _named(cte, resolve(query.this, scope.within()))}, scope.schema, scope.around)
        first = _named(cte, resolve(query, inside))
        again = Scope({**scope.ctes, name: first}, scope.schema, scope.around)
        return _named(cte, resolve(query, again))
    return _named(cte, resolve(query, scope.within()))


def _named(given: exp.Expr, relation: Relation) -> Relation:
    alias = given.args.get("alias")
    names = [each.name for each in alias.columns] if isinstance(alias, exp.TableAlias) else []
    return relation.renamed(names) if names else relation


def _combined(given: exp.SetOperation, scope: Scope) -> Relation:
    left, right = resolve(given.this, scope.within()), resolve(given.expression, scope.within())
    if not isinstance(given, exp.Union):
        # What is left out or kept by the other side has its values from the first.
        return left
    if given.args.get("by_name"):
        names = list(dict.fromkeys([*left.columns, *right.columns]))
        held = [(left.columns.get(name) or right.columns[name])[0] for name in names]
        both = [together(side.columns[name][1] for side in (left, right) if name in side.columns) for name in names]
        return Relation.of(zip(held, both, strict=True))
    pairs = zip(left.columns.values(), right.columns.values(), strict=False)
    return Relation.of((name, together((origin, other))) for (name, origin), (_other, other) in pairs)


def _select(given: exp.Select, scope: Scope) -> Relation:
    inside = Scope(scope.ctes, scope.schema, scope.around)
    from_ = given.args.get("from_")
    for source in ([from_.this] if from_ is not None else []):
        _add(source, inside)
    for join in given.args.get("joins") or ():
        _join(join, inside)
    for lateral in given.args.get("laterals") or ():
        _add(lateral, inside)
    # The scope that was handed in knows the names too: a test for rows looks at the condition in it.
    scope.relations, scope.merged = inside.relations, inside.merged
    for window in given.args.get("windows") or ():
        inside.windows[window.name.lower()] = origin_of(window, inside, resolve)
    columns: list[tuple[str, Origin]] = []
    for at, each in enumerate(given.expressions):
        for name, origin in _result(each, inside, at):
            columns.append((name, origin))
            inside.results.setdefault(name.lower(), origin)
    return Relation.of(columns)


def _join(join: exp.Join, scope: Scope) -> None:
    before = list(scope.relations.values())
    alias, relation = _add(join.this, scope)
    shared = [each.name for each in join.args.get("using") or ()]
    if str(join.args.get("method") or "").upper() == "NATURAL":
        shared = [name for name, _origin in relation.columns.values() if any(name.lower() in each.columns for each in before)]
    for name in shared:
        sides = [each.find(name) for each in (*before, scope.relations[alias])]
        scope.merged[name.lower()] = together(each for each in sides if each is not None)


def _add(source: exp.Expr, scope: Scope) -> tuple[str, Relation]:
    alias, relation = _source(source, scope)
    key = alias.lower() or f"#{len(scope.relations)}"
    scope.relations[key] = relation
    for join in source.args.get("joins") or ():
        _join(join, scope)
    return key, relation


def _source(given: exp.Expr, scope: Scope) -> tuple[str, Relation]:
    """A relation of the from clause with the name it goes by."""
    match given:
        case exp.Table():
            return given.alias_or_name, _pivoted(given, _named(given, _table(given, scope)), scope)
        case exp.Subquery():
            # Relations beside it are known within only where it is lateral; asking for them anyway does no harm.
            return given.alias_or_name, resolve(given, scope.within())
        case exp.Lateral():
            return given.alias_or_name, _named(given, _inner(given.this, scope))
        case exp.Unnest():
            return given.alias_or_name, _unnested(given, scope)
        case exp.Values():
            return given.alias_or_name, _values(given, scope)
        case _:
            return given.alias_or_name, _inner(given, scope)


def _inner(given: exp.Expr, scope: Scope) -> Relation:
    if isinstance(given, exp.Query | exp.Subquery | exp.Pivot):
        return resolve(given, scope.within())
    if isinstance(given, exp.Unnest | exp.Explode):
        return Relation.of([("unnest", origin_of(given, scope, resolve))])
    return Relation.of([(given.alias_or_name or "value", origin_of(given, scope, resolve))])


def _table(given: exp.Table, scope: Scope) -> Relation:
    name = ".".join(part.name for part in given.parts if isinstance(part, exp.Identifier))
    if not name:
        # A function that makes rows: its columns come from its arguments.
        return Relation.of([(given.alias_or_name or "value", origin_of(given.this, scope, resolve))])
    place: Scope | None = scope
    while place is not None:
        if name.lower() in place.ctes:
            return place.ctes[name.lower()]
        place = place.around
    return scope.schema.get(name.lower()) or Relation(unknown=name)


def _unnested(given: exp.Unnest, scope: Scope) -> Relation:
    parts = [origin_of(each, scope, resolve) for each in given.expressions]
    found = Relation.of((f"unnest{at or ''}", origin) for at, origin in enumerate(parts))
    return _named(given, found)


def _values(given: exp.Values, scope: Scope) -> Relation:
    rows = [each.expressions if isinstance(each, exp.Tuple) else [each] for each in given.expressions]
    width = max((len(row) for row in rows), default=0)
    columns = [together(origin_of(row[at], scope, resolve) for row in rows if at < len(row)) for at in range(width)]
    return _named(given, Relation.of((f"col{at}", origin) for at, origin in enumerate(columns)))


def _result(given: exp.Expr, scope: Scope, at: int) -> Iterator[tuple[str, Origin]]:
    """The columns that one item of a select gives."""
    star = given if isinstance(given, exp.Star) else given.this if isinstance(given, exp.Column) and isinstance(given.this, exp.Star) else None
    if star is not None:
        yield from _starred(star, scope, given.table if isinstance(given, exp.Column) else "")
    elif (columns := given if isinstance(given, exp.Columns) else given.find(exp.Columns)) is not None:
        yield from _matching(columns, scope)
    elif isinstance(given, exp.Aliases):
        yield from ((name, origin_of(given.this, scope, resolve)) for name in given.output_name.split(","))
    else:
        origin = origin_of(given, scope, resolve)
        yield given.alias or given.output_name or (given.name if isinstance(given, exp.Column | exp.Dot) else "") or f"#{at + 1}", origin


def _all(scope: Scope, qualifier: str = "") -> Iterator[tuple[str, Origin]]:
    told: set[str] = set()
    for alias, relation in scope.relations.items():
        if qualifier and alias != qualifier.lower():
            continue
        if relation.unknown:
            raise BadInput(
                f"不知道表“{relation.unknown}”有哪些列。", f"The columns of table “{relation.unknown}” are not known.", table=relation.unknown,
            )
        for key, (name, origin) in relation.columns.items():
            if key in scope.merged and not qualifier:
                if key not in told:
                    yield name, scope.merged[key]
                told.add(key)
            else:
                yield name, origin


def _starred(star: exp.Star, scope: Scope, qualifier: str) -> Iterator[tuple[str, Origin]]:
    left_out = {each.name.lower() for each in star.args.get("except_") or ()}
    replaced = {each.alias.lower(): origin_of(each, scope, resolve) for each in star.args.get("replace") or ()}
    renamed = {each.this.name.lower(): each.alias for each in star.args.get("rename") or ()}
    for name, origin in _all(scope, qualifier):
        if name.lower() not in left_out:
            yield renamed.get(name.lower(), name), replaced.get(name.lower(), origin)


def _matching(columns: exp.Columns, scope: Scope) -> Iterator[tuple[str, Origin]]:
    """COLUMNS of a pattern, a star or a list; of a condition on names nothing can be told but that any column may be among them."""
    asked = columns.this
    if isinstance(asked, exp.Star):
        yield from _starred(asked, scope, "")
        return
    pattern = re.compile(asked.name if asked.is_string else "")
    names = {each.name.lower() for each in asked.expressions} if isinstance(asked, exp.Array) else None
    yield from (
        (name, origin) for name, origin in _all(scope) if (pattern.search(name) if names is None else name.lower() in names)
    )


def _pivoted(given: exp.Expr, relation: Relation, scope: Scope) -> Relation:
    for pivot in given.args.get("pivots") or ():
        relation = _pivot(pivot, relation, scope)
    return relation


def _pivot(pivot: exp.Pivot, relation: Relation, scope: Scope) -> Relation:
    inside = Scope(scope.ctes, scope.schema, scope.around, {"": relation})
    return _unpivot(pivot, relation) if pivot.args.get("unpivot") else _across(pivot, relation, inside)


def _across(pivot: exp.Pivot, relation: Relation, scope: Scope) -> Relation:
    """Groups stay; every column that a value of the key becomes depends on what is counted and on the key."""
    fields = pivot.args.get("fields") or ()
    keys = [each.this for each in fields] or pivot.expressions
    counted = pivot.args.get("using") or (pivot.expressions if fields else [])
    parts = [origin_of(each, scope, resolve) for each in (*keys, *counted)]
    used = {each.name.lower() for part in (*keys, *counted) for each in part.find_all(exp.Column)}
    group = pivot.args.get("group")
    groups = {each.name.lower() for each in group.expressions} if group is not None else set(relation.columns) - used
    kept = [held for key, held in relation.columns.items() if key in groups]
    told = [value.alias_or_name for each in fields for value in each.expressions]
    spread = [each.name for each in pivot.args.get("columns") or ()] or told or ["*"]
    return _named(pivot, Relation.of([*kept, *((name, together(parts)) for name in spread)]))


def _unpivot(pivot: exp.Pivot, relation: Relation) -> Relation:
    """Columns become rows: the value comes from all of them, the name from none."""
    fields, into = pivot.args.get("fields") or (), pivot.args.get("into")
    if fields:
        name, values, columns = fields[0].this.name, [each.name for each in pivot.expressions], fields[0].expressions
    else:
        name = into.this.name if into is not None else "name"
        values = [each.name for each in into.expressions] if into is not None else ["value"]
        columns = pivot.expressions
    turned = {each.name.lower() for column in columns for each in column.find_all(exp.Column)}
    kept = [held for key, held in relation.columns.items() if key not in turned]
    whole = together(relation.columns[key][1] for key in turned if key in relation.columns)
    return _named(pivot, Relation.of([*kept, (name, NOWHERE), *((value, whole) for value in values)]))
