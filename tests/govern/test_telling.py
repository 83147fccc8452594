"""What governing tells other rooms, and that the page of rules names every rule there is."""

from pathlib import Path

import pytest

from lingnan.base import load_settings
from lingnan.govern import CHARACTERISTICS, DIMENSIONS, announce, characteristic_scores, inputs_of, observe_quality, total_score
from lingnan.govern.rules.conditions import BUILDERS
from lingnan.govern.rules.sentences import sentence
from lingnan.standards import read_contract
from lingnan.storage import Storage, pending_events

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def governed(desk, contract):
    desk.land([{"a": "x", "b": "1"}, {"a": None, "b": "z"}, {"a": "y", "b": None}])
    return desk.govern(contract("{name: a, logicalType: string, required: true}\n{name: b, logicalType: integer}"))


def test_the_event_is_in_the_outbox_of_the_same_transaction(desk, contract, tmp_path):
    storage = Storage.open(load_settings(tmp_path / "home"))
    result = governed(desk, contract)
    with storage.session() as session:
        announce(storage, session, result)
    with storage.session() as session:
        events = [(event.name, event.payload) for event in pending_events(session)]
    storage.close()
    assert events == [("govern.table_governed", {
        "table": "gongan.resident", "version": 0, "accepted": 2, "quarantined": 1, "failed_by_rule": {"a_required": 1, "b_type": 1},
    })]


def test_the_catalogue_is_told_rows_and_scores_with_their_evidence(desk, contract):
    told = []
    result = governed(desk, contract)
    observe_quality(lambda *facts: told.append(facts), "r1", result, "now")
    evidence = {"versions": {"gongan.resident": 0, "quarantine.gongan_resident": 0, "checks.gongan_resident": 0}}
    assert told[0] == ("r1", "rows", 2, "now", evidence)
    assert told[1][1:3] == ("quarantined", {"rows": 1, "rules": {"a_required": 1, "b_type": 1}})
    held = {"completeness": 1 - 1 / 3, "conformity": 1 - 1 / 3}
    assert told[2][1:3] == ("score", {
        "dimensions": held, "characteristics": {**held, "accessibility": 1.0}, "total": pytest.approx((2 * (1 - 1 / 3) + 1) / 3),
    })


def test_scores_follow_the_six_characteristics_of_the_standard():
    asked = [
        ("conformity", "error", 100, 10), ("conformity", "warning", 100, 0), ("uniqueness", "error", 100, 4), ("accuracy", "error", 100, 0),
        ("coverage", "error", 1, 1), ("completeness", "error", 9, 0), ("timeliness", "error", 0, 0), ("conformity", "info", 100, 100),
        ("accessibility", "info", 10, 1),
    ]
    found = characteristic_scores(asked)
    assert found == {"conformity": 0.95, "completeness": 0.9, "accuracy": 0.98, "accessibility": 0.9}
    assert list(CHARACTERISTICS) == ["conformity", "completeness", "accuracy", "consistency", "timeliness", "accessibility"]
    assert total_score(found) == pytest.approx(0.9325)
    assert total_score({}) is None


def test_what_was_promised_and_did_not_come_lowers_accessibility_alone(desk, contract):
    desk.land([{"a": "x"}])
    result = desk.govern(contract("{name: a, logicalType: string}\n{name: b, logicalType: string}"))
    assert result.characteristics() == {"accessibility": 0.5}
    assert (result.failed_by_rule, result.accepted) == ({}, 1)


def test_a_step_declares_the_tables_that_rules_refer_to(contract):
    rule = "[{type: custom, engine: lingnan, implementation: {rule: references, of: a, table: shichang.enterprise, column: uscc}}]"
    asked = read_contract(contract("{name: a, logicalType: string}", rule))
    assert inputs_of("fagai.licence", asked) == ("landing.fagai_licence", "shichang.enterprise")


def test_every_rule_and_dimension_is_on_the_page_and_has_a_sentence():
    page = PAGE.read_text(encoding="utf-8")
    assert [kind for kind in BUILDERS if f"`{kind}`" not in page] == []
    assert [kind for kind in BUILDERS if sentence(kind, {})[0] == kind] == []
    assert set(DIMENSIONS) >= {"completeness", "uniqueness", "conformity", "consistency", "accuracy", "timeliness"}
