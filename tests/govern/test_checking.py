"""A check reads any table or file, changes nothing, and returns every failing row."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lingnan.base import BadInput
from lingnan.govern import check
from lingnan.lake import View
from lingnan.standards import CITIZEN_NUMBER, read_contract

TODAY = "2026-10-31"


def numbers(count: int) -> list[str]:
    """Valid numbers of made people."""
    made = []
    for n in range(count):
        first = f"440106{1950 + n % 60}0{1 + n % 9}1{n % 9}{n % 1000:03d}"
        made.append(next(first + last for last in "0123456789X" if CITIZEN_NUMBER.valid(first + last)))
    return made


def people(count: int = 200) -> pa.Table:
    valid = numbers(count)
    valid[3] = valid[3][:17] + ("0" if valid[3][17] != "0" else "1")
    births = [f"{v[6:10]}-{v[10:12]}-{v[12:14]}" for v in valid]
    births[5] = "1901-01-01"
    sexes = ["男" if int(v[16]) % 2 else "女" for v in valid]
    serials = [str(n if n != 9 else 8) for n in range(count)]
    return pa.table({"id_no": valid, "name": ["陈明"] * count, "sex": sexes, "birth_date": births, "serial_no": serials})


def failed(report) -> dict[str, int]:
    return {rule.rule: rule.failed for rule in report.rules if rule.failed}


def test_a_parquet_file_without_a_contract(desk, tmp_path):
    file = tmp_path / "unseen.parquet"
    pq.write_table(people(), file)
    report = check(file, None, tmp_path / "out", engine=desk.engine, views={}, today=TODAY)
    assert report.suggested
    assert failed(report) == {"id_no_identifier": 1, "birth_matches_number": 1, "serial_no_duplicate_key": 2}
    assert (report.rows, report.failed_rows) == (200, 4)
    rows = pq.read_table(report.out).to_pylist()
    assert sorted((row["rule"], row["position"]) for row in rows) == [
        ("birth_matches_number", "6"), ("id_no_identifier", "4"), ("serial_no_duplicate_key", "10"), ("serial_no_duplicate_key", "9"),
    ]
    assert json.dumps(report.payload(), ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_a_text_file_in_any_encoding(desk, tmp_path, encoding):
    table = people().rename_columns(["公民身份号码", "姓名", "性别", "出生日期", "编号"])
    lines = [",".join(table.column_names), *(",".join(row.values()) for row in table.to_pylist())]
    file = tmp_path / "unseen.csv"
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    report = check(file, None, None, engine=desk.engine, views={}, today=TODAY)
    assert failed(report) == {"公民身份号码_identifier": 1, "birth_matches_number": 1, "编号_duplicate_key": 2}


def test_a_file_under_a_contract_is_read_by_its_delivered_headers(desk, tmp_path, contract):
    file = tmp_path / "given.csv"
    file.write_text("号码,备注\n1,x\nA,y\n", encoding="utf-8")
    text = contract("""{name: number, physicalName: 号码, logicalType: integer, primaryKey: true}
    {name: note, physicalName: 备注, logicalType: string}""")
    report = check(file, read_contract(text), tmp_path / "out", engine=desk.engine, views={}, today=TODAY)
    assert failed(report) == {"number_type": 1}
    assert pq.read_table(report.out).to_pylist()[0] | {"batch": ""} == {
        "key": "A", "rule": "number_type", "column": "number", "value": "A", "severity": "error", "batch": "", "position": "2",
    }


def test_a_table_of_the_lake_without_technical_columns(desk, contract):
    desk.put("registers.people", [{"name": "陈明"}, {"name": ""}])
    views = {"registers.people": View.for_step("registers.people", "test")}
    asked = read_contract(contract("{name: name, logicalType: string, required: true}"))
    report = check("registers.people", asked, None, engine=desk.engine, views=views, today=TODAY)
    assert failed(report) == {"name_required": 1}
    assert desk.lake.tables() == ["registers.people"]


def test_every_failing_row_is_returned_whatever_their_number(desk, tmp_path, contract):
    file = tmp_path / "many.parquet"
    pq.write_table(pa.table({"a": ["x"] * 30_000}), file)
    report = check(file, read_contract(contract("{name: a, logicalType: integer}")), tmp_path / "out", engine=desk.engine, views={}, today=TODAY)
    assert report.failed_rows == pq.read_metadata(report.out).num_rows == 30_000


def test_failed_rows_count_warnings_once_and_leave_out_counts_within_their_limit(desk, tmp_path, contract):
    file = tmp_path / "some.parquet"
    pq.write_table(pa.table({"a": ["x", "xx", None, "y"]}), file)
    rules = (
        "[{id: short, type: custom, engine: lingnan, implementation: {rule: length, min: 2}, severity: warning}, "
        "{id: one, type: custom, engine: lingnan, implementation: {rule: pattern, regex: 'x*'}}, "
        "{id: few, type: library, metric: nullValues, mustBeLessThan: 2}]"
    )
    report = check(file, read_contract(contract(f"{{name: a, logicalType: string, quality: {rules}}}")), tmp_path / "out", engine=desk.engine,
                   views={}, today=TODAY)
    assert failed(report) == {"short": 2, "one": 1}
    assert report.failed_rows == 2
    assert sorted((row["rule"], row["position"]) for row in pq.read_table(report.out).to_pylist()) == [("one", "4"), ("short", "1"), ("short", "4")]


def test_a_rule_over_the_load_fails_the_check_and_has_a_line_without_a_row(desk, tmp_path, contract):
    file = tmp_path / "some.parquet"
    pq.write_table(pa.table({"a": ["x"]}), file)
    text = contract("{name: a, logicalType: string}", "[{id: rows, type: library, metric: rowCount, mustBeGreaterThan: 5}]")
    report = check(file, read_contract(text), tmp_path / "out", engine=desk.engine, views={}, today=TODAY)
    assert (report.failed, report.failed_rows) == (True, 0)
    assert [(row["rule"], row["value"], row["position"]) for row in pq.read_table(report.out).to_pylist()] == [("rows", "1", None)]


@pytest.mark.parametrize(("rows", "failing"), [(100, set()), (150, {"volume"}), (40, {"volume"})])
def test_a_file_is_compared_with_the_load_before(desk, tmp_path, contract, rows, failing):
    last, file = tmp_path / "last.csv", tmp_path / "now.parquet"
    last.write_text("企业类别\n" + "国有企业\n民营企业\n" * 50, encoding="gb18030")
    pq.write_table(pa.table({"企业类别": ["国有企业", "民营企业"] * (rows // 2)}), file)
    rules = (
        "[{id: volume, type: custom, engine: lingnan, implementation: {rule: volume, change: 0.3}}, "
        "{id: drift, type: custom, engine: lingnan, implementation: {rule: drift, of: kind}}]"
    )
    text = contract("{name: kind, physicalName: 企业类别, logicalType: string}", rules)
    report = check(file, read_contract(text), None, engine=desk.engine, views={}, today=TODAY, last=last)
    assert set(failed(report)) == failing
    assert {rule.rule: rule.checked for rule in report.rules if rule.over == "table"}["drift"] == 1


def test_a_file_that_is_not_there_is_bad_input(desk):
    with pytest.raises(BadInput):
        check(Path("nowhere.parquet"), None, None, engine=desk.engine, views={}, today=TODAY)
