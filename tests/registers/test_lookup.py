"""Finding entries: people by their whole name or number only, entities also by a part; words never become SQL."""

import re
from dataclasses import replace
from datetime import date

import pytest

from lingnan.base import Missing, WrongUse
from lingnan.lake import View
from lingnan.registers import entry_of, register_definition, register_entry, register_sizes, without_birthday
from lingnan.registers.lookup import is_entry
from lingnan.registers.words import TECHNICAL

from .bureau import FIRST, SECOND, TODAY, Bureau, credit, firm, insured, number, resident


@pytest.fixture
def filled(bureau: Bureau) -> Bureau:
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2, name="陈明亮"), resident(3), resident(4, name="%"))
    bureau.deliver("shichang.enterprise", FIRST, *(firm(place, name=f"广州第{place}商店") for place in range(1, 8)), firm(8, name="100%_店'铺\"\\"))
    bureau.build("people")
    bureau.build("entities")
    return bureau


def test_people_are_found_by_whole_name_or_number_only(filled: Bureau) -> None:
    assert filled.find("people", "陈明")[0] == 2
    assert {row["citizen_number"] for row in filled.find("people", " 陈明 ")[1]} == {number(1), number(3)}
    assert filled.find("people", "陈")[0] == 0
    assert filled.find("people", "陈%")[0] == 0
    assert filled.find("people", "440103")[0] == 0
    assert filled.find("people", "") == (0, [])
    assert [row["name"] for row in filled.find("people", number(2))[1]] == ["陈明亮"]
    assert filled.find("people", entry_of("people", number(2)))[0] == 1


def test_a_masked_reader_finds_by_the_whole_name_and_sees_the_mask(filled: Bureau) -> None:
    view = replace(View.for_step("registers.people", "test"), masks={"name": "left(name, 1) || '*'", "citizen_number": "'***'"})
    total, rows = filled.find("people", "陈明亮", {"registers.people": view})
    assert (total, rows[0]["name"], rows[0]["citizen_number"]) == (1, "陈*", "***")
    assert filled.find("people", "陈*", {"registers.people": view})[0] == 0


def test_a_view_may_leave_columns_out(filled: Bureau) -> None:
    view = replace(View.for_step("registers.entities", "test"), columns=("entry_id", "uscc", "name"))
    assert filled.find("entities", "第3", {"registers.entities": view})[1] == [
        {"entry_id": entry_of("entities", credit(3)), "uscc": credit(3), "name": "广州第3商店"}
    ]


def test_entities_are_found_by_part_of_the_name_page_by_page(filled: Bureau) -> None:
    assert filled.find("entities", "商店")[0] == 7
    assert filled.find("entities", "")[0] == 8
    pages = [filled.find("entities", "商店", limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [total for total, _rows in pages] == [7, 7, 7, 7]
    assert [len(rows) for _total, rows in pages] == [3, 3, 1, 0]
    assert len({row["entry_id"] for _total, rows in pages for row in rows}) == 7
    assert filled.find("entities", "商店", limit=0) == (7, [])
    assert filled.find("entities", credit(5).lower())[1][0]["uscc"] == credit(5)


@pytest.mark.parametrize("page", [{"limit": -1}, {"limit": 1001}, {"offset": -1}])
def test_a_page_that_cannot_be_is_refused(filled: Bureau, page: dict[str, int]) -> None:
    with pytest.raises(WrongUse):
        filled.find("entities", "商店", **page)


SLY = ["' or true --", "') or (1=1", "x'; drop table registers.entities; --", "$words", "\\' or 1=1", "E' or true or '0000000000"]


@pytest.mark.parametrize("words", SLY)
def test_words_are_values_never_sql(filled: Bureau, words: str) -> None:
    assert filled.find("entities", words) == (0, [])
    assert filled.find("people", words) == (0, [])


def test_signs_of_patterns_mean_themselves(filled: Bureau) -> None:
    assert filled.find("entities", "100%_店'铺\"\\")[0] == 1
    assert filled.find("entities", "100_")[0] == 0
    assert filled.find("people", "%")[0] == 1


def test_entries_are_named_alike_however_the_number_is_typed() -> None:
    right = next(number(place) for place in range(200) if number(place).endswith("X"))
    assert entry_of("people", right.lower()) == entry_of("people", right)
    assert entry_of("people", right)[0] == "P"
    assert entry_of("people", right) != entry_of("people", number(0))


def test_an_unknown_register_and_entry_are_told(filled: Bureau) -> None:
    with pytest.raises(Missing):
        filled.find("cars", "x")
    with pytest.raises(Missing) as told:
        filled.entry("people", number(99))
    assert is_entry(register_definition("people"), re.search(r"形如 (\w+)", told.value.zh)[1])  # type: ignore[index]
    assert "公民身份号码" in told.value.zh
    assert "citizen number" in told.value.en
    assert number(99) not in told.value.zh + told.value.en, "what was typed may be a person's number"


def test_facts_tell_source_key_and_both_times(filled: Bureau) -> None:
    filled.deliver("renshe.insured", FIRST, insured(1, name="陈三"))
    filled.build("people")
    facts = [fact for fact in filled.entry("people", number(1)).facts if fact.attribute == "name"]
    assert [(fact.value, fact.source, fact.source_key, fact.survives) for fact in facts] == [
        ("陈明", "gongan.resident·constant", "R1", True),
        ("陈三", "renshe.insured·insured", "I1", False),
        ("陈明", "gongan.resident·hukou", "R1", True),
    ]
    assert all(fact.known_from == FIRST and fact.known_to is None for fact in facts)


def test_a_look_up_through_a_narrow_masked_view(filled: Bureau) -> None:
    table = register_definition("entities").observations
    columns = (*TECHNICAL, "identifier", "name", "status")
    view = replace(View.for_step(table, "test"), columns=columns, masks={"name": "left(name, 1) || '*'"})
    found = register_entry("entities", entry_of("entities", credit(1)), filled.engine, {table: view}, as_of=TODAY, known_at=FIRST)
    assert (found.values["name"], found.values["status"], found.values["address"]) == ("广*", "1", None)


def test_sizes(filled: Bureau) -> None:
    found = register_sizes(filled.lake)
    assert {name: size for name, size in found.items() if size} == {"people": 4, "entities": 8}
    assert {"places", "series", "credit", "components", "licences", "parcels"} < set(found)


def test_a_fact_true_since_birth_does_not_tell_the_day_of_birth(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, birth_date=date(1980, 7, 9)))
    bureau.build("people")
    view = replace(View.for_step("registers.people_observations", "test"), masks={"birth_date": "cast(date_trunc('year', birth_date) as date)"})
    found = register_entry("people", entry_of("people", number(1)), bureau.engine, {view.table: view}, as_of=TODAY, known_at=SECOND)
    assert {fact.valid_from for fact in without_birthday(found, view).facts} == {date(1980, 1, 1), date(2020, 5, 1)}
    assert without_birthday(found, replace(view, masks={})) is found
