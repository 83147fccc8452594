"""A demo's office has people of every role and cases in several states, made by the engine, once however often it is furnished."""

from collections import Counter
from pathlib import Path

from lingnan.base import Settings
from lingnan.casework import CaseQuery
from lingnan.hub import Hub, furnish_office, make_steward
from lingnan.hub.demo_office import _models
from lingnan.packkit import ModelRegister
from lingnan.packkit.modelling.measuring import Measured
from lingnan.trust import SYSTEM


def test_a_demo_shows_something_and_furnishing_again_changes_nothing(tmp_path: Path) -> None:
    with Hub.open(Settings(home=tmp_path)) as hub:
        make_steward(hub)
        people = furnish_office(hub)
        auditor = hub.trust.accounts.subject_for("auditor")
        cases = hub.office.casework.inbox.of(auditor, CaseQuery(scope="visible", limit=200))
        states = Counter((line.flow, line.state) for line in cases.items)
        assert states == {
            ("data-correction", "submitted"): 1, ("data-correction", "verifying"): 1, ("data-correction", "corrected"): 1,
            ("account-request", "checked"): 1, ("agent-authority", "submitted"): 1, ("outgoing-source", "submitted"): 1,
        }
        verifying = next(line for line in cases.items if line.state == "verifying")
        assert len(hub.office.attachments.listing(SYSTEM, ("case", verifying.id))) == 1
        assert [mark.number for mark in hub.office.casework.disputes.open_for("registers.entities")] == [verifying.number]
        waits = {name: hub.office.casework.inbox.of(hub.trust.accounts.subject_for(name)).total for name in ("steward", *people.names)}
        assert waits == {
            "steward": 2, "reviewer": 0, "analyst": 0, "administrator": 0, "security": 2, "auditor": 0, "steward.shichang": 1, "steward.gongan": 0,
            "steward.fagai": 0, "reviewer.fagai": 0,
            "demo.citizen": 0,
        }
        assert all("演示" in hub.trust.accounts.account(name).zh for name in people.names)
        alerts = hub.office.alerts.counts(auditor)
        furnish_office(hub)
        assert hub.office.casework.inbox.of(auditor, CaseQuery(scope="visible", limit=200)).total == cases.total
        assert hub.office.alerts.counts(auditor) == alerts
        assert hub.trust.verify().sound


def test_a_demo_approves_the_best_candidate_and_leaves_the_others_waiting(tmp_path: Path) -> None:
    with Hub.open(Settings(home=tmp_path)) as hub:
        make_steward(hub)
        furnish_office(hub)
        register = ModelRegister(hub.storage, hub.clock)
        for digest, name, error in (("a" * 64, "good", 8.0), ("b" * 64, "better", 6.0), ("c" * 64, "worse", 12.0)):
            register.settle("air", name, digest, Measured(9, (), error, 10.0, error < 10.0, {}, {}), {})
        assert _models(hub) == ["pack:air"]
        hub.deliver()
        assert {each.name: each.state for each in register.listing()} == {"good": "candidate", "better": "approved", "worse": "candidate"}
        reviewer = hub.trust.accounts.subject_for("reviewer")
        assert [line.flow for line in hub.office.casework.inbox.of(reviewer).items] == ["model-approval"] * 2
        assert _models(hub) == []
