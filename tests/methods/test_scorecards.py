"""Scorecards: bins that are the best there are, points that scale, reasons, and the same scores in SQL."""

import json
import math
import random
from itertools import combinations, pairwise
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.metrics import brier_score_loss, roc_auc_score

from lingnan.base import BadInput, WrongUse
from lingnan.lake.spark import portable
from lingnan.methods import (
    CardSetup,
    Scale,
    Scorecard,
    auc,
    bin_column,
    brier,
    calibration,
    fit_scorecard,
    gini,
    judge,
    ks,
    psi,
    read_card,
    score_rows,
    scorecard_sql,
)
from lingnan.methods.scorecards.binning import _best, _worth


def made_firms(size: int, seed: int) -> tuple[dict[str, list[Any]], list[bool]]:
    """Firms whose outcome hangs on two ratios, one trade and a missing report, and not on noise."""
    chance = random.Random(seed)
    columns: dict[str, list[Any]] = {name: [] for name in ("margin", "debt", "debt_again", "trade", "report_days", "noise")}
    bad = []
    for _firm in range(size):
        margin, debt, trade = chance.gauss(0, 1), chance.expovariate(1), chance.choice(["建筑", "零售", "软件"])
        late = None if chance.random() < 0.2 else chance.uniform(0, 90)
        logit = -2.6 - 1.1 * margin + 0.6 * debt + (0.8 if trade == "建筑" else 0) + (1.0 if late is None else 0.01 * late)
        bad.append(chance.random() < 1 / (1 + math.exp(-logit)))
        for name, value in zip(columns, (margin, debt, 2 * debt + 1, trade, late, chance.random()), strict=True):
            columns[name].append(value)
    return columns, bad


@pytest.fixture(scope="module")
def firms() -> tuple[dict[str, list[Any]], list[bool]]:
    return made_firms(3000, 5)


@pytest.fixture(scope="module")
def card(firms: tuple[dict[str, list[Any]], list[bool]]) -> Scorecard:
    return fit_scorecard(*firms, name="made", card_version="2026-1", data_version="seed 5")


def test_the_scale_is_the_published_one() -> None:
    assert (Scale().factor, Scale().offset) == pytest.approx((28.853901, 487.122876), abs=1e-6)


def test_a_card_is_made_of_what_tells(card: Scorecard) -> None:
    assert {each.name for each in card.attributes} == {"margin", "debt", "trade", "report_days"}, "a copy and noise are left out"
    assert all(each.coefficient < 0 for each in card.attributes)
    assert (card.made_of["data"], card.made_of["rows"]) == ("seed 5", 3000)
    late = next(each for each in card.attributes if each.name == "report_days")
    assert late.bins[-1].missing
    assert late.bins[-1].woe < min(each.woe for each in late.bins[:-1])


def test_weights_of_evidence_run_one_way(card: Scorecard) -> None:
    for each in card.attributes:
        steps = [later.woe - earlier.woe for earlier, later in zip(each.bins, each.bins[1:], strict=False) if not later.missing]
        assert all(step > 0 for step in steps) or all(step < 0 for step in steps)
        assert each.iv >= 0.02
        assert sum(part.goods + part.bads for part in each.bins) == 3000


def test_points_add_up_and_double_the_odds(card: Scorecard) -> None:
    facts = {"margin": 0.3, "debt": 0.5, "trade": "软件", "report_days": 10, "name": "not asked"}
    found = card.score(facts)
    logit = card.intercept + sum(each.coefficient * each.bin_of(facts[each.name]).woe for each in card.attributes)  # type: ignore[union-attr]
    assert found.chance == pytest.approx(1 / (1 + math.exp(-logit)))
    assert found.score == pytest.approx(card.scale.offset - card.scale.factor * logit)
    odds, more = ((1 - card.chance(score)) / card.chance(score) for score in (found.score, found.score + 20))
    assert more == pytest.approx(2 * odds)
    assert 1 / card.chance(600) - 1 == pytest.approx(50)


def test_reasons_are_what_costs_most(card: Scorecard) -> None:
    worst = card.score({"margin": -3, "debt": 0.01, "trade": "建筑", "report_days": None}, reasons=2)
    lost = {each.name: each.most - worst.parts[each.name] for each in card.attributes}
    assert [name for name, _points in worst.reasons] == sorted(lost, key=lambda name: -lost[name])[:2]
    assert worst.reasons[0][0] == "margin"
    best = {each.name: max(each.bins, key=lambda part: part.points) for each in card.attributes}
    inside = {name: part.values[0] if part.values else part.low if part.high is None else part.high - 1e-9 for name, part in best.items()}
    perfect = card.score(inside)
    assert perfect.reasons == ()
    with pytest.raises(BadInput, match="misses margin"):
        card.score({"debt": 1, "trade": "软件", "report_days": 1})


