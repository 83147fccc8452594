"""Words are kept in two times: since when a fact was true, and since when the hub knew."""

from datetime import date, datetime, timedelta

import pytest

from lingnan.base import Missing
from lingnan.registers import register_definition
from lingnan.registers import words as parts

from .bureau import CHINA, FIRST, SECOND, THIRD, TODAY, Bureau, change, credit, firm, insured, number, resident

TABLES = {
    "people": ("registers.people", "registers.people_observations", "registers.people_unlinked"),
    "entities": ("registers.entities", "registers.entities_observations", "registers.entities_unlinked"),
}


def test_a_second_build_changes_nothing(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2, former_name="陈亮"))
    bureau.deliver("renshe.insured", FIRST, insured(1), insured(3))
    bureau.build("people")
    first = [bureau.hash(table) for table in TABLES["people"]]
    bureau.build("people")
    assert [bureau.hash(table) for table in TABLES["people"]] == first
    bureau.deliver("gongan.resident", SECOND, resident(1, name="陈光", updated_on=date(2026, 4, 1)), resident(4))
    bureau.build("people")
    second = [bureau.hash(table) for table in TABLES["people"]]
    assert second[:2] != first[:2]
    bureau.build("people")
    assert [bureau.hash(table) for table in TABLES["people"]] == second


def test_the_same_delivery_again_keeps_when_it_was_learnt(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1))
    bureau.build("people")
    before = bureau.hash("registers.people_observations")
    bureau.deliver("gongan.resident", SECOND, resident(1))
    bureau.build("people")
    assert bureau.hash("registers.people_observations") == before


def test_what_was_known_at_a_moment_about_a_day(bureau: Bureau) -> None:
    moved = {"division": "440305", "address": "深南路2号", "updated_on": date(2026, 4, 1)}
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2))
    bureau.build("people")
    bureau.deliver("gongan.resident", SECOND, resident(1, **moved), resident(3))
    bureau.build("people")

    def division(as_of: date, known_at: datetime) -> str:
        return str(bureau.entry("people", number(1), as_of, known_at).values["division"])

    day_before, day_after = date(2026, 3, 1), date(2026, 5, 1)
    assert division(day_after, FIRST) == "440103", "on that day nobody had told of the move"
    assert division(day_after, SECOND) == "440305"
    assert division(day_before, SECOND) == "440103", "a later address does not undo the earlier one"
    assert division(day_before, FIRST) == "440103"
    assert bureau.entry("people", number(1), day_before, SECOND).values["address"] == "和平路1号"
    assert bureau.entry("people", number(1)).values["address"] == "深南路2号"

    assert bureau.entry("people", number(2), TODAY, FIRST).values["name"] == "陈明"
    with pytest.raises(Missing):
        bureau.entry("people", number(2))
    with pytest.raises(Missing):
        bureau.entry("people", number(3), known_at=SECOND - timedelta(seconds=1))
    assert bureau.entry("people", number(3), known_at=SECOND).values["name"] == "陈明"
    with pytest.raises(Missing):
        bureau.entry("people", number(1), known_at=FIRST - timedelta(seconds=1))


def test_a_correction_is_true_of_the_past_as_well(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, nationality="01"))
    bureau.build("people")
    bureau.deliver("gongan.resident", SECOND, resident(1, nationality="11"))
    bureau.build("people")
    assert bureau.entry("people", number(1), date(2001, 1, 1), SECOND).values["nationality"] == "11"
    assert bureau.entry("people", number(1), date(2001, 1, 1), FIRST).values["nationality"] == "01"


def test_words_that_follow_one_another_over_three_deliveries(bureau: Bureau) -> None:
    days = (date(2020, 1, 1), date(2026, 4, 1), date(2026, 7, 1))
    for received, place, day in zip((FIRST, SECOND, THIRD), ("440103", "440305", "440604"), days, strict=True):
        bureau.deliver("gongan.resident", received, resident(1, division=place, updated_on=day))
        bureau.build("people")
    told = [bureau.entry("people", number(1), day, THIRD).values["division"] for day in days]
    assert told == ["440103", "440305", "440604"]
    assert [bureau.entry("people", number(1), day, SECOND).values["division"] for day in days] == ["440103", "440305", "440305"]
    kept = bureau.hash("registers.people_observations")
    bureau.build("people")
    assert bureau.hash("registers.people_observations") == kept


def test_an_earlier_beginning_cuts_what_came_before(bureau: Bureau) -> None:
    for received, place, day in ((FIRST, "440103", 2010), (SECOND, "440305", 2020), (THIRD, "440305", 2015)):
        bureau.deliver("gongan.resident", received, resident(1, division=place, updated_on=date(day, 1, 1)))
        bureau.build("people")

    def division(year: int, known: datetime) -> object:
        return bureau.entry("people", number(1), date(year, 6, 1), known).values["division"]

    assert [division(year, SECOND) for year in (2012, 2017, 2021)] == ["440103", "440103", "440305"]
    assert [division(year, THIRD) for year in (2012, 2017, 2021)] == ["440103", "440305", "440305"]
    assert said(bureau, "division", date(2017, 6, 1), THIRD) == ["440305"]
    assert said(bureau, "division", date(2012, 6, 1), THIRD) == ["440103"]


