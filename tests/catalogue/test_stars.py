"""Stars: points follow from facts alone, every rule can give and refuse, ratings move the resource's stars."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import Missing, WrongUse
from lingnan.catalogue import Catalogue
from lingnan.catalogue.stars.facts import FACTS
from lingnan.catalogue.stars.rating import rate
from lingnan.catalogue.stars.rules import WHOLE, StarRules, read_rules
from tests.catalogue.conftest import NOW

RULES = read_rules()
BEST = {
    "abstract_length": 40, "english_name": 1, "themes": 1, "items": 3, "items_named": 1, "items_with_element": 1, "conditions_told": 1,
    "cycle_definite": 1, "system_named": 1, "quality_score": 1, "accepted_share": 1, "punctuality": 1, "uses": 20, "users": 4,
}
NOTHING = dict.fromkeys(FACTS)
VALUES = st.fixed_dictionaries({name: st.one_of(st.none(), st.floats(0, 50, allow_nan=False)) for name in FACTS})


def test_the_best_resource_has_every_point_and_five_stars() -> None:
    rated = rate("a.b", BEST, RULES, None)
    assert (rated.given, rated.stars) == (WHOLE, 5)


def test_what_nobody_measured_gives_nothing_and_says_so() -> None:
    rated = rate("a.b", NOTHING, RULES, None)
    assert (rated.given, rated.stars) == (0, 1)
    assert all(point.value is None for point in rated.points)


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_each_rule_can_refuse_its_points_alone(rule) -> None:  # type: ignore[no-untyped-def]
    worse = BEST | {rule.fact: 0 if rule.share else (rule.at_least or 0) - 0.01}
    lost = {point.rule for point in rate("a.b", worse, RULES, None).points if point.given < point.points}
    assert rule.id in lost
    assert lost <= {other.id for other in RULES.rules if other.fact == rule.fact}


@given(VALUES)
def test_points_are_the_sum_of_their_dimensions_and_stars_follow_them(values: dict[str, float | None]) -> None:
    rated = rate("a.b", values, RULES, None)
    assert 0 <= rated.given <= WHOLE
    assert rated.given == pytest.approx(sum(each.given for each in rated.dimensions), abs=0.05)
    assert rated.given == pytest.approx(sum(each.given for each in rated.points), abs=0.05)
    assert rated.stars == RULES.stars_of(rated.given)


@given(VALUES, st.sampled_from(FACTS), st.floats(0, 50))
def test_a_better_fact_never_takes_points_away(values: dict[str, float | None], fact: str, more: float) -> None:
    better = values | {fact: (values[fact] or 0) + more}
    assert rate("a.b", better, RULES, None).given >= rate("a.b", values, RULES, None).given


def test_a_build_of_ratings_moves_the_stars_and_the_second_changes_nothing(catalogue: Catalogue) -> None:
    assert catalogue.stars.rate_all() == 4
    rated = catalogue.stars.rating("gongan.resident")
    assert catalogue.resource("gongan.resident").stars == rated.stars > 0
    assert catalogue.stars.rate_all() == 0


def test_the_search_counts_stars(catalogue: Catalogue) -> None:
    catalogue.stars.rate_all()
    stars = {facet.value: facet.count for facet in catalogue.search("").facets if facet.field == "stars"}
    assert sum(stars.values()) == 4
    assert set(stars) == {str(catalogue.resource(card.key).stars) for card in catalogue.resources()}


def test_measured_quality_and_punctuality_give_points(catalogue: Catalogue) -> None:
    catalogue.observe("nengyuan.power_use", "load", {"rows": 10}, NOW - timedelta(days=400))
    before = catalogue.stars.compute("nengyuan.power_use")
    catalogue.observe("nengyuan.power_use", "load", {"rows": 10}, NOW)
    catalogue.observe("nengyuan.power_use", "rows", 99, NOW)
    catalogue.observe("nengyuan.power_use", "quarantined", {"rows": 1}, NOW)
    catalogue.observe("nengyuan.power_use", "score", {"total": 0.8}, NOW)
    after = catalogue.stars.compute("nengyuan.power_use")
    gained = {point.rule: point.given for point in after.points}
    assert gained["score"] == pytest.approx(0.8 * 25)
    assert gained["accepted"] == 5
    assert gained["on_time"] == 20
    assert {point.rule: point.given for point in before.points}["on_time"] == 0
    assert after.given - before.given == pytest.approx(0.8 * 25 + 5 + 20)


def test_use_by_others_counts_and_the_providers_own_does_not(catalogue: Catalogue) -> None:
    for hour in range(12):
        catalogue.observe("gongan.resident", "use", {"organisation": "gongan"}, NOW - timedelta(hours=hour))
    assert catalogue.stars.compute("gongan.resident").points[-1].value == 0
    for number, user in enumerate(("shuiwu", "nengyuan", "shichang")):
        catalogue.observe("gongan.resident", "use", {"organisation": user}, NOW - timedelta(days=number))
    catalogue.observe("gongan.resident", "use", {"organisation": "jiaoyu"}, NOW - timedelta(days=400))
    points = {point.rule: point for point in catalogue.stars.compute("gongan.resident").points}
    assert (points["used"].value, points["used_widely"].value) == (3, 3)
    assert (points["used"].given, points["used_often"].given, points["used_widely"].given) == (5, 0, 5)


def test_a_rating_can_be_computed_again_from_what_it_shows(catalogue: Catalogue) -> None:
    catalogue.stars.rate_all()
    rated = catalogue.stars.rating("gongan.resident")
    again = rate(rated.resource, {point.fact: point.value for point in rated.points}, catalogue.stars.rules(), rated.at)
    assert again == rated


def test_before_the_first_rating_there_is_none(catalogue: Catalogue) -> None:
    with pytest.raises(Missing):
        catalogue.stars.rating("gongan.resident")


@pytest.mark.parametrize("wrong", ["edition: x\n", "rules: 5\n", "- 1\n"])
def test_rules_that_are_not_understood_are_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "stars.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(WrongUse):
        read_rules(tmp_path)


def test_the_points_must_make_a_hundred() -> None:
    told = RULES.model_dump()
    told["rules"][0]["points"] += 1
    with pytest.raises(ValueError, match="not 100"):
        StarRules.model_validate(told)
