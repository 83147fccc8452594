"""Recovery of a hub: writes beside the database and of many units of work are known by their own traces, all others by their marks."""

from pathlib import Path

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub
from lingnan.storage import IntentMark
from lingnan.trust import Draft
from tests.back_ends import Furnish


@pytest.fixture
def hub(tmp_path: Path, furnish: Furnish):
    with Hub.open(load_settings(furnish(tmp_path))) as opened:
        yield opened


def left_open(hub: Hub, action: str, resource: str, **facts: object) -> int:
    """An intent whose process is no more: one without a holder has nobody who could still close it."""
    return hub.trust.audit.record_many([Draft("intent", "operator", action, resource, "pending", facts=facts)])


def test_a_taken_cosignature_is_known_by_the_log_itself(hub: Hub) -> None:
    hub.trust.record("note", "system", "test", "hub", "done")
    asked = hub.trust.witnessing.export()
    key = asked.keys[0].key
    back = hub.trust.witnessing.cosign(asked, key)
    facts = {"size": asked.note.checkpoint.size, "witnesses": [line.signer for line in back.note.lines if line.at]}
    before = left_open(hub, "checkpoint.take", "own", **facts)
    assert [(each.intent.number, each.outcome) for each in hub.recover()] == [(before, "abandoned")]
    hub.trust.witnessing.take(back, key)
    after = left_open(hub, "checkpoint.take", "own", **facts)
    assert [(each.intent.number, each.outcome) for each in hub.recover()] == [(after, "done")]


def test_a_registration_cut_off_is_taken_as_not_done_and_done_again_by_the_next_build(hub: Hub) -> None:
    cut = left_open(hub, "catalogue.register", "catalogue")
    entry = hub.trust.audit.entry(cut)
    assert entry is not None
    with hub.storage.session() as session:
        session.add(IntentMark(log=hub.trust.audit.notes.origin, intent=cut, at=hub.clock.now()))
    assert [(each.intent.number, each.outcome) for each in hub.recover()] == [(cut, "abandoned")]


def test_a_write_from_before_marks_is_not_said_to_have_changed_nothing(hub: Hub) -> None:
    old = left_open(hub, "account.make", "account")
    (settled,) = hub.recover()
    assert (settled.intent.number, settled.outcome) == (old, "abandoned")
    assert "taken as not done" in settled.en
    outcome = next(entry for entry in hub.trust.audit.entries(old) if entry.intent == old)
    assert outcome.facts["reason"] == "no trace of an end"
