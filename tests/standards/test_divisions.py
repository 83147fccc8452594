"""Administrative divisions: what was in force when, what took its place, how a place is written out."""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from lingnan.base import Damaged
from lingnan.standards.codes import divisions
from lingnan.standards.divisions import CITY, COUNTY, TOWNSHIP, Divisions

PLACES = divisions()
CUT_OFF = date(2023, 6, 30)
# A slice of the statistical list of 2023 (WTFPL 2 / MIT): the county-level rows of Guangdong.
COUNTIES_2023 = Path(__file__).parent / "data" / "guangdong-counties-2023.csv"


def test_guangdong_on_the_cut_off_day_is_the_statistical_list() -> None:
    with COUNTIES_2023.open(encoding="utf-8") as lines:
        listed = {row["code"]: row["name"] for row in csv.DictReader(lines)}
    found = {entry.code: entry.zh for entry in PLACES.counties(CUT_OFF, holders=True)}
    assert found == listed
    assert len(PLACES.counties(CUT_OFF)) == 122
    assert {code for code in found if PLACES.get(code).role == "holder"} == {"441900", "442000"}  # type: ignore[union-attr]
    assert sum(entry.code.startswith("44") for entry in PLACES.at(CUT_OFF, CITY)) == 21


# Rows of Guangdong in the ministry's revisions, without the province and its 21 cities.
@pytest.mark.parametrize(
    ("day", "counties"),
    [
        (date(2002, 12, 31), 123),
        (date(2005, 12, 31), 121),
        (date(2010, 12, 31), 121),
        (date(2014, 12, 31), 119),
        (date(2016, 12, 31), 121),
        (date(2018, 1, 31), 121),
        (date(2018, 12, 31), 122),
    ],
)
def test_counties_of_guangdong_at_each_revision(day: date, counties: int) -> None:
    assert len(PLACES.counties(day)) == counties


# The ministry's revisions hold 3,223, 3,226, 3,220, 3,222, 3,220 and 3,219 rows; the first three leave out Taiwan, Hong Kong
# and Macao, and that of 2016 still lists 130604, which had ended.
@pytest.mark.parametrize(
    ("day", "rows"),
    [
        (date(2002, 12, 31), 3223 + 3),
        (date(2005, 12, 31), 3226 + 3),
        (date(2010, 12, 31), 3220 + 3),
        (date(2014, 12, 31), 3222),
        (date(2016, 12, 31), 3220 - 1),
        (date(2018, 1, 31), 3219),
    ],
)
def test_the_whole_country_at_each_revision(day: date, rows: int) -> None:
    assert sum(entry.level < TOWNSHIP for entry in PLACES.at(day)) == rows


SUCCESSORS = {
    "440183": {"440118"}, "440184": {"440117"}, "440116": {"440112"}, "440102": {"440104"}, "440107": {"440103"},
    "440181": {"440113"}, "440182": {"440114"}, "440421": {"440403"}, "440681": {"440606"}, "440682": {"440605"},
    "440683": {"440607"}, "440684": {"440608"}, "440602": {"440604"}, "440603": {"440604"}, "440782": {"440705"},
    "440582": {"440513", "440514"}, "440583": {"440515"}, "440506": {"440512"}, "440510": {"440512"}, "440508": {"440511"},
    "440509": {"440511"}, "441381": {"441303"}, "440221": {"440205"}, "440202": {"440204"}, "441283": {"441204"},
    "441827": {"441803"}, "445221": {"445203"}, "445121": {"445103"}, "440923": {"440904"}, "440903": {"440904"},
    "441723": {"441704"}, "441421": {"441403"}, "445323": {"445303"},
}  # fmt: skip


@pytest.mark.parametrize("code", SUCCESSORS)
def test_successors_of_guangdong(code: str) -> None:
    assert set(PLACES.successor(code)) == SUCCESSORS[code]
    ended = PLACES.get(code)
    assert ended is not None
    assert ended.valid_to is not None
    assert PLACES.ever_existed(code)
    assert PLACES.name(code, ended.valid_to) is None


def test_every_code_of_guangdong_that_ended_after_2001_leads_to_one_in_force() -> None:
    ended = [e for e in PLACES.entries if e.code.startswith("44") and e.level and e.valid_to and e.valid_to.year > 2001]
    assert len(ended) == 30
    for entry in ended:
        following = PLACES.successor(entry.code, used_on=entry.valid_from)
        assert following, entry
        assert all(PLACES.name(code, CUT_OFF) for code in following)