def said(bureau: Bureau, attribute: str, as_of: date, known_at: datetime) -> list[object]:
    """All that any source said of the first person's attribute, not only what survives."""
    return [fact.value for fact in bureau.entry("people", number(1), as_of, known_at).facts if fact.attribute == attribute]


def test_a_value_that_ended_does_not_outlive_its_day(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, household="H1"))
    bureau.build("people")
    bureau.deliver("gongan.resident", SECOND, resident(1, household=None, updated_on=date(2026, 4, 1)))
    bureau.build("people")
    assert bureau.rows("registers.people")[0]["household"] is None
    assert [bureau.entry("people", number(1), day).values["household"] for day in (date(2026, 3, 31), date(2026, 4, 1))] == ["H1", None]
    assert bureau.entry("people", number(1), date(2026, 4, 1), FIRST).values["household"] == "H1"


def test_a_source_that_takes_everything_back(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, household="H1"))
    bureau.build("people")
    bureau.deliver("gongan.resident", SECOND, resident(1, division="440305", updated_on=date(2026, 4, 1)))
    bureau.build("people")
    bureau.deliver("gongan.resident", THIRD, resident(1, household="H1"))
    bureau.build("people")
    days = (date(2026, 3, 1), date(2026, 5, 1))
    assert [said(bureau, "division", day, SECOND) for day in days] == [["440103"], ["440305"]]
    assert [said(bureau, "division", day, THIRD) for day in days] == [["440103"], ["440103"]]


def test_a_word_closes_when_the_one_in_its_place_was_received(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1), resident(2))
    bureau.build("people")
    bureau.deliver("gongan.resident", THIRD, resident(1, nationality="11", _received_at=SECOND), resident(2))
    bureau.build("people")
    assert said(bureau, "nationality", TODAY, SECOND - timedelta(seconds=1)) == ["01"]
    assert said(bureau, "nationality", TODAY, SECOND) == ["11"]
    assert said(bureau, "nationality", TODAY, THIRD) == ["11"]


def test_a_later_birth_is_a_correction_not_a_second_life(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1))
    bureau.build("people")
    bureau.deliver("gongan.resident", SECOND, resident(1, birth_date=date(1980, 2, 1)))
    bureau.build("people")
    assert said(bureau, "birth_date", date(1980, 1, 15), FIRST) == [date(1980, 1, 1)]
    with pytest.raises(Missing):
        bureau.entry("people", number(1), date(1980, 1, 15))
    assert said(bureau, "birth_date", date(1980, 2, 1), SECOND) == [date(1980, 2, 1)]


def test_a_word_handed_over_twice_was_learnt_the_first_time(bureau: Bureau) -> None:
    told = change(1, date(2020, 1, 1), "甲公司", "乙公司")
    bureau.add("shichang.enterprise_change", FIRST, told)
    bureau.add("shichang.enterprise_change", SECOND, told)
    bureau.build("entities")
    assert {(row["source"], row["known_from"]) for row in bureau.rows("registers.entities_observations")} == {
        ("changed_name", FIRST), ("earlier_name", FIRST),
    }
    assert len(bureau.rows("registers.entities_observations")) == 2


def test_a_word_that_vanished_closes_and_opens_anew_when_it_returns(bureau: Bureau) -> None:
    for received, rows in ((FIRST, (1, 2)), (SECOND, (2,)), (THIRD, (1, 2))):
        bureau.deliver("gongan.resident", received, *(resident(place) for place in rows))
        bureau.build("people")
    held = bureau.rows("registers.people_observations", f"identifier = '{number(1)}' and source = 'civil'")
    spans = sorted((row["known_from"], row["known_to"]) for row in held if row["known_to"]) + [
        (row["known_from"], row["known_to"]) for row in held if not row["known_to"]
    ]
    assert [(start.astimezone(CHINA), end and end.astimezone(CHINA)) for start, end in spans] == [(FIRST, SECOND), (THIRD, None)]
    assert len(bureau.rows("registers.people_observations", f"identifier = '{number(2)}' and known_to is not null")) == 0


def test_who_vanished_is_not_in_the_register_of_today(bureau: Bureau) -> None:
    for received, rows in ((FIRST, (1, 2)), (SECOND, (2,))):
        bureau.deliver("gongan.resident", received, *(resident(place) for place in rows))
        bureau.build("people")
    assert [row["citizen_number"] for row in bureau.rows("registers.people")] == [number(2)]
    assert bureau.entry("people", number(1), known_at=FIRST).values["name"] == "陈明"


