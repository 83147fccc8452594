"""Intervals, ranks, trends and paths, with golden numbers of standards and published examples; SciPy beside them."""

import math
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lingnan.base import BadInput, WrongUse
from lingnan.lake.spark import portable
from lingnan.methods import (
    ahp,
    clopper_pearson,
    critical_path,
    entropy_weights,
    kendall_w,
    mann_kendall,
    percentile,
    rank_stability,
    ranks,
    round_half_even,
    spearman,
    topsis,
    trimmed_mean,
    wilson,
    wilson_low_sql,
)
from lingnan.methods import distributions as own


@pytest.mark.parametrize(("value", "digits", "rounded"), [
    (Decimal("12.1498"), 1, "12.1"), (Decimal("10.502"), 0, "11"), (Decimal("2.5"), 0, "2"), (Decimal("3.5"), 0, "4"), (Decimal("-2.5"), 0, "-2"),
    (0.35, 1, "0.4"), (1.05, 1, "1.0"), (Decimal("2.5000001"), 0, "3"), (1268, -2, "1.3E+3"), (7, 2, "7.00"),
])
def test_a_five_makes_the_kept_digit_even(value: float, digits: int, rounded: str) -> None:
    assert str(round_half_even(value, digits)) == rounded


def test_a_percentile_lies_between_the_values_beside_it() -> None:
    assert percentile(range(1, 366), Decimal("0.95")) == Decimal("346.8")
    assert percentile([Decimal("0.1"), Decimal("0.2")], 0.9) == Decimal("0.19")
    assert percentile([7], 0.98) == 7
    with pytest.raises(WrongUse):
        percentile([], 0.5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30), st.sampled_from([0.0, 0.1, 0.5, 0.9, 0.95, 0.98, 1.0]))
def test_percentiles_are_those_of_scipy(values: list[int], share: float) -> None:
    assert float(percentile(values, share)) == pytest.approx(float(stats.scoreatpercentile(values, share * 100)), abs=1e-9)


@pytest.mark.parametrize(("hits", "trials", "low", "high"), [(9, 10, 0.5958499732, 0.9821237869), (900, 1000, 0.8798480368, 0.9170905564)])
def test_wilson(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=1e-9)
    text = f"select {wilson_low_sql(str(hits), str(trials))}, {wilson_low_sql('0', '0')}"
    assert duckdb.sql(text).fetchone() == (pytest.approx(low, abs=1e-9), None)
    assert portable.outside(text) == []


@pytest.mark.parametrize(("hits", "trials", "low", "high"), [
    (3, 20, 0.0320709372, 0.3789268265), (0, 10, 0, 0.3084971078), (10, 10, 0.6915028922, 1),
])
def test_clopper_and_pearson(hits: int, trials: int, low: float, high: float) -> None:
    assert clopper_pearson(hits, trials) == pytest.approx((low, high), abs=1e-9)


def test_bounds_without_trials_say_nothing() -> None:
    assert wilson(0, 0) == clopper_pearson(0, 0) == (0, 1)
    with pytest.raises(WrongUse):
        wilson(2, 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.floats(0.1, 50), st.floats(1.01, 6))
def test_distributions_are_those_of_scipy(count: int, mean: float, spread: float) -> None:
    assert own.poisson_at_least(count, mean) == pytest.approx(stats.poisson.sf(count - 1, mean), rel=1e-9, abs=1e-12)
    size, share = mean / (spread - 1), 1 / spread
    assert own.negative_binomial_at_most(count, mean, spread) == pytest.approx(stats.nbinom.cdf(count, size, share), rel=1e-9, abs=1e-12)
    assert own.negative_binomial_quantile(0.95, mean, spread) == stats.nbinom.ppf(0.95, size, share)
    assert own.student_two_sided(mean / 10, count + 1) == pytest.approx(2 * stats.t.sf(mean / 10, count + 1), rel=1e-9)


def test_twelve_where_five_are_expected() -> None:
    assert own.poisson_at_least(12, 5) == pytest.approx(0.0054530919)


LEADER = [[1, 4, 3, 7], [1 / 4, 1, 1 / 3, 3], [1 / 3, 3, 1, 5], [1 / 7, 1 / 3, 1 / 5, 1]]


def test_ahp() -> None:
    found = ahp(LEADER)
    assert found.weights == pytest.approx((0.548, 0.127, 0.270, 0.056), abs=5e-4)
    assert (found.eigenvalue, found.ratio) == pytest.approx((4.1184, 0.0439), abs=5e-5)
    assert found.consistent
    assert not ahp([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]).consistent
    assert ahp([[1, 3], [1 / 3, 1]]).weights == pytest.approx((0.75, 0.25))
    with pytest.raises(WrongUse, match="reciprocals"):
        ahp([[1, 2], [2, 1]])


