"""Credit facts, city components, electronic certificates and parcels: one key each, nobody who must not be in them, found by those who may."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from lingnan.base import Missing
from lingnan.lake import View
from lingnan.registers import RegisterDefinition, entry_of, register_columns, register_definition, register_definitions
from lingnan.standards import certificate_check

from .bureau import FIRST, SECOND, Bureau, credit, number

DAY = date(2026, 3, 1)


def record(place: int, **other: Any) -> dict[str, Any]:
    """One record of the credit centre."""
    return {
        "record_no": f"XY{place}", "uscc": credit(place), "name": "丙公司", "kind": "03", "document_no": f"粤税欠〔2026〕{place}号",
        "content": "欠缴增值税", "authority": "广州市税务局", "decided_on": DAY, "published_on": DAY, "published_to": date(2029, 3, 1), **other,
    }


def component(place: int, **other: Any) -> dict[str, Any]:
    """One row of the survey of components."""
    return {
        "ledger_no": f"BJ{place}", "component_code": f"4401060102{place:06d}", "name": "污水井盖", "class_code": "0102", "division": "440106",
        "owner": "广州市排水有限公司", "department": "广州市水务局", "state": "1", "grid": "440106001001", "updated_on": DAY, **other,
    }


def certificate(place: int, **other: Any) -> dict[str, Any]:
    """One certificate of a person."""
    parts = (f"{credit(9)}103", credit(9), f"{place:09d}", "001")
    return {
        "record_no": f"EC{place}", "licence_id": f"1.2.156.3005.2.{'.'.join(parts)}.{certificate_check(''.join(parts))}", "type": "103",
        "number": f"粤证{place}", "holder_kind": "natural", "holder_number": number(place), "holder_name": "陈明",
        "issuer": "广州市公安局交通警察支队", "division": "440103", "issued_on": DAY, "trust_level": "A", "state": "1", **other,
    }


def test_documents_of_three_tables_are_facts_of_one_register(bureau: Bureau) -> None:
    bureau.deliver("fagai.credit_record", FIRST, record(1), record(2, uscc=credit(1), document_no="粤执[2026]7号", kind="04"))
    bureau.deliver("fagai.licence", FIRST, {"licence_no": "粤许1", "uscc": credit(1), "holder_name": "丙公司", "title": "排污许可", "issued_on": DAY})
    bureau.deliver("fagai.penalty", FIRST, {"penalty_no": "粤罚1", "uscc": credit(1), "name": "丙公司", "facts": "发布虚假广告", "decided_on": DAY})
    bureau.build("credit")
    found = {row["credit_fact"]: row["kind"] for row in bureau.rows("registers.credit")}
    assert found == {
        f"{credit(1)}-03-粤税欠〔2026〕1号": "03", f"{credit(1)}-04-粤执〔2026〕7号": "04", f"{credit(1)}-01-粤许1": "01",
        f"{credit(1)}-02-粤罚1": "02",
    }
    assert bureau.find("credit", credit(1))[0] == 4
    assert bureau.find("credit", "粤罚1")[0] == 1
    assert bureau.find("credit", f"{credit(1)}-04-粤执（2026）7号")[1][0]["document_no"] == "粤执[2026]7号"
    assert bureau.find("credit", credit(2))[0] == 0


def test_no_natural_person_is_ever_the_subject_of_a_credit_fact(bureau: Bureau) -> None:
    bureau.deliver("fagai.credit_record", FIRST, record(1), record(2, uscc=number(2)), record(3, uscc=credit(3)[:17] + "?"), record(4, uscc=None))
    bureau.build("credit")
    assert [row["uscc"] for row in bureau.rows("registers.credit")] == [credit(1)]
    kept = {(row["source_key"], row["missing"], row["reason"]) for row in bureau.rows("registers.credit_unlinked")}
    assert kept == {("XY2", "credit_fact", "person"), ("XY3", "credit_fact", "wrong"), ("XY4", "credit_fact", "missing")}
    for table in ("registers.credit", "registers.credit_observations", "registers.credit_unlinked"):
        assert number(2) not in str(bureau.rows(table)), "the number itself is kept nowhere"


def test_a_document_that_two_tables_hand_over_is_one_fact(bureau: Bureau) -> None:
    bureau.deliver("fagai.credit_record", FIRST, record(1, kind="02", document_no="粤罚1", content="发布虚假广告，情节轻微"))
    bureau.deliver("fagai.penalty", FIRST, {"penalty_no": "粤罚1", "uscc": credit(1), "name": "丙公司", "facts": "发布虚假广告", "decided_on": DAY})
    bureau.build("credit")
    [fact] = bureau.rows("registers.credit")
    assert (fact["sources"], fact["content"]) == (2, "发布虚假广告，情节轻微")


def test_a_component_keeps_its_states_with_both_times(bureau: Bureau) -> None:
    bureau.deliver("zhujian.component", FIRST, component(1), component(2, component_code="440106010200000"))
    bureau.build("components")
    bureau.deliver("zhujian.component", SECOND, component(1, state="2", updated_on=date(2026, 5, 20)), component(2, component_code="44010"))
    bureau.build("components")
    code = "4401060102000001"
    assert [bureau.entry("components", code, day).values["state"] for day in (date(2026, 4, 1), date(2026, 6, 1))] == ["1", "2"]
    assert bureau.entry("components", code, date(2026, 6, 1), FIRST).values["state"] == "1"
    assert bureau.find("components", "440106001001")[0] == bureau.find("components", "井盖")[0] == bureau.find("components", "")[0] == 1
    assert [row["reason"] for row in bureau.rows("registers.components_unlinked")] == ["wrong"]


def test_certificates_are_found_by_whole_numbers_and_never_listed(bureau: Bureau) -> None:
    bureau.deliver("zhengwu.e_licence", FIRST, certificate(1), certificate(2), certificate(3, holder_number=number(1), type="104"))
    bureau.build("licences")
    assert bureau.find("licences", "") == (0, [])
    assert bureau.find("licences", number(1))[0] == 2
    assert bureau.find("licences", number(1)[:17])[0] == bureau.find("licences", "陈明")[0] == 0
    [found] = bureau.find("licences", certificate(2)["licence_id"])[1]
    assert found["holder_number"] == number(2)
    masked = {"registers.licences": View("registers.licences", "test", masks={"holder_number": "left(holder_number, 4) || '**'"})}
    total, rows = bureau.find("licences", number(1), masked)
    assert total == 2
    assert number(1) not in str(rows)
    assert bureau.find("licences", rows[0]["holder_number"], masked)[0] == 0, "what a mask leaves finds nobody"


def test_parcels_are_found_by_place_and_by_holder(bureau: Bureau) -> None:
    unit = "440106001002GB00012W00000000"
    bureau.deliver("ziran.parcel", FIRST, {
        "parcel_no": "ZD1", "unit_code": "440106 001002 GB00012 W00000000", "division": "440106", "location": "广东省广州市天河区天园街道和平路1号",
        "land_use": "05", "right_kind": "5", "holder_uscc": credit(1), "holder_name": "丙公司", "registered_on": DAY,
    })
    bureau.build("parcels")
    assert bureau.find("parcels", unit)[0] == bureau.find("parcels", credit(1))[0] == bureau.find("parcels", "和平路")[0] == 1
    assert bureau.entry("parcels", unit).values["holder_name"] == "丙公司"
    with pytest.raises(Missing):
        bureau.entry("parcels", unit, date(2026, 2, 1))


def test_a_register_without_links_or_comparisons_makes_no_tables_of_them(bureau: Bureau) -> None:
    for name in ("credit", "components", "licences", "parcels"):
        definition = register_definition(name)
        assert definition.outputs == (definition.table, definition.observations, definition.unlinked)
        assert not {definition.links, definition.identities, definition.conflicts} & set(register_columns())
        assert set(bureau.build(name)) == set(definition.outputs)
    prefixes = [each.prefix for each in register_definitions()]
    assert len(set(prefixes)) == len(prefixes)
    assert entry_of("parcels", "440106 001002 gb00012 w00000000") == entry_of("parcels", "440106001002GB00012W00000000")


@pytest.mark.parametrize(
    "changed", [{"identifier_kind": "nickname"}, {"find_by": ("holder_name",)}, {"find_by": ("nobody",)}, {"identifier": "issuer"}],
)
def test_a_definition_that_would_tell_or_mix_up_is_refused(changed: dict[str, Any]) -> None:
    """Keys that masks cover, kinds nobody knows, names that stand in the tables already."""
    with pytest.raises(ValidationError):
        RegisterDefinition.model_validate({**register_definition("licences").model_dump(by_alias=True), **changed})
