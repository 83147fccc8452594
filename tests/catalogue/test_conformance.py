"""Conformance is summed up by values, counted once a version, and told when it is low; a discovered column's sample tells its share."""

import pytest
from sqlalchemy import select

from lingnan.catalogue import Catalogue, ColumnFound, ColumnMeasure, DatabaseFound, TableFound
from lingnan.catalogue.registry.events import ConformanceLow
from lingnan.standards import data_element
from lingnan.storage import OutboxEvent, Storage
from tests.catalogue.conftest import FORMS

pytestmark = pytest.mark.on_both


def measure(item: str, conforming: int, filled: int) -> ColumnMeasure:
    return ColumnMeasure(item=item, element="division", filled=filled, conforming=conforming, faults={"codes": filled - conforming})


def told(storage: Storage) -> list[dict[str, object]]:
    with storage.reading() as session:
        return list(session.scalars(select(OutboxEvent.payload).where(OutboxEvent.name == ConformanceLow.name)))


def test_departments_weigh_their_resources_by_values(catalogue: Catalogue, storage: Storage) -> None:
    register = catalogue.elements
    assert register.record_conformance("gongan.resident", [measure("citizen_number", 900, 1000), measure("division", 0, 0)], "3.1")
    assert not register.record_conformance("gongan.resident", [measure("citizen_number", 0, 1000)], "3.1")
    register.record_conformance("gongan.household", [measure("x", 98, 100)])
    found = {each.key: each for each in register.conformance()}
    assert [found[key].share for key in ("gongan", "shuiwu", "nengyuan")] == [998 / 1100, None, None]
    assert [(found[key].mapped, found[key].columns) for key in ("gongan", "shuiwu", "nengyuan")] == [(1, 2), (0, 1), (0, 0)]
    assert [(each.key, each.share) for each in register.conformance("gongan")] == [("gongan.resident", 0.9), ("gongan.household", 0.98)]
    assert [(each.item, each.share) for each in register.columns("gongan.resident")] == [("citizen_number", 0.9), ("division", None)]
    [event] = told(storage)
    assert (event["resource"], event["share"], event["least"], event["worst"]) == ("gongan.resident", 90.0, 95.0, "citizen_number")
    register.record_conformance("gongan.resident", [measure("citizen_number", 950, 1000)], "4.1")
    assert len(told(storage)) == 1, "ninety-five in a hundred is enough"


def test_an_item_counts_as_mapped_by_its_element_alone(catalogue: Catalogue) -> None:
    items = [
        {"name": "a", "zh": "甲", "element": "sex", "code_list": "sexes"}, {"name": "b", "zh": "乙", "code_list": "sexes"}, {"name": "c", "zh": "丙"},
    ]
    catalogue.register({**FORMS[3], "items": items})
    [whole] = catalogue.elements.conformance(resource="nengyuan.power_use")
    assert (whole.mapped, whole.columns, round(whole.coverage, 2)) == (1, 3, 0.33)


def test_the_sample_of_a_discovered_column_tells_its_share(catalogue: Catalogue) -> None:
    seen = {"filled": 40, "longest": 30, "shares": {"sexes": 0.75}}
    columns = (*(ColumnFound(name=name, type="char", profile=seen) for name in ("xb", "mc")), ColumnFound(name="kong", type="char"))
    catalogue.inventory.record_discovery("gongan.hukou", DatabaseFound(name="h", kind="sqlite", tables=(TableFound(name="t", columns=columns),)))
    [table] = catalogue.inventory.tables(catalogue.inventory.databases()[0].key).items
    for column, element in zip(catalogue.inventory.columns(table.id), ("sex", "farm_name", "sex"), strict=True):
        catalogue.inventory.decide_column(column.id, "official:a", element=element, classification=data_element(element).classification)
    assert catalogue.elements.sampled(table.id) == {"xb": 0.75, "mc": 1.0, "kong": None}
