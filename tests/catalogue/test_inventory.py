"""Duties, systems, and one source for every figure."""

import pytest

from lingnan.base import BadInput, Conflict, Missing
from lingnan.catalogue import Catalogue, DatabaseFound, DutyForm, SystemDetails, TableFound
from tests.catalogue.conftest import FORMS

pytestmark = pytest.mark.on_both


def test_a_second_claim_is_refused_and_stands_on_the_list_until_it_is_settled(catalogue: Catalogue) -> None:
    inventory = catalogue.inventory
    inventory.claim("uscc", "shuiwu.taxpayer_year", "official:a", basis="税收征收管理法 第十五条")
    inventory.claim("uscc", "shuiwu.taxpayer_year", "official:a", basis="税收征收管理法 第十五条")
    for _time in range(2):
        with pytest.raises(Conflict) as told:
            inventory.claim("uscc", "nengyuan.power_use", "official:b")
    assert "税务局" in told.value.zh
    assert "纳税人年度" in told.value.zh
    [conflict] = inventory.conflicts()
    assert (conflict.holder, conflict.claimant, conflict.claimed_by) == ("shuiwu.taxpayer_year", "nengyuan.power_use", "official:b")
    with pytest.raises(BadInput):
        inventory.settle(conflict.id, "official:office", keep=False, reason=" ")
    inventory.settle(conflict.id, "official:office", keep=False, reason="登记机关为准")
    assert [(each.resource, each.department) for each in inventory.sources("uscc")] == [("nengyuan.power_use", "nengyuan")]
    assert inventory.conflicts() == []
    assert inventory.conflicts("moved")[0].settled_by == "official:office"
    with pytest.raises(Conflict):
        inventory.settle(conflict.id, "official:office", keep=True, reason="再议")


def test_the_nearest_claim_that_covers_a_division_is_its_source(catalogue: Catalogue) -> None:
    inventory = catalogue.inventory
    inventory.claim("person_name", "gongan.resident", "official:a")
    inventory.claim("person_name", "gongan.household", "official:a", division="440100")
    named = {division: inventory.source_of("person_name", division) for division in ("", "440000", "440100", "440106", "440300")}
    assert {division: each.resource if each else "" for division, each in named.items()} == {
        "": "gongan.resident", "440000": "gongan.resident", "440100": "gongan.household", "440106": "gongan.household", "440300": "gongan.resident",
    }
    assert inventory.source_of("sex") is None
    inventory.release("person_name", "440100")
    source = inventory.source_of("person_name", "440106")
    assert source is not None
    assert source.resource == "gongan.resident"
    with pytest.raises(Missing):
        inventory.release("person_name", "440100")


def test_what_is_no_element_resource_or_division_claims_nothing(catalogue: Catalogue) -> None:
    for element, resource, division in (("nothing", "gongan.resident", ""), ("sex", "no.such", ""), ("sex", "gongan.resident", "44")):
        with pytest.raises((BadInput, Missing)):
            catalogue.inventory.claim(element, resource, "official:a", division=division)
    assert catalogue.inventory.sources() == []


def test_systems_and_duties_are_kept_changed_and_buried(catalogue: Catalogue) -> None:
    inventory = catalogue.inventory
    details = SystemDetails(purpose="户籍登记", status="in_use", protection_grade="3", hosting="cloud", contact_unit="科技信息化处")
    assert inventory.put_system("gongan", "hukou", "人口系统", "Population", details) == "gongan.hukou"
    [system] = inventory.systems("gongan")
    assert (system.zh, system.protection_grade, system.resources, system.databases) == ("人口系统", "3", 1, 0)
    inventory.put_duties("gongan", [DutyForm(number=1, zh="户籍"), DutyForm(number=2, zh="治安", basis="人民警察法 第六条")])
    inventory.put_duties("gongan", [DutyForm(number=2, zh="治安管理", basis="人民警察法 第六条")])
    assert [(duty.number, duty.zh) for duty in inventory.duties("gongan")] == [(2, "治安管理")]
    with pytest.raises(Missing):
        inventory.put_duties("nobody", [])
    assert [(each.department, each.duties, each.systems, each.resources_published) for each in inventory.progress()] == [
        ("gongan", 1, 1, 2), ("shuiwu", 0, 0, 1), ("nengyuan", 0, 0, 1),
    ]


def test_a_feed_that_says_less_of_a_department_takes_nothing_from_it(catalogue: Catalogue) -> None:
    catalogue.inventory.put_system("gongan", "hukou", "人口信息管理系统", "", SystemDetails(users="公安机关"))
    catalogue.register({**FORMS[0], "abstract_zh": "改", "department": {"id": "gongan", "zh": "公安厅"}})
    card = next(each for each in catalogue.departments() if each.key == "gongan")
    assert (card.division, catalogue.inventory.systems("gongan")[0].users) == ("440000", "公安机关")


def test_tables_are_found_by_a_part_of_their_names_however_it_is_written(catalogue: Catalogue) -> None:
    tables = (TableFound(name="T_PERSON", comment="人口_100%"), TableFound(name="t_firm"))
    catalogue.inventory.record_discovery("gongan.hukou", DatabaseFound(name="h", kind="sqlite", tables=tables))
    [database] = catalogue.inventory.databases()
    for words, names in (("person", ["T_PERSON"]), ("FIRM", ["t_firm"]), ("t_", ["T_PERSON", "t_firm"]), ("口_1", ["T_PERSON"]), ("%_f", [])):
        assert sorted(table.name for table in catalogue.inventory.tables(database.key, words).items) == names, words
