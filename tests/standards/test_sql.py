"""The SQL of the room as a whole: it can be read and rendered for the cluster's engine, also deep inside other expressions."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlglot

from lingnan.standards import (
    IDENTIFIERS,
    amount_sql,
    citizen_birth_sql,
    citizen_division_sql,
    citizen_sex_sql,
    date_sql,
    normalise_sql,
    timestamp_sql,
)

EXPRESSIONS = {
    **{f"{each.name}.sql": each.sql for each in IDENTIFIERS.values()},
    **{f"{each.name}.normal_sql": each.normal_sql for each in IDENTIFIERS.values()},
    **{
        each.__name__: each for each in (amount_sql, citizen_birth_sql, citizen_division_sql, citizen_sex_sql, date_sql, normalise_sql, timestamp_sql)
    },
}


@pytest.mark.parametrize("name", sorted(EXPRESSIONS))
def test_renders_for_spark(name):
    """No word that only the embedded engine has a grammar for: no list, no lambda; and no depth that a reader breaks at."""
    inner = "nullif(upper(trim(coalesce(trim(upper(x)), ''))), '')"
    sql = f"select nullif(trim(cast(coalesce({EXPRESSIONS[name](inner)}, null) as varchar)), '') as y from t"
    # A thread of its own has the whole of Python's depth for the reader, however deep the runner of tests already stands.
    with ThreadPoolExecutor(1) as thread:
        rendered = thread.submit(sqlglot.transpile, sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE).result()[0]
    assert not {"LAMBDA", "LIST_TRANSFORM", "TRANSFORM("} & set(rendered.upper().split("("))
    assert "->" not in rendered


def test_sizes():
    """Statements stay short enough to plan in milliseconds for a table of many columns."""
    assert all(len(make("x")) < 16_000 for make in EXPRESSIONS.values())
