"""Each rule lets good rows and nulls through, stops the planted one, and does so itself: without it the planted row passes."""

from dataclasses import dataclass, field
from typing import Any

import pytest

GOOD_NUMBER, BAD_NUMBER = "11010519491231002X", "110105194912310021"


@dataclass(frozen=True)
class Case:
    """A rule with rows it must pass and the one it must fail; `column` rules stand in their property, others over the table."""

    kind: str
    args: str
    properties: str
    good: list[dict[str, Any]]
    bad: dict[str, Any]
    column: str = ""
    others: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


TEXT = "{name: a, logicalType: string{rule}}\n{name: b, logicalType: string}"
EQUAL = {"a": "2020-01-01", "b": "2020-01-01"}
DATES = "{name: a, logicalType: date{rule}}\n{name: b, logicalType: date}"
NUMBERS = "{name: a, logicalType: integer{rule}}\n{name: b, logicalType: integer}\n{name: c, logicalType: integer}"

CASES = {
    "identifier": Case("identifier", "kind: citizen_number", TEXT, [{"a": GOOD_NUMBER}, {"a": None}], {"a": BAD_NUMBER}, "a"),
    "identifier_uscc": Case("identifier", "kind: uscc", TEXT, [{"a": "91350100M000100Y43"}, {"a": None}], {"a": "91350100M000100Y44"}, "a"),
    "code_valid": Case("code_valid", "list: sexes", TEXT, [{"a": "1"}, {"a": None}], {"a": "7"}, "a"),
    "code_valid_today": Case("code_valid", "list: divisions", TEXT, [{"a": "440106"}, {"a": None}], {"a": "440183"}, "a"),
    "code_valid_at": Case(
        "code_valid", "list: divisions, at: b", "{name: a, logicalType: string{rule}}\n{name: b, logicalType: date}",
        [{"a": "440183", "b": "2010-05-01"}, {"a": "440183", "b": None}, {"a": None, "b": "2010-05-01"}], {"a": "440183", "b": "2020-05-01"}, "a",
    ),
    "division_ever_existed": Case("division_ever_existed", "", TEXT, [{"a": "440183"}, {"a": None}], {"a": "449999"}, "a"),
    "in_range": Case("in_range", "min: 1, max: 5", NUMBERS, [{"a": "1"}, {"a": "5"}, {"a": None}], {"a": "6"}, "a"),
    "in_range_low": Case("in_range", "min: 0.5", "{name: a, logicalType: number{rule}}", [{"a": "0.5"}, {"a": None}], {"a": "0.4"}, "a"),
    "in_range_date": Case("in_range", "min: '2020-01-01'", DATES, [{"a": "2020-01-01"}, {"a": None}], {"a": "2019-12-31"}, "a"),
    "pattern": Case("pattern", "regex: 'A[0-9]+'", TEXT, [{"a": "A1"}, {"a": None}], {"a": "xA1"}, "a"),
    "length": Case("length", "min: 2, max: 4", TEXT, [{"a": "陈明"}, {"a": None}], {"a": "陈"}, "a"),
    "not_after_today": Case("not_after", "column: today", DATES, [{"a": "2026-10-31"}, {"a": None}], {"a": "2026-11-01"}, "a"),
    "not_after": Case("not_after", "column: b", DATES, [EQUAL, {"a": "2020-01-01", "b": None}], {"a": "2020-01-02", "b": "2020-01-01"}, "a"),
    "before": Case("before", "first: a, second: b", DATES, [EQUAL, {"a": None, "b": "2020-01-01"}], {"a": "2020-01-02", "b": "2020-01-01"}),
    "birth_matches_number": Case(
        "birth_matches_number", "birth: a, number: b", "{name: a, logicalType: date{rule}}\n{name: b, logicalType: string}",
        [{"a": "1949-12-31", "b": GOOD_NUMBER}, {"a": None, "b": GOOD_NUMBER}, {"a": "1949-12-31", "b": None}], {"a": "1949-12-30", "b": GOOD_NUMBER},
    ),
    "sex_matches_number": Case(
        "sex_matches_number", "sex: a, number: b", TEXT, [{"a": "2", "b": GOOD_NUMBER}, {"a": "9", "b": GOOD_NUMBER}, {"a": None, "b": GOOD_NUMBER}],
        {"a": "1", "b": GOOD_NUMBER},
    ),
    "duplicate_key": Case(
        "duplicate_key", "columns: [a, b]", TEXT, [{"a": "1", "b": "x"}, {"a": "1", "b": "y"}, {"a": None, "b": "x"}, {"a": None, "b": "x"}],
        {"a": "1", "b": "x"},
    ),
    "references": Case(
        "references", "table: shichang.enterprise, column: uscc", TEXT, [{"a": "u1"}, {"a": None}], {"a": "u2"}, "a",
        {"shichang.enterprise": [{"uscc": "u1"}, {"uscc": "u1"}, {"uscc": None}]},
    ),
    "references_with": Case(
        "references", "table: x.y, column: k, with: {b: part}", TEXT, [{"a": "1", "b": "p"}, {"a": "2", "b": None}, {"a": None, "b": "q"}],
        {"a": "1", "b": "q"}, "a", {"x.y": [{"k": "1", "part": "p"}, {"k": "2", "part": "q"}]},
    ),
    "in_range_above": Case("in_range", "above: 1, below: 5", NUMBERS, [{"a": "2"}, {"a": "4"}, {"a": None}], {"a": "5"}, "a"),
    "in_range_steps": Case("in_range", "multiple_of: 0.1", "{name: a, logicalType: number{rule}}", [{"a": "0.3"}, {"a": None}], {"a": "0.35"}, "a"),
    "readable": Case("readable", "", TEXT, [{"a": "𠮷野家"}, {"a": "?"}, {"a": None}], {"a": "陈\ue81e"}, "a"),
    "readable_decoded": Case("readable", "", TEXT, [{"a": "陈"}], {"a": "锟斤拷"}, "a"),
    "retained": Case("retained", "days: 30", DATES, [{"a": "2026-10-01"}, {"a": None}], {"a": "2026-09-30"}, "a"),
    "holds": Case("holds", "condition: 'a <= b + c'", NUMBERS, [{"a": "3", "b": "1", "c": "2"}, {"a": "9", "b": None, "c": "1"}],
                  {"a": "4", "b": "1", "c": "2"}),
    "failing_rows": Case(
        "failing_rows", "query: 'select _batch, _position from ${table} as t where a > (select avg(a) * 2 from resident)'", NUMBERS,
        [{"a": "1"}, {"a": "1"}, {"a": "1"}, {"a": None}], {"a": "9"},
    ),
    "sum_of_parts_percent": Case(
        "sum_of_parts", "whole: a, parts: [b, c], tolerance_percent: 10", NUMBERS, [{"a": "11", "b": "5", "c": "5"}], {"a": "12", "b": "5", "c": "5"},
    ),
    "sum_of_parts_binary": Case(
        "sum_of_parts", "whole: a, parts: [b, c]", NUMBERS.replace("integer", "number"), [{"a": "0.3", "b": "0.1", "c": "0.2"}],
        {"a": "0.31", "b": "0.1", "c": "0.2"},
    ),
    "sum_of_parts": Case(
        "sum_of_parts", "whole: a, parts: [b, c], tolerance: 1", NUMBERS, [{"a": "4", "b": "1", "c": "2"}, {"a": "4", "b": None, "c": "9"}],
        {"a": "5", "b": "1", "c": "2"},
    ),
    "rows_add_up": Case(
        "rows_add_up", "value: a, by: [b], part: c", NUMBERS,
        [{"a": "5", "b": "1"}, {"a": "2", "b": "1", "c": "1"}, {"a": "3", "b": "1", "c": "2"}, {"a": None, "b": "1"}, {"a": "9", "b": None}],
        {"a": "6", "b": "1"},
    ),
    "rows_add_up_named": Case(
        "rows_add_up", "value: a, by: [b], part: c, whole: 合计, tolerance: 0.5",
        "{name: a, logicalType: number}\n{name: b, logicalType: string}\n{name: c, logicalType: string}",
        [{"a": "5.4", "b": "1", "c": "合计"}, {"a": "2", "b": "1", "c": "甲"}, {"a": "3", "b": "1", "c": "乙"}], {"a": "5", "b": "2", "c": "合计"},
    ),
    "rows_add_up_where_told": Case(
        "rows_add_up", "value: a, by: [b], part: c, parts_required: false", NUMBERS,
        [{"a": "5", "b": "2"}, {"a": "2", "b": "1", "c": "1"}], {"a": "3", "b": "1"},
    ),
    "never_falls": Case(
        "never_falls", "series: [b], order: c, value: a", NUMBERS,
        [{"a": "5", "b": "1", "c": "1"}, {"a": "5", "b": "1", "c": "2"}, {"a": None, "b": "1", "c": "3"}, {"a": "1", "b": "2", "c": "9"}],
        {"a": "4", "b": "1", "c": "4"},
    ),
    "same_in": Case(
        "same_in", "table: renshe.insured, key: b, column: a", TEXT, [{"a": "x", "b": "k"}, {"a": "z", "b": "other"}, {"a": None, "b": "k"}],
        {"a": "y", "b": "k"}, "", {"renshe.insured": [{"a": "x", "b": "k"}]},
    ),
    "nullValues": Case("nullValues", "", TEXT, [{"a": "x"}], {"a": None}, "a"),
    "missingValues": Case("missingValues", "missingValues: ['N/A', '无']", TEXT, [{"a": "x"}], {"a": " 无"}, "a"),
    "missingValues_null": Case("missingValues", "missingValues: ['N/A']", TEXT, [{"a": "x"}], {"a": None}, "a"),
    "invalidValues": Case("invalidValues", "validValues: ['1', '2']", TEXT, [{"a": "1"}, {"a": None}], {"a": "3"}, "a"),
    "invalidValues_pattern": Case("invalidValues", "pattern: '^[a-z]+$'", TEXT, [{"a": "ab"}, {"a": None}], {"a": "a1"}, "a"),
    "duplicateValues": Case("duplicateValues", "", TEXT, [{"a": "1"}, {"a": "2"}, {"a": None}, {"a": None}], {"a": "1"}, "a"),
    "duplicateValues_table": Case("duplicateValues", "properties: [a, b]", TEXT, [{"a": "1", "b": "1"}, {"a": "1", "b": "2"}], {"a": "1", "b": "2"}),
}
METRICS = ("nullValues", "missingValues", "invalidValues", "duplicateValues")


