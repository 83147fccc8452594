"""The profiler: counts, shapes, shares of values that fit, and values that are kept only where many rows share them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import FixedClock
from lingnan.lake import ColumnProfile, Engine, Lake, profile_columns
from lingnan.standards import USCC

NUMBERS = ("11010519491231002X", "440524188001010014")
"""The two examples printed in GB 11643-1999."""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Lake(tmp_path / "lake", FixedClock(datetime(2026, 11, 1, tzinfo=UTC))).engine(threads=1)


def profiled(engine: Engine, **columns: list[object]) -> dict[str, ColumnProfile]:
    with engine.session({}, {"given": pa.table(columns)}) as session:
        return {each.name: each for each in profile_columns(session, "given")}


def test_rows_blanks_lengths_and_shapes_are_counted(engine: Engine) -> None:
    seen = profiled(engine, t=["A-12", "B-345", " ", None, "A-12", "广州x"])["t"]
    assert (seen.rows, seen.nulls, seen.blanks, seen.filled, seen.distinct) == (6, 1, 1, 4, 3)
    assert (seen.shortest, seen.longest, seen.mean_length) == (3, 5, 4.0)
    assert seen.patterns == (("A-9{2}", 2), ("A-9{3}", 1), ("汉{2}A", 1))


def test_shares_tell_what_the_values_are(engine: Engine) -> None:
    seen = profiled(
        engine, person=[*NUMBERS, "110105194912310021", "x"], division=["440106", "440100", "999999", "440300"], sex=["1", "2", "男", "9"],
        day=["2024-01-02", "2023年5月6日", "20240103", "无"], phone=[13800138000, 13900139000, 1, 2],
    )
    assert seen["person"].shares["citizen_number"] == 0.5
    assert seen["division"].shares["divisions"] == 0.75
    assert seen["sex"].shares["sexes"] == 1.0
    assert seen["day"].shares["date"] == 0.75
    assert seen["phone"].shares["phone"] == 0.5
    assert USCC.name not in seen["division"].shares


def test_bounds_are_of_numbers_and_dates_alone(engine: Engine) -> None:
    seen = profiled(
        engine, number=[3, 20, 100], text=["甲", "乙", "丙"], digits=["3", "20", "100"], day=[date(2024, 1, 2), date(2023, 1, 2), None],
        amount=[Decimal("1.50"), Decimal("2.00"), None], flag=[True, False, None],
    )
    assert {name: (each.minimum, each.maximum) for name, each in seen.items()} == {
        "number": ("3", "100"), "text": ("", ""), "digits": ("3", "100"), "day": ("2023-01-02", "2024-01-02"), "amount": ("1.50", "2.00"),
        "flag": ("", ""),
    }
    assert [seen[name].shares for name in ("day", "amount", "flag")] == [{"date": 1.0}, {"number": 1.0}, {"boolean": 1.0}]


def test_a_value_is_kept_only_when_several_rows_share_it_and_none_in_shapes(engine: Engine) -> None:
    seen = profiled(engine, t=["01"] * 5 + ["02"] * 4)["t"]
    assert seen.top == (("01", 5),)
    bare = seen.in_shapes()
    assert (bare.top, bare.minimum, bare.maximum, bare.patterns) == ((), "", "", seen.patterns)


def test_a_sample_is_bounded_and_an_empty_column_says_nothing(engine: Engine) -> None:
    with engine.session({}, {"given": pa.table({"n": list(range(1000)), "e": pa.nulls(1000, pa.string())})}) as session:
        number, empty = profile_columns(session, "given", sample=10)
    assert (number.rows, number.distinct, number.maximum) == (10, 10, "9")
    assert (empty.filled, empty.shares, empty.patterns) == (0, {}, ())


def test_hostile_names_and_values_are_data(engine: Engine) -> None:
    name = 'a"; drop table x; --'
    seen = profiled(engine, **{name: ["'); select 1; --", "\x00\x01", "𠮷" * 50, "%$1"]})[name]
    assert (seen.rows, seen.filled) == (4, 4)
