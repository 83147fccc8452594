"""The lists of firms that linking is tried on: hard to tell apart, one valid code a firm, names as offices write them."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lingnan.standards import USCC
from lingnan.world.firm_lists import make_firm_lists, make_firm_sides
from lingnan.world.hard_firms import as_written, parted, slipped

SCALE = 0.1


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path = tmp_path_factory.mktemp("lists") / "firms.parquet"
    assert make_firm_lists(path, SCALE, 5) == pq.read_metadata(path).num_rows
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def test_every_firm_stands_in_the_lists_under_one_valid_code(rows: list[dict[str, Any]]) -> None:
    held = defaultdict(set)
    for row in rows:
        if row["uscc"] and USCC.valid(row["uscc"]):
            held[row["truth"]].add(row["uscc"])
    assert max(map(len, held.values())) == 1
    assert len(set.union(*held.values())) == len(held)
    assert 0.1 < sum(row["uscc"] is None for row in rows) / len(rows) < 0.25
    assert sum(len(row["uscc"] or "") == 15 for row in rows) > 20


def test_trade_names_are_shared_across_cities_telephones_by_agents_and_heads_by_branches(rows: list[dict[str, Any]]) -> None:
    cities, phones, parents = defaultdict(set), defaultdict(set), set()
    for row in rows:
        parts = parted(row["name"])
        if parts and not parts.branch:
            cities[parts.trade, parts.line].add(parts.place[:2])
        if row["phone"]:
            phones[row["phone"]].add(row["truth"])
        if "分公司" in row["name"]:
            parents.add(row["truth"])
    assert sum(len(each) > 1 for each in cities.values()) > 40
    assert max(map(len, phones.values())) > 10
    assert len(parents) > 30


@pytest.mark.parametrize(("draw", "written"), [
    (0.0, "广州恒达商贸有限公司"), (0.1, "恒达（广州）商贸有限公司"), (0.4, "恒达商贸"), (0.65, "广州恒达"), (0.75, "广州市恒达商贸有限责任公司"),
])
def test_offices_write_names_in_their_own_way(draw: float, written: str) -> None:
    assert as_written("广州市恒达商贸有限公司", draw) == written


def test_branches_and_slips() -> None:
    assert as_written("广州恒达商贸有限公司天河区分公司", 0.0) == "广州恒达商贸有限公司天河分公司"
    assert as_written("广州恒达商贸有限公司天河区分公司", 0.9) == "恒达商贸天河分公司"
    assert slipped("广州恒达商贸有限公司", 0.5) != "广州恒达商贸有限公司"


def test_of_two_files_the_register_alone_has_codes_and_the_same_seed_gives_the_same(tmp_path: Path) -> None:
    for name in "ab":
        make_firm_sides(tmp_path / f"left-{name}", tmp_path / f"right-{name}", 0.02, 3)
    left, right = pq.read_table(tmp_path / "left-a"), pq.read_table(tmp_path / "right-a")
    assert "uscc" in left.schema.names
    assert "uscc" not in right.schema.names
    assert set(right["truth"].to_pylist()) < set(left["truth"].to_pylist())
    assert left.equals(pq.read_table(tmp_path / "left-b"))