PROJECTS = [[85, 70, 0.9, 30], [92, 60, 0.8, 45], [78, 90, 0.95, 20], [88, 75, 0.7, 35]]
PLANTS = [[250, 16, 12, 5], [200, 16, 8, 3], [300, 32, 16, 4], [275, 32, 8, 4], [225, 16, 16, 2]]


def test_entropy_and_topsis() -> None:
    weights = entropy_weights(PROJECTS, costs=[3])
    assert weights == pytest.approx((0.2291, 0.2748, 0.2458, 0.2504), abs=5e-5)
    assert topsis(PROJECTS, weights, costs=[3]) == pytest.approx((0.5523, 0.1769, 0.8593, 0.4000), abs=5e-5)
    assert topsis(PROJECTS, [0.4, 0.3, 0.2, 0.1], costs=[3]) == pytest.approx((0.4733, 0.3220, 0.7020, 0.4565), abs=5e-5)
    assert entropy_weights(PLANTS, scaled=False) == pytest.approx((0.0639, 0.3788, 0.2879, 0.2693), abs=5e-5)
    assert topsis(PLANTS, [0.25] * 4, costs=[0]) == pytest.approx((0.5343, 0.3084, 0.6916, 0.5347, 0.4010), abs=5e-5)
    with pytest.raises(WrongUse):
        entropy_weights([[1, 1], [1, 1]])


def test_ranks_and_how_firm_they_are() -> None:
    assert ranks([3, 5, 5, 1]) == (3, 1, 1, 4)
    assert ranks([3, 5, 5, 1], ascending=True) == (2, 3, 3, 1)
    held = rank_stability(PROJECTS, [0.4, 0.3, 0.2, 0.1], costs=[3], draws=200)
    assert held[2] == 1
    assert held == rank_stability(PROJECTS, [0.4, 0.3, 0.2, 0.1], costs=[3], draws=200)


def test_experts() -> None:
    assert trimmed_mean([88, 92, 79, 85, 90]) == pytest.approx(87.667, abs=5e-4)
    assert kendall_w([[1, 2, 3, 4], [2, 1, 3, 4], [1, 3, 2, 4]]) == pytest.approx(0.7778, abs=5e-5)
    assert kendall_w([[1, 1, 2, 3]] * 4) == pytest.approx(1)
    with pytest.raises(WrongUse, match="5 experts"):
        trimmed_mean([1, 2, 3, 4])


def test_trends() -> None:
    found = spearman([1, 2, 3, 4, 5, 6], [2.1, 1.9, 3.5, 3.5, 5.0, 4.1])
    assert (found.statistic, found.chance) == pytest.approx((0.8696565535, 0.0243768917), abs=1e-9)
    assert spearman(range(5), range(5)).direction() == 1
    rising = mann_kendall([1, 3, 2, 4, 6, 5, 7, 7])
    assert (rising.statistic, rising.slope) == (23, pytest.approx(stats.theilslopes([1, 3, 2, 4, 6, 5, 7, 7])[0]))
    assert rising.chance == pytest.approx(2 * stats.norm.sf(22 / math.sqrt(64.3333333333)), abs=1e-9)
    assert (rising.direction(), mann_kendall([2, 1, 2, 1, 2, 1]).direction()) == (1, 0)
    with pytest.raises(WrongUse, match="5 values"):
        mann_kendall([1, 2, 3, 4])


BUNDLE = {"A": 3, "B": 5, "C": 2, "D": 4}


def test_the_critical_path_of_a_bundle() -> None:
    plan = critical_path(BUNDLE, {"B": ["A"], "C": ["A"], "D": ["B", "C"]})
    assert {name: step.finish for name, step in plan.steps.items()} == {"A": 3, "B": 8, "C": 5, "D": 12}
    assert (plan.total, plan.serial, plan.critical) == (12, 14, ("A", "B", "D"))
    assert {name: step.slack for name, step in plan.steps.items()} == {"A": 0, "B": 0, "C": 3, "D": 0}


def test_a_circle_and_a_missing_step_are_named() -> None:
    with pytest.raises(BadInput, match=r"circle: (B → D → B|D → B → D)"):
        critical_path(BUNDLE, {"B": ["D"], "D": ["B"], "C": ["A"]})
    with pytest.raises(BadInput, match="no duration: E"):
        critical_path(BUNDLE, {"B": ["E"]})
    assert critical_path({"A": Fraction(1, 2)}, {}).total == Fraction(1, 2)
