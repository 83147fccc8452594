"""The chemical mass balance: exact where there is no noise, its own fixed point, its measures, and what it refuses."""

import random
from collections.abc import Mapping

import pytest

from lingnan.base import WrongUse
from lingnan.methods import Balance, mass_balance

SHARES = {
    "dust": {"si": 0.22, "al": 0.075, "ca": 0.06, "oc": 0.05}, "vehicle": {"oc": 0.36, "ec": 0.34, "so4": 0.02},
    "sulphate": {"so4": 0.727, "nh4": 0.273}, "biomass": {"oc": 0.45, "ec": 0.07, "k": 0.07},
}
TRUE = {"dust": 6.0, "vehicle": 11.0, "sulphate": 8.5, "biomass": 3.0}
PROFILES = {source: {name: (share, 0.1 * share) for name, share in held.items()} for source, held in SHARES.items()}


def held(amounts: Mapping[str, float]) -> dict[str, float]:
    names = sorted({name for each in SHARES.values() for name in each})
    return {name: sum(SHARES[source].get(name, 0.0) * amount for source, amount in amounts.items()) for name in names}


def amounts(found: Balance) -> dict[str, float]:
    return {each.source: each.amount for each in found.contributions}


def test_without_noise_every_source_is_found_exactly_and_mass_is_conserved() -> None:
    found = mass_balance({name: (value, 0.05 * value) for name, value in held(TRUE).items()}, PROFILES, mass=sum(TRUE.values()))
    assert amounts(found) == pytest.approx(TRUE, rel=1e-9)
    assert (found.r_square, found.chi_square, found.mass_percent) == pytest.approx((1, 0, 100), abs=1e-9)
    assert all(each.t is not None and each.t > 2 for each in found.contributions)


def test_two_sources_by_hand() -> None:
    """Equal weights: 5·S1 + 4·S2 = 14 and 4·S1 + 5·S2 = 13 give 2 and 1; what is left over is nought."""
    profiles = {"a": {"x": (1.0, 0.0), "y": (2.0, 0.0), "z": (0.0, 0.0)}, "b": {"x": (2.0, 0.0), "y": (1.0, 0.0), "z": (0.0, 0.0)}}
    found = mass_balance({"x": (4.0, 1.0), "y": (5.0, 1.0), "z": (3.0, 1.0)}, profiles, mass=4.0)
    assert amounts(found) == pytest.approx({"a": 2.0, "b": 1.0})
    assert found.chi_square == pytest.approx(9.0)
    assert found.r_square == pytest.approx(1 - 9 / 50)
    assert found.mass_percent == pytest.approx(75.0)
    assert found.contributions[0].uncertainty == pytest.approx((5 / 9) ** 0.5)


def test_noisy_samples_stand_at_the_weighted_least_squares_of_their_own_weights() -> None:
    numpy = pytest.importorskip("numpy")
    drawn = random.Random(3)
    for _turn in range(20):
        sample = {name: (value * drawn.uniform(0.85, 1.15), 0.08 * value) for name, value in held(TRUE).items()}
        found = amounts(mass_balance(sample, PROFILES))
        names, sources = sorted(sample), sorted(SHARES)
        variance = [sample[name][1] ** 2 + sum((0.1 * SHARES[each].get(name, 0.0) * found[each]) ** 2 for each in sources) for name in names]
        root = numpy.array(variance) ** -0.5
        columns = numpy.array([[SHARES[each].get(name, 0.0) for each in sources] for name in names])
        wanted, *_rest = numpy.linalg.lstsq(columns * root[:, None], numpy.array([sample[name][0] for name in names]) * root, rcond=None)
        assert [found[each] for each in sources] == pytest.approx(list(wanted), rel=1e-6)


def test_a_source_below_nought_is_left_out_and_said_to_be() -> None:
    sample = {name: (value, 0.05 * value + 0.01) for name, value in held({**TRUE, "biomass": 0.0}).items()}
    sample["k"] = (0.0, 0.01)
    sample["oc"] = (sample["oc"][0] * 0.9, sample["oc"][1])
    found = {each.source: each for each in mass_balance(sample, PROFILES).contributions}
    assert (found["biomass"].amount, found["biomass"].uncertainty, found["biomass"].t) == (0.0, None, None)
    assert min(each.amount for each in found.values()) == 0.0


def test_profiles_that_are_alike_are_refused_by_name() -> None:
    twin = {**PROFILES, "lorry": {name: (share * 1.001, spread) for name, (share, spread) in PROFILES["vehicle"].items()}}
    sample = {name: (value, 0.05 * value) for name, value in held(TRUE).items()}
    with pytest.raises(WrongUse, match="lorry, vehicle"):
        mass_balance(sample, twin)


def test_fewer_components_than_sources_and_values_without_uncertainty_are_refused() -> None:
    with pytest.raises(WrongUse, match="components must be more"):
        mass_balance({"si": (1.0, 0.1), "so4": (1.0, 0.1)}, PROFILES)
    with pytest.raises(WrongUse, match="no uncertainty"):
        mass_balance(dict.fromkeys(held(TRUE), (1.0, 0.0)), PROFILES)


def test_true_amounts_lie_within_the_uncertainty_told() -> None:
    """Samples and profiles that waver by their uncertainties: one standard deviation holds two amounts of three, two hold nineteen of twenty."""
    drawn, off = random.Random(11), list[float]()
    for _turn in range(150):
        shares = {source: {name: drawn.gauss(share, 0.1 * share) for name, share in told.items()} for source, told in SHARES.items()}
        exact = {name: sum(shares[source].get(name, 0.0) * amount for source, amount in TRUE.items()) for name in held(TRUE)}
        sample = {name: (drawn.gauss(value, 0.05 * value), 0.05 * value) for name, value in exact.items()}
        for each in mass_balance(sample, PROFILES).contributions:
            assert each.uncertainty
            off.append(abs(each.amount - TRUE[each.source]) / each.uncertainty)
    within = {spreads: sum(each <= spreads for each in off) / len(off) for spreads in (1, 2, 3)}
    assert 0.62 <= within[1] <= 0.78
    assert 0.92 <= within[2] <= 0.99
    assert within[3] >= 0.98
