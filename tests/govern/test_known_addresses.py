"""What review and standard addresses settle: the text itself, a door, a road, an estate; and what they must leave open."""

import pyarrow as pa
import pytest

from lingnan.base import FixedClock
from lingnan.govern.addresses import ADDRESSED, KnownName, known_table, lay_addresses
from lingnan.lake import Lake
from tests.govern.conftest import RECEIVED

SHENZHEN, NANSHAN, FUTIAN = "440300", "440305", "440304"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Parse addresses with something known: status, division, reason and candidates of each."""
    engine = Lake(tmp_path_factory.mktemp("lake"), FixedClock(RECEIVED)).engine(threads=2, memory="1GB")

    def parse(addresses: list[str], *known: KnownName, within: str = "") -> list[tuple[str, str, str, str]]:
        with engine.session({}) as session:
            session.add_arrow("given", pa.table({"address": pa.array(addresses, pa.string())}))
            lay_addresses(session, "given", "address", within, known_table(list(known)))
            found = session.query(f"select status, division, reason, candidates from {ADDRESSED} order by row").to_pylist()
        return [tuple(each.values()) for each in found]

    return parse


def test_an_address_settled_in_review_is_read_so_from_then_on(read):
    text = KnownName("text", "南山区科技路5号", NANSHAN)
    assert read(["南山区科技路5号", "南山区 科技路５号", "地址：南山区科技路5号"], text) == [("resolved", NANSHAN, "known_text", "")] * 3
    [(status, division, reason, _)] = read(["南山区科技路6号"], text)
    assert (status, division, reason) == ("ambiguous", "", "same_name")


def test_review_overrules_what_the_text_seems_to_say(read):
    assert read(["深圳市福田区香蜜湖1号"], KnownName("text", "深圳市福田区香蜜湖1号", NANSHAN)) == [("resolved", NANSHAN, "known_text", "")]


@pytest.mark.parametrize(("address", "known"), [
    ("深圳市科技路5号", KnownName("road", "科技路", NANSHAN, SHENZHEN)),
    ("深圳市科技路5号", KnownName("door", "科技路5号", NANSHAN, SHENZHEN)),
    ("深圳市西湖花园3栋", KnownName("estate", "西湖花园", NANSHAN, SHENZHEN)),
])
def test_a_name_known_once_in_a_city_tells_the_county(read, address, known):
    assert read([address], known) == [("resolved", NANSHAN, "known_name", "")]


def test_a_name_known_in_one_city_tells_nothing_of_another(read):
    road = KnownName("road", "科技路", NANSHAN, SHENZHEN)
    assert [status for status, *_ in read(["广州市科技路5号", "南山区科技路5号", "科技路5号"], road)] == ["unresolved", "ambiguous", "unresolved"]
    assert read(["科技路5号"], road, within=SHENZHEN) == [("resolved", NANSHAN, "known_name", "")]


def test_a_name_never_overrules_the_text(read):
    assert read(["深圳市福田区科技路5号"], KnownName("road", "科技路", NANSHAN, SHENZHEN))[0][:3] == ("resolved", FUTIAN, "named")


def test_names_that_differ_are_candidates(read):
    both = KnownName("road", "科技路", NANSHAN, SHENZHEN), KnownName("road", "科技路", FUTIAN, SHENZHEN)
    assert read(["深圳市科技路5号"], *both) == [("ambiguous", "", "known_several", f"{FUTIAN}|{NANSHAN}")]

