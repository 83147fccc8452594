"""What follows what: the worked example, chances that sum to one, longer ways that back off, and planted sequences that beat popularity later on."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.base import WrongUse
from lingnan.methods import fit_next, judge_next, popularity

LEARNT = {("A",): 4, ("A", "B"): 3, ("A", "C"): 1}


def test_the_worked_example() -> None:
    chain = fit_next(LEARNT, {("A", "B"): 3, ("A", "A"): 1})
    assert chain.weights == (pytest.approx(0.5, abs=1e-6),)
    assert chain.chances(("A",)) == pytest.approx({"A": 0.25, "B": 0.5625, "C": 0.1875}, abs=1e-6)
    assert chain.ranked(("A",)) == ["B", "A", "C"]
    assert chain.ranked(("A",), among={"A", "C"}) == ["A", "C"]
    assert chain.chances(("Z",)) == popularity(LEARNT).chances(("A",)) == pytest.approx({"A": 0.5, "B": 0.375, "C": 0.125})


def test_hits_are_counted_by_hand() -> None:
    hits = judge_next(popularity(LEARNT), {("A",): 9, ("A", "B"): 2, ("C", "A"): 1, ("A", "Z"): 1}, k=1)
    assert (hits.cases, hits.hit_rate, hits.reciprocal, hits.coverage) == (4, 0.25, 0.5, pytest.approx(1 / 3))


def test_a_longer_way_is_believed_where_it_tells_more() -> None:
    learnt = {("A",): 5, ("A", "X"): 20, ("B", "X"): 20, ("A", "X", "P"): 20, ("B", "X", "Q"): 20}
    held_out = {("A", "X", "P"): 5, ("B", "X", "Q"): 5}
    chain = fit_next(learnt, held_out, depth=2)
    assert chain.ranked(("A", "X"))[0] == "P"
    assert chain.ranked(("B", "X"))[0] == "Q"
    assert chain.chances(("C", "X")) == fit_next(learnt, held_out).chances(("X",))


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(WrongUse):
        popularity({})
    assert fit_next(LEARNT, {}).weights == (0.0,), "what nothing held out speaks for is not believed"


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=3).map(tuple), st.integers(1, 30), min_size=1), st.integers(0, 2))
def test_chances_sum_to_one(observed: dict[tuple[str, ...], int], depth: int) -> None:
    chain = fit_next(observed, observed, depth)
    for before in observed:
        assert sum(chain.chances(before).values()) == pytest.approx(1.0)


def test_planted_sequences_beat_popularity_later_on() -> None:
    drawn, items = random.Random(5), [f"I{each:02}" for each in range(30)]
    likely = {item: drawn.sample(items, 4) for item in items}
    parts: list[Counter[tuple[str, ...]]] = [Counter(), Counter(), Counter()]
    for person in range(1500):
        way = [drawn.choice(items)]
        for _step in range(3):
            way.append(drawn.choice(likely[way[-1]]) if drawn.random() < 0.7 else drawn.choice(items))
            parts[0 if person < 900 else 1 if person < 1200 else 2][tuple(way[-2:])] += 1
    learnt, held_out, later = parts
    chain = fit_next(learnt, held_out)
    own, plain = judge_next(chain, later), judge_next(popularity(learnt), later)
    assert own.hit_rate > 2 * plain.hit_rate
    assert own.coverage == 1.0 > plain.coverage


@given(
    st.dictionaries(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), st.integers(1, 999), min_size=3),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_ways_are_told_changes_nothing(observed: dict[tuple[str, ...], int], chance: random.Random) -> None:
    shuffled = dict(chance.sample(list(observed.items()), len(observed)))
    one, other = fit_next(observed, observed), fit_next(shuffled, shuffled)
    assert one.weights == other.weights
    assert judge_next(one, observed) == judge_next(other, shuffled)
