"""Words that contradict the value that survived: every one is listed with its source and key, nothing else, and it goes when it is corrected."""

from datetime import date

from hypothesis import HealthCheck, given, settings

from lingnan.registers import contradicted, entry_of, find_conflicts, register_definition

from .bureau import FIRST, SECOND, THIRD, Bureau, credit, firm, insured, number, resident
from .histories import PEOPLE, WORDS, Word, histories, lay

TABLES = (PEOPLE.conflicts, WORDS)


def test_every_contradicting_word_is_listed_until_it_is_corrected(bureau: Bureau) -> None:
    bureau.deliver("gongan.resident", FIRST, *(resident(place) for place in (1, 2, 3)))
    bureau.deliver("renshe.insured", FIRST, insured(1, name="陈三"), insured(2, name="陈四", birth_date=date(1981, 1, 1)), insured(3))
    bureau.build("people")
    views = bureau.views(*TABLES)
    assert [(each.table, each.attribute, each.rows, each.compared) for each in contradicted(PEOPLE, bureau.engine, views)] == [
        ("renshe.insured", "name", 2, 3), ("renshe.insured", "birth_date", 1, 3),
    ]
    total, rows = find_conflicts("people", bureau.engine, views, table="renshe.insured", attribute="name")
    assert total == 2
    assert {(row["entry_id"], row["source_key"], row["value"], row["survivor"], row["rule"]) for row in rows} == {
        (entry_of("people", number(1)), "I1", "陈三", "陈明", "priority"), (entry_of("people", number(2)), "I2", "陈四", "陈明", "priority"),
    }
    assert find_conflicts("people", bureau.engine, views, limit=1, offset=2)[0] == 3
    assert find_conflicts("people", bureau.engine, views, table="gongan.resident") == (0, [])
    assert find_conflicts("people", bureau.engine, views, table="' or true --") == (0, [])
    bureau.deliver("renshe.insured", SECOND, insured(1), insured(2, birth_date=date(1981, 1, 1)), insured(3))
    bureau.build("people")
    assert [(each.attribute, each.rows) for each in contradicted(PEOPLE, bureau.engine, bureau.views(*TABLES))] == [("birth_date", 1)]


def test_a_report_of_an_earlier_year_contradicts_nobody(bureau: Bureau) -> None:
    entities = register_definition("entities")
    year = {"taxpayer_no": "T1", "uscc": credit(1), "industry": "5211", "division": "440103"}
    bureau.deliver("shichang.enterprise", FIRST, firm(1, name="丙公司"))
    bureau.add("shuiwu.taxpayer_year", FIRST, {**year, "year": 2023, "name": "甲公司"}, {**year, "year": 2024, "name": "丙公司"})
    bureau.build("entities")
    assert bureau.rows(entities.conflicts) == []
    bureau.add("shuiwu.taxpayer_year", SECOND, {**year, "year": 2025, "name": "丁公司"})
    bureau.build("entities")
    (row,) = bureau.rows(entities.conflicts)
    assert (row["source_key"], row["value"], row["survivor"]) == ("T1:2025", "丁公司", "丙公司")


def test_whom_only_an_unheard_source_contradicts_is_not_listed(bureau: Bureau) -> None:
    """A former name differs from today's, yet nobody expects it to agree."""
    bureau.deliver("gongan.resident", THIRD, resident(1, name="陈光", former_name="陈明"))
    bureau.build("people")
    assert bureau.rows(PEOPLE.conflicts) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=histories())
def test_the_list_has_as_many_entries_and_attributes_as_the_register_counts(bureau: Bureau, said: list[Word]) -> None:
    lay(bureau, said)
    bureau.build("people")
    counted = {row["entry_id"]: row["conflicts"] for row in bureau.rows(PEOPLE.table) if row["conflicts"]}
    listed: dict[str, set[str]] = {}
    for row in bureau.rows(PEOPLE.conflicts):
        assert row["value"] != row["survivor"]
        listed.setdefault(row["entry_id"], set()).add(row["attribute"])
    assert {entry: len(attributes) for entry, attributes in listed.items()} == counted