ELSEWHERE = {
    "锡山市": ("320283", {"320205", "320206"}), "金华县": ("330721", {"330702", "330703"}), "江陵县": ("422421", {"421003", "421024"}),
    "阜阳县": ("342121", {"341202", "341203", "341204"}), "南郊区": ("140112", {"140105", "140110"}),
    "南充县": ("512921", {"511302", "511303", "511304"}),
    "庐山区": ("360402", {"360402"}), "宜宾市": ("512501", {"511502"}), "遵义市": ("522101", {"520302"}), "上海县": ("310221", {"310112"}),
    "川沙县": ("310224", {"310115"}), "嘉山县": ("341127", {"341182"}), "万县": ("512221", {"500101"}), "沾益县": ("532222", {"530302", "530303"}),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_counties_that_were_split_or_whose_name_went_elsewhere(name: str) -> None:
    code, following = ELSEWHERE[name]
    ended = next(entry for entry in PLACES.entries if entry.code == code and entry.zh == name and entry.valid_to)
    assert set(PLACES.successor(code, used_on=ended.valid_from or date(1981, 1, 1))) == following


def test_zengcheng_through_time() -> None:
    assert PLACES.name("440183", date(2010, 1, 1)) == "增城市"
    assert PLACES.name("440183", date(2014, 12, 31)) is None
    assert PLACES.name("440118", date(2010, 1, 1)) is None
    assert PLACES.successor("440183", date(2010, 1, 1)) == ("440183",)
    assert PLACES.successor("440125") == ("440118",)
    assert PLACES.full_name("440183") == "广东省广州市增城市"


def test_luogang_stood_from_2005_to_2013() -> None:
    standing = [year for year in range(1995, 2024) if PLACES.name("440116", date(year, 12, 31))]
    assert standing == list(range(2005, 2014))


def test_shenzhen_has_nine_districts() -> None:
    codes = [entry.code for entry in PLACES.at(CUT_OFF, COUNTY) if entry.parent == "440300"]
    assert codes == [str(code) for code in range(440303, 440312)]
    begun = [PLACES.get(code).valid_from.year for code in codes[-3:]]  # type: ignore[union-attr]
    assert begun == [2016, 2016, 2018]


def test_one_code_that_meant_two_places() -> None:
    assert PLACES.name("440106", date(1986, 12, 31)) == "芳村区"
    assert PLACES.name("440106", date(2020, 1, 1)) == "天河区"
    assert PLACES.successor("440106", used_on=date(1986, 12, 31)) == ("440103",)
    assert PLACES.successor("440106") == ("440106",)


def test_names_written_out_never_say_grouping_rows() -> None:
    assert PLACES.full_name("110101") == "北京市东城区"
    assert PLACES.full_name("500101") == "重庆市万州区"
    assert PLACES.full_name("429004") == "湖北省仙桃市"
    assert PLACES.full_name("441900003") == "广东省东莞市东城街道"
    assert PLACES.ever_existed("440101")
    assert not any("市辖区" in (PLACES.full_name(code) or "") for code in PLACES.versions)


def test_labels_and_short_forms() -> None:
    labels = PLACES.label_to_code
    assert [labels.get(label) for label in ("广州", "广州市", "广东", "Guangzhou", "中山", "内蒙古")] == [
        "440100", "440100", "440000", "440100", "442000", "150000",
    ]  # fmt: skip
    assert labels["广东省广州市天河区"] == labels["广州市天河区"] == "440106"
    assert labels["增城市"] == "440183"
    assert labels["增城"] == "440118"
    assert "朝阳区" not in labels
    assert "南山区" not in labels
    assert PLACES.labels_within("44")["南山区"] == "440305"


def test_townships_of_guangdong() -> None:
    assert sum(len(PLACES.townships(entry.code)) for entry in PLACES.counties(CUT_OFF, holders=True)) == 1757
    assert len(PLACES.townships("441900")) == 36
    assert len(PLACES.townships("442000")) == 23


def test_the_list_hangs_together() -> None:
    assert all(entry.parent in PLACES for entry in PLACES.entries if entry.parent)
    assert all(code in PLACES for entry in PLACES.entries for code in entry.successors)
    for versions in PLACES.versions.values():
        for earlier, later in pairwise(versions):
            assert earlier.valid_to is not None
            assert later.valid_from is not None
            assert earlier.valid_to <= later.valid_from
    today = {entry.code for entry in PLACES.at(date(2026, 1, 1))}
    for code in PLACES.versions:
        if PLACES.get(code).level:  # type: ignore[union-attr]
            assert set(PLACES.successor(code)) <= today


def test_arrow_joins_one_row_per_code() -> None:
    table = PLACES.arrow()
    codes = table["code"].to_pylist()
    assert len(codes) == len(set(codes)) == len(PLACES.versions)
    row = table.slice(codes.index("440183"), 1).to_pylist()[0]
    assert (row["name"], row["parent"], row["level"], row["successor"]) == ("增城市", "440100", 3, "440118")
    split = table.slice(codes.index("440582"), 1).to_pylist()[0]
    assert split["successor"] is None
    assert PLACES.arrow(CUT_OFF).num_rows == len(PLACES.at(CUT_OFF))
    assert PLACES.arrow(versions=True).num_rows == len(PLACES)


def test_a_list_with_other_columns_is_damaged(tmp_path: Path) -> None:
    whole = PLACES._path.read_text(encoding="utf-8")
    bent = tmp_path / "divisions.csv"
    bent.write_text(whole.replace("code,zh,en,level,", "code,en,zh,level,", 1), encoding="utf-8")
    with pytest.raises(Damaged) as told:
        len(Divisions(bent))
    assert "code, en, zh" in told.value.en
