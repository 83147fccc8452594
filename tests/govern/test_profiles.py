"""Profiles of tables and files: keys, code lists, elements, personal data, drift, and a contract that checks the data it was made from."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lingnan.base import BadInput
from lingnan.govern import Promised, TableProfile, check, profile
from lingnan.lake import View
from lingnan.standards import data_element, read_contract

from .conftest import Desk
from .test_checking import numbers

AT = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = [surname + given for surname in "王李张刘陈杨黄赵吴周徐孙" for given in ("小明", "秀英")]


def rows(count: int = 300, **changed: list[Any]) -> pa.Table:
    """A delivery with a number, a name, a sex, a place, a yearly serial, an amount, a day and a remark."""
    valid = numbers(count)
    columns: dict[str, list[Any]] = {
        "公民身份号码": valid, "姓名": [NAMES[at % 24] for at in range(count)], "性别": ["男" if int(each[16]) % 2 else "女" for each in valid],
        "区划": ["440106" if at % 3 else "440103" for at in range(count)], "年度": [str(2020 + at // 100) for at in range(count)],
        "序号": [str(at % 100 + 1) for at in range(count)], "金额": [str(100 + at % 150 * 7) for at in range(count)],
        "申请日期": [f"2024-01-{1 + at % 28:02d}" for at in range(count)],
        "备注": [f"办件人反映第{at}次排队时间过长希望尽快改进并书面答复" for at in range(count)],
    }
    if count > 5:
        columns["备注"][5] = f"第5次来访，请回电13800138000，证件{valid[0]}。"
    return pa.table({**columns, **changed})


def profiled(desk: Desk, table: pa.Table, folder: Path, last: TableProfile | None = None, **known: Any) -> TableProfile:
    file = folder / "unseen.parquet"
    pq.write_table(table, file)
    before = json.loads(json.dumps(last.payload())) if last else None
    return profile(file, engine=desk.engine, views={}, at=AT, promised=Promised(**known, last=before))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> TableProfile:
    """The delivery's profile, which many tests look at."""
    folder = tmp_path_factory.mktemp("profiles")
    return profiled(Desk(folder / "lake"), rows(), folder)


def test_columns_are_told_by_their_header_and_their_values(first: TableProfile) -> None:
    found = {each.name: each for each in first.columns}
    assert {name: found[name].elements[0].element for name in ("公民身份号码", "姓名", "性别", "区划")} == {
        "公民身份号码": "citizen_number", "姓名": "person_name", "性别": "sex", "区划": "division",
    }
    assert [each.name for each in found["性别"].code_lists] == ["sexes"]
    assert "divisions" in [each.name for each in found["区划"].code_lists]
    assert {name: found[name].classification for name in ("公民身份号码", "姓名", "性别", "区划", "金额", "备注")} == {
        "公民身份号码": "sensitive", "姓名": "personal", "性别": "personal", "区划": data_element("division").classification, "金额": "internal",
        "备注": "sensitive",
    }
    assert {each.kind for each in found["备注"].personal} == {"holds_citizen_number", "holds_phone"}
    assert found["公民身份号码"].counts.patterns[0][0] == "9{18}"


def test_no_value_of_a_person_stands_in_a_profile(first: TableProfile) -> None:
    told = json.dumps(first.payload(), ensure_ascii=False) + first.contract
    for value in (*NAMES, *numbers(20), "13800138000", "办件人"):
        assert value not in told, value
    assert first.column("区划").values_kept
    assert first.column("区划").counts.top == (("440106", 200), ("440103", 100))
    assert not first.column("性别").values_kept


def test_a_promised_class_outweighs_what_was_seen(desk: Desk, tmp_path: Path) -> None:
    found = profiled(desk, rows(), tmp_path, classes={"金额": "sensitive", "姓名": "public"})
    assert (found.column("金额").classification, found.column("金额").counts.minimum) == ("sensitive", "")
    assert found.column("姓名").classification == "personal"


def test_keys_are_found_alone_and_in_pairs(first: TableProfile) -> None:
    assert first.keys[0] == ("公民身份号码",)
    assert ("年度", "序号") in first.keys
    assert first.column("公民身份号码").key
    assert not first.column("序号").key


