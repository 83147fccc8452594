"""Likeness is measured in characters, by the same definition in every engine: by bytes, one Chinese character would be three."""

import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from lingnan.base import SystemClock
from lingnan.lake import Lake, likeness
from tests.spark import ENGINES

GOLDEN = [
    # one, other, levenshtein, damerau_levenshtein, jaro_winkler_similarity
    ("MARTHA", "MARHTA", 2, 1, 0.9611111111111111),
    ("DIXON", "DICKSONX", 4, 4, 0.8133333333333332),
    ("ca", "abc", 3, 2, 0.0),
    ("王小明", "王小朋", 1, 1, 0.8222222222222222),
    ("广东", "东广", 2, 1, 0.0),
    ("中山市", "", 3, 3, 0.0),
    ("", "", 0, 0, 0.0),
]
SQL = "select i, levenshtein(a, b) as l, damerau_levenshtein(a, b) as d, jaro_winkler_similarity(a, b) as j from given order by i"


def made_pairs(count: int) -> Iterator[tuple[str | None, str | None]]:
    """Texts and the same after a few slips: of one, two, three and four bytes a character, short and too long for one letter each."""
    dice = random.Random(2026)
    letters = ["abcd", "中国人民abc", "李明朋王一二三四五六七八", "😀a\u0301é中ab", "".join(map(chr, range(0x4E00, 0x4F00)))]
    for place in range(count):
        alphabet = dice.choice(letters)
        one = [dice.choice(alphabet) for _ in range(dice.choice((0, 1, 2, 3, 5, 8, 13, 80 if place % 50 == 0 else 20)))]
        other = list(one)
        for _slip in range(dice.randrange(4)):
            at = dice.randrange(len(other)) if other else 0
            other[at : at + dice.randrange(3)] = dice.sample(alphabet, dice.randrange(3))
        if len(other) > 1 and dice.random() < 0.3:
            other[0], other[1] = other[1], other[0]
        yield ("".join(one) if place % 97 else None), "".join(other)


@pytest.mark.parametrize(("one", "other", "replaced", "swapped", "alike"), GOLDEN)
def test_the_definition(one: str, other: str, replaced: int, swapped: int, alike: float) -> None:
    assert (likeness.levenshtein(one, other), likeness.damerau_levenshtein(one, other)) == (replaced, swapped)
    assert likeness.jaro_winkler_similarity(one, other) == pytest.approx(alike, abs=1e-12)


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_engines_answer_as_defined(tmp_path: Path, engine_name: str) -> None:
    pairs = list(made_pairs(4_000))
    given = pa.table({
        "i": list(range(len(pairs))), **{name: pa.array([pair[at] for pair in pairs], pa.string()) for at, name in enumerate("ab")},
    })
    engine = Lake(tmp_path, SystemClock()).engine(engine_name, threads=2)
    with engine.session({}, {"given": given}) as session:
        found = session.query(SQL).to_pylist()
    expected = [
        None if one is None or other is None else
        (likeness.levenshtein(one, other), likeness.damerau_levenshtein(one, other), likeness.jaro_winkler_similarity(one, other))
        for one, other in pairs
    ]
    assert [None if row["l"] is None else (row["l"], row["d"], row["j"]) for row in found] == expected
