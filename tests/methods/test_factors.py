"""Positive matrix factorisation: planted sources found again, least residuals as a library finds them, what it is blind to, and what it refuses."""

import math
import random
from collections.abc import Mapping

import pytest

from lingnan.base import WrongUse
from lingnan.methods import (
    Factors,
    bootstrap_factors,
    factor_amounts,
    factor_knee,
    factorise,
    sample_uncertainty,
    search_factors,
    signal_to_noise,
)

numpy = pytest.importorskip("numpy")

SHARES = {
    "dust": {"si": 0.22, "al": 0.075, "ca": 0.06, "fe": 0.04}, "vehicle": {"oc": 0.36, "ec": 0.34, "fe": 0.012},
    "sulphate": {"so4": 0.727, "nh4": 0.273}, "biomass": {"oc": 0.45, "ec": 0.07, "k": 0.07},
}
USUAL = {"dust": 6.0, "vehicle": 11.0, "sulphate": 8.5, "biomass": 4.0}
NAMES = sorted({name for each in SHARES.values() for name in each})
Sample = dict[str, tuple[float, float]]


def planted(count: int, seed: int = 3, noise: float = 0.05) -> tuple[list[Sample], list[dict[str, float]]]:
    """Samples whose sources come and go by themselves, with what each gave."""
    drawn, samples, amounts = random.Random(seed), [], []
    for _number in range(count):
        gave = {source: usual * math.exp(drawn.gauss(0, 0.7)) for source, usual in USUAL.items()}
        held = {name: sum(SHARES[source].get(name, 0.0) * amount for source, amount in gave.items()) for name in NAMES}
        held["mass"] = sum(gave.values())
        samples.append({name: (value * max(drawn.gauss(1, noise), 0.0), 0.05 * value + 0.002) for name, value in held.items()})
        amounts.append(gave)
    return samples, amounts


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine between two profiles."""
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(share * other.get(name, 0.0) for name, share in one.items()) / lengths if lengths else 0.0


def named(found: Factors) -> dict[str, int]:
    """The factor that is most like each source."""
    told = [dict(zip(found.components, profile, strict=True)) for profile in found.profiles]
    bare = [{name: share for name, share in each.items() if name != "mass"} for each in told]
    return {source: max(range(len(bare)), key=lambda at: likeness(bare[at], SHARES[source])) for source in SHARES}


def test_planted_sources_are_found_again_in_profile_and_amount() -> None:
    samples, gave = planted(150)
    found = factorise(samples, 4, total="mass")
    assert sorted(named(found).values()) == [0, 1, 2, 3]
    for source, at in named(found).items():
        profile = {name: share for name, share in zip(found.components, found.profiles[at], strict=True) if name != "mass"}
        assert likeness(profile, SHARES[source]) > 0.95, source
        amounts = [row[at] for row in found.amounts]
        assert numpy.corrcoef(amounts, [each[source] for each in gave])[0, 1] > 0.97, source
        assert sum(amounts) == pytest.approx(sum(each[source] for each in gave), rel=0.25), source
    assert 0.5 < found.ratio < 1.2, "what is left over is as great as the uncertainties"


def test_as_many_factors_are_worthwhile_as_there_are_sources() -> None:
    samples, _gave = planted(150)
    found = search_factors(samples, range(2, 9), total="mass", starts=2)
    assert found.chosen == 4
    assert max(found.tried) == 5, "a fifth explains the noise, so no sixth is tried"


def test_uncertainties_that_are_too_wide_do_not_end_the_search_before_the_sources_are_found() -> None:
    samples = [{name: (value, 6 * blur) for name, (value, blur) in sample.items()} for sample in planted(150)[0]]
    found = search_factors(samples, range(2, 9), total="mass", starts=2)
    assert found.tried[3].ratio < 1
    assert found.chosen == 4


def test_amounts_add_up_to_the_mass_and_every_start_ends_where_the_best_does() -> None:
    samples, _gave = planted(120)
    found = factorise(samples, 4, total="mass")
    whole = [sum(row) for row in found.amounts]
    assert whole == pytest.approx([sample["mass"][0] for sample in samples], rel=0.25)
    assert found.starts[0] == pytest.approx(found.q)
    assert found.starts[-1] == pytest.approx(found.q, rel=1e-3)
    assert found.expected == 120 * len(NAMES) - 4 * (120 + len(NAMES) + 1), "the mass is weak and does not count"


def test_residuals_are_as_small_as_a_library_finds_them_where_all_weigh_the_same() -> None:
    """With one uncertainty for all, Q is the Frobenius loss that scikit-learn brings down."""
    decomposition = pytest.importorskip("sklearn.decomposition")
    drawn = numpy.random.default_rng(4)
    values = drawn.random((60, 3)) @ drawn.random((3, 8)) + 0.1 * drawn.random((60, 8))
    model = decomposition.NMF(3, init="nndsvda", solver="cd", max_iter=20000, tol=1e-9)
    left = values - model.fit_transform(values) @ model.components_
    names = [f"c{at}" for at in range(8)]
    found = factorise([{name: (float(value), 0.1) for name, value in zip(names, row, strict=True)} for row in values], 3)
    assert found.q <= float((left ** 2).sum()) / 0.01 * 1.002


def test_amounts_for_known_profiles_are_those_of_non_negative_least_squares() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    samples, _gave = planted(30)
    found = factor_amounts(samples, list(SHARES.values()))
    for sample, amounts in zip(samples, found, strict=True):
        names = [name for name in NAMES if name in sample]
        root = numpy.array([1 / sample[name][1] for name in names])
        table = numpy.array([[SHARES[source].get(name, 0.0) for source in SHARES] for name in names]) * root[:, None]
        bare, _left = optimize.nnls(table, numpy.array([sample[name][0] for name in names]) * root)
        assert amounts == pytest.approx(list(bare), rel=1e-3, abs=1e-3)


def test_a_component_that_a_sample_lacks_weighs_nothing_there() -> None:
    samples, gave = planted(150)
    gaps = [{name: sample[name] for place, name in enumerate(sample) if (at + place) % 10 or name == "mass"} for at, sample in enumerate(samples)]
    found = factorise(gaps, 4, total="mass")
    for source, at in named(found).items():
        assert numpy.corrcoef([row[at] for row in found.amounts], [each[source] for each in gave])[0, 1] > 0.95, source
    missing = sum(len(sample) for sample in samples) - sum(len(sample) for sample in gaps)
    assert found.expected == factorise(samples, 4, total="mass").expected - missing


def test_components_that_are_mostly_noise_are_left_out_or_weigh_less() -> None:
    samples, _gave = planted(60)
    for sample in samples:
        sample["as"], sample["zn"] = (0.001, 0.01), (0.0175, 0.01)
    found = factorise(samples, 4, total="mass")
    assert (found.left_out, found.weak) == (("as",), ("mass", "zn"))


def test_the_band_of_drawn_samples_holds_the_profile_and_every_draw_gives_the_factors_back() -> None:
    samples, _gave = planted(100)
    whole = factorise(samples, 4, total="mass")
    bands, met = bootstrap_factors(samples, whole, total="mass", draws=20)
    assert met == 20
    inside = [low - 0.02 <= share <= high + 0.02 for profile, each in zip(whole.profiles, bands, strict=True)
              for share, (low, high) in zip(profile, each, strict=True)]
    assert sum(inside) / len(inside) > 0.9
    assert all(low <= high for each in bands for low, high in each)


def test_the_same_seed_gives_the_same_factors() -> None:
    samples, _gave = planted(60)
    assert factorise(samples, 3, total="mass", seed=5) == factorise(samples, 3, total="mass", seed=5)


@pytest.mark.parametrize(("value", "expected"), [(0.5, 5 / 6), (1.0, 5 / 6), (10.0, math.hypot(1.0, 0.5)), (0.0, 5 / 6)])
def test_uncertainty_of_a_value_by_its_limit_of_detection(value: float, expected: float) -> None:
    """Error ten percent, limit one: below it five sixths of the limit, above it the root of both squares."""
    assert sample_uncertainty(value, error=0.1, limit=1.0) == pytest.approx(expected)


def test_signal_to_noise_counts_values_below_their_uncertainty_as_nought() -> None:
    assert signal_to_noise([(3.0, 1.0), (0.5, 1.0), (2.0, 1.0), (1.0, 1.0)]) == pytest.approx((2 + 0 + 1 + 0) / 4)


def test_the_knee_is_the_last_number_that_lowered_much() -> None:
    assert factor_knee({3: 9.0, 4: 6.0, 5: 5.8, 6: 2.0, 7: 1.7}, 0.25) == 6
    assert factor_knee({3: 1.0, 4: 0.95}, 0.25) == 3


@pytest.mark.parametrize(("bad", "words"), [((-1.0, 1.0), "below nought"), ((1.0, 0.0), "below nought"), ((math.nan, 1.0), "below nought")])
def test_values_below_nought_and_without_uncertainty_are_refused_with_their_place(bad: tuple[float, float], words: str) -> None:
    samples, _gave = planted(20)
    samples[6]["ec"] = bad
    with pytest.raises(WrongUse, match=words) as error:
        factorise(samples, 2)
    assert "ec of sample 7" in error.value.en
    assert "第 7 个样品的 ec" in error.value.zh


def test_samples_too_few_for_so_many_factors_are_refused() -> None:
    with pytest.raises(WrongUse, match="too few for 9 factors"):
        factorise(planted(5)[0], 9)
    with pytest.raises(WrongUse, match="too few"):
        search_factors(planted(3)[0], range(8, 10))
