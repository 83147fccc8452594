"""Versions of registered resources, what differs between two, codes and relations that go with them, and forms read back from rows."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from lingnan.base import Missing
from lingnan.catalogue import Catalogue, ResourceForm
from lingnan.catalogue.cards import find_resource
from lingnan.catalogue.resources.comparing import differences, rebased
from lingnan.catalogue.resources.forms import current_form
from lingnan.catalogue.resources.records import ResourceVersion
from lingnan.storage import Storage

GONGAN = {"id": "gongan", "zh": "公安厅", "en": "Public Security", "division": "440000"}
FORM: dict[str, Any] = {
    "key": "gongan.vehicle", "zh": "机动车", "en": "Vehicles", "department": GONGAN, "format": "csv", "table": "gongan.vehicle",
    "system": {"id": "cars", "zh": "车管系统", "en": "Cars"}, "contract_path": "gongan/vehicle.contract.yaml", "contract_version": "1.0.0",
    "categories": ["211", "2010017"], "relations": [{"target": "gongan.resident"}, {"kind": "replaces", "target": "elsewhere.old"}],
    "items": [
        {"name": "plate", "zh": "号牌", "classification": "personal", "mask": "keep_last", "definition": "号牌号码"},
        {"name": "weight", "zh": "质量", "type": "DOUBLE", "classification": "public", "unit": "kg"},
    ],
}


def changed(**values: Any) -> dict[str, Any]:
    return {**deepcopy(FORM), **values}


def test_a_changed_contract_makes_a_new_version_and_the_old_one_stays_citable(catalogue: Catalogue) -> None:
    catalogue.register(FORM)
    assert catalogue.register(FORM).outcome == "unchanged"
    catalogue.register(changed(contract_version="1.1.0", update_cycle="daily", items=FORM["items"][:1]))
    life = catalogue.life
    assert [(each.number, each.basis, each.valid_until is None) for each in life.versions("gongan.vehicle")] == [
        (2, "gongan/vehicle.contract.yaml@1.1.0", True), (1, "gongan/vehicle.contract.yaml@1.0.0", False),
    ]
    assert life.version("gongan.vehicle", 1).form == ResourceForm.model_validate(FORM)
    found = {each.field: each.kind for each in life.compare("gongan.vehicle", 1, 2).differences}
    assert found == {"contract_version": "changed", "update_cycle": "changed", "items.weight": "removed"}
    assert life.compare("gongan.vehicle", 2, 2).differences == ()
    with pytest.raises(Missing):
        life.version("gongan.vehicle", 3)


def test_a_vanished_feed_ends_its_version_and_coming_back_begins_another(catalogue: Catalogue) -> None:
    catalogue.register(FORM)
    catalogue.register_many([changed(key="gongan.other", table="gongan.other")], withdraw_missing="feed")
    assert [each.valid_until is None for each in catalogue.life.versions("gongan.vehicle")] == [False]
    assert catalogue.register(FORM).outcome == "restored"
    assert [(each.number, each.valid_until is None) for each in catalogue.life.versions("gongan.vehicle")] == [(2, True), (1, False)]


def test_every_classification_has_a_code_of_its_own_for_good(catalogue: Catalogue) -> None:
    catalogue.register(FORM)
    catalogue.register(changed(key="gongan.bus", categories=["211"]))
    card = catalogue.resource("gongan.vehicle")
    assert [(each.scheme, each.code, each.main) for each in card.classifications] == [
        ("department", card.code, True), ("theme", "2010017/000001", False), ("theme", "211000/000001", False),
    ]
    assert card.classifications[2].item_zh == "生态环保"
    assert card.theme == "211"
    assert catalogue.resource("211000/000002").key == "gongan.bus"
    catalogue.register(changed(categories=[]))
    assert [each.main for each in catalogue.resource("gongan.vehicle").classifications] == [True]
    assert catalogue.resource("211000/000001").key == "gongan.vehicle"
    catalogue.register(changed(key="gongan.tram", categories=["211"]))
    catalogue.register(FORM)
    assert {each.code for each in catalogue.resource("gongan.vehicle").classifications} >= {"211000/000001", "2010017/000001"}
    assert catalogue.resource("211000/000003").key == "gongan.tram"


def test_relations_are_told_from_both_sides(catalogue: Catalogue) -> None:
    catalogue.register(FORM)
    told = {(each.kind, each.target, each.key, each.inverse) for each in catalogue.resource("gongan.vehicle").relations}
    assert told == {("related", "gongan.resident", "gongan.resident", False), ("replaces", "elsewhere.old", "", False)}
    back = catalogue.resource("gongan.resident").relations
    assert [(each.key, each.inverse) for each in back] == [("gongan.vehicle", True)]


def test_a_form_is_read_back_from_rows_that_have_no_version_yet(catalogue: Catalogue, storage: Storage) -> None:
    catalogue.register(FORM)
    with storage.session() as session:
        kept = current_form(session, find_resource(session, "gongan.vehicle"))
        session.execute(delete(ResourceVersion))
    with storage.reading() as session:
        record = find_resource(session, "gongan.vehicle")
        read = current_form(session, record)
    same = {"items", "system", "zh", "en", "format", "table", "share_type", "open_type", "update_cycle", "contract_path", "key", "kind"}
    assert read.model_dump(include=same) == kept.model_dump(include=same)
    assert (set(read.categories), set(read.relations)) == ({"211000", "2010017"}, set(kept.relations))


@given(st.permutations(["abstract_zh", "update_cycle", "licence"]), st.integers(0, 3), st.integers(0, 3))
def test_a_change_upon_a_newer_version_keeps_both(fields: list[str], mine: int, theirs: int) -> None:
    values = {"abstract_zh": "摘要", "update_cycle": "daily", "licence": "CC BY 4.0"}
    base = ResourceForm.model_validate(FORM)
    ours = base.model_copy(update={name: values[name] for name in fields[:mine]})
    newer = base.model_copy(update={name: values[name] for name in fields[3 - theirs:]} | {"source": "new"})
    merged = rebased(base, ours, newer)
    for name in fields:
        assert getattr(merged, name) == (values[name] if name in fields[:mine] or name in fields[3 - theirs:] else getattr(base, name))
    assert merged.source == "new"
    assert rebased(base, base, newer) == newer
    assert rebased(base, ours, base) == ours


def test_items_added_and_taken_out_on_both_sides_are_all_kept() -> None:
    base = ResourceForm.model_validate(FORM)
    new = {"name": "colour", "zh": "颜色", "classification": "public"}
    ours = ResourceForm.model_validate(changed(items=[{**FORM["items"][0], "zh": "车牌"}, new]))
    newer = ResourceForm.model_validate(changed(items=[*FORM["items"], {"name": "seats", "zh": "座位", "classification": "public"}]))
    merged = rebased(base, ours, newer)
    assert [(item.name, item.zh) for item in merged.items] == [("plate", "车牌"), ("seats", "座位"), ("colour", "颜色")]
    assert {each.field for each in differences(base, merged)} == {"items.plate.zh", "items.weight", "items.seats", "items.colour"}


def test_order_of_items_and_parts_of_the_department_are_differences_too() -> None:
    base = ResourceForm.model_validate(FORM)
    other = ResourceForm.model_validate(changed(items=FORM["items"][::-1], department={**GONGAN, "zh": "公安局"}, extension={"lead": "甲"}))
    assert {(each.field, each.kind) for each in differences(base, other)} == {
        ("items", "changed"), ("department.zh", "changed"), ("extension.lead", "added"),
    }
