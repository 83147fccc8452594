"""Lets a contract's own SQL through when it only selects from the table itself, and nothing else."""

from lingnan.base import BadInput

PLACE = "__standardised__"


def guarded(query: str, rule_id: str, table: str) -> str:
    """The query as a select over the standardised rows; BadInput when it is no single select, or touches anything else.

    `${table}`, `${object}`, `{table}`, `{model}` and the table's own name stand for the table, as the standard writes them.
    """
    import sqlglot  # most contracts hold no SQL of their own, and the parser takes half a second to load
    from sqlglot import exp

    forbidden = (exp.Anonymous, exp.Command, exp.Into, exp.Parameter, exp.Placeholder, exp.ReadCSV, exp.ReadParquet)
    written = query
    for word in ("${table}", "${object}", "${model}", "{table}", "{model}", "{object}"):
        written = written.replace(word, PLACE)
    try:
        statements = sqlglot.parse(written, read="duckdb")
    except sqlglot.errors.ParseError as error:
        raise _refused(rule_id, "语法不通", "it cannot be parsed") from error
    statement = statements[0] if len(statements) == 1 else None
    if not isinstance(statement, exp.Query):
        raise _refused(rule_id, "只能是一条 SELECT", "it must be one SELECT")
    names = {cte.alias for cte in statement.find_all(exp.CTE)}
    for found in statement.find_all(exp.Table):
        plain = isinstance(found.this, exp.Identifier) and not found.args.get("db") and not found.args.get("catalog")
        if not plain or found.name not in {PLACE, table, *names}:
            raise _refused(rule_id, f"只能查询本表，不能查询“{found.sql()}”", f"it may only read its own table, not “{found.sql()}”")
        if found.name == table and table not in names:
            found.set("this", exp.to_identifier(PLACE))
    if any(True for _ in statement.find_all(*forbidden)):
        raise _refused(rule_id, "用到了不允许的函数", "it uses a function that is not allowed")
    return statement.sql(dialect="duckdb")


def _refused(rule_id: str, zh: str, en: str) -> BadInput:
    return BadInput(
        f"规则“{rule_id}”的 SQL 不可用：{zh}。请更正契约。", f"The SQL of rule “{rule_id}” cannot be used: {en}. Correct the contract.", rule=rule_id,
    )