def test_rows_score_alike_in_sql(card: Scorecard) -> None:
    columns, _bad = made_firms(300, 6)
    columns["trade"][0], columns["margin"][1], columns["debt"][2] = "未见过", float("nan"), None
    columns["margin"][3] = next(each for each in card.attributes if each.name == "margin").bins[1].low
    connection = duckdb.connect()
    connection.execute("create table firms (i integer, margin double, debt double, trade varchar, report_days double)")
    rows = zip(range(300), *(columns[name] for name in ("margin", "debt", "trade", "report_days")), strict=True)
    connection.executemany("insert into firms values (?, ?, ?, ?, ?)", [list(row) for row in rows])
    text = scorecard_sql(card, "firms", ["i"])
    assert portable.outside(text) == []
    found = connection.sql(f"select score, chance, card_version from ({text}) order by i").fetchall()
    scores = score_rows(card, columns)
    assert [row[0] for row in found] == pytest.approx(scores, rel=1e-12)
    assert [row[1] for row in found] == pytest.approx([card.chance(score) for score in scores], rel=1e-9)
    assert {row[2] for row in found} == {"2026-1"}


def test_a_card_survives_being_written_down(card: Scorecard) -> None:
    again = read_card(json.loads(json.dumps(card.as_dict())))
    assert score_rows(again, made_firms(50, 9)[0]) == score_rows(card, made_firms(50, 9)[0])


def test_it_tells_firms_it_has_not_seen_better_than_any_attribute(card: Scorecard) -> None:
    columns, bad = made_firms(3000, 11)
    found = judge(card, columns, bad)
    assert found.auc > found.single + 0.03
    assert found.gini == pytest.approx(2 * found.auc - 1)
    groups = calibration([card.chance(score) for score in score_rows(card, columns)], bad)
    assert sum(each.cases for each in groups) == 3000
    assert sum(each.held for each in groups) >= 8
    assert groups[0].promised < groups[-1].promised


def test_too_few_outcomes_make_no_card() -> None:
    told = {"name": "x", "card_version": "1", "data_version": "1"}
    with pytest.raises(WrongUse, match="rules alone"):
        fit_scorecard(made_firms(100, 5)[0], [False] * 90 + [True] * 10, **told)
    with pytest.raises(WrongUse, match="tells enough"):
        fit_scorecard({"same": [1.0] * 100}, [place % 2 == 0 for place in range(100)], setup=CardSetup(), **told)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=7), st.integers(1, 4), st.sampled_from([1, -1]))
def test_bins_are_the_best_there_are(counts: list[tuple[int, int]], bins: int, sign: int) -> None:
    """Against every way to join neighbours that keeps its direction."""
    goods, bads = [list(column) for column in zip(*counts, strict=True)]
    whole, least = (sum(goods), sum(bads)), 3
    best = 0.0
    for number in range(min(bins, len(counts))):
        for cuts in combinations(range(1, len(counts)), number):
            parts = [(sum(goods[a:b]), sum(bads[a:b])) for a, b in zip((0, *cuts), (*cuts, len(counts)), strict=True)]
            rates = [sign * bad / (good + bad) for good, bad in parts if good and bad and good + bad >= least]
            if len(rates) == len(parts) and all(a < b for a, b in pairwise(rates)):
                best = max(best, sum(_worth(good, bad, whole) for good, bad in parts))
    assert _best(goods, bads, whole, bins, least, sign)[0] == pytest.approx(best)


def test_bins_of_a_column_by_hand() -> None:
    values = [1.0] * 40 + [2.0] * 40 + [None] * 20
    bad = [False] * 30 + [True] * 10 + [False] * 10 + [True] * 30 + [False] * 10 + [True] * 10
    found = bin_column("x", values, bad)
    assert [(part.goods, part.bads, part.missing) for part in found.bins] == [(30, 10, False), (10, 30, False), (10, 10, True)]
    assert found.bins[0].woe == pytest.approx(math.log(30.5 / 10.5))
    assert [found.bin_of(value).label for value in (1.4, 2.0, None)] == ["[-∞..1.5)", "[1.5..∞)", "missing 缺失"]  # type: ignore[union-attr]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=2, max_size=60).filter(lambda rows: len({bad for _score, bad in rows}) == 2))
def test_measures_are_those_of_the_libraries(rows: list[tuple[int, bool]]) -> None:
    scores, bad = [score / 10 for score, _bad in rows], [is_bad for _score, is_bad in rows]
    assert auc(scores, bad) == pytest.approx(roc_auc_score(bad, scores))
    assert gini(scores, bad) == pytest.approx(2 * roc_auc_score(bad, scores) - 1)
    split = [[score for score, is_bad in zip(scores, bad, strict=True) if is_bad == kind] for kind in (True, False)]
    assert ks(scores, bad) == pytest.approx(ks_2samp(*split).statistic)
    assert brier(scores, bad) == pytest.approx(brier_score_loss(bad, scores))


def test_stability() -> None:
    assert psi([50, 30, 20], [500, 300, 200]) == 0
    assert psi([50, 50], [60, 40]) == pytest.approx(0.1 * math.log(1.2) - 0.1 * math.log(0.8))
    assert psi([50, 50], [100, 0]) > 0.25
    with pytest.raises(WrongUse, match="good and bad"):
        auc([1, 2], [False, False])
