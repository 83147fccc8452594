"""Decision tables from YAML: what cells mean, what hit policies answer, what is found wrong, and that the rows of a table are answered alike."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.base import BadInput, WrongUse
from lingnan.lake.spark import portable
from lingnan.methods import DecisionTable, check_table, decision_sql, hits_sql, read_decision
from lingnan.methods.decisions.expressions import Literal
from lingnan.methods.decisions.parsing import parse_expression, parse_test
from lingnan.methods.decisions.tables import AGGREGATES, LISTS, POLICIES, Input, Output, Rule, Words

DEPOSIT = """
decision: deposit
version: "2026-1"
title: {zh: 保证金, en: Deposit}
basis: 示例条例第十一条
hit: U
inputs:
  - {name: years, type: integer, zh: 年数, en: Years, range: "[0..50]"}
  - {name: listed, type: boolean, zh: 在名单, en: Listed}
  - {name: kind, type: string, zh: 类别, en: Kind, values: [新办, 变更, 延续]}
outputs:
  - {name: share, type: number, zh: 比例, en: Share}
rules:
  - {id: listed, when: {listed: true}, then: {share: 1.5}, basis: 第十二条}
  - {id: good, when: {listed: false, years: ">= 2", kind: 新办，变更}, then: {share: 0.5}}
  - {id: renewed, when: {listed: false, years: "≥ 2", kind: "not(新办, 变更)"}, then: {share: "= 0.1 * years"}}
  - {id: short, when: {listed: false, years: "[0..2)"}, then: {share: 1}}
