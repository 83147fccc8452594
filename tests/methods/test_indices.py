"""Index numbers, counts that stand out, gatherings in space and differences of lists, with published and worked numbers."""

import math
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.base import WrongUse
from lingnan.lake.spark import portable
from lingnan.methods import (
    Resale,
    chain,
    count_bound,
    differences,
    differences_sql,
    discoveries,
    ears_c1,
    ears_c2,
    ears_c3,
    ewma,
    farrington,
    fisher,
    grid_hot_spots,
    hot_spots,
    jevons,
    laspeyres,
    likelihood_ratio,
    moran,
    outbreak_weights,
    paasche,
    poisson_exceedance,
    repeat_sales,
    robust_z,
    scan,
    two_sided,
    upper_bound,
)
from lingnan.methods.outbreaks import FarringtonSetup

P0, Q0, P1, Q1 = [5, 8, 3], [100, 50, 200], [5.5, 7.6, 3.3], [95, 55, 190]


def test_baskets() -> None:
    assert laspeyres(P1, P0, Q0) == Fraction(106, 100)
    assert float(paasche(P1, P0, Q1)) == pytest.approx(1.05556, abs=5e-6)
    assert fisher(P1, P0, Q1, Q0) == pytest.approx(1.05778, abs=5e-6)
    assert jevons(P1, P0) * jevons(P0, P1) == pytest.approx(1)
    assert chain([1.1, 0.5]) == pytest.approx([100, 110, 55])
    with pytest.raises(WrongUse, match="costs nothing"):
        laspeyres([1], [1], [0])


def test_repeat_sales() -> None:
    pairs = [Resale(0, 100, 1, 110), Resale(0, 200, 2, 240), Resale(1, 150, 2, 170)]
    assert repeat_sales(pairs, 3) == pytest.approx([100, 108.61, 121.54], abs=5e-3)
    with pytest.raises(WrongUse, match="not linked"):
        repeat_sales(pairs[:1], 3)


COUNTS = [1, 1, 1, 3, 3, 1, 2, 1, 0, 3, 3]


def test_ears() -> None:
    assert [each.bound for each in ears_c1(COUNTS, alpha=0.05)] == pytest.approx([3.278854, 3.278854, 3.436517, 3.855617], abs=1e-6)
    seconds = ears_c2([3, 5, 4, 6, 2, 4, 4, 4, 4, 12])
    assert (seconds[-1].statistic, seconds[-1].alarm) == (pytest.approx(6.197, abs=5e-4), True)
    quiet = ears_c1([2] * 7 + [2, 3])
    assert [each.alarm for each in quiet] == [False, True], "without spread any rise is one"
    assert not ears_c1([2] * 7 + [3], least_spread=0.5)[0].alarm


def test_c3_gathers_three_days() -> None:
    counts = [3, 5, 4, 6, 2, 4, 4, 4, 4, 6, 6, 6]
    seconds, thirds = ears_c2(counts), ears_c3(counts)
    statistic = sum(max(0.0, each.statistic - 1) for each in seconds[-3:])
    assert thirds[-1].statistic == pytest.approx(statistic)
    assert thirds[-1].alarm == (statistic > 1.959964)
    assert thirds[-1].alarm == (counts[-1] > thirds[-1].bound)


def test_other_signals() -> None:
    assert robust_z([1, 2, 3, 4, 100])[4] == pytest.approx(0.6745 * 97)
    assert robust_z([5, 5, 5, 9]) == [0, 0, 0, 0]
    far = ewma([5.0] * 60, mean=5, spread=math.sqrt(5))
    assert far[-1].bound == pytest.approx(5 + math.sqrt(5))
    assert not far[-1].alarm
    assert ewma([5, 20, 20], mean=5, spread=1)[2].alarm
    assert poisson_exceedance(12, 5) == pytest.approx(0.00545, abs=5e-6)


@pytest.mark.parametrize(("power", "bound"), [(2 / 3, 9.1154825), (1 / 2, 9.3744842), (1.0, 8.6926872)])
def test_the_bound_of_farrington(power: float, bound: float) -> None:
    assert upper_bound(5, 0.2, 1, 0.05, power) == pytest.approx(bound, abs=1e-6)


def test_the_bound_of_counts_and_the_weights() -> None:
    assert (count_bound(5, 1.5), count_bound(5, 1)) == (10, 9)
    assert outbreak_weights([0] * 5 + [2] * 5, 0) == pytest.approx([1.6] * 5 + [0.4] * 5)


def weekly() -> list[int]:
    """Counts with a season and an outbreak long ago."""
    chance, found = random.Random(3), []
    for week in range(300):
        limit, drawn, product = math.exp(-(8 + 4 * math.sin(2 * math.pi * week / 52))), -1, 1.0
        while product >= limit:
            product *= chance.random()
            drawn += 1
        found.append(drawn + (25 if week in (60, 61, 62) else 0))
    return found