def quality(case: Case) -> str:
    if case.kind in METRICS:
        return f"[{{id: planted, type: library, metric: {case.kind}, arguments: {{{case.args}}}, mustBe: 0}}]"
    return f"[{{id: planted, type: custom, engine: lingnan, implementation: {{rule: {case.kind}{', ' if case.args else ''}{case.args}}}}}]"


def contract_of(contract, case: Case, *, with_rule: bool) -> str:
    in_column = f", quality: {quality(case)}" if with_rule and case.column else ""
    return contract(case.properties.replace("{rule}", in_column), quality(case) if with_rule and not case.column else "[]")


def governed(desk, text: str, case: Case):
    for table, rows in case.others.items():
        desk.put(table, rows)
    names = sorted({name for row in [*case.good, case.bad] for name in row})
    desk.land([{name: row.get(name) for name in names} for row in [*case.good, case.bad]])
    return desk.govern(text, others=tuple(case.others))


@pytest.mark.parametrize("name", CASES)
def test_a_rule_stops_the_planted_row_and_nothing_else(desk, contract, name):
    case = CASES[name]
    result = governed(desk, contract_of(contract, case, with_rule=True), case)
    assert desk.failed() == {f"f.csv:{len(case.good) + 2}": ["planted"]}
    assert result.failed_by_rule == {"planted": 1}
    assert result.accepted == len(case.good)


