"""What settled pairs tell of two columns together: likeness that goes with being twins weighs against."""

import math
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import SystemClock
from lingnan.govern.linking import em
from lingnan.govern.linking.corrections import corrected
from lingnan.govern.linking.shapes import Model
from lingnan.lake import Lake

# Name (equal, one character off, different) and birth date (equal, different); the model gives each level the same odds by itself.
MODEL = Model(((0.0, 0.8, 0.15, 0.05), (0.0, 0.9, 0.1)), ((0.0, 0.01, 0.01, 0.98), (0.0, 0.02, 0.98)), 1000.0, 1_001_000.0)
GROUND = em.Ground(1_001_000.0, 1_001_000.0, MODEL.u, (False, False), {})
TYPES = pa.schema([("g0", pa.uint8()), ("g1", pa.uint8()), ("rarity", pa.float32()), ("known", pa.int32()), ("stratum", pa.int32()),
                   ("times", pa.float64())])


def learnt(tmp_path: Path, counts: dict[tuple[int, int, int], int], times: float = 1.0) -> Model:
    rows = [
        {"g0": a, "g1": b, "rarity": 0.0, "known": known, "stratum": 0, "times": 1.0 if known else times}
        for (a, b, known), count in counts.items() for _each in range(count)
    ]
    with Lake(tmp_path / "lake", SystemClock()).engine(threads=1, memory="500MB").session({}) as session:
        session.add_arrow("settled", pa.Table.from_pylist(rows, TYPES))
        return corrected(session, MODEL, em.weight_sql(MODEL, GROUND, {}), "settled", em.prior_bits(MODEL))


def bits(model: Model, a: int, b: int) -> float:
    return model.joint.get((0, 1), ((0.0,) * 3,) * 4)[a][b]


def test_twins_are_told_from_slips_of_the_pen(tmp_path: Path) -> None:
    # Equal births with one character off: 3 matches among 300 pairs, though their sum of bits is as good as that of any slip.
    model = learnt(tmp_path, {(1, 1, 1): 700, (1, 1, 0): 5, (2, 1, 1): 3, (2, 1, 0): 297, (3, 2, 0): 300, (1, 2, 1): 60, (1, 2, 0): 60})
    assert bits(model, 2, 1) < -3
    given = em.prior_bits(MODEL) + math.log2(0.15 / 0.01) + math.log2(0.9 / 0.02) + bits(model, 2, 1)
    assert given == pytest.approx(math.log2(3 / 297), abs=1.0)


def test_a_thinned_sample_stands_for_all(tmp_path: Path) -> None:
    counts = {(1, 1, 1): 700, (2, 1, 1): 250, (2, 1, 0): 250}
    drawn, thinned = learnt(tmp_path, counts), learnt(tmp_path, counts, times=64.0)
    assert bits(thinned, 2, 1) < bits(drawn, 2, 1) - 3


def test_too_few_settled_pairs_tell_nothing(tmp_path: Path) -> None:
    assert not learnt(tmp_path, {(1, 1, 1): 150, (2, 1, 0): 5000}).joint
