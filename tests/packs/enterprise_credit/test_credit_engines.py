"""Both engines make the same tables of the pack out of the same rows; collected by `make test-long` alone, for every table is a statement."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import SystemClock
from lingnan.lake import Engine, Lake
from lingnan.packkit import Pack, sample_rows, try_pack

pytestmark = [pytest.mark.spark, pytest.mark.timeout(1200)]
TODAY = date(2026, 6, 30)
RELATIVE = 1e-9
"""How far floating numbers may lie apart; everything else is compared exactly."""


def test_both_engines_make_equal_rows_of_every_table(pack: Pack, engine: Engine, spark_local: str, tmp_path: Path) -> None:
    rows = sample_rows(pack, 5, 40)
    spark = Lake(tmp_path, SystemClock()).engine(spark_local, threads=2, memory="1GB")
    here, there = (try_pack(each, pack, rows, TODAY) for each in (engine, spark))
    assert here.keys() == there.keys()
    assert {name: told for name in here if (told := apart(in_order(here[name]), in_order(there[name])))} == {}
    assert all(here[name].num_rows for name in here if name not in ("credit_warning", "inspection_priority"))


def in_order(table: Any) -> list[tuple[Any, ...]]:
    names = sorted(table.column_names)
    return sorted((tuple(row[name] for name in names) for row in table.to_pylist()), key=lambda row: repr([_rough(value) for value in row]))


def _rough(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value


def apart(one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> str:
    if len(one) != len(other):
        return f"{len(one)} and {len(other)} rows"
    found = [pair for pair in zip(one, other, strict=True) if not all(map(_alike, *pair))]
    return f"{len(found)} rows, first {found[0]}" if found else ""


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=1e-12)
    return bool(one == other)
