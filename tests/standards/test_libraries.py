"""Data elements, minimal data sets, indicators and documents as they ship; what is found by words; the page about them; the terminal."""

import json
from collections import Counter
from pathlib import Path

import pytest

from lingnan.base import Missing
from lingnan.cli import app
from lingnan.cli.output import end_with
from lingnan.standards import (
    code_list,
    data_element,
    data_elements,
    data_set,
    data_sets,
    documents,
    elements_of,
    find_standards,
    indicator,
    indicators,
)
from lingnan.standards.elements_page import page

ROOT = Path(__file__).parents[2]


def test_there_are_enough_and_each_has_its_source() -> None:
    assert len(data_elements()) >= 600
    assert len(indicators()) >= 40
    assert len(documents()) >= 60
    assert len(data_sets()) >= 8
    assert all(each.source and each.definition and each.definition_en and each.steward for each in data_elements().values())
    assert max(Counter(each.area for each in data_elements().values()).values()) < 60


def test_an_element_is_a_concept_and_a_value_domain() -> None:
    sex, capital = data_element("sex"), data_element("registered_capital")
    assert (sex.concept.object_class, sex.concept.property) == ("人", "性别")
    assert (sex.value_domain.format, sex.value_domain.code_list, sex.term) == ("n1", "sexes", "代码")
    assert (capital.value_domain.datatype, capital.value_domain.unit, capital.value_domain.minimum, capital.term) == ("number", "元", 0, "金额")
    assert (sex.area, sex.steward, sex.submitter, sex.version) == ("people", "公安厅", "公安厅", "1.0")


def test_elements_of_a_code_list() -> None:
    assert {each.id for each in elements_of("divisions")} >= {"division", "native_place", "birth_place"}
    assert elements_of("nothing") == ()
    assert all(each.code_list == "sexes" for each in elements_of("sexes"))


def test_an_element_is_read_only_when_asked_for() -> None:
    from lingnan.standards.elements import FOLDER, Elements

    fresh = Elements(sorted(FOLDER.glob("*.yaml")))
    assert "sex" in fresh
    assert fresh["sex"].zh == "性别"
    assert len(fresh._read) == 1


def test_a_data_set_tells_what_is_required_and_when() -> None:
    student = data_set("student")
    assert "student_number" in student.named("required")
    graduated = next(member for member in student.members if member.element == "graduation_date")
    assert (graduated.obligation, graduated.condition) == ("conditional", "已毕业时")
    assert {"natural_person", "legal_entity", "address", "licence", "penalty", "service_case", "medical_visit", "student"} <= set(data_sets())
    with pytest.raises(Missing, match="no minimal data set"):
        data_set("lighthouse")


def test_an_indicator_has_unit_formula_and_frequency() -> None:
    per_head = indicator("gdp_per_head")
    assert code_list("indicator-units").name(per_head.unit) == "元/人"
    assert (per_head.frequency, per_head.uses) == ("yearly", ("gdp", "population_resident"))
    with pytest.raises(Missing, match="no indicator"):
        indicator("happiness")


def test_what_replaces_stands_with_what_is_replaced() -> None:
    by_number = {each.number: each for each in documents()}
    assert by_number["GB/T 4754-2017"].replaces == ("GB/T 4754-2011",)
    assert by_number["GB/T 4754-2011"].state == "replaced"


@pytest.mark.parametrize(
    ("words", "first"),
    [("姓名", "person_name"), ("xm", "person_name"), ("sex", "sex"), ("地区生产总值", "gdp"), ("手机号", "phone"), ("nationalities",) * 2],
)
def test_words_find(words: str, first: str) -> None:
    assert find_standards(words)[0].id == first


def test_all_words_must_hit() -> None:
    assert "certificate_end" in [hit.id for hit in find_standards("证件 截止")]
    assert find_standards("证件 灯塔") == []
    assert find_standards("  ") == []


def test_the_page_is_fresh() -> None:
    assert (ROOT / "docs" / "elements.md").read_text(encoding="utf-8") == page(), "run: python tools/write_elements_page.py"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = end_with(lambda: app(["standards", *words], standalone_mode=False))
    return code, *capsys.readouterr()


def test_the_terminal_lints(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "lint", "--lang", "en") == (0, "", "0 faults.\n")
    bad = tmp_path / "bad.csv"
    bad.write_text("code,zh\n1,甲\n", encoding="utf-8")
    code, said, told = run(capsys, "lint", str(bad), "--json")
    assert (code, [each["rule"] for each in json.loads(said)["faults"]], told) == (1, ["header"], "1 个问题。\n")
    assert run(capsys, "lint", str(tmp_path / "none.yaml"))[0] == 2


@pytest.mark.parametrize(("name", "key"), [("sex", "format"), ("sexes", "codes"), ("student", "members"), ("gdp", "formula_zh")])
def test_the_terminal_shows(capsys: pytest.CaptureFixture[str], name: str, key: str) -> None:
    code, said, _told = run(capsys, "show", name, "--json")
    assert (code, bool(json.loads(said)[key])) == (0, True)
    plain = run(capsys, "show", name, "--lang", "en")[1]
    assert "name_en" in plain
    assert "name_zh" not in plain


def test_the_terminal_lists_and_searches(capsys: pytest.CaptureFixture[str]) -> None:
    for kind, least in (("elements", 600), ("codes", 80), ("sets", 8), ("indicators", 40), ("documents", 60)):
        assert len(json.loads(run(capsys, "list", kind, "--json")[1])[kind]) >= least
        assert run(capsys, "list", kind)[0] == 0
    assert "plate_number" in run(capsys, "list", "--area", "transport")[1]
    assert "plate_number" not in run(capsys, "list", "--area", "people")[1]
    assert "citizen_number" in run(capsys, "search", "身份证号", "--lang", "en")[1]
    assert json.loads(run(capsys, "search", "身份证号", "--json")[1])["hits"][0]["id"] == "citizen_number"
    assert run(capsys, "list", "spells")[0] == 2
    assert run(capsys, "show", "lighthouse")[0] == 2
