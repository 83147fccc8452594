"""Which value survives, which rows join, and that nobody is ever joined with somebody else."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.registers import RegisterDefinition, entry_of, register_definition

from .bureau import FIRST, TODAY, Bureau, credit, firm, insured, number, resident


def with_order(register: str, attribute: str, **changed: Any) -> RegisterDefinition:
    """The register with one attribute's rule changed."""
    defined = register_definition(register).model_dump(by_alias=True)
    defined["attributes"][attribute] |= changed
    return RegisterDefinition.model_validate(defined)


def one(bureau: Bureau, table: str = "registers.people") -> dict[str, Any]:
    rows = bureau.rows(table)
    assert len(rows) == 1
    return rows[0]


def test_the_first_source_in_order_wins(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, name="陈光", former_name="陈明"))
    bureau.deliver("renshe.insured", FIRST, insured(1, name="陈三"))
    bureau.build("people")
    assert one(bureau)["name"] == "陈光"
    order = register_definition("people").attributes["name"].order
    bureau.build(with_order("people", "name", order=("insured", *(place for place in order if place != "insured"))))
    assert one(bureau)["name"] == "陈三"


def test_a_source_without_a_value_does_not_win(bureau: Bureau) -> None:
    bureau.deliver("shichang.enterprise", FIRST, firm(1, legal_representative=None))
    bureau.deliver("shuiwu.taxpayer_year", FIRST, tax(1, 2025, industry="6510"))
    bureau.build("entities")
    assert one(bureau, "registers.entities")["legal_representative"] is None
    assert one(bureau, "registers.entities")["industry"] == "5211"


def tax(place: int, year: int, **other: Any) -> dict[str, Any]:
    return {
        "taxpayer_no": f"T{place}", "uscc": credit(place), "name": "丙公司", "industry": "5211", "division": "440103", "year": year,
        "revenue": Decimal("100.00"), "tax_paid": Decimal("3.00"), "employees": 5, "grade": "A", **other,
    }


def test_the_latest_wins_whatever_its_source(bureau: Bureau) -> None:
    bureau.deliver("shuiwu.taxpayer_year", FIRST, tax(1, 2025, grade="B"), tax(1, 2024, grade="A"), tax(1, 2023, grade="M", employees=9))
    bureau.build("entities")
    found = one(bureau, "registers.entities")
    assert (found["tax_grade"], found["employees"], found["revenue"]) == ("B", 5, Decimal("100.00"))
    assert bureau.entry("entities", credit(1), date(2024, 6, 1)).values["tax_grade"] == "M"


def test_latest_and_priority_differ(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, name="陈光", updated_on=date(2001, 1, 1)))
    bureau.deliver("renshe.insured", FIRST, insured(1, name="陈三", insured_since=date(2015, 1, 1)))
    bureau.build("people")
    assert one(bureau)["name"] == "陈光"
    bureau.build(with_order("people", "name", rule="latest"))
    assert one(bureau)["name"] == "陈三"


def test_old_and_unknown_days_keep_their_order(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, name="陈早", birth_date=date(1901, 1, 1), updated_on=date(1902, 1, 1)))
    undated = insured(1, insured_no="J", name="陈无", insured_since=None)
    bureau.deliver("renshe.insured", FIRST, insured(1, name="陈晚", insured_since=date(1903, 1, 1)), undated)
    bureau.build(with_order("people", "name", rule="latest"))
    assert one(bureau)["name"] == "陈晚"


def test_the_greatest_rank_fits_a_bigint() -> None:
    most = max(len(attribute.order) for definition in (register_definition("people"), register_definition("entities"))
               for attribute in definition.attributes.values())
    assert most < 91
    assert 91 * 10**16 + 999_999 * 10**10 + 10**10 < 2**63
    assert 999_999 * 10**12 + 91 * 10**10 + 10**10 < 2**63


def test_conflicts_are_counted_among_sources_that_ought_to_agree(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2), resident(3))
    bureau.deliver(
        "renshe.insured", FIRST, insured(1), insured(2, sex="2", name="陈三"), insured(3, birth_date=date(1981, 1, 1)), insured(4),
    )
    bureau.build("people")
    found = {row["citizen_number"]: row for row in bureau.rows("registers.people")}
    assert {place: found[number(place)]["conflicts"] for place in (1, 2, 3, 4)} == {1: 0, 2: 2, 3: 1, 4: 0}
    assert {place: found[number(place)]["sources"] for place in (1, 4)} == {1: 2, 4: 1}
    bureau.build(with_order("people", "sex", compare=()))
    assert {row["citizen_number"]: row["conflicts"] for row in bureau.rows("registers.people")}[number(2)] == 1


