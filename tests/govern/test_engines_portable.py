"""What rules and standards send to an engine keeps to the portable subset, and every exclusion has its reason on the page."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from lingnan.lake.duckdb.session import DuckSession
from lingnan.lake.spark.portable import EXCLUDED, outside
from tests.govern.conftest import Desk
from tests.govern.test_engines_rules import governed

PAGE = Path(__file__).parents[2] / "docs" / "portable-sql.md"
BEYOND = {
    "function": "select generate_subscripts(a, 1) from t",
    "pattern from a column": "select regexp_matches(a, b) from t",
    "pattern beyond RE2": "select regexp_matches(a, '(?=x)') from t",
    "groups by name": "select regexp_extract(a, '(.)(.)', ['one', 'two']) from t",
    "any of many": "select any_value(a) from t group by b",
    "list without order": "select list(a) from t group by b",
    "join by nearness": "select * from t asof join u on t.a >= u.a",
    "span of a column's length": "select d + interval (m) month from t",
    "outer join by more than comparing": "select * from t left join u on t.a = u.a and (u.b is null or t.b > u.b)",
    "pivot or sample": "select * from t using sample 10",
}


@pytest.mark.parametrize("construct", EXCLUDED)
def test_an_excluded_construct_is_found(construct: str) -> None:
    assert construct in {name for name, _place in outside(BEYOND[construct])}


def test_the_page_gives_every_exclusion_its_reason() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name, (_recognised, reason) in EXCLUDED.items() if f"| {name} | {reason} |" not in page] == []


def test_a_window_and_an_order_make_a_choice_certain() -> None:
    assert outside("select first_value(a) over (partition by b order by c), list(a order by c) from t group by b") == []


@pytest.mark.parametrize(("condition", "way"), [
    ("t.a = u.a", "HASH_JOIN"), ("t.a = u.a and t.d >= u.d", "HASH_JOIN"), ("t.a = u.a and t.d between u.d and u.a", "HASH_JOIN"),
    ("t.a = u.a and u.d in (1, 2)", "HASH_JOIN"), ("u.a = case when t.b then t.a end", "HASH_JOIN"),
    ("t.a = u.a and (u.d = 1 or u.d = 3)", "HASH_JOIN"),
    ("t.a = u.a and t.b", "BLOCKWISE_NL_JOIN"), ("t.a = u.a and t.d = 3", "BLOCKWISE_NL_JOIN"), ("t.a = u.a and t.d + u.d > 3", "BLOCKWISE_NL_JOIN"),
    ("t.a = u.a and (t.d > 5 or u.d < 3)", "BLOCKWISE_NL_JOIN"),
])
def test_an_outer_join_is_found_exactly_where_the_engine_holds_every_row_against_every_row(condition: str, way: str) -> None:
    found = outside(f"select * from t left join u on {condition}")
    assert ([name for name, _place in found] == ["outer join by more than comparing"]) is (way == "BLOCKWISE_NL_JOIN")
    with duckdb.connect() as engine:
        engine.execute("create table t as select range as a, range as d, range % 2 = 0 as b from range(3000)")
        engine.execute("create table u as select range as a, range as d from range(3000)")
        plan = engine.execute(f"explain select * from t left join u on {condition}").fetchall()[0][1]
    assert way in plan


@pytest.mark.parametrize("span", ["interval 3 month", "interval '3' month", "m * interval 1 month", ":m * interval 1 day", "interval (3) day"])
def test_a_span_of_a_written_length_may_be_counted(span: str) -> None:
    assert outside(f"select d + {span} as e from t") == []


def test_rules_keep_to_the_subset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every statement of governing one table under every kind of rule."""
    sent: dict[str, None] = {}
    run = DuckSession._run

    def kept(session: DuckSession, sql: str, params: Any) -> Any:
        sent.setdefault(sql)
        return run(session, sql, params)

    monkeypatch.setattr(DuckSession, "_run", kept)
    governed(Desk(tmp_path / "lake"), "duckdb")
    asked = [sql for sql in sent if not sql.startswith(("describe ", "copy ", "set ", "create schema", "create or replace view"))]
    assert len(asked) > 10
    assert {sql[:60]: found for sql in asked if (found := outside(sql))} == {}