@pytest.mark.parametrize("name", CASES)
def test_without_the_rule_the_planted_row_passes(desk, contract, name):
    case = CASES[name]
    assert governed(desk, contract_of(contract, case, with_rule=False), case).quarantined == 0


@pytest.mark.parametrize(("properties", "bad", "rule"), [
    ("{name: a, logicalType: string, required: true}", "", "a_required"),
    ("{name: a, logicalType: string, primaryKey: true}", None, "a_required"),
    ("{name: a, logicalType: string, unique: true}", "x", "a_unique"),
    ("{name: a, logicalType: string, primaryKey: true}", "x", "resident_duplicate_key"),
    ("{name: a, logicalType: string, customProperties: [{property: dataElement, value: citizen_number}]}", BAD_NUMBER, "a_identifier"),
    ("{name: a, logicalType: string, customProperties: [{property: codeList, value: sexes}]}", "7", "a_code_valid"),
])
def test_what_the_contract_implies_is_asked(desk, contract, properties, bad, rule):
    good = {"a_identifier": GOOD_NUMBER, "a_code_valid": "1"}.get(rule, "x")
    desk.land([{"a": good}, {"a": bad}])
    assert desk.govern(contract(properties)).failed_by_rule == {rule: 1}


@pytest.mark.parametrize(("kind", "good", "bad"), [
    ("date", "2026年2月28日", "2026-02-30"), ("integer", "1,200", "1.5"), ("number", "-1.5", "1..5"), ("boolean", "是", "也许"),
    ("timestamp", "2026-01-02 03:04:05", "25点"),
])
def test_a_value_that_cannot_be_converted_fails_type_and_is_not_missing_too(desk, contract, kind, good, bad):
    desk.land([{"a": good}, {"a": bad}, {"a": None}])
    result = desk.govern(contract(f"{{name: a, logicalType: {kind}}}"))
    assert result.failed_by_rule == {"a_type": 1}
    assert desk.rows("quarantine.gongan_resident")[0]["_reasons"] == [{"rule": "a_type", "column": "a", "value": bad}]


def test_an_amount_in_words_becomes_yuan_and_one_that_reads_two_ways_is_kept_as_it_came(desk, contract):
    desk.land([{"a": "壹佰贰拾叁万肆仟伍佰元整"}, {"a": "壹仟玖元"}])
    steps = "[{property: standardise, value: [amount]}]"
    result = desk.govern(contract(f"{{name: a, logicalType: number, physicalType: 'DECIMAL(18,2)', customProperties: {steps}}}"))
    assert [row["a"] for row in desk.rows("gongan.resident")] == [1234500]
    assert result.failed_by_rule == {"a_type": 1}
    assert desk.rows("quarantine.gongan_resident")[0]["_reasons"] == [{"rule": "a_type", "column": "a", "value": "壹仟玖元"}]
