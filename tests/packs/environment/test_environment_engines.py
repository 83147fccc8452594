"""Both engines make the same tables of sources, winds, complaints, firms and monitors out of the same rows."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import SystemClock
from lingnan.lake import Engine, Lake
from lingnan.packkit import Pack, sample_rows, try_pack

pytestmark = [pytest.mark.spark, pytest.mark.long, pytest.mark.timeout(1200)]
TABLES = ("air_source_city", "air_scenario", "air_sector", "complaint", "complaint_place", "inspection", "discharge_reading", "firm_watch")
RELATIVE = 1e-9
"""How far floating numbers may lie apart; everything else is compared exactly."""


def test_both_engines_make_equal_rows(environment: Pack, desk: Engine, spark_local: str, tmp_path: Path) -> None:
    rows = sample_rows(environment, 5, 30)
    spark = Lake(tmp_path, SystemClock()).engine(spark_local, threads=2, memory="1GB")
    here, there = (try_pack(each, environment, rows, date(2026, 6, 30), TABLES) for each in (desk, spark))
    for name in TABLES:
        one, other = in_order(here[name]), in_order(there[name])
        assert one
        assert len(one) == len(other), name
        assert [pair for pair in zip(one, other, strict=True) if not all(map(_alike, *pair))] == [], name


def in_order(table: Any) -> list[tuple[Any, ...]]:
    names = sorted(table.column_names)
    return sorted((tuple(row[name] for name in names) for row in table.to_pylist()), key=lambda row: repr([_rough(value) for value in row]))


def _rough(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=1e-12)
    return bool(one == other)
