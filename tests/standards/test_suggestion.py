"""Elements suggested for columns: a labelled set of names as departments write them, silence where nothing fits, values that decide."""

import csv
from pathlib import Path

import pytest

from lingnan.standards import data_elements, read_contract, reason, suggest_elements

ROOT = Path(__file__).parents[2]
LABELLED = Path(__file__).parent / "data" / "columns.csv"
FIRST, THREE, SILENT = 0.90, 0.95, 0.95


def shares(text: str) -> dict[str, float]:
    return {name: float(share) for name, share in (each.split("=") for each in text.split("|"))} if text else {}


def labelled() -> list[tuple[str, str, dict[str, float], set[str]]]:
    with LABELLED.open(encoding="utf-8", newline="") as lines:
        return [
            (row["name"], row["comment"], shares(row["shares"]), set(row["element"].split("/")) - {""}) for row in csv.DictReader(lines)
        ]


def test_the_labelled_set_is_large_and_speaks_of_elements_that_are_there() -> None:
    rows = labelled()
    assert sum(bool(right) for *_column, right in rows) >= 300
    assert sum(not right for *_column, right in rows) >= 50
    assert len(rows) == len({(name, comment) for name, comment, *_rest in rows})
    assert {each for *_column, right in rows for each in right} <= set(data_elements())


def test_columns_find_their_elements_and_others_stay_silent() -> None:
    first = three = known = silent = unknown = 0
    for name, comment, values, right in labelled():
        found = [each.element for each in suggest_elements(name, comment, values)]
        if right:
            known, first, three = known + 1, first + bool(right & set(found[:1])), three + bool(right & set(found[:3]))
        else:
            unknown, silent = unknown + 1, silent + (not found)
    print(f"first {first / known:.3f}, among three {three / known:.3f} of {known}; silent {silent / unknown:.3f} of {unknown}")
    assert first / known >= FIRST
    assert three / known >= THREE
    assert silent / unknown >= SILENT


def test_columns_of_the_contracts_find_the_elements_that_were_chosen_by_hand() -> None:
    contracts = [read_contract(path) for path in sorted((ROOT / "src" / "lingnan").rglob("*.contract.yaml"))]
    columns = [column for contract in contracts for column in contract.properties if column.element and column.source]
    found = [[each.element for each in suggest_elements(column.source, column.zh)] for column in columns]
    first = sum(column.element in each[:1] for column, each in zip(columns, found, strict=True)) / len(columns)
    three = sum(column.element in each[:3] for column, each in zip(columns, found, strict=True)) / len(columns)
    print(f"contracts: first {first:.3f}, among three {three:.3f} of {len(columns)}")
    assert len(columns) >= 100
    assert first >= 0.85
    assert three >= 0.95


def test_every_name_synonym_and_column_leads_to_its_element() -> None:
    for element in data_elements().values():
        for form in (element.id, element.zh, element.en, *element.synonyms):
            assert element.id in [each.element for each in suggest_elements(form)], (element.id, form)


def test_values_speak_for_and_against() -> None:
    assert suggest_elements("col_17") == []
    by_values = suggest_elements("col_17", "", {"citizen_number": 0.97})
    assert [each.element for each in by_values] == ["citizen_number"]
    assert by_values[0].reasons == ("values:citizen_number",)
    right, wrong = (suggest_elements("sfzh", "", {"citizen_number": share}) for share in (0.99, 0.02))
    assert right[0].element == "citizen_number"
    assert not wrong
    assert suggest_elements("xb", "", {"sexes": 1.0})[0].score >= suggest_elements("xb")[0].score
    assert not suggest_elements("csrq", "", {"date": 0.0})


def test_a_comment_that_says_another_thing_outweighs_the_name() -> None:
    assert suggest_elements("xm", "项目名称")[0].element == "project_name"
    assert suggest_elements("xm")[0].element == "person_name"


@pytest.mark.parametrize(("name", "kind"), [("姓名", "name"), ("xingbie", "pinyin"), ("zfgjjzh2", "name"), ("患者身份证号码", "ending")])
def test_reasons_are_told_in_both_languages(name: str, kind: str) -> None:
    why = suggest_elements(name)[0].reasons[0]
    assert why.startswith(f"{kind}:")
    assert why.partition(":")[2] in reason(why)
    assert reason(why, "en") != reason(why)


@pytest.mark.parametrize("name", ["", " ", "_", "（）", "123", "\x00", "a" * 5000, "号" * 500])
def test_hostile_names_do_no_harm(name: str) -> None:
    assert all(0 <= each.score <= 1 for each in suggest_elements(name, name))
