"""Registering: once is enough, what differs is written, codes are given for good, nothing half."""

from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import func, select

from lingnan.base import BadInput, Missing
from lingnan.catalogue import Catalogue, ResourceForm, check_code
from lingnan.catalogue.records import Item, Resource
from lingnan.storage import Storage


def form(key: str = "gongan.resident", **changed: Any) -> dict[str, Any]:
    department = {"id": "gongan", "zh": "公安厅", "en": "Public Security Department", "division": "440000"}
    items = [
        {"name": "citizen_number", "zh": "公民身份号码", "en": "Citizen number", "classification": "personal", "element": "citizen_number"},
        {"name": "division", "zh": "户籍地区划", "en": "Division", "classification": "public"},
    ]
    system = {"id": "hukou", "zh": "人口信息管理系统", "en": "Population system"}
    same = {
        "zh": "户籍人口", "en": "Registered residents", "department": department, "format": "csv", "system": system,
        "table": "gongan.resident", "update_cycle": "monthly", "items": items,
    }
    return {"key": key, **same, **changed}


def sequences(storage: Storage) -> tuple[int | None, int | None]:
    with storage.reading() as session:
        return session.scalar(select(func.max(Resource.sequence))), session.scalar(select(func.max(Item.sequence)))


def test_the_same_form_again_writes_nothing(catalogue: Catalogue, storage: Storage) -> None:
    before = sequences(storage)
    assert catalogue.register(form()).outcome == "unchanged"
    assert catalogue.register(ResourceForm.model_validate(form())).outcome == "unchanged"
    assert sequences(storage) == before


def test_a_changed_form_keeps_id_and_code_and_writes_only_what_differs(catalogue: Catalogue, storage: Storage) -> None:
    before, items_before = catalogue.resource("gongan.resident"), sequences(storage)[1]
    changed = deepcopy(form(abstract_zh="全省户籍人口基本信息"))
    assert catalogue.register(changed).outcome == "changed"
    after = catalogue.resource("gongan.resident")
    assert (after.id, after.code, after.abstract_zh) == (before.id, before.code, "全省户籍人口基本信息")
    assert sequences(storage)[1] == items_before
    changed["items"] = [changed["items"][0], {"name": "sex", "zh": "性别", "classification": "internal"}]
    catalogue.register(changed)
    assert [item.name for item in catalogue.resource("gongan.resident").items] == ["citizen_number", "sex"]
    assert catalogue.search("性别").total == 1
    assert catalogue.search("地区划").total == 0
    assert catalogue.check() == []


def test_codes_are_given_by_department_and_number(catalogue: Catalogue) -> None:
    codes = {card.key: card.code for card in catalogue.resources()}
    assert codes == {
        "gongan.resident": "301001/000001", "gongan.household": "301001/000002", "shuiwu.taxpayer_year": "301002/000001",
        "nengyuan.power_use": "301003/000001",
    }
    assert all(check_code(code) is None for code in codes.values())


def test_a_register_has_a_code_of_the_base_class(catalogue: Catalogue) -> None:
    people = catalogue.register(form("registers.people", zh="人口登记簿", kind="register", category="101001", table="registers.people", items=[]))
    assert people.code == "101001/000001"


def test_a_vanished_feed_gets_a_tombstone_and_may_come_back(catalogue: Catalogue) -> None:
    catalogue.register(form("registers.people", zh="人口登记簿", kind="register", table="registers.people"))
    code = catalogue.resource("gongan.household").code
    catalogue.register_many([form()], withdraw_missing="feed")
    assert (catalogue.summary().resources, catalogue.summary().withdrawn) == (2, 3)
    assert catalogue.search("变动").total == 0
    assert catalogue.search("登记簿").total == 1
    assert catalogue.resource("gongan.household").withdrawn_at is not None
    back = catalogue.register(form("gongan.household", zh="户籍人口变动", table="gongan.household", items=[]))
    assert (back.outcome, back.code) == ("restored", code)
    assert catalogue.search("变动").total == 1
    assert catalogue.check() == []


def test_a_department_with_a_new_name_is_found_by_it_everywhere(catalogue: Catalogue) -> None:
    renamed = form(department={"id": "gongan", "zh": "公共安全局", "en": "Public Security Department", "division": "440000"})
    catalogue.register(renamed)
    assert {item.key for item in catalogue.search("公共安全").items} == {"gongan.resident", "gongan.household"}
    assert catalogue.check() == []


@pytest.mark.parametrize("wrong", [
    {"share_type": "none"}, {"share_type": "maybe"}, {"unheard_of": 1}, {"zh": ""}, {"key": "No Key"},
    {"items": [{"name": "a", "zh": "甲"}, {"name": "a", "zh": "乙"}]}, {"category": "1"},
])
def test_a_wrong_form_is_refused_whole(catalogue: Catalogue, wrong: dict[str, Any]) -> None:
    before = catalogue.summary()
    with pytest.raises(BadInput) as refused:
        catalogue.register_many([form("gongan.new", zh="新资源"), form("gongan.wrong", **wrong) if "key" not in wrong else {**form(), **wrong}])
    assert refused.value.zh
    assert catalogue.summary() == before


def test_a_key_twice_in_one_batch_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(BadInput):
        catalogue.register_many([form(), form()])


def test_a_refusal_to_share_that_names_its_article_is_taken(catalogue: Catalogue) -> None:
    catalogue.register(form(share_type="none", share_basis="反间谍法 第十四条"))
    assert catalogue.resource("gongan.resident").share_type == "none"


def test_an_item_without_classification_counts_as_sensitive(catalogue: Catalogue) -> None:
    catalogue.register(form(items=[{"name": "mystery"}]))
    assert catalogue.resource("gongan.resident").items[0].classification == "sensitive"


@pytest.mark.parametrize("wanted", ["gongan.resident", "301001/000001"])
def test_a_resource_is_shown_by_key_and_code_with_all_it_has(catalogue: Catalogue, wanted: str) -> None:
    card = catalogue.resource(wanted)
    assert catalogue.resource(card.id) == card
    assert (card.department.zh, card.system.zh if card.system else "", len(card.items)) == ("公安厅", "人口信息管理系统", 2)
    assert (card.level, card.division, card.share_type) == ("province", "440000", "conditional")


def test_what_is_not_there_is_missing(catalogue: Catalogue) -> None:
    for wanted in ("no.such", "", "%"):
        with pytest.raises(Missing):
            catalogue.resource(wanted)


def test_departments_and_systems_are_counted(catalogue: Catalogue) -> None:
    assert [(card.key, card.systems, card.resources, card.items) for card in catalogue.departments(items=True)] == [
        ("gongan", 1, 2, 2), ("shuiwu", 0, 1, 1), ("nengyuan", 0, 1, 0),
    ]
    assert [(card.key, card.resources) for card in catalogue.systems("gongan")] == [("gongan.hukou", 1)]
    summary = catalogue.summary()
    assert (summary.departments, summary.systems, summary.resources, summary.items) == (3, 1, 4, 3)
    assert summary.by_origin == {"made": 3, "real": 1}
