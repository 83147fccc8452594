"""The profiler: counts, shapes, shares of values that fit, and values that are kept only where many rows share them."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import FixedClock
from lingnan.lake import ColumnProfile, Engine, Lake, candidate_keys, divergence, profile_columns
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


def test_numbers_and_days_have_quantiles_and_bars_and_their_shapes_have_none(engine: Engine) -> None:
    seen = profiled(engine, n=list(range(101)), d=[date(2024, 1, 1)] * 50 + [date(2024, 1, 11)] * 51, t=["甲", "乙"] * 50 + [None])
    assert seen["n"].quantiles == tuple(float(5 * at) for at in range(21))
    assert (sum(seen["n"].bins), seen["n"].mean) == (pytest.approx(1000, abs=6), "50")
    assert seen["d"].bins[0] == 495
    assert seen["d"].quantiles[-1] - seen["d"].quantiles[0] == 10
    assert (seen["t"].quantiles, seen["t"].bins, sorted(seen["t"].buckets)[-2:]) == ((), (), [500, 500])
    bare = seen["n"].in_shapes()
    assert (bare.quantiles, bare.mean, bare.bins) == ((), "", seen["n"].bins)


def test_a_shift_is_told_by_its_size_and_the_same_is_none(engine: Engine) -> None:
    assert divergence([100, 200, 700], [100, 200, 700]) == 0
    # The textbook's sum over the parts: (q - p) ln(q / p).
    assert divergence([50, 50], [25, 75]) == pytest.approx(-0.25 * math.log(0.5) + 0.25 * math.log(1.5))
    assert divergence([1000, 0], [0, 1000]) > 10


def test_keys_are_columns_and_pairs_that_repeat_in_no_row(engine: Engine) -> None:
    rows = pa.table({
        "city": [at // 30 for at in range(90)], "number": [at % 30 for at in range(90)], "id": [f"x{at}" for at in range(90)],
        "half": [f"y{at}" if at else None for at in range(90)], "same": [1] * 90, "near": [at % 89 for at in range(90)],
    })
    with engine.session({}, {"given": rows}) as session:
        profiles = profile_columns(session, "given")
        assert candidate_keys(session, "given", profiles, 90) == [("id",), ("city", "number"), ("city", "near"), ("number", "near")]
        assert candidate_keys(session, "given", profiles, 1) == []


def test_what_stands_within_longer_texts_is_found(engine: Engine) -> None:
    texts = ["申请人身份证11010519491231002X，电话13800138000。", "请于三个工作日之内书面答复申请人，谢谢支持", "编号1234567890123456789012345的材料"]
    seen = profiled(engine, t=texts)["t"]
    assert (seen.shares["holds_citizen_number"], seen.shares["holds_phone"]) == (0.3333, 0.3333)