def test_rows_without_a_right_identifier_are_kept_apart(bureau: Bureau) -> None:
    right = number(1)
    wrong = right[:5] + str((int(right[5]) + 1) % 10) + right[6:]
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2, citizen_number=None), resident(3, citizen_number=wrong, former_name="陈亮"))
    bureau.deliver("zhengwu.service_case", FIRST, case("A1", "natural", right.lower()), case("A2", "natural", wrong), case("A3", "legal", credit(1)))
    bureau.build("people")
    found = {row["entry_id"]: row["citizen_number"] for row in bureau.rows("registers.people")}
    assert sorted(found.values(), key=str) == sorted([right, None, None], key=str), "rows that say name and birth found an entry without a number"
    joined = {row["source_key"]: row["joined_by"] for row in bureau.rows("registers.people_observations", "source = 'hukou'")}
    assert joined == {"R1": "identifier", "R2": "founding", "R3": "founding"}
    kept = {(row["source_table"], row["source_key"], row["missing"], row["reason"]) for row in bureau.rows("registers.people_unlinked")}
    assert kept == {
        ("gongan.resident", "R2", "citizen_number", "missing"), ("gongan.resident", "R3", "citizen_number", "wrong"),
    }
    spoken = {row["source_key"]: row["entry_id"] for row in bureau.rows("registers.people_observations")}
    assert spoken["A2"] == spoken["R3"], "the same name with the same wrong number is the same row's"
    assert len({spoken["R1"], spoken["R2"], spoken["R3"]}) == 3


def case(key: str, kind: str, applicant: str) -> dict[str, Any]:
    return {"case_no": key, "applicant_kind": kind, "applicant_number": applicant, "applicant_name": "陈明", "accepted_at": FIRST}


def test_employers_are_told_by_firm_not_by_employee(bureau: Bureau) -> None:
    bureau.deliver(
        "renshe.insured", FIRST, insured(1, insured_since=date(2012, 1, 1)), insured(2, insured_since=date(2010, 7, 1)),
        insured(3, employer_name="甲有限公司"),
    )
    bureau.build("entities")
    held = bureau.rows("registers.entities_observations")
    assert sorted((row["name"], row["valid_from"]) for row in held) == [("甲公司", date(2010, 7, 1)), ("甲有限公司", date(2010, 7, 1))]
    assert not any("I1" in row["source_key"] for row in held)
    assert one(bureau, "registers.entities")["conflicts"] == 1


def test_the_register_says_what_a_look_up_says(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, *(resident(place, former_name="陈四" if place % 3 else None) for place in range(1, 12)))
    bureau.deliver("renshe.insured", FIRST, *(insured(place, name="陈三") for place in range(5, 15)), insured(5, insured_no="K", name="陈五"))
    bureau.build("people")
    rows = bureau.rows("registers.people")
    assert len(rows) == 14
    for row in rows:
        found = bureau.entry("people", row["citizen_number"], TODAY)
        assert found.values == row
        assert {fact.attribute for fact in found.facts if fact.survives} == {
            name for name in register_definition("people").attributes if row[name] is not None
        }


place, born = st.integers(0, 40), st.sampled_from(("19800101", "19991231", "20040229"))
deliveries = st.lists(st.tuples(place, born, st.sampled_from(("陈明", "李四", None)), st.booleans()), max_size=40)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries)
def test_one_identifier_is_one_entry_and_two_are_two(told: list[tuple[int, str, str | None, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bureau = Bureau(Path(folder))
        hukou = [resident(0, resident_no=f"R{n}", citizen_number=number(p, b), name=name) for n, (p, b, name, first) in enumerate(told) if first]
        work = [insured(0, insured_no=f"I{n}", citizen_number=number(p, b), name=name) for n, (p, b, name, first) in enumerate(told) if not first]
        bureau.deliver("gongan.resident", FIRST, *hukou)
        bureau.deliver("renshe.insured", FIRST, *work)
        bureau.build("people")
        identifiers = {row["citizen_number"] for row in (*hukou, *work)}
        rows = bureau.rows("registers.people")
        assert sorted(row["citizen_number"] for row in rows) == sorted(identifiers)
        assert len({row["entry_id"] for row in rows}) == len(identifiers)
        for row in bureau.rows("registers.people_observations"):
            assert row["entry_id"] == entry_of("people", row["identifier"])
        by_key = {(row["source"], row["source_key"]): row["identifier"] for row in bureau.rows("registers.people_observations")}
        assert all(by_key["civil", row["resident_no"]] == row["citizen_number"] for row in hukou)
        assert all(by_key["insured", row["insured_no"]] == row["citizen_number"] for row in work)
