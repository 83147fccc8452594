"""Entries of a form: held to the contract, given once, corrected, withdrawn, and delivered as any department's rows are."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused, load_settings
from lingnan.collect.forms.shapes import Given, Position
from lingnan.hub import Hub
from lingnan.trust import SYSTEM, Subject
from tests.back_ends import Furnish
from tests.collect.pictures import PLACE, jpeg
from tests.hub.form_ground import FORM, describe, given, make


@pytest.fixture
def hub(tmp_path: Path, furnish: Furnish) -> Iterator[Hub]:
    home = tmp_path / "home"
    home.mkdir()
    with Hub.open(load_settings(describe(furnish(home)))) as opened:
        yield opened


def rows(hub: Hub, table: str, columns: str = "*") -> list[dict[str, Any]]:
    if not hub.lake.exists(table):
        return []
    return hub.engine.query(f"select {columns} from {table} order by all", hub.trust.views_for_step("test", {table: None})).to_pylist()


def delivered(hub: Hub) -> str:
    """Bring the form's table up to date; what else a build makes is other tests' matter."""
    return hub.build(only=[f"govern:{FORM}"]).state


def faults(error: BadInput) -> set[tuple[int, str]]:
    return {(each["row"], each["column"]) for each in error.facts["faults"]}


def test_fields_are_what_the_contract_promises(hub: Hub) -> None:
    fields = make(hub).fields
    assert list(fields) == ["shelter_no", "name", "division", "places", "present", "keeper", "photo"]
    assert {name: spec.kind for name, spec in fields.items()} == {
        "shelter_no": "text", "name": "text", "division": "choice", "places": "integer", "present": "integer", "keeper": "text", "photo": "picture",
    }
    assert [name for name, spec in fields.items() if spec.required] == ["shelter_no", "name"]
    assert (fields["places"].minimum, fields["places"].maximum) == (1, 5000)
    assert (fields["name"].shortest, fields["name"].longest) == (2, 40)
    assert fields["keeper"].identifier == "citizen_number"
    assert fields["keeper"].personal
    assert ("440106", "天河区") in {(each.code, each.zh) for each in fields["division"].choices}


def test_an_entry_is_held_to_the_contract(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    wrong: list[dict[str, str | None]] = [
        {"name": None}, {"name": "园"}, {"places": "三百"}, {"places": "6000"}, {"division": "999999"}, {"keeper": "440104199001011234"},
        {"present": "301"},
    ]
    for changes in wrong:
        with pytest.raises(BadInput) as refused:
            hub.forms.give(form, given(1, **changes), {}, worker)
        assert faults(refused.value) == {(0, next(iter(changes)))}
        assert all(each["zh"] and each["en"] for each in refused.value.facts["faults"])
    assert hub.forms.entries.mine(worker) == []


def worker_of(hub: Hub) -> Subject:
    """A field worker of the department, known to the hub."""
    if not hub.trust.accounts.exists("worker"):
        hub.trust.organisations.make("minzheng", "民政厅", "Civil Affairs")
        hub.trust.accounts.make_account("worker", "外勤", "Field worker", organisation="minzheng", roles=("analyst",))
    return hub.trust.accounts.subject_for("worker")


@pytest.mark.on_both
def test_entries_become_rows_once_with_where_they_came_from(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    first = given(1)
    placed = Given(first.entry, first.rows, "device-1", Position(113.26, 23.13, 12.0))
    for _again in range(2):
        assert hub.forms.give(form, placed, {}, worker).state == "waiting"
    hub.forms.give(form, given(2), {}, worker)
    assert hub.forms.batches.cut() == 1
    assert hub.forms.batches.cut() == 0
    hub.forms.give(form, given(3), {}, worker)
    assert delivered(hub) == "done"
    kept = rows(hub, FORM, "shelter_no, places, form_entry, form_line, form_account, form_device, form_longitude, form_accuracy, _position")
    assert [row["shelter_no"] for row in kept] == ["S1", "S2", "S3"]
    assert kept[0] == {
        "shelter_no": "S1", "places": 300, "form_entry": first.entry, "form_line": 1, "form_account": worker.account, "form_device": "device-1",
        "form_longitude": 113.26, "form_accuracy": 12.0, "_position": "00000001.json:1",
    }
    assert kept[2]["_position"] == "00000002.json:1"
    assert [card.state for card in hub.forms.entries.mine(worker)] == ["delivered"] * 3


def test_another_content_under_the_same_id_is_a_conflict_and_anothers_entry_is_not_there(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    hub.forms.give(form, given(1), {}, worker)
    with pytest.raises(Conflict):
        hub.forms.give(form, given(1, places="50"), {}, worker)
    other = Subject("official", "other", organisation=worker.organisation, assurance=2)
    with pytest.raises(Conflict):
        hub.forms.give(form, given(1), {}, other)
    with pytest.raises(Missing):
        hub.forms.entries.of(form, given(1).entry, other)


def test_a_correction_is_a_new_word_and_replaces_the_row(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    for number in (1, 2):
        hub.forms.give(form, given(number), {}, worker)
    delivered(hub)
    for _again in range(2):
        card = hub.forms.correct(form, given(1, places="400"), 1, {}, worker)
    assert card.revision == 2
    with pytest.raises(Conflict):
        hub.forms.correct(form, given(1, places="500"), 1, {}, worker)
    delivered(hub)
    assert rows(hub, FORM, "shelter_no, places, form_revision") == [
        {"shelter_no": "S1", "places": 400, "form_revision": 2}, {"shelter_no": "S2", "places": 300, "form_revision": 1},
    ]
    assert rows(hub, "quarantine.minzheng_shelter_form") == []
    assert hub.forms.entries.of(form, given(1).entry, worker).rows[0]["places"] == "400"


def test_an_entry_is_withdrawn_on_its_day_and_nothing_of_it_stays(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    hub.forms.give(form, given(1), {}, worker)
    delivered(hub)
    assert len(rows(hub, FORM)) == 1
    assert hub.forms.withdraw(form, given(1).entry, worker).state == "withdrawn"
    delivered(hub)
    assert rows(hub, FORM) == []
    assert hub.forms.entries.of(form, given(1).entry, worker).rows == ()
    assert (hub.home / "forms" / "entries" / FORM / "00000001.json").read_text() == '{"rows": []}'
    with pytest.raises(Conflict):
        hub.forms.correct(form, given(1, places="50"), 1, {}, worker)


def test_after_its_day_an_entry_stands(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    hub.forms.give(form, given(1), {}, worker)
    hub.storage.clock = FixedClock(hub.clock.now() + timedelta(days=1))
    with pytest.raises(Refused):
        hub.forms.withdraw(form, given(1).entry, worker)
    assert not hub.forms.entries.mine(worker)[0].withdrawable


def test_a_cut_that_a_crash_ended_is_made_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    form, worker = make(hub), worker_of(hub)
    hub.forms.give(form, given(1), {}, worker)
    with monkeypatch.context() as broken:
        broken.setattr("lingnan.collect.forms.batches._replace", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            hub.forms.batches.cut()
    hub.forms.give(form, given(2), {}, worker)
    assert hub.forms.batches.cut() == 2
    delivered(hub)
    assert [row["shelter_no"] for row in rows(hub, FORM, "shelter_no")] == ["S1", "S2"]


def test_rows_that_repeat_share_what_does_not(hub: Hub) -> None:
    sections = "[{id: heads, zh: 人数, en: Heads, items: [shelter_no, present], repeat: 3}]"
    form, worker = make(hub, sections=sections), worker_of(hub)
    assert [(part.section.id if part.section else "", part.repeat) for part in form.parts] == [("", 1), ("heads", 3)]
    one = given(1).rows[0]
    several = Given(given(1).entry, ({**one}, {**one, "shelter_no": "S9", "present": "999"}))
    with pytest.raises(BadInput) as refused:
        hub.forms.give(form, several, {}, worker)
    assert faults(refused.value) == {(1, "present")}
    hub.forms.give(form, Given(several.entry, (one, {**one, "shelter_no": "S9"})), {}, worker)
    delivered(hub)
    assert rows(hub, FORM, "form_line, shelter_no, name") == [
        {"form_line": 1, "shelter_no": "S1", "name": "天河体育中心"}, {"form_line": 2, "shelter_no": "S9", "name": "天河体育中心"},
    ]
    with pytest.raises(BadInput):
        hub.forms.give(form, Given(given(2).entry, (one,) * 4), {}, worker)


def test_a_place_that_must_be_given_is_asked_for(hub: Hub) -> None:
    form = make(hub, position="required")
    with pytest.raises(BadInput) as refused:
        hub.forms.give(form, given(1), {}, worker_of(hub))
    assert faults(refused.value) == {(0, "position")}


def test_a_picture_is_kept_by_its_digest_without_its_place(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    for _again in range(2):
        hub.forms.give(form, given(1), {(0, "photo"): jpeg()}, worker)
    row = hub.forms.entries.row_of(form, given(1).entry)
    [card] = hub.office.attachments.listing(worker, ("form-entry", row))
    assert hub.forms.entries.of(form, given(1).entry, worker).rows[0]["photo"] == f"{card.algorithm}:{card.digest}"
    kept = b"".join(hub.office.attachments.open(worker, card.id).pieces)
    assert PLACE not in kept
    with pytest.raises(Missing):
        hub.office.attachments.open(Subject("official", "other"), card.id)
    with pytest.raises(BadInput) as refused:
        hub.forms.give(form, given(2), {(0, "photo"): b"%PDF-1.4 no picture"}, worker)
    assert faults(refused.value) == {(0, "photo")}
    hub.forms.withdraw(form, given(1).entry, worker)
    assert [each.removed_at is None for each in hub.office.attachments.listing(SYSTEM, ("form-entry", row))] == [False]


def test_who_may_fill_in_stands_in_the_forms_file(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    hub.trust.organisations.make("shuiwu", "税务局", "Tax")
    hub.trust.accounts.make_account("taxman", "税务", "Tax", organisation="shuiwu", roles=("steward",))
    taxman = hub.trust.accounts.subject_for("taxman")
    assert [each.id for each in hub.forms.open_forms(worker)] == [FORM]
    assert hub.forms.open_forms(taxman) == []
    for stranger in (taxman, Subject("citizen", "c"), Subject("anonymous")):
        with pytest.raises(Refused):
            hub.forms.give(form, given(1), {}, stranger)


def test_what_was_given_is_sealed_in_the_database_and_told_to_the_log_without_values(hub: Hub) -> None:
    form, worker = make(hub), worker_of(hub)
    hub.forms.give(form, given(1, name="天河体育中心甲"), {}, worker)
    hub.storage.close()
    assert "天河体育中心甲".encode() not in b"".join(path.read_bytes() for path in hub.home.glob("*.db*"))