def test_farrington_beside_a_library_of_regressions() -> None:
    counts = weekly()
    found = farrington(counts, 290)
    assert (found.expected, found.spread, found.trend) == (pytest.approx(6.0659386696, abs=1e-6), 1, 0), "statsmodels, equal design and weights"
    assert found.bound == pytest.approx(upper_bound(6.0659386696, 0.4182764371, 1), abs=1e-6)
    assert (found.count, found.alarm) == (8, False)
    counts[290] = 20
    assert farrington(counts, 290).alarm
    assert not farrington([0] * 290 + [4], 290).alarm, "fewer than five cases in four weeks"
    assert farrington([0] * 290 + [5], 290).alarm
    with pytest.raises(WrongUse, match="5 years"):
        farrington(counts, 200)


def test_a_trend_is_kept_when_it_tells() -> None:
    rising = [10 + week // 26 + week % 2 for week in range(300)]
    rising[200] = 40
    assert farrington(rising, 290, FarringtonSetup(seasons=1)).trend > 0


def grid(side: int) -> dict[int, list[int]]:
    """Places of a square and those that touch them, corners included."""
    return {
        row * side + column: [
            (row + down) * side + column + right for down in (-1, 0, 1) for right in (-1, 0, 1)
            if (down or right) and 0 <= row + down < side and 0 <= column + right < side
        ]
        for row in range(side) for column in range(side)
    }


HOT = [10.0 if (row, column) in {(1, 1), (1, 2), (2, 1), (2, 2)} else 1.0 for row in range(5) for column in range(5)]


def test_gatherings() -> None:
    found = moran(HOT, grid(5), draws=199)
    assert (found.i, found.expected) == (pytest.approx(0.2814153439), pytest.approx(-1 / 24))
    assert found.chance <= 0.02
    z = hot_spots(HOT, grid(5))
    assert (z[6], z[0], z[18]) == (pytest.approx(2.851, abs=5e-4), pytest.approx(0.525, abs=5e-4), pytest.approx(-0.490, abs=5e-4))
    assert moran(HOT, grid(5), draws=199) == found
    with pytest.raises(WrongUse):
        moran([1.0] * 25, grid(5))


def test_false_discoveries() -> None:
    assert two_sided(1.959964) == pytest.approx(0.05, abs=1e-6)
    assert discoveries([0.01, 0.04, 0.03, 0.5]) == [True, False, False, False]
    assert discoveries([0.01, 0.02, 0.03, 0.5]) == [True, True, True, False]


def test_the_scan_finds_what_was_planted() -> None:
    assert likelihood_ratio(106, 62.13, 552) == pytest.approx(14.782, abs=1e-3)
    points = [(float(row), float(column)) for row in range(8) for column in range(8)]
    planted = {19, 26, 27, 28, 35}
    cases = [9 if place in planted else 2 for place in range(64)]
    found = scan(points, cases, [100.0] * 64, draws=99)
    assert set(found.places) == planted
    assert (found.cases, found.expected, found.chance) == (45, pytest.approx(163 * 5 / 64), 0.01)
    assert found.ratio == pytest.approx(likelihood_ratio(45, 163 * 5 / 64, 163))
    assert scan(points, [2] * 64, [100.0] * 64, draws=99).chance > 0.2


CELLS = st.sampled_from([None, "甲", "乙", "丙"])
LISTS = st.lists(st.tuples(st.one_of(st.none(), st.integers(1, 5)), CELLS, st.one_of(st.none(), st.integers(1, 2))), max_size=7)
CONNECTION = duckdb.connect()


@settings(max_examples=25, deadline=None)
@given(LISTS, LISTS)
def test_differences_are_the_same_over_tables(left: list[tuple[Any, ...]], right: list[tuple[Any, ...]]) -> None:
    for name, rows in (("one", left), ("other", right)):
        CONNECTION.execute(f"create or replace table {name} (id integer, name varchar, grade integer)")
        if rows:
            CONNECTION.executemany(f"insert into {name} values (?, ?, ?)", [list(row) for row in rows])
    sides = [[dict(zip(("id", "name", "grade"), row, strict=True)) for row in rows] for rows in (left, right)]
    single = differences(*sides, ["id"], ["name", "grade"])
    text = differences_sql("one", "other", ["id"], ["name", "grade"])
    assert portable.outside(text) == []
    found = CONNECTION.sql(f"select id, difference_kind, difference_columns from ({text}) order by id").fetchall()
    told: dict[int, tuple[int, str, str]] = {}
    for each in single:
        told.setdefault(each.key[0], (each.key[0], each.kind, " ".join(each.columns)))
    assert found == list(told.values())


def test_differences_show_both_values() -> None:
    one, other = [{"id": 1, "pay": Decimal(5)}, {"id": 2, "pay": None}], [{"id": 1, "pay": Decimal(6)}, {"id": 2, "pay": None}]
    assert [dict(each.columns) for each in differences(one, other, ["id"], ["pay"])] == [{"pay": (Decimal(5), Decimal(6))}]


def test_a_cell_with_many_gathers_and_single_ones_far_off_do_not() -> None:
    found = grid_hot_spots({(0, 0): 5, (10, 10): 1, (-10, -10): 1})
    assert [found[cell].gathers for cell in ((0, 0), (10, 10), (-10, -10))] == [True, False, False]
    assert found[0, 0].z > 5 > found[10, 10].z > 0
    assert grid_hot_spots({}) == {}
