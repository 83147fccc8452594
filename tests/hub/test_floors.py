"""The floors of the build's truth tests, each with its mutation: take the rule away and the floor gives."""

from dataclasses import replace

import pytest

from benchmarks.quality_truth import score_against_truth
from lingnan.govern import GovernResult, govern_table
from lingnan.hub import Hub
from lingnan.lake import CommitFacts, View
from lingnan.registers import build_register, register_definition, statements
from lingnan.standards import Contract
from lingnan.world import read_truth

FEED = "gongan.resident"


@pytest.fixture
def landed(hub: Hub) -> Hub:
    """A hub that has collected the residents and governed nothing."""
    hub.build(only=["landing.gongan_resident"])
    return hub


def scored(hub: Hub, contract: Contract):
    landing = "landing.gongan_resident"
    views = {landing: View.for_step(landing, "test")}
    result = govern_table(FEED, contract, lake=hub.lake, engine=hub.engine, views=views, facts=CommitFacts("test"))
    told = GovernResult(FEED, result.accepted, result.quarantined, {}, (), ())
    return score_against_truth(hub.home, hub.lake, {FEED: told}, {FEED: ("resident_no",)})


def contract_of(hub: Hub) -> Contract:
    return next(feed.contract for feed in hub.feeds if feed.id == FEED)


def test_without_a_rule_its_dirt_is_missed(landed):
    contract = contract_of(landed)
    scores, _alarms = scored(landed, contract)
    assert all(score.caught == score.planted for score in scores)
    loose = replace(contract, properties=tuple(
        replace(each, element=None, standardise=()) if each.name == "citizen_number" else each for each in contract.properties
    ))
    scores, _alarms = scored(landed, loose)
    assert any(score.caught < score.planted for score in scores if score.column == "citizen_number")


def test_a_rule_that_is_too_strict_raises_false_alarms(landed):
    contract = contract_of(landed)
    _scores, [alarms] = scored(landed, contract)
    assert alarms.false <= 0.001 * alarms.rows
    strict = replace(contract, properties=tuple(
        replace(each, required=True) if each.name == "former_name" else each for each in contract.properties
    ))
    _scores, [alarms] = scored(landed, strict)
    assert alarms.false > 0.5 * alarms.rows


def test_joining_by_less_than_the_whole_number_merges_people_wrongly(landed, monkeypatch):
    landed.build(only=[FEED])
    definition = register_definition("people")
    whole = statements._rows
    monkeypatch.setattr(statements, "_rows", lambda *given: whole(*given).replace("':' || identifier", "':' || substr(identifier, 1, 12)")
                        .replace("people:' || identifier", "people:' || substr(identifier, 1, 12)"))
    build_register(definition, landed.lake, landed.engine, {FEED: View.for_step(FEED, "test")}, CommitFacts("test"))
    table = definition.observations
    sql = f"""select o.entry_id from {table} as o join links as l on l.feed = o.source_table and l.key = o.source_key
        group by o.entry_id having count(distinct l.person_id) > 1"""
    wrong = landed.engine.query(sql, {table: View.for_step(table, "test")}, arrow={"links": read_truth(landed.home, "links")})
    assert wrong.num_rows > 0