def test_the_suggested_contract_is_read_and_checks_its_own_file(desk: Desk, tmp_path: Path, first: TableProfile) -> None:
    pq.write_table(rows(), tmp_path / "unseen.parquet")
    (tmp_path / "c.yaml").write_text(first.contract, encoding="utf-8")
    contract = read_contract(tmp_path / "c.yaml")
    assert [each.source for each in contract.properties] == rows().column_names
    assert {each.source: each.name for each in contract.properties}["公民身份号码"] == "citizen_number"
    assert contract.named("citizen_number").classification == "sensitive"
    report = check(tmp_path / "unseen.parquet", contract, None, engine=desk.engine, views={}, today="2026-10-31")
    assert (report.rows, report.failed_rows, report.suggested) == (300, 0, False)
    assert {"citizen_number_identifier", "sex_matches_number", "sex_code_valid"} <= {rule.rule for rule in report.rules}
    broken = rows(性别=["7"] * 300)
    pq.write_table(broken, tmp_path / "unseen.parquet")
    assert check(tmp_path / "unseen.parquet", contract, None, engine=desk.engine, views={}, today="2026-10-31").failed_rows == 300


def test_a_contract_of_a_text_file_finds_its_columns_by_their_headers(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "unseen.csv"
    lines = [",".join(rows().column_names), *(",".join(row.values()) for row in rows().to_pylist())]
    file.write_text("\n".join(lines) + "\n", encoding="gb18030")
    found = profile(file, engine=desk.engine, views={}, at=AT)
    contract = read_contract(found.contract)
    assert check(file, contract, None, engine=desk.engine, views={}, today="2026-10-31").failed_rows == 0


def test_the_same_data_do_not_drift(desk: Desk, tmp_path: Path, first: TableProfile) -> None:
    again = profiled(desk, rows(), tmp_path, first)
    assert (again.drift, again.compared_with) == ((), AT.isoformat())
    assert again.payload()["columns"] == first.payload()["columns"]


def test_every_kind_of_drift_is_told(desk: Desk, tmp_path: Path, first: TableProfile) -> None:
    changed = rows(
        区划=["440106"] * 20 + ["440103"] * 280, 金额=[str(2000 + at) for at in range(300)], 年度=[2020 + at // 100 for at in range(300)],
        序号=[None] * 60 + [str(at % 100 + 1) for at in range(240)], 姓名=["王小明"] * 300,
    ).drop_columns(["备注"]).append_column("来源", pa.array(["窗口"] * 300))
    found = {(each.kind, each.column): each for each in profiled(desk, changed, tmp_path, first).drift}
    assert {kind: each.marked for kind, each in found.items() if kind[0] != "distinct"} == {
        ("gone", "备注"): True, ("new", "来源"): False, ("type", "年度"): True, ("nulls", "序号"): True, ("distribution", "金额"): True,
        ("distribution", "区划"): True, ("distribution", "姓名"): True,
    }
    assert (found["type", "年度"].before, found["type", "年度"].after) == ("text", "integer")
    assert (found["nulls", "序号"].before, found["nulls", "序号"].after) == ("0.0000", "0.2000")
    assert (found["distinct", "姓名"].before, found["distinct", "姓名"].after) == ("24", "1")


def test_few_rows_say_nothing_of_a_distribution(desk: Desk, tmp_path: Path) -> None:
    few = profiled(desk, rows(30), tmp_path)
    assert profiled(desk, rows(30, 区划=["440106"] * 30), tmp_path, few).drift == ()


def test_a_table_is_sampled_over_all_its_rows_and_the_same_every_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lingnan.govern.profiles.profiling.LOOKED_AT", 100)
    desk.land([{"name": f"n{at}", "half": "a" if at < 2500 else "b"} for at in range(5000)])
    view = {"landing.gongan_resident": View.for_step("landing.gongan_resident", "test")}
    found = [profile("landing.gongan_resident", engine=desk.engine, views=view, at=AT) for _look in range(2)]
    assert found[0].payload() == found[1].payload()
    assert found[0].rows == 5000
    assert 50 <= found[0].looked_at <= 200
    assert [each.name for each in found[0].columns] == ["name", "half"]
    assert found[0].column("half").counts.distinct == 2


def test_an_empty_table_has_a_profile(desk: Desk, tmp_path: Path) -> None:
    found = profiled(desk, rows(0), tmp_path)
    assert (found.rows, found.keys, len(found.columns)) == (0, (), 9)
    assert read_contract(found.contract).properties


def test_hostile_headers_become_names_of_a_contract(desk: Desk, tmp_path: Path) -> None:
    table = pa.table({'a"; drop table x; --': ["1", "2"], "A": ["1", "2"], "b": ["x", "y"], "姓名": ["甲", "乙"], "姓 名": ["丙", "丁"]})
    found = profiled(desk, table, tmp_path)
    contract = read_contract(found.contract)
    assert len({each.name for each in contract.properties}) == 5
    assert [each.source for each in contract.properties] == table.column_names


def test_a_file_that_is_not_there_is_said(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        profile(tmp_path / "none.csv", engine=desk.engine, views={}, at=AT)
