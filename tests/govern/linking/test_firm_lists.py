"""Offices' lists of firms: a floor under what is found without codes, which falls when the rarity of values counts copies as others."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lingnan.govern import LinkReport
from lingnan.world.firm_lists import make_firm_lists, make_firm_sides

Run = Callable[..., tuple[LinkReport, list[dict[str, Any]]]]
FLOOR, SIDES_FLOOR = 0.93, 0.97


@pytest.fixture
def without_codes(tmp_path: Path) -> Path:
    make_firm_lists(tmp_path / "firms.parquet", 0.06, 9)
    path = tmp_path / "named.parquet"
    pq.write_table(pq.read_table(tmp_path / "firms.parquet").drop_columns(["uscc", "former_name", "founded"]), path)
    return path


def test_firms_without_codes_are_found_by_names_heads_and_addresses(run: Run, without_codes: Path) -> None:
    report, _links = run(without_codes)
    assert report.quality is not None
    assert report.quality.f1 >= FLOOR


def test_copies_of_a_firm_counted_as_other_firms_of_its_name_would_lose_many(run: Run, without_codes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lingnan.govern.linking.service.rarity_of", lambda *_given, **_named: {})
    report, _links = run(without_codes)
    assert report.quality is not None
    assert report.quality.f1 < FLOOR


def test_permits_without_codes_are_linked_to_the_register_former_names_of_one_side_included(run: Run, tmp_path: Path) -> None:
    make_firm_sides(tmp_path / "left.parquet", tmp_path / "right.parquet", 0.06, 9)
    report, _links = run(tmp_path / "left.parquet", tmp_path / "right.parquet")
    assert report.quality is not None
    assert report.quality.f1 >= SIDES_FLOOR
    assert [each.name for each in report.columns if each.former] == ["c_former_name"]
