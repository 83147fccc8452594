"""Who uses an element, and what a changed code touches."""

from typing import Any

import pytest

from lingnan.base import BadInput, Missing
from lingnan.catalogue import Catalogue, ColumnFound, DatabaseFound, TableFound
from lingnan.standards import read_contract
from tests.catalogue.conftest import FORMS, GONGAN, SHUIWU

pytestmark = pytest.mark.on_both
DIVISION = {"name": "division", "zh": "户籍地区划", "classification": "public", "element": "division", "code_list": "divisions"}
SEX = {"name": "sex", "zh": "性别", "element": "sex", "code_list": "sexes"}
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: gongan.moved
version: 1.0.0
status: active
schema:
  - name: moved
    physicalName: moved
    customProperties: [{property: titleZh, value: 迁移}, {property: titleEn, value: Moves}]
    properties:
      - {name: id, physicalName: 编号, logicalType: string, physicalType: VARCHAR, primaryKey: true, classification: public}
      - {name: sex, physicalName: 性别, logicalType: string, physicalType: VARCHAR, classification: personal,
         customProperties: [{property: dataElement, value: sex}]}
"""


def form(key: str, department: dict[str, Any], items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"key": key, "zh": key, "department": department, "format": "csv", "items": items, **more}


@pytest.fixture
def used(catalogue: Catalogue) -> Catalogue:
    catalogue.register_many([
        form("gongan.moved", GONGAN, [SEX, DIVISION], contract_path="gongan/moved.yaml"),
        form("shuiwu.payer", SHUIWU, [{**DIVISION, "element": ""}]),
        form("registers.people", GONGAN, [DIVISION], kind="register"),
    ])
    columns = (ColumnFound(name="xzqh", type="char", comment="行政区划"), ColumnFound(name="x", type="char"))
    found = DatabaseFound(name="hukou", kind="postgresql", tables=(TableFound(name="person", kind="table", columns=columns),))
    catalogue.inventory.record_discovery("gongan.hukou", found)
    [database] = catalogue.inventory.databases()
    [table] = catalogue.inventory.tables(database.key).items
    column = next(each for each in catalogue.inventory.columns(table.id) if each.name == "xzqh")
    catalogue.inventory.decide_column(column.id, "official:a", element="division", classification="public")
    return catalogue


def test_an_element_is_used_by_items_registers_databases_and_contracts(used: Catalogue) -> None:
    found = used.elements.used_by("division")
    counts = found.counts
    assert (counts.items, counts.register_columns, counts.database_columns, counts.contracts) == (1, 1, 1, 1)
    assert (counts.resources, counts.departments, found.by_department) == (2, 1, {"gongan": 3})
    assert {(each.place, each.name) for each in found.places} == {("item", "division"), ("register", "division"), ("database_column", "xzqh")}
    assert used.elements.used_by("division", page=2, page_size=2).places == found.places[2:]
    used.register(form("gongan.moved", GONGAN, [DIVISION | {"element": ""}], contract_path="gongan/moved.yaml"))
    assert used.elements.used_by("division").counts.items == 0
    assert used.elements.used_by("sex").counts.items == 0
    with pytest.raises(Missing):
        used.elements.used_by("no_such")


def test_a_changed_code_touches_what_uses_its_list_by_element_or_by_itself(used: Catalogue) -> None:
    found = used.elements.impact("divisions", "440304")
    assert (found.in_force, found.successors, found.code and found.code.zh) == (True, (), "福田区")
    assert (found.counts.items, found.counts.register_columns, found.counts.database_columns, found.counts.departments) == (2, 1, 1, 2)
    assert found.by_department == {"gongan": 3, "shuiwu": 1}
    assert "division" in found.elements
    assert used.elements.impact("divisions", "440000").below == 21


def test_a_code_that_is_gone_names_those_that_took_its_place(used: Catalogue) -> None:
    found = used.elements.impact("divisions", "440116")
    assert (found.in_force, [each.code for each in found.successors]) == (False, ["440112"])
    old = used.elements.impact("industries-2011")
    assert (old.successor_list, old.code) == ("industries-2017", None)
    for name, code in (("sexes", "77"), ("no-such", "")):
        with pytest.raises(Missing):
            used.elements.impact(name, code)


def test_rules_of_contracts_and_elements_that_name_the_list_are_told(used: Catalogue) -> None:
    contract = read_contract(CONTRACT)
    told = Catalogue(used._storage, contracts=lambda: [contract]).elements.impact("sexes")
    assert {(each.owner, each.column) for each in told.rules} == {("sex", ""), ("gongan.moved", "sex")}
    assert told.counts.items == 1


def test_forms_without_elements_use_nothing(catalogue: Catalogue) -> None:
    assert catalogue.elements.used_by("sex").counts.items == 0
    assert [each.owner for each in catalogue.elements.used_by("citizen_number").places] == [FORMS[0]["key"]]


def test_items_without_element_are_given_what_they_may_be(catalogue: Catalogue) -> None:
    items = [{"name": "sfzh", "zh": "身份证号"}, {"name": "xb_dm", "zh": "性别代码"}, DIVISION, {"name": "zzz9", "zh": ""}]
    catalogue.register(form("gongan.mapped", GONGAN, items))
    found = catalogue.elements.mappings.suggest_for("gongan.mapped")
    best = {each.item: each.element for each in reversed(found)}
    assert best == {"sfzh": "citizen_number", "xb_dm": "sex"}
    assert all(each.reasons_zh and each.reasons_en and 0.5 <= each.score <= 1 for each in found)


def test_columns_are_decided_on_together_and_no_less_guarded_than_their_element(used: Catalogue) -> None:
    [table] = used.inventory.tables(used.inventory.databases()[0].key).items
    columns = (ColumnFound(name="xzqh", type="char"), ColumnFound(name="sfzh", type="char", comment="身份证号"))
    found = DatabaseFound(name="hukou", kind="postgresql", tables=(TableFound(name="person", kind="table", columns=columns),))
    used.inventory.record_discovery("gongan.hukou", found)
    mappings = used.elements.mappings
    assert [each.item for each in mappings.suggest_for_table(table.id)][:1] == ["sfzh"]
    assert mappings.accept_columns(table.id, {"sfzh": "citizen_number"}, "official:a") == 1
    decided = next(each for each in used.inventory.columns(table.id) if each.name == "sfzh")
    assert (decided.element, decided.classification, decided.decided_by) == ("citizen_number", "sensitive", "official:a")
    assert mappings.suggest_for_table(table.id) == []
    with pytest.raises(BadInput):
        mappings.accept_columns(table.id, {"nothing": "sex"}, "official:a")
