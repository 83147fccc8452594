"""The second labelled set, made of written beginnings and ends: which county, and the parts below it."""

import pyarrow as pa
import pytest

from lingnan.base import FixedClock
from lingnan.govern.addresses import ADDRESSED, lay_addresses
from lingnan.lake import Lake
from tests.govern.conftest import RECEIVED
from tests.govern.making_second_addresses import PARTS, Second, make_second

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
    assert len(faults) <= 0.03 * len(second), faults


def test_parts_of_the_second_set_are_read_right(second):
    whole = [(label, got) for label, got in second if label.parts.strip("|") and right(label, got)]
    faults = [label.address for label, got in whole if "|".join(got[part] for part in PARTS) != label.parts]
    assert len(whole) > 500
    assert len(faults) <= 0.25 * len(whole), faults
