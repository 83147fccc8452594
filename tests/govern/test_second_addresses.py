"""The second labelled set, made of written beginnings and ends: which county, and the parts below it."""

import pyarrow as pa
import pytest

from lingnan.base import FixedClock
from lingnan.govern.addresses import ADDRESSED, lay_addresses
from lingnan.lake import Lake
from tests.govern.conftest import RECEIVED
from tests.govern.making_second_addresses import PARTS, Second, make_second, rows_of

SEED = 20263


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    engine = Lake(tmp_path_factory.mktemp("lake"), FixedClock(RECEIVED)).engine(threads=2, memory="1GB")

    def parse(addresses: list[str]) -> list[dict[str, str]]:
        with engine.session({}) as session:
            session.add_arrow("given", pa.table({"address": pa.array(addresses, pa.string())}))
            lay_addresses(session, "given", "address")
            return session.query(f"select * from {ADDRESSED} order by row").to_pylist()

    return parse


@pytest.fixture(scope="module")
def second(read):
    made = make_second(SEED)
    return list(zip(made, read([each.address for each in made]), strict=True))


def right(label: Second, got: dict[str, str]) -> bool:
    """Whether the finding is what the label says; an open one must be left open."""
    if label.status == "open":
        return got["status"] != "resolved"
    if label.status == "ambiguous":
        return got["status"] == "ambiguous" and set(label.candidates.split("|")) <= set(got["candidates"].split("|"))
    return (got["status"], got["division"]) == (label.status, label.division)


def test_the_second_set_is_read_right(second):
    faults = [label.address for label, got in second if not right(label, got)]
    assert len(second) > 1000
    assert len(faults) <= 0.01 * len(second), faults


def test_parts_of_the_second_set_are_read_right(second):
    whole = [(label, got) for label, got in second if label.parts.strip("|") and right(label, got)]
    faults = [label.address for label, got in whole if "|".join(got[part] for part in PARTS) != label.parts]
    assert len(whole) > 500
    assert len(faults) <= 0.03 * len(whole), faults


def test_the_second_hard_cases_are_read_right(read):
    written = [Second("hard", *row.values()) for row in rows_of("second_hard")]
    found = list(zip(written, read([each.address for each in written]), strict=True))
    assert [label.address for label, got in found if not right(label, got)] == []
    assert [label.address for label, got in found if label.parts and "|".join(got[part] for part in PARTS) != label.parts] == []


def test_beginnings_that_nothing_was_mended_by_are_read_right(read):
    written = [Second("third", row["head"] + "工农路77号", row["status"], row["division"], row["candidates"], "") for row in rows_of("third_heads")]
    found = list(zip(written, read([each.address for each in written]), strict=True))
    # The label says 玉州区; but of the county-level 玉林市 two were made in 1997, 玉州区 and 兴业县.
    wrong = [(label.address, got["reason"], got["candidates"]) for label, got in found if not right(label, got)]
    assert wrong == [("广西玉林地区玉林市工农路77号", "split", "450902|450924")]


@pytest.mark.parametrize(("address", "reason", "division", "candidates"), [
    ("深圳市南山区科技路1号/福田区深南路2号", "several_addresses", "", "440304|440305"),
    ("广东省/深圳市/南山区/科技路1号", "named", "440305", ""),
    ("深圳市南山区科技路1号、深圳市南山区桃园路3号", "named", "440305", ""),
    ("韩国首尔市江南区育才路甲8号", "abroad", "", ""),
    ("美国路1号(深圳市南山区)", "found_inside", "440305", ""),
    ("合肥高新区蜀山区长江西路1号", "named", "340104", ""),
    ("苏州市高新区", "zone", "320505", ""),
    ("内蒙古兴安盟科右前旗", "named", "152221", ""),
    ("深圳市宝安区龙华镇", "carved_out", "440309", ""),
    ("江苏省锡山市洛社镇", "split_told_by_township", "320206", ""),
    ("随州市曾都区洪山镇", "carved_out", "421321", ""),
])
def test_what_the_second_set_taught(read, address, reason, division, candidates):
    [got] = read([address])
    assert (got["reason"], got["division"], got["candidates"]) == (reason, division, candidates)


def test_a_zone_that_the_list_does_not_know_is_a_place_and_no_road(read):
    [got] = read(["西安市高新区科技路9号"])
    assert (got["reason"], got["road"], got["number"], got["place"]) == ("city_only", "科技路", "9号", "高新区")
