"""Methods beside libraries that have them too: SciPy, scikit-learn and plain linear algebra, over drawn values."""

import math
import random
from statistics import stdev

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import mean_absolute_error, mean_pinball_loss, root_mean_squared_error

from lingnan.methods import (
    Resale,
    ahp,
    clopper_pearson,
    discoveries,
    ears_c1,
    entropy_weights,
    hot_spots,
    inverse,
    jevons,
    kendall_w,
    mae,
    mann_kendall,
    moran,
    pinball,
    repeat_sales,
    rmse,
    robust_z,
    solve,
    spearman,
    topsis,
    wilson,
)
from lingnan.methods.outbreaks import quasi_poisson

DRAWN = random.Random(11)
TURNS = 15


def numbers(size: int, low: float = 0, high: float = 9) -> list[float]:
    return [DRAWN.uniform(low, high) for _each in range(size)]


def test_bounds_of_shares() -> None:
    for _turn in range(TURNS):
        trials = DRAWN.randint(1, 400)
        hits = DRAWN.randint(0, trials)
        told = stats.binomtest(hits, trials)
        for own, method in ((wilson, "wilson"), (clopper_pearson, "exact")):
            assert own(hits, trials) == pytest.approx(tuple(told.proportion_ci(0.95, method)), abs=1e-8)


def test_trends_with_ties() -> None:
    for _turn in range(TURNS):
        size = DRAWN.randint(6, 30)
        one, other = [[float(DRAWN.randint(0, 6)) for _each in range(size)] for _side in range(2)]
        if len(set(one)) < 2 or len(set(other)) < 2:
            continue
        found, told = spearman(one, other), stats.spearmanr(one, other)
        assert (found.statistic, found.chance) == pytest.approx((told.statistic, told.pvalue), abs=1e-9)
        rises, slope = mann_kendall(one), stats.theilslopes(one).slope
        # Tau-b is S over the root of all pairs and of those that are not tied.
        pairs, tied = size * (size - 1) / 2, sum(math.comb(one.count(value), 2) for value in set(one))
        assert rises.statistic == pytest.approx(stats.kendalltau(range(size), one).statistic * math.sqrt(pairs * (pairs - tied)))
        assert rises.slope == pytest.approx(slope)


def test_experts_agree_as_friedman_says() -> None:
    for _turn in range(TURNS):
        scores = [[float(DRAWN.randint(1, 4)) for _item in range(5)] for _expert in range(4)]
        told = stats.friedmanchisquare(*zip(*scores, strict=True)).statistic
        if not math.isnan(told):
            assert kendall_w(scores) == pytest.approx(told / (4 * (5 - 1)))


def test_weights_are_the_principal_eigenvector() -> None:
    for _turn in range(TURNS):
        size = DRAWN.randint(3, 7)
        table = np.ones((size, size))
        for row in range(size):
            for column in range(row + 1, size):
                table[row, column] = DRAWN.choice([1 / 5, 1 / 3, 1, 2, 4])
                table[column, row] = 1 / table[row, column]
        values, vectors = np.linalg.eig(table)
        first = int(values.real.argmax())
        found = ahp(table.tolist())
        assert found.weights == pytest.approx(list(vectors[:, first].real / vectors[:, first].real.sum()), abs=1e-6)
        assert found.eigenvalue == pytest.approx(values[first].real, abs=1e-6)


def test_entropy_and_distances() -> None:
    rows = np.array([numbers(4, 1) for _row in range(6)])
    shares = rows / rows.sum(axis=0)
    spread = 1 - stats.entropy(shares, axis=0) / math.log(len(rows))
    weights = entropy_weights(rows.tolist(), scaled=False)
    assert weights == pytest.approx(list(spread / spread.sum()), abs=1e-9)
    plane = rows / np.linalg.norm(rows, axis=0) * weights * [1, 1, 1, -1]
    far, near = (np.linalg.norm(plane - ideal, axis=1) for ideal in (plane.max(axis=0), plane.min(axis=0)))
    assert topsis(rows.tolist(), weights, costs=[3]) == pytest.approx(list(near / (far + near)))


