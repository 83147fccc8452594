"""Single files as tables: typed, and what does not convert is kept whole."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lingnan.base import BadInput
from lingnan.collect import ReadOptions
from lingnan.standards import read_contract

from .conftest import DATA, Hub


def test_types_are_found(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("no,code,on,at,share,ok\n1,007,2026-01-02,2026-01-02 08:00:00,0.5,true\n2,008,2026-02-03,2026-01-02 09:00:00,NA,false\n")
    result = hub.load_file(path, "t")
    assert (result.table, result.rows, result.rejected) == ("landing.t", 2, 0)
    assert hub.rows("landing.t", 'no, code, "on", "at", share, ok')[0] == (1, "007", date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC), 0.5, True)
    assert hub.rows("landing.t", "share")[1] == (None,)
    assert [column for column in hub.lake.schema("landing.t").names if column.startswith("_")] == ["_batch", "_position", "_received_at"]


def test_mixed_dates_and_grouped_numbers_convert(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text('日期,金额\n2026/1/2,"1,234.5"\n2026年11月20日,12\n', encoding="gbk")
    hub.load_file(path, "m")
    assert hub.rows("landing.m", "日期, 金额") == [(date(2026, 1, 2), 1234.5), (date(2026, 11, 20), 12.0)]


def test_odd_values_late_in_a_file_are_rejected_whole(hub: Hub, tmp_path: Path) -> None:
    rows = [f"{at},{at * 2}" for at in range(60_000)]
    rows[55_000] = "55000,oops"
    path = tmp_path / "late.csv"
    path.write_text("a,b\n" + "\n".join(rows) + "\n")
    result = hub.load_file(path, "late")
    assert (result.rows, result.rejected) == (59_999, 1)
    assert hub.rows("rejects.landing_late", '_position, reason, "column", value, line') == [
        ("late.csv:55002", "not_convertible", "b", "oops", '{"a": 55000, "b": "oops"}')
    ] or hub.rows("rejects.landing_late", "line") == [('{"a": "55000", "b": "oops"}',)]


def test_a_type_that_does_not_hold_is_widened(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("a,b\n" + "".join(f"{at},{at if at < 40_000 else f'{at}.5'}\n" for at in range(60_000)))
    result = hub.load_file(path, "wide")
    assert (result.rows, result.rejected) == (60_000, 0)
    assert str(hub.lake.schema("landing.wide").field("b").type) == "double"


def test_the_same_file_again_is_skipped_and_a_changed_one_replaces(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("a\n1\n2\n3\n")
    first = hub.load_file(path, "s")
    assert hub.load_file(path, "s").skipped
    assert hub.lake.version("landing.s") == first.version
    path.write_text("a\n5\n")
    second = hub.load_file(path, "s")
    assert [alarm.code for alarm in second.alarms] == ["shrunken"]
    assert hub.rows("landing.s", "a") == [(5,)]


def test_a_table_without_rows_is_made_and_alarmed(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_text("id,name\n")
    result = hub.load_file(path, "none")
    assert ([alarm.code for alarm in result.alarms], hub.lake.rows("landing.none")) == (["empty"], 0)
    ragged = hub.load_file(DATA / "defective-rows.csv", "ragged")
    assert (ragged.rows, ragged.rejected, len(hub.rows("rejects.landing_ragged"))) == (0, 2, 2)


def test_the_contract_decides_types(hub: Hub, tmp_path: Path) -> None:
    feed = hub.feed({"item_no": "编号", "amount": "金额"}, location="x")
    contract = feed.path.parent / "item.contract.yaml"
    kind, wanted = "金额', logicalType: string, physicalType: VARCHAR", "金额', logicalType: number, physicalType: 'DECIMAL(18,2)'"
    contract.write_text(contract.read_text(encoding="utf-8").replace(kind, wanted), encoding="utf-8")
    path = tmp_path / "c.csv"
    path.write_text("编号,金额\n1,10.25\n2,x\n", encoding="utf-8")
    result = hub.load_file(path, "ceshi.item", contract=read_contract(contract))
    assert (result.rows, result.rejected) == (1, 1)
    assert str(hub.lake.schema("ceshi.item").field("amount").type) == "decimal128(18, 2)"
    assert hub.rows("ceshi.item", "item_no")[0] == ("1",)


def test_packages_with_faults_are_refused_with_all_of_them(hub: Hub) -> None:
    with pytest.raises(BadInput) as raised:
        hub.load_file(DATA / "invalid" / "datapackage.json", "p")
    assert len(raised.value.facts["faults"]) == 2


def test_the_steward_overrules(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("1,2\n3,4\n")
    hub.load_file(path, "o", options=ReadOptions(header_rows=0, columns=("x", "y"), types={"y": "VARCHAR"}))
    assert hub.rows("landing.o", "x, y") == [(1, "2"), (3, "4")]
