"""Both engines make the same tables of the pack out of the same rows; in the long run alone, for every table is a statement."""

from datetime import date
from pathlib import Path

import pytest

from lingnan.base import SystemClock
from lingnan.lake import Lake
from lingnan.packkit import bench, named, sample_rows, try_pack
from tests.packs.enterprise_credit.test_credit_engines import apart, in_order

pytestmark = [pytest.mark.spark, pytest.mark.long, pytest.mark.timeout(1200)]


def test_both_engines_make_equal_rows_of_every_table(spark_local: str, tmp_path: Path) -> None:
    pack = named("gov_services").pack
    assert pack is not None
    rows = sample_rows(pack, 5, 40)
    with bench() as engine:
        here = try_pack(engine, pack, rows, date(2026, 6, 30))
    there = try_pack(Lake(tmp_path, SystemClock()).engine(spark_local, threads=2, memory="1GB"), pack, rows, date(2026, 6, 30))
    assert here.keys() == there.keys()
    assert {name: told for name in here if (told := apart(in_order(here[name]), in_order(there[name])))} == {}
    assert all(here[name].num_rows for name in here)
