"""Addresses to divisions and parts: the published sets, the hard cases, each reason once, and what a file keeps of its own."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.base import BadInput, FixedClock, WrongUse
from lingnan.govern import parse_addresses
from lingnan.govern.addresses.resolving import Mention, resolve
from lingnan.lake import Lake
from tests.govern.conftest import RECEIVED
from tests.govern.making_addresses import FOLDER, make
from tests.terminal import run


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Lake(tmp_path_factory.mktemp("lake"), FixedClock(RECEIVED)).engine(threads=2, memory="1GB")


@pytest.fixture(scope="module")
def parsed(engine, tmp_path_factory):
    """Parse a list of addresses: one dictionary each."""

    def parse(addresses: list[str | None], within: str = "") -> list[dict[str, str]]:
        folder = tmp_path_factory.mktemp("addresses")
        pq.write_table(pa.table({"address": pa.array(addresses, pa.string())}), folder / "given.parquet")
        parse_addresses(folder / "given.parquet", "address", folder / "out.parquet", engine=engine, within=within)
        return pq.read_table(folder / "out.parquet").to_pylist()

    return parse


def wrong(labelled: list[dict[str, str]], found: list[dict[str, str]]) -> list[str]:
    """The addresses whose finding is not what the label says."""
    return [label["address"] for label, got in zip(labelled, found, strict=True) if not _right(label, got)]


def _right(label: dict[str, str], got: dict[str, str]) -> bool:
    if label["status"] != got["status"]:
        return False
    if label["status"] == "ambiguous":
        return set(label["candidates"].split("|")) <= set(got["candidates"].split("|"))
    return label["division"] == got["division"]


@pytest.mark.parametrize(("name", "allowed"), [("labelled", 30), ("hard", 1)])
def test_the_published_sets_are_read_right(parsed, name, allowed):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        labelled = list(csv.DictReader(lines))
    faults = wrong(labelled, parsed([each["address"] for each in labelled]))
    assert len(labelled) in (1000, 20)
    assert len(faults) <= allowed, faults


def test_the_published_sets_are_what_their_seeds_make():
    with (FOLDER / "development.csv").open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines))[1:] == [list(each) for each in make(1, 1000)]


REASONS = [
    ("广东省深圳市南山区粤海街道", "named", "440305", None),
    ("深圳市南山去科技园", "named", "440305", None),
    ("深圳市南山市科技园", "kind_corrected", "440305", None),
    ("增城市新塘镇", "renamed", "440118", "440183"),
    ("襄樊市襄阳区", "renamed", "420607", "420607"),
    ("深圳宝安区龙华街道", "carved_out", "440309", None),
    ("杭州市江干区白杨街道", "split_told_by_township", "330114", "330104"),
    ("深圳市粤海街道", "told_by_township", "440305", None),
    ("珠海横琴", "zone", "440402", None),
    ("科技园1号（深圳市南山区）", "found_inside", "440305", None),
    ("南山区科技路", "same_name", "", None),
    ("江干区凯旋路", "split", "", "330104"),
    ("雄安新区", "zone_spans", "", None),
    ("天河体育中心", "short_name_alone", "", None),
    ("深圳市天河区", "contradiction", "", None),
    ("南京市上海路5号", "city_only", "320100", None),
    ("上海南京西路", "province_only", "310000", None),
    ("中山大学", "no_division", "", None),
    ("", "empty", "", None),
    (None, "empty", "", None),
]


def test_every_finding_says_why(parsed):
    found = parsed([address for address, _reason, _division, _old in REASONS])
    assert [(got["reason"], got["division"], got["old_code"]) for got in found] == [tuple(rest) for _address, *rest in REASONS]


def test_the_old_division_is_kept_with_its_dates_and_an_unlisted_township_is_told_apart(parsed):
    ended, unlisted = parsed(["茂名市茂港区坡心镇", "广州市番禺区大石镇朝阳东路1号"])
    assert (ended["division"], ended["county"], ended["township"]) == ("440904", "电白区", "坡心镇")
    assert (ended["old_code"], ended["old_name"], ended["old_to"].isoformat()) == ("440903", "茂港区", "2014-01-25")
    assert (unlisted["division"], unlisted["township"], unlisted["township_code"], unlisted["road"]) == ("440113", "大石镇", "", "朝阳东路")


def test_a_column_known_to_lie_in_a_province_tells_namesakes_apart(parsed):
    [inside] = parsed(["南山区科技路1号"], within="440000")
    assert (inside["status"], inside["division"]) == ("resolved", "440305")


DETAILS = [
    ("科苑路15号科兴科学园A栋3单元12层1201", {"road": "科苑路", "number": "15号", "estate": "科兴科学园", "building": "A栋", "unit": "3单元",
                                              "floor": "12层", "room": "1201"}),
    ("石牌社区龙口西路205号", {"village": "石牌社区", "road": "龙口西路", "number": "205号"}),
    ("中关村南大街27号", {"road": "中关村南大街", "number": "27号"}),
    ("幸福小区3-2-501", {"estate": "幸福小区", "building": "3", "unit": "2", "room": "501"}),
    ("128号大院3号楼2单元501房", {"number": "128号大院", "building": "3号楼", "unit": "2单元", "room": "501房"}),
    ("解放路３８弄５号６０２室", {"road": "解放路", "number": "38弄5号", "room": "602室"}),
    ("某某有限公司", {"place": "某某有限公司"}),
]


def test_what_follows_the_divisions_is_taken_apart(parsed):
    names = ("village", "road", "number", "estate", "building", "unit", "floor", "room", "place")
    found = parsed(["广东省广州市天河区" + detail for detail, _parts in DETAILS])
    assert [{name: got[name] for name in names if got[name]} for got in found] == [parts for _detail, parts in DETAILS]
    assert all(got["standard"].startswith("广东省广州市天河区") for got in found)


def test_a_file_keeps_its_rows_and_columns(engine, tmp_path):
    given_file = tmp_path / "given.csv"
    given_file.write_text("编号,地址,status\n7,广东省深圳市福田区深南大道1号,a\n8,朝阳区1号,b\n9,,c\n", encoding="gb18030")
    report = parse_addresses(given_file, "地址", tmp_path / "out.csv", engine=engine)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert (report.rows, report.resolved, report.ambiguous, report.unresolved) == (3, 1, 1, 1)
    assert [row["address_status"] for row in rows] == ["resolved", "ambiguous", "unresolved"]
    assert [row["编号"] + row["status"] for row in rows] == ["7a", "8b", "9c"]


def test_a_value_over_two_lines_is_one_address(engine, tmp_path):
    (tmp_path / "given.csv").write_text('地址\n"广东省深圳市\n南山区科技路1号"\n广州市天河区\n', encoding="utf-8")
    report = parse_addresses(tmp_path / "given.csv", "地址", tmp_path / "out.parquet", engine=engine)
    assert report.resolved == 2
    assert pq.read_table(tmp_path / "out.parquet")["division"].to_pylist() == ["440305", "440106"]


def test_what_is_not_there_is_refused_by_name(engine, tmp_path):
    file = tmp_path / "given.csv"
    file.write_text("编号,地址\n1,广州市\n", encoding="utf-8")
    with pytest.raises(BadInput, match="住址"):
        parse_addresses(file, "住址", tmp_path / "out.csv", engine=engine)
    with pytest.raises(BadInput, match="999999"):
        parse_addresses(file, "地址", tmp_path / "out.csv", engine=engine, within="999999")
    with pytest.raises(WrongUse, match=r"out\.xlsx"):
        parse_addresses(file, "地址", tmp_path / "out.xlsx", engine=engine)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["广东", "深圳市", "南山区", "朝阳", "江干区", "吉林", "上海", "市中区", "横琴", "粤", "路南"]), max_size=6))
def test_any_chain_of_names_is_decided(names):
    found = resolve([Mention(name) for name in names])
    assert found.status in ("resolved", "ambiguous", "unresolved")
    assert (found.status == "resolved") <= bool(found.division)
    assert (found.status == "ambiguous") <= bool(found.candidates)
    assert found.taken <= len(names)


def test_odd_texts_break_nothing(parsed):
    odd = ["'\"; drop table x", "号", "省市区县", "　", "１２３", "\x00\x1f\x1e", "a" * 5000, "广东省" * 50, "100%", "路" * 300, "😀广州市天河区"]
    assert [row["address"] for row in parsed(odd)] == odd


def test_the_command_answers_as_promised(tmp_path):
    file = tmp_path / "given.csv"
    file.write_text("地址\n深圳南山科技园\n朝阳区1号\n", encoding="utf-8")
    done = run("govern", "address", file, "--column", "地址", "--out", tmp_path / "out.csv", "--home", tmp_path / "hub", "--json")
    answer = json.loads(done.stdout)
    assert {key: answer[key] for key in ("schema", "rows", "resolved", "ambiguous", "unresolved")} == {
        "schema": 1, "rows": 2, "resolved": 1, "ambiguous": 1, "unresolved": 0,
    }
