"""Lets a contract's own SQL through when it only reads the table itself: a query, a list of failing rows, or a condition over one row."""

from collections.abc import Collection
from typing import Any

PLACE = "__standardised__"
"""Stands for the table in a query that was let through."""
TABLE_WORDS = ("${table}", "${object}", "${model}", "${schema}", "{table}", "{model}", "{object}", "{schema}")
COLUMN_WORDS = ("${column}", "${property}", "${field}", "{column}", "{property}", "{field}")
ROW_NAMES = ("_batch", "_position")
LIMIT = 20_000
"""Characters of the longest SQL."""
Refusal = tuple[str, str]


class RefusedSql(ValueError):
    """The SQL cannot be used; why, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said: Refusal = (zh, en)


def refusal(text: Any, kind: str, table: str, columns: Collection[str], column: str | None) -> Refusal | None:
    """Why SQL of that kind (number, query, condition) cannot be used; None when it can."""
    try:
        if kind == "condition":
            read_condition(text, columns)
        else:
            read_query(text, table, column, rows=kind == "query")
    except RefusedSql as error:
        return error.said
    return None


def read_query(text: Any, table: str, column: str | None = None, *, rows: bool = False) -> str:
    """One select over the table alone, with PLACE where the table stands; `rows` asks for `_batch` and `_position` among its columns."""
    import sqlglot  # most contracts hold no SQL of their own, and the parser takes half a second to load
    from sqlglot import exp

    written = _text(text)
    for word in TABLE_WORDS:
        written = written.replace(word, PLACE)
    for word in COLUMN_WORDS:
        if word in written and column is None:
            raise RefusedSql(f"“{word}”只能用在信息项的规则里", f"“{word}” only stands in a rule of a property")
        written = written.replace(word, '"' + (column or "").replace('"', '""') + '"')
    statements = _parsed(lambda: sqlglot.parse(written, read="duckdb"))
    statement = statements[0] if len(statements) == 1 else None
    if not isinstance(statement, exp.Query):
        raise RefusedSql("只能是一条 SELECT", "it must be one SELECT")
    _only_own_table(statement, table)
    _no_forbidden(statement)
    if rows and not set(ROW_NAMES) <= {each.alias_or_name for each in statement.selects}:
        raise RefusedSql("须选出 _batch 和 _position 两列", "it must select the columns _batch and _position")
    return str(statement.sql(dialect="duckdb"))


def read_condition(text: Any, columns: Collection[str]) -> str:
    """One condition over the columns of a row: no query, no aggregate, no window."""
    import sqlglot
    from sqlglot import exp

    condition = _parsed(lambda: sqlglot.parse_one(_text(text), read="duckdb", into=exp.Condition))
    if not isinstance(condition, exp.Expression) or isinstance(condition, exp.Query | exp.Alias | exp.Star):
        raise RefusedSql("须是一个条件，如 a <= b", "it must be a condition such as a <= b")
    if any(True for _ in condition.find_all(exp.Query, exp.AggFunc, exp.Window, exp.Star, exp.Table, exp.Lambda)):
        raise RefusedSql("只能比较同一行的各列，不得有子查询、汇总或窗口", "it may only compare columns of one row: no query, aggregate or window")
    _no_forbidden(condition)
    for each in condition.find_all(exp.Column):
        if each.table or each.name not in columns:
            known = sorted(columns)[:20]
            raise RefusedSql(
                f"没有信息项“{each.sql()}”，现有：{'、'.join(known)}", f"there is no property “{each.sql()}”; there are: {', '.join(known)}",
            )
        each.set("this", exp.to_identifier(each.name, quoted=True))
    return str(condition.sql(dialect="duckdb"))


def _text(text: Any) -> str:
    if not isinstance(text, str) or not text.strip():
        raise RefusedSql("须为文本", "it must be a text")
    if len(text) > LIMIT:
        raise RefusedSql(f"长 {len(text)} 个字符，上限 {LIMIT}", f"it has {len(text)} characters, at most {LIMIT} are read")
    return text


def _parsed(parse: Any) -> Any:
    import sqlglot

    try:
        return parse()
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as error:
        raise RefusedSql("语法不通", "it cannot be parsed") from error


def _only_own_table(statement: Any, table: str) -> None:
    from sqlglot import exp

    names = {cte.alias for cte in statement.find_all(exp.CTE)}
    for found in statement.find_all(exp.Table):
        plain = isinstance(found.this, exp.Identifier) and not found.args.get("db") and not found.args.get("catalog")
        if not plain or found.name not in {PLACE, table, *names}:
            raise RefusedSql(f"只能查询本表，不能查询“{found.sql()}”", f"it may only read its own table, not “{found.sql()}”")
        if found.name == table and table not in names:
            found.set("this", exp.to_identifier(PLACE))
            if not found.alias:
                found.set("alias", exp.TableAlias(this=exp.to_identifier(table)))


def _no_forbidden(statement: Any) -> None:
    from sqlglot import exp

    forbidden = (exp.Anonymous, exp.Command, exp.Into, exp.Parameter, exp.Placeholder, exp.SessionParameter, exp.ReadCSV, exp.ReadParquet)
    for found in statement.find_all(*forbidden):
        name = found.name or type(found).__name__
        raise RefusedSql(f"用到了不允许的函数“{name}”", f"it uses a function that is not allowed, “{name}”")
