"""One round of expectation and maximisation by hand, and what follows from it."""

import itertools
import math
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import SystemClock
from lingnan.govern.linking import em
from lingnan.govern.linking.shapes import Model
from lingnan.lake import Lake

# Two comparisons, equal or different, over 100 possible pairs of which ten are thought to be matches.
COUNTS = [(1, 1, 10.0), (1, 2, 10.0), (2, 1, 10.0), (2, 2, 70.0)]
GROUND = em.Ground(100.0, 100.0, ((0.0, 0.2, 0.8), (0.0, 0.2, 0.8)), (False, False), {})
START = Model(((0.0, 0.9, 0.1), (0.0, 0.9, 0.1)), ((0.0, 0.1, 0.9), (0.0, 0.1, 0.9)), 10.0, 100.0)


def fitted(tmp_path: Path, rounds: int, known: list[int | None] | None = None) -> Model:
    engine = Lake(tmp_path / "lake", SystemClock()).engine(threads=1, memory="500MB")
    rows = [{"g0": a, "g1": b, "rarity": 0.0, "n": n, "known": k} for (a, b, n), k in zip(COUNTS, known or [None] * 4, strict=True)]
    types = pa.schema([("g0", pa.uint8()), ("g1", pa.uint8()), ("rarity", pa.float64()), ("n", pa.float64()), ("known", pa.int32())])
    with engine.session({}) as session:
        session.add_arrow("patterns", pa.Table.from_pylist(rows, types))
        return em.fit(session, GROUND, START, {}, rounds)


def test_one_round_by_hand(tmp_path: Path) -> None:
    # Prior odds 1/9. Both equal: 1/9 · 9 · 9 = 9, so 0.9. One equal: 1/9 · 9 · 1/9 = 1/9, so 0.1. None: 1/9 · 1/81, so 1/730.
    model = fitted(tmp_path, 1)
    matches = 10 * 0.9 + 10 * 0.1 + 10 * 0.1 + 70 / 730
    assert model.matches == pytest.approx(matches, rel=1e-5)
    m = (10 * 0.9 + 10 * 0.1 + 0.1) / (matches + 0.2)
    assert model.m[0][1] == pytest.approx(m, rel=1e-5)
    assert model.m[1] == model.m[0]
    # u is what is left of all pairs without the matches: (0.2 − λ m) / (1 − λ), made to sum to one.
    share = matches / 100
    left = [(0.2 - share * m) / (1 - share), (0.8 - share * model.m[0][2]) / (1 - share)]
    assert model.u[0][1] == pytest.approx(left[0] / sum(left), rel=1e-5)


def test_rounds_find_the_model_that_made_the_counts(tmp_path: Path) -> None:
    # 1,000 pairs, 100 of them matches that are equal with probability 0.9, the others with 0.1, in each of three columns.
    patterns = list(itertools.product((1, 2), repeat=3))
    rows = [
        {**{f"g{c}": level for c, level in enumerate(levels)}, "rarity": 0.0, "known": None,
         "n": 100 * math.prod(0.9 if level == 1 else 0.1 for level in levels) + 900 * math.prod(0.1 if level == 1 else 0.9 for level in levels)}
        for levels in patterns
    ]
    ground = em.Ground(1000.0, 1000.0, ((0.0, 0.18, 0.82),) * 3, (False,) * 3, {})
    start = Model(((0.0, 0.7, 0.3),) * 3, ((0.0, 0.15, 0.85),) * 3, 30.0, 1000.0)
    types = pa.schema([*((f"g{n}", pa.uint8()) for n in range(3)), ("rarity", pa.float64()), ("known", pa.int32()), ("n", pa.float64())])
    with Lake(tmp_path / "lake", SystemClock()).engine(threads=1, memory="500MB").session({}) as session:
        session.add_arrow("patterns", pa.Table.from_pylist(rows, types))
        model = em.fit(session, ground, start, {}, 300)
    assert model.matches == pytest.approx(100, rel=0.02)
    assert model.m[0][1] == pytest.approx(0.9, abs=0.01)
    assert model.u[0][1] == pytest.approx(0.1, abs=0.01)


def test_pairs_that_identifiers_settled_are_not_guessed(tmp_path: Path) -> None:
    model = fitted(tmp_path, 1, [0, 1, 0, 0])
    assert model.m[0][1] == pytest.approx((10 + 0.1) / (10 + 0.2))
    assert model.m[1][2] == pytest.approx((10 + 0.1) / (10 + 0.2))
    assert model.matches == 0.5  # none is left among the unsettled


def test_the_weight_is_prior_and_evidence_in_bits() -> None:
    assert em.prior_bits(START) == pytest.approx(math.log2(10 / 90))
    bits = em.weights(START, GROUND)
    assert bits[0][1] == pytest.approx(math.log2(9))
    assert bits[0][2] == pytest.approx(-math.log2(9))
    assert bits[0][0] == 0.0


def test_columns_that_are_equal_together_count_once(tmp_path: Path) -> None:
    engine = Lake(tmp_path / "lake", SystemClock()).engine(threads=1, memory="500MB")
    # 10,000 pairs; a street stands in one town, so strangers who share the one share the other: 100 pairs, where chance gives one.
    ground = em.Ground(10_000.0, 10_000.0, ((0.0, 0.01, 0.99), (0.0, 0.01, 0.99), (0.0, 0.01, 0.99)), (False,) * 3, {(0, 1): 100.0, (0, 2): 1.0})
    start = Model(((0.0, 0.9, 0.1),) * 3, ((0.0, 0.01, 0.99),) * 3, 5.0, 10_000.0)
    rows = [{"g0": 1, "g1": 1, "g2": 2, "rarity": 0.0, "n": 100.0, "known": 0}, {"g0": 2, "g1": 2, "g2": 2, "rarity": 0.0, "n": 9900.0, "known": 0}]
    types = pa.schema([*((f"g{n}", pa.uint8()) for n in range(3)), ("rarity", pa.float64()), ("n", pa.float64()), ("known", pa.int32())])
    with engine.session({}) as session:
        session.add_arrow("patterns", pa.Table.from_pylist(rows, types))
        model = em.fit(session, ground, start, {}, 1)
    assert set(model.together) == {(0, 1)}
    assert model.together[(0, 1)] == pytest.approx(math.log2(100.5), abs=0.1)