def test_what_stands_out() -> None:
    values = numbers(21)
    spread = stats.median_abs_deviation(values)
    assert robust_z(values) == pytest.approx([0.6745 * (value - float(np.median(values))) / spread for value in values])
    first = ears_c1(values, alpha=0.01)[0]
    assert first.bound == pytest.approx(np.mean(values[:7]) + stats.norm.ppf(0.99) * stdev(values[:7]))


def test_the_regression_of_counts() -> None:
    design = [[1.0, at / 10, float(at % 4 == 1)] for at in range(60)]
    counts, weights = [float(DRAWN.randint(0, 20)) for _row in design], numbers(60, 0.2, 2)
    told = PoissonRegressor(alpha=0, tol=1e-10, max_iter=1000).fit(np.array(design)[:, 1:], counts, sample_weight=weights)
    assert quasi_poisson(design, counts, weights).coefficients == pytest.approx([told.intercept_, *told.coef_], abs=1e-5)


def test_which_tests_are_believed() -> None:
    for _turn in range(TURNS):
        chances = [DRAWN.random() ** 3 for _each in range(20)]
        assert discoveries(chances) == [bool(each <= 0.05) for each in stats.false_discovery_control(chances)]


def touching(size: int) -> dict[int, list[int]]:
    """Places that touch each other, drawn."""
    held: dict[int, set[int]] = {place: set() for place in range(size)}
    for place in range(size):
        for other in DRAWN.sample([each for each in range(size) if each != place], 3):
            held[place].add(other)
            held[other].add(place)
    return {place: sorted(others) for place, others in held.items()}


def test_gatherings_are_those_of_the_matrix() -> None:
    for _turn in range(5):
        values, beside = numbers(20), touching(20)
        weights = np.array([[float(other in beside[place]) for other in range(20)] for place in range(20)])
        away = np.array(values) - np.mean(values)
        assert moran(values, beside, draws=1).i == pytest.approx(20 / weights.sum() * (away @ weights @ away) / (away @ away))
        star = weights + np.eye(20)
        held = star.sum(axis=1)
        scale = np.std(values) * np.sqrt((20 * (star**2).sum(axis=1) - held**2) / 19)
        assert hot_spots(values, beside) == pytest.approx(list((star @ values - np.mean(values) * held) / scale))


def test_resold_houses_by_least_squares() -> None:
    level = [1.0, 1.1, 1.3, 1.2, 1.5]
    sales = [
        Resale(first, price * level[first], later, price * level[later] * DRAWN.uniform(0.9, 1.1))
        for first in range(4) for later in range(first + 1, 5) for price in numbers(3, 100, 300)
    ]
    design = np.array([[float(at == each.second) - float(at == each.first) for at in range(1, 5)] for each in sales])
    ratios = np.array([math.log(each.second_price / each.first_price) for each in sales])
    wanted = np.linalg.lstsq(design, ratios, rcond=None)[0]
    assert repeat_sales(sales, 5) == pytest.approx([100, *(100 * math.exp(each) for each in wanted)])
    prices = numbers(5, 1), numbers(5, 1)
    assert jevons(*prices) == pytest.approx(stats.gmean(np.array(prices[0]) / np.array(prices[1])))


def test_equations() -> None:
    for _turn in range(TURNS):
        table, right = [numbers(5, -3, 3) for _row in range(5)], numbers(5)
        assert solve(table, right) == pytest.approx(list(np.linalg.solve(table, right)), rel=1e-6, abs=1e-8)
        assert np.array(inverse(table)) == pytest.approx(np.linalg.inv(table), rel=1e-6, abs=1e-8)


def test_scores_of_forecasts() -> None:
    actual, told = numbers(40), numbers(40)
    assert rmse(actual, told) == pytest.approx(root_mean_squared_error(actual, told))
    assert mae(actual, told) == pytest.approx(mean_absolute_error(actual, told))
    assert pinball(actual, told, 0.8) == pytest.approx(mean_pinball_loss(actual, told, alpha=0.8))
