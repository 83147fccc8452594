"""What a form must say: refusals with their article, faults with the field to mend, extension fields of a province, items kept back."""

from pathlib import Path
from typing import Any

import pytest

from lingnan.base import BadInput
from lingnan.catalogue import Catalogue, Extensions, ResourceForm, Rules, label
from lingnan.catalogue.resources.form_rules import FORMAT_CLASSES, check_form, faults_of, format_class, kept_back, share_way
from lingnan.storage import Storage

GONGAN = {"id": "gongan", "zh": "公安厅", "code": "11440000006939748R", "division": "440000"}
WHOLE: dict[str, Any] = {
    "key": "gongan.vehicle", "zh": "机动车", "department": GONGAN, "format": "csv", "abstract_zh": "摘要", "share_condition": "依法履职",
    "open_condition": "脱敏", "items": ({"name": "plate", "zh": "号牌", "classification": "public", "length": 10},),
}
RULES = Extensions()


def form(**changed: Any) -> ResourceForm:
    return ResourceForm.model_validate({**WHOLE, **changed})


def item(**changed: Any) -> dict[str, Any]:
    return {**WHOLE["items"][0], **changed}


def test_a_whole_form_has_no_fault() -> None:
    assert faults_of(form(), RULES) == ()
    assert (form().share_type, form().open_type) == ("conditional", "conditional")


@pytest.mark.parametrize(("changed", "field", "rule"), [
    ({"abstract_zh": " "}, "abstract_zh", "missing"), ({"format": "heap"}, "format_class", "missing"),
    ({"department": {**GONGAN, "code": ""}}, "department.code", "missing"), ({"items": ()}, "items", "missing"),
    ({"share_condition": ""}, "share_condition", "condition"), ({"open_condition": ""}, "open_condition", "condition"),
    ({"share_type": "none"}, "share_basis", "article"), ({"open_type": "none"}, "open_basis", "article"),
    ({"open_type": "unconditional"}, "open_type", "too_open"),
    ({"share_type": "unconditional"}, "share_type", "too_open"),
    ({"items": (item(classification="personal", share_level="unconditional"),)}, "items.plate.share_level", "too_open"),
    ({"items": (item(zh=""),)}, "items.plate.zh", "missing"), ({"items": (item(length=None),)}, "items.plate.length", "missing"),
    ({"items": (item(), item())}, "items", "twice"), ({"categories": ("199",)}, "categories", "category"),
    ({"category": "401001"}, "category", "category"), ({"theme": "307"}, "theme", "category"),
    ({"relations": ({"target": "gongan.vehicle"},)}, "relations", "itself"),
])
def test_each_fault_names_its_field(changed: dict[str, Any], field: str, rule: str) -> None:
    found = [(fault.field, fault.rule) for fault in faults_of(form(**changed), RULES)]
    assert (field, rule) in found
    assert all(fault.zh and fault.en for fault in faults_of(form(**changed), RULES))


@pytest.mark.parametrize("changed", [
    {"share_type": "none"}, {"open_type": "none"}, {"categories": ("199",)}, {"items": (item(), item())}, {"theme": "307"},
])
def test_what_must_not_even_be_registered_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        check_form(form(**changed), RULES)
    assert refused.value.zh


@pytest.mark.parametrize("changed", [{"abstract_zh": ""}, {"share_condition": ""}, {"items": ()}])
def test_what_is_only_incomplete_may_be_registered(changed: dict[str, Any]) -> None:
    check_form(form(**changed), RULES)


def test_format_class_and_way_follow_from_the_format() -> None:
    assert [(format_class(form(format=each)), share_way(form(format=each))) for each in ("csv", "postgres", "api", "xml", "heap")] == [
        ("spreadsheet", "file"), ("database", "database"), ("service", "service"), ("self_describing", "file"), ("", ""),
    ]
    assert share_way(form(share_way="service")) == "service"


SICHUAN = {**GONGAN, "division": "510100"}


@pytest.mark.parametrize(("given", "fields"), [
    ({}, {"extension.secrecy", "extension.served"}), ({"secrecy": "none", "served": ["person"]}, set()),
    ({"secrecy": "top", "served": ["person"]}, {"extension.secrecy"}), ({"secrecy": "none", "served": "person"}, {"extension.served"}),
    ({"secrecy": "none", "served": ["person"], "colour": "red"}, {"extension.colour"}),
])
def test_a_province_asks_for_its_own_fields(given: dict[str, Any], fields: set[str]) -> None:
    assert {fault.field for fault in faults_of(form(department=SICHUAN, extension=given), RULES)} == fields


def test_a_home_may_say_what_its_province_asks(tmp_path: Path, storage: Storage) -> None:
    (tmp_path / "extensions.yaml").write_text(
        "- {division: '440000', zh: 广东省, en: Guangdong, basis: 本省规定, proofed: false,\n"
        "   fields: [{key: lead, zh: 牵头处室, en: Lead, required: true}]}", encoding="utf-8",
    )
    catalogue = Catalogue(storage, Rules(Extensions(tmp_path / "extensions.yaml", tmp_path / "absent.yaml")))
    with pytest.raises(BadInput) as refused:
        catalogue.register(form())
    assert "牵头处室" in refused.value.zh
    assert catalogue.register(form(extension={"lead": "科信处"})).outcome == "added"
    assert catalogue.resource("gongan.vehicle").extension == {"lead": "科信处"}


def test_extension_fields_that_make_no_sense_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("- {division: '44', zh: 甲, en: A, basis: b, proofed: false, fields: []}", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        Extensions(tmp_path / "wrong.yaml").of("440000")
    assert "wrong.yaml" in refused.value.zh


def test_a_contract_that_has_not_heard_of_the_negative_list_is_entered_with_the_item_kept_back() -> None:
    def listed(table: str, column: str, element: str) -> str:
        return "某法 第一条" if (table, column) == ("gongan.vehicle", "plate") else ""

    told = form(share_type="unconditional", items=(item(share_level="unconditional"),))
    kept = kept_back(told, listed)
    assert (kept.share_type, kept.items[0].share_level) == ("conditional", "none")
    assert kept_back(kept, listed) == kept
    assert kept_back(told, None) is told
    assert [fault.rule for fault in faults_of(told, RULES, listed)] == ["negative_list"]


def test_every_format_the_hub_knows_has_its_name() -> None:
    assert [each for each in FORMAT_CLASSES if label("format", each)[0] == each] == []
