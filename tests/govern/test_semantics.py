"""Nulls, duplicates, lengths, repairs, severities and limits mean what docs/rules.md says."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from lingnan.base import BadInput, Damaged
from lingnan.govern import FeedTables
from lingnan.govern import service as governing

NAME = '{name: name, logicalType: string, quality: [{type: custom, engine: lingnan, implementation: {rule: length, min: 2, max: 30}}]}'
KEYED = "{name: key_no, logicalType: string}\n{name: note, logicalType: string}"
ONCE = "[{id: once, type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [key_no]}}]"


def test_a_name_of_one_character_is_short_however_many_bytes_it_has(desk, contract):
    desk.land([{"name": "陈"}, {"name": "陈明"}, {"name": "𠮷野"}])
    assert desk.govern(contract(NAME)).quarantined == 1
    assert [row["name"] for row in desk.rows("quarantine.gongan_resident")] == ["陈"]


def test_null_keys_are_no_duplicates_and_later_copies_are_counted_not_keys(desk, contract):
    desk.land([{"key_no": key, "note": "n"} for key in (None, None, "k", "k", "k", "other")])
    result = desk.govern(contract(KEYED, ONCE))
    assert result.failed_by_rule == {"once": 2}
    assert sorted(desk.failed()) == ["f.csv:5", "f.csv:6"]


def test_the_first_received_stays_then_batch_then_natural_position(desk, contract):
    early = datetime(2026, 1, 1, tzinfo=UTC)
    desk.land([
        {"key_no": "a", "note": "tenth", "_position": "f.csv:10"}, {"key_no": "a", "note": "ninth", "_position": "f.csv:9"},
        {"key_no": "b", "note": "late", "_position": "f.csv:1"}, {"key_no": "b", "note": "early", "_position": "f.csv:2", "_received_at": early},
    ], pa.schema([("key_no", pa.string()), ("note", pa.string())]))
    desk.govern(contract(KEYED, ONCE))
    assert sorted(row["note"] for row in desk.rows("gongan.resident")) == ["early", "ninth"]


def test_keys_are_compared_after_standardising(desk, contract):
    text = contract("{name: key_no, logicalType: string, customProperties: [{property: standardise, value: [nfkc, trim]}]}", ONCE)
    desk.land([{"key_no": "K1"}, {"key_no": "Ｋ１ "}])
    assert desk.govern(text).quarantined == 1


def test_every_failed_rule_is_told_with_the_value_as_delivered(desk, contract):
    text = contract("""{name: number, customProperties: [{property: dataElement, value: citizen_number}]}
    {name: birth, logicalType: date}
    {name: division, customProperties: [{property: dataElement, value: division}]}""",
    "[{id: born, type: custom, engine: lingnan, implementation: {rule: birth_matches_number, birth: birth, number: number}}]")
    desk.land([{"number": " 11010519491231002x", "birth": "1950/1/1", "division": "000000"}])
    desk.govern(text)
    row = desk.rows("quarantine.gongan_resident")[0]
    assert row["_rules"] == ["born", "division_division_ever_existed"]
    assert row["_reasons"] == [
        {"rule": "born", "column": "birth", "value": "1950/1/1 /  11010519491231002x"},
        {"rule": "division_division_ever_existed", "column": "division", "value": "000000"},
    ]
    assert row["number"] == " 11010519491231002x"


def test_an_old_division_is_replaced_and_kept_a_split_one_stays_with_a_warning(desk, contract):
    desk.land([{"division": code} for code in ("440183", "440106", "440301")])
    result = desk.govern(contract("{name: division, customProperties: [{property: dataElement, value: division}]}"))
    rows = desk.rows("gongan.resident")
    assert [(row["division"], row["division_delivered"], row["_repaired"]) for row in rows[:2]] == [
        ("440118", "440183", ["division"]), ("440106", None, []),
    ]
    assert result.quarantined == len(desk.failed())


def test_repairs_are_counted_and_named(desk, contract):
    desk.land([{"name": "　李明 ", "born": "2026年1月2日"}, {"name": "王芳", "born": "20260102"}, {"name": "", "born": None}])
    text = contract("""{name: name, logicalType: string, customProperties: [{property: standardise, value: [nfkc, trim, empty_to_null]}]}
    {name: born, logicalType: date, customProperties: [{property: standardise, value: [date]}]}""")
    result = desk.govern(text)
    rows = desk.rows("gongan.resident")
    assert [row["_repaired"] for row in rows] == [["name", "born"], [], []]
    assert [row["born"] for row in rows] == [date(2026, 1, 2), date(2026, 1, 2), None]
    assert rows[2]["name"] is None
    assert result.repaired == 2


def test_labels_become_codes_without_counting_as_repairs(desk, contract):
    desk.land([{"sex": "男"}, {"sex": "2"}, {"sex": "不详性别"}])
    result = desk.govern(contract("{name: sex, customProperties: [{property: dataElement, value: sex}]}"))
    assert [row["sex"] for row in desk.rows("gongan.resident")] == ["1", "2"]
    assert (result.repaired, result.failed_by_rule) == (0, {"sex_code_valid": 1})


def test_rows_of_a_warning_are_accepted_and_counted(desk, contract):
    text = contract(NAME.replace("{type", "{id: short, severity: warning, type"))
    desk.land([{"name": "陈"}, {"name": "陈明"}])
    result = desk.govern(text)
    assert (result.accepted, result.failed_by_rule) == (2, {"short": 1})


@pytest.mark.parametrize(("operator", "accepted", "failed"), [
    ("mustBeLessThan: 2", 3, {}), ("mustBeLessThan: 1", 2, {"few": 1}), ("mustBeLessOrEqualTo: 1", 3, {}), ("mustBe: 1", 3, {}),
    ("mustBe: 0", 2, {"few": 1}),
    ("mustNotBe: 1", 2, {"few": 1}), ("mustBeBetween: [0, 1]", 3, {}), ("mustNotBeBetween: [0, 1]", 2, {"few": 1}),
    ("mustBeLessThan: 30, unit: percent", 2, {"few": 1}), ("mustBeLessThan: 40, unit: percent", 3, {}),
])
def test_a_metric_with_a_limit_judges_the_table_first(desk, contract, operator, accepted, failed):
    desk.land([{"a": "x"}, {"a": None}, {"a": "y"}])
    result = desk.govern(contract(f"{{name: a, logicalType: string, quality: [{{id: few, type: library, metric: nullValues, {operator}}}]}}"))
    assert (result.accepted, result.failed_by_rule) == (accepted, failed)
    assert next(count for count in result.checks if count.rule == "few").observed == 1


@pytest.mark.parametrize(("operator", "failed"), [("mustBeGreaterThan: 1", 0), ("mustBeGreaterThan: 2", 1), ("mustBeGreaterOrEqualTo: 2", 0)])
def test_row_count_is_a_rule_over_the_table(desk, contract, operator, failed):
    desk.land([{"a": "x"}, {"a": "y"}])
    result = desk.govern(contract("{name: a, logicalType: string}", f"[{{id: rows, type: library, metric: rowCount, {operator}}}]"))
    count = next(each for each in result.checks if each.rule == "rows")
    assert (count.checked, count.failed, count.observed, result.accepted) == (1, failed, 2, 2)


def test_own_sql_sees_standardised_rows_only(desk, contract):
    rule = '[{id: own, type: sql, query: "select count(*) from ${table} where a = 3", mustBe: 1}]'
    desk.land([{"a": "３"}, {"a": "4"}])
    result = desk.govern(contract("{name: a, logicalType: integer, customProperties: [{property: standardise, value: [nfkc, integer]}]}", rule))
    assert next(each for each in result.checks if each.rule == "own").failed == 0


@pytest.mark.parametrize("query", [
    "select count(*) from trust.people", "select count(*) from read_csv('/etc/passwd')", "drop table resident", "select 1; select 2",
    "select count(*) from '/etc/passwd'", "select getenv('HOME')", "copy resident to 'x'", "select * from",
])
def test_own_sql_that_reaches_out_is_refused(desk, contract, query):
    desk.land([{"a": "x"}])
    with pytest.raises(BadInput):
        desk.govern(contract("{name: a, logicalType: string}", f'[{{id: own, type: sql, query: "{query}", mustBe: 0}}]'))


def test_a_contract_cannot_change_the_statement(desk, contract):
    desk.land([{"a": "x"}])
    rule = """[{id: o, type: library, metric: invalidValues, arguments: {validValues: ["x') or ('1'='1"]}, mustBe: 0}]"""
    result = desk.govern(contract(f"{{name: a, logicalType: string, quality: {rule}}}"))
    assert result.failed_by_rule == {"o": 1}


def test_columns_may_be_called_as_the_statement_calls_its_own(desk, contract):
    names = ("valid_to", "code", "place", "digest", "m0", "k0", "d0", "t0", "marked", "s", "below", "label", "value")
    properties = "\n".join(f"{{name: {name}, logicalType: string}}" for name in names)
    rules = "[{type: custom, engine: lingnan, implementation: {rule: duplicate_key, columns: [place, digest]}}]"
    properties += "\n{name: division, customProperties: [{property: dataElement, value: division}]}"
    desk.land([{**dict.fromkeys(names, "x"), "division": "440183"}, {**dict.fromkeys(names, "x"), "division": "440106"}])
    assert desk.govern(contract(properties, rules)).quarantined == 1


def test_rows_that_share_a_place_are_told_apart(desk, contract):
    rows = [{"a": "1", "_position": "s.xlsx!4"}, {"a": "x", "_position": "s.xlsx!4"}, {"a": "3", "_position": "s.xlsx!5"}]
    desk.land(rows, pa.schema([("a", pa.string())]))
    result = desk.govern(contract("{name: a, logicalType: integer}"))
    assert (result.accepted, result.quarantined) == (2, 1)
    assert [row["_position"] for row in desk.rows("quarantine.gongan_resident")] == ["s.xlsx!4#2"]
    assert len(desk.rows("gongan.resident")) == 2


def test_more_rules_than_a_mask_has_bits(desk, contract):
    rules = ", ".join(f"{{id: r{n}, type: custom, engine: lingnan, implementation: {{rule: pattern, regex: '{n}'}}}}" for n in range(130))
    desk.land([{"a": "77"}, {"a": None}])
    result = desk.govern(contract(f"{{name: a, logicalType: string, quality: [{rules}]}}"))
    assert len(result.failed_by_rule) == 129
    assert "r77" not in desk.failed()["f.csv:2"]
    assert len(desk.failed()["f.csv:2"]) == 129


def test_only_the_batches_asked_for_are_governed(desk, contract):
    desk.land([{"a": "old", "_batch": "b0"}, {"a": "new"}], pa.schema([("a", pa.string())]))
    text = contract("{name: a, logicalType: string, unique: true}")
    assert desk.govern(text, batches=["b1"]).accepted == 1
    assert [row["a"] for row in desk.rows("gongan.resident")] == ["new"]
    assert desk.govern(text, batches=[]).accepted == 0


def test_native_columns_keep_their_type(desk, contract):
    schema = pa.schema([("n", pa.int64()), ("on", pa.date32()), ("amount", pa.float64())])
    desk.land([{"n": 1, "on": date(2026, 1, 1), "amount": 1.005}, {"n": None, "on": None, "amount": None}], schema)
    text = contract("""{name: n, logicalType: string}
    {name: "on", logicalType: date, customProperties: [{property: standardise, value: [date]}]}
    {name: amount, logicalType: number, physicalType: "DECIMAL(18,2)"}""")
    result = desk.govern(text)
    assert (result.accepted, result.repaired) == (2, 0)
    assert desk.rows("gongan.resident")[0]["n"] == "1"


def test_a_reference_to_a_table_that_is_not_there_is_said_and_not_failed(desk, contract):
    rule = "[{id: ref, type: custom, engine: lingnan, implementation: {rule: references, table: x.y, column: k}}]"
    text = contract(f"{{name: a, logicalType: string, quality: {rule}}}")
    desk.land([{"a": "1"}])
    result = desk.govern(text)
    assert next(each for each in result.checks if each.rule == "ref").checked == 0
    assert "x.y" in result.notes[0]


def test_a_column_that_was_not_delivered_counts_as_null_and_an_extra_one_is_said(desk, contract):
    desk.land([{"extra": "1"}])
    result = desk.govern(contract("{name: a, logicalType: string, required: true}"))
    assert result.failed_by_rule == {"a_required": 1}
    assert len(result.notes) == 2


def test_an_empty_table_gives_three_empty_answers(desk, contract):
    desk.land([], pa.schema([("a", pa.string())]))
    result = desk.govern(contract("{name: a, logicalType: string, primaryKey: true}"))
    assert (result.accepted, result.quarantined) == (0, 0)
    assert desk.rows("gongan.resident") == []


def test_rows_that_do_not_add_up_are_damage(desk, contract, monkeypatch):
    desk.land([{"a": "x"}, {"a": "y"}])
    monkeypatch.setattr(governing.statement, "accepted_sql", lambda *_: "select 1 as a")
    with pytest.raises(Damaged):
        desk.govern(contract("{name: a, logicalType: string}"))


def test_tables_of_a_feed():
    assert FeedTables.of("gongan.resident").outputs == ("gongan.resident", "quarantine.gongan_resident", "checks.gongan_resident")