"""


def test_an_answer_tells_its_reasons() -> None:
    table = read_decision(DEPOSIT)
    found = table.decide({"years": 3, "listed": False, "kind": "延续", "name": "not asked"})
    assert (found.value, found.table, found.version) == (Decimal("0.3"), "deposit", "2026-1")
    assert [(hit.rule, dict(hit.evidence)) for hit in found.hits] == [("renewed", {"years": 3, "listed": False, "kind": "延续"})]
    assert table.decide({"years": 1, "listed": True, "kind": None}).hits[0].basis == "第十二条"
    assert check_table(table) == ()


@pytest.mark.parametrize(("facts", "fault"), [
    ({"years": 51, "listed": True, "kind": None}, "outside"),
    ({"years": 1, "listed": True, "kind": "注销"}, "outside"),
    ({"years": 1, "listed": None, "kind": None}, ""),
])
def test_what_cannot_be_answered_has_no_value(facts: dict[str, Any], fault: str) -> None:
    found = read_decision(DEPOSIT).decide(facts)
    assert (found.value, found.fault, found.hits) == (None, fault, ())


def test_the_table_of_the_page_is_whole() -> None:
    page = (Path(__file__).parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")
    table = read_decision(page.split("```yaml\n")[1].split("```")[0])
    assert check_table(table) == ()
    assert table.decide({"years": 4, "listed": False, "kind": "延续"}).value == Decimal("0.4")


def test_facts_are_asked_for_by_name_and_type() -> None:
    table = read_decision(DEPOSIT)
    with pytest.raises(BadInput, match="misses the facts kind"):
        table.decide({"years": 1, "listed": True})
    for wrong in ("1", 1.5, True, date(2026, 1, 1)):
        with pytest.raises(BadInput, match="is no integer"):
            table.decide({"years": wrong, "listed": True, "kind": None})


NAMES = {"a": "number", "b": "number", "text": "string", "day": "date", "Full Name": "string"}
FACTS = {"a": Decimal(3), "b": Decimal("0.5"), "text": "x", "day": date(2026, 1, 31), "Full Name": "陈 一"}


@pytest.mark.parametrize(("cell", "kind", "passes", "fails"), [
    ("-", "number", [1, None], []),
    ("5", "number", [5, 5.0], [4, None]),
    ("> 5", "number", [6], [5, None]),
    ("≤ 5", "number", [5, -1], [6, None]),
    ("[1..5)", "number", [1, 4.9], [5, 0, None]),
    ("]1..5[", "number", [2], [1, 5]),
    ("(1..5]", "number", [5], [1]),
    ("< 1, > 5, 3", "number", [0, 6, 3], [1, 5, None]),
    ("[1, 3]", "number", [1, 3], [2]),
    ("not(1, > 5)", "number", [2], [1, 6, None]),
    ("not(1, 2)", "number", [3, None], [1, 2]),
    ("null", "number", [None], [0]),
    ("!= null", "number", [0], [None]),
    ("-1.5", "number", [-1.5], [1.5]),
    ("> a", "number", [4], [3, None]),
    ("(a + b) * 2", "number", [7], [6]),
    (">= a / 0", "number", [], [0, 9, None]),
    ('"A", "B"', "string", ["A"], ["C", None]),
    ('"a\\"b"', "string", ['a"b'], ["ab"]),
    ('starts with(?, "44")', "string", ["4401"], ["144", None]),
    ('contains(?, "省")', "string", ["广东省"], ["广州市"]),
    ('not(ends with(?, "市"))', "string", ["广东省"], ["广州市", None]),
    ("Full Name", "string", ["陈 一"], ["陈"]),
    ("true", "boolean", [True], [False, None]),
    ('>= date("2026-01-31")', "date", ["2026-01-31", date(2026, 2, 1)], ["2026-01-30"]),
    ('@"2026-01-31"', "date", ["2026-01-31"], ["2026-02-01"]),
    ("[2026-01-01..2026-12-31]", "date", ["2026-06-30"], ["2027-01-01"]),
    ("> day", "date", ["2026-02-01"], ["2026-01-31"]),
    ("< 2026-01-01T08:00:00+08:00", "date and time", [datetime(2025, 12, 31, 23, 59)], [datetime(2026, 1, 1)]),
])
def test_a_cell_means_what_feel_says(cell: str, kind: str, passes: list[Any], fails: list[Any]) -> None:
    from lingnan.methods.decisions.kinds import literal_sql, to_kind

    test = parse_test(cell, kind, NAMES)
    for value, wanted in [*((each, True) for each in passes), *((each, False) for each in fails)]:
        known = to_kind(value, kind, "value")
        assert (test.holds(known, FACTS) is True) == wanted, value
        asked = f"coalesce({test.sql(_typed(literal_sql(known), kind), lambda name: _typed(literal_sql(FACTS[name]), NAMES[name]))}, false)"
        assert duckdb.sql(f"select {asked}").fetchone() == (wanted,), asked
        assert portable.outside(f"select {asked}") == []


def _typed(text: str, kind: str) -> str:
    return f"cast({text} as {SQL_TYPES[kind]})"


SQL_TYPES = {"number": "decimal(18,4)", "integer": "bigint", "string": "varchar", "boolean": "boolean", "date": "date", "date and time": "timestamp"}


@pytest.mark.parametrize(("cell", "kind"), [
    ("", "number"), (">", "number"), ("1..", "number"), ("[1..2", "number"), ("nobody", "number"), ('"x"', "number"), ("1", "string"),
    ("2026-02-30", "date"), ("> true", "number"), ("1 2", "number"), ('starts with(?, "x")', "number"), ("not(1", "number"), ("a + text", "number"),
    ("-text", "string"), ("1; drop", "number"),
])
def test_a_cell_that_cannot_be_read_is_refused(cell: str, kind: str) -> None:
    with pytest.raises(BadInput):
        parse_test(cell, kind, NAMES)


@pytest.mark.parametrize(("old", "new", "says"), [
    ("hit: U", "hit: X", "does not exist"),
    ("hit: U", "hit: P", "most important first"),
    ("hit: U", "hits: U", "unknown keys hits"),
    ("type: integer", "type: whole", "does not exist"),
    ("id: good", "id: listed", "occurs twice"),
    ("kind: 新办，变更", "kind: 新办，注销", "not among its values"),
    ("{share: 1.5}", "{}", "misses share"),
    ("{share: 1.5}", "{share: much}", "is no number"),
    ("{listed: true}", "{listd: true}", "unknown keys listd"),
    ("{listed: true}", "{listed: null}", "says nothing"),
    ("= 0.1 * years", "= kind", "not a number"),
    ("basis: 示例条例第十一条\n", "", "misses basis"),
])
def test_a_table_that_is_not_whole_is_refused(old: str, new: str, says: str) -> None:
    assert old in DEPOSIT
    with pytest.raises(WrongUse, match=says):
        read_decision(DEPOSIT.replace(old, new))


@pytest.mark.parametrize(("old", "new", "kind", "where"), [
    ("years: \"[0..2)\"", "years: \"[0..1)\"", "gap", "years 1; listed false"),
    ("years: \"[0..2)\"", "years: \"[0..3)\"", "overlap", "years 2; listed false; kind \"新办\", \"变更\""),
    ('kind: "not(新办, 变更)"', "kind: not(新办)", "overlap", "years [2..50]; listed false; kind \"变更\""),
    ("kind: 新办，变更", "kind: 新办", "gap", "years [2..50]; listed false; kind \"变更\""),
    ("years: \">= 2\"", "years: \">= 2 * 1\"", "", ""),
    ("years: \"[0..2)\"", "years: \"< 2 * years\"", "unjudged", "years: < (2 * years)"),
])
def test_gaps_and_contradictions_are_named(old: str, new: str, kind: str, where: str) -> None:
    assert old in DEPOSIT
    found = [(fault.kind, fault.where) for fault in check_table(read_decision(DEPOSIT.replace(old, new)))]
    assert found[:1] == ([(kind, where)] if kind else [])


def test_a_default_closes_gaps_and_first_hides_later_rules() -> None:
    changed = DEPOSIT.replace("en: Share}", "en: Share, default: 2}").replace("hit: U", "hit: F").replace("[0..2)", "> 4")
    faults = check_table(read_decision(changed))
    assert [(fault.kind, fault.rules) for fault in faults] == []
    shadow = changed.replace("{listed: true}", "{}")
    assert {fault.rules for fault in check_table(read_decision(shadow))} == {("listed", "good"), ("listed", "renewed"), ("listed", "short")}
    assert read_decision(changed).decide({"years": 1, "listed": False, "kind": "新办"}).defaulted


def made(policy: str, numbers: list[str], words: list[str], answers: list[Any], default: Any) -> DecisionTable:
    """A table over a number and a text from drawn cells."""
    facts = {"n": "number", "w": "string"}
    inputs = (Input("n", "number", allowed=parse_test("[-3..9]", "number", {})), Input("w", "string"))
    rules = tuple(
        Rule(f"r{at}", (parse_test(number, "number", facts), parse_test(word, "string", facts)), (parse_expression(answer, facts)[0],))
        for at, (number, word, answer) in enumerate(zip(numbers, words, answers, strict=False))
    )
    output = Output("answer", "number", Words(), (Decimal(2), Decimal(1), Decimal(3)), default and Literal(Decimal(default)))
    return DecisionTable("made", "7", policy, inputs, (output,), rules, facts)


CONNECTION = duckdb.connect()
NUMBERS = st.sampled_from(["-", "1", "> 2", "[1..4]", "(1..4)", "not(2)", "not(> 3)", "null", "not(null)", "< 2, 5", "> n - 1"])
TEXTS = st.sampled_from(["-", '"A"', '"A", "B"', 'not("A")', "null", 'starts with(?, "A")', 'not(contains(?, "B"))'])
PLAIN_TEXTS = st.sampled_from(["-", '"A"', '"B"', 'not("A")'])
ANSWERS = st.sampled_from(["1", "2", "3", "4", "null"])
ROWS = st.lists(st.tuples(st.one_of(st.none(), st.integers(-4, 10)), st.sampled_from([None, "A", "B", "AB", "", "C'"])), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(POLICIES), st.lists(st.tuples(NUMBERS, TEXTS, ANSWERS), min_size=1, max_size=5), st.sampled_from([None, 9]), ROWS)
def test_rows_are_answered_as_single_cases(policy: str, cells: list[tuple[str, str, str]], default: Any, rows: list[tuple[Any, Any]]) -> None:
    table = made(policy, *(list(column) for column in zip(*cells, strict=True)), default)  # type: ignore[arg-type]
    connection = CONNECTION
    connection.execute("create or replace table cases (i integer, n decimal(9,2), w varchar)")
    connection.executemany("insert into cases values (?, ?, ?)", [(at, *row) for at, row in enumerate(rows)])
    single = [table.decide({"n": number, "w": word}) for number, word in rows]
    hits = connection.sql(f"select i, decision_rule, answer from ({hits_sql(table, 'cases', ['i'])}) order by i, decision_order").fetchall()
    assert hits == [(at, hit.rule, hit.answer["answer"]) for at, found in enumerate(single) for hit in found.hits]
    if policy in LISTS:
        with pytest.raises(WrongUse, match="hits_sql"):
            decision_sql(table, "cases", ["i"])
        return
    text = decision_sql(table, "cases", ["i"])
    answered = connection.sql(f"select i, answer, decision_rules, decision_fault, decision_version from ({text}) order by i").fetchall()
    assert answered == [(at, each.value, " ".join(hit.rule for hit in each.hits), each.fault or None, "7") for at, each in enumerate(single)]
    assert portable.outside(text) == []


def test_a_column_to_keep_is_no_answer() -> None:
    for text in (decision_sql, hits_sql):
        with pytest.raises(WrongUse, match="share to be kept"):
            text(read_decision(DEPOSIT), "cases", ["share"])


def test_collecting_policies_answer_one_column_alone() -> None:
    for policy in AGGREGATES:
        with pytest.raises(WrongUse, match="one output column"):
            DecisionTable("x", "1", policy, (), (Output("a"), Output("b")), ())


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(NUMBERS.filter(lambda cell: "n - 1" not in cell), PLAIN_TEXTS, ANSWERS), min_size=1, max_size=4))
def test_what_the_check_says_is_so(cells: list[tuple[str, str, str]]) -> None:
    """Over every half number and three texts: a gap is told exactly when some case has no hit, an overlap when some case has two."""
    table = made("U", *(list(column) for column in zip(*cells, strict=True)), None)  # type: ignore[arg-type]
    kinds = {fault.kind for fault in check_table(table)}
    every = [table.decide({"n": half / 2, "w": word}) for half in range(-6, 19) for word in ("A", "B", "C")]
    assert ("gap" in kinds) == any(not found.hits for found in every)
    assert ("overlap" in kinds) == any(len(found.hits) > 1 for found in every)