def test_an_append_feed_keeps_all_it_ever_said(bureau: Bureau) -> None:
    bureau.add("shichang.enterprise_change", FIRST, change(1, date(2020, 1, 1), "甲公司", "乙公司"))
    bureau.build("entities")
    bureau.add("shichang.enterprise_change", SECOND, change(2, date(2026, 5, 1), "乙公司", "丙公司"))
    bureau.build("entities")
    assert bureau.rows("registers.entities_observations", "known_to is not null") == []
    assert bureau.entry("entities", credit(1), known_at=FIRST).values["name"] == "乙公司"
    assert bureau.entry("entities", credit(1), known_at=SECOND).values["name"] == "丙公司"


def test_an_empty_delivery_tells_nothing(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1))
    bureau.build("people")
    before = bureau.hash("registers.people_observations")
    bureau.deliver("gongan.resident", SECOND)
    bureau.build("people")
    assert bureau.hash("registers.people_observations") == before


def test_a_source_that_is_gone_is_still_heard_and_one_that_is_struck_out_is_not(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1))
    bureau.deliver("renshe.insured", FIRST, insured(1, name="陈三"))
    bureau.build("people")
    bureau.lake.drop("renshe.insured")
    bureau.deliver("gongan.resident", SECOND, resident(1))
    bureau.build("people")
    assert bureau.rows("registers.people")[0]["employer_uscc"] == credit(1)
    defined = register_definition("people").model_dump(by_alias=True)
    defined["sources"] = [source for source in defined["sources"] if source["id"] != "insured"]
    del defined["attributes"]["employer_uscc"]
    for attribute in defined["attributes"].values():
        for key in ("order", "compare"):
            attribute[key] = [place for place in attribute[key] if place != "insured"]
    bureau.build(type(register_definition("people")).model_validate(defined))
    assert {row["source"] for row in bureau.rows("registers.people_observations", "known_to is null")} == {"civil", "hukou", "constant"}


def test_an_attribute_added_later_leaves_old_words_as_they_were(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, household=None))
    full = register_definition("people")
    defined = full.model_dump(by_alias=True)
    del defined["attributes"]["household"]
    for source in defined["sources"]:
        source["columns"].pop("household", None)
    bureau.build(type(full).model_validate(defined))
    bureau.build("people")
    held = bureau.rows("registers.people_observations")
    assert len(held) == 3
    assert all(row["known_to"] is None and row["household"] is None for row in held)


def test_a_firm_has_the_name_of_the_day(bureau: Bureau) -> None:
    bureau.deliver("shichang.enterprise", FIRST, firm(1, name="丙公司"))
    bureau.deliver(
        "shichang.enterprise_change", FIRST, change(1, date(2012, 2, 1), "甲公司", "乙公司"), change(2, date(2020, 3, 1), "乙公司", "丙公司"),
        change(3, date(2015, 1, 1), "旧路1号", "和平路1号", "地址"), change(4, date(2016, 1, 1), "何一", "何二", "法定代表人"),
    )
    bureau.build("entities")
    days = (date(2006, 1, 1), date(2012, 1, 31), date(2012, 2, 1), date(2020, 2, 29), date(2020, 3, 1))
    assert [bureau.entry("entities", credit(1), day).values["name"] for day in days] == ["甲公司", "甲公司", "乙公司", "乙公司", "丙公司"]
    assert [bureau.entry("entities", credit(1), date(year, 6, 1)).values["address"] for year in (2014, 2015)] == ["旧路1号", "和平路1号"]
    assert [bureau.entry("entities", credit(1), date(year, 6, 1)).values["legal_representative"] for year in (2015, 2016)] == ["何一", "何二"]


def test_a_closed_firm_was_open_before(bureau: Bureau) -> None:
    bureau.deliver("shichang.enterprise", FIRST, firm(1, status="3", closed_on=date(2024, 5, 1)))
    bureau.build("entities")
    before, after = (bureau.entry("entities", credit(1), date(2024, month, 1)).values for month in (4, 5))
    assert (before["status"], before["closed_on"]) == ("1", None)
    assert (after["status"], after["closed_on"]) == ("3", date(2024, 5, 1))


def test_a_person_has_the_name_of_the_day(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, resident(1, name="陈光", former_name="陈明"))
    bureau.build("people")
    assert bureau.entry("people", number(1), date(2020, 4, 30)).values["name"] == "陈明"
    assert bureau.entry("people", number(1), date(2020, 5, 1)).values["name"] == "陈光"
    with pytest.raises(Missing):
        bureau.entry("people", number(1), date(1979, 12, 31))


def test_many_rows_are_grouped_part_by_part_with_the_same_result(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau.deliver("gongan.resident", FIRST, *(resident(place) for place in range(60)))
    bureau.deliver("renshe.insured", FIRST, *(insured(place) for place in range(40, 80)))
    bureau.build("people")
    whole = [bureau.hash(table) for table in TABLES["people"]]
    for table in TABLES["people"]:
        bureau.lake.drop(table)
    monkeypatch.setattr(parts, "SLICE_ROWS", 10)
    bureau.build("people")
    assert [bureau.hash(table) for table in TABLES["people"]] == whole
    assert bureau.lake.rows("registers.people") == 80
