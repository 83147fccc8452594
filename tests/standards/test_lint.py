"""Lint of the standards: what ships is clean, and each seeded fault is found, it and no other."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml

from lingnan.base import BadInput
from lingnan.standards import Document, Indicator, code_lists, data_elements, find_duplicates, lint_file, lint_standards
from lingnan.standards.lint import RULES_OF_LINT
from lingnan.standards.lint.libraries import lint_data_sets, lint_documents, lint_indicators
from lingnan.standards.minimal_sets import read_data_sets

AREA = {"zh": "试验", "en": "Trial", "steward": {"zh": "某厅", "en": "Some Department"}}
MEANS = {"zh": "灯塔灯光中心高出平均海面的距离。", "en": "Distance of a lighthouse's light above the mean level of the sea."}
SOUND: dict[str, object] = {
    "zh": "灯塔高度", "en": "Height of lighthouse", "object": "灯塔", "property": "高度", "representation": "n..6,2", "unit": "米",
    "classification": "public", "source": "海上交通安全法", "means": MEANS,
}  # fmt: skip


def written(**entries: object) -> str:
    """The text of a file with these entries; JSON is YAML too."""
    return "".join(f"{name}: {json.dumps(content, ensure_ascii=False)}\n" for name, content in entries.items())


def found_in(tmp_path: Path, **entries: object) -> list[tuple[str, str]]:
    path = tmp_path / "trial.yaml"
    path.write_text(written(_area=AREA, **entries), encoding="utf-8")
    return [(fault.object, fault.rule) for fault in lint_file(path)]


def test_what_ships_is_clean() -> None:
    assert lint_standards() == []


def test_a_sound_element_is_clean(tmp_path: Path) -> None:
    assert found_in(tmp_path, lighthouse_height=SOUND) == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"zh": "灯塔等高度"}, ["name_vague"]),
        ({"zh": "灯塔其他高度"}, ["name_vague"]),
        ({"zh": "灯塔高度高度"}, ["name_doubled"]),
        ({"zh": "甲乙丙"}, ["name_parts"]),
        ({"zh": "灯塔日期"}, ["name_term"]),
        ({"zh": "是否灯塔"}, ["name_term"]),
        ({"zh": "性别"}, ["name_parts", "name_repeated"]),
        ({"en": "height of lighthouse"}, ["name_en"]),
        ({"en": "灯塔 height"}, ["name_en"]),
        ({"en": "Sex"}, ["name_repeated"]),
        ({"synonyms": ["性别"]}, ["synonym_taken"]),
        ({"synonyms": ["身份证号"]}, ["synonym_taken"]),
        ({"synonyms": ["灯塔高度"]}, ["synonym_taken"]),
        ({"term": "长短"}, ["term_unknown"]),
        ({"term": "名称"}, ["term_format"]),
        ({"unit": "尺"}, ["unit_unknown"]),
        ({"unit": "", "term": "金额"}, ["unit_missing"]),
        ({"representation": "x..6"}, ["format"]),
        ({"classification": "secret"}, ["classification"]),
        ({"identifier": "passport"}, ["identifier_unknown"]),
        ({"rules": [{"rule": "nice"}]}, ["rule_unknown"]),
        ({"rules": [{"rule": "in_range", "min": 5, "max": 1}]}, ["range_empty"]),
        ({"code_list": "lighthouses"}, ["list_unknown"]),
        ({"code_list": "sexes", "representation": "n1", "code_list_edition": "1888"}, ["list_edition"]),
        ({"code_list": "sexes", "representation": "n2"}, ["list_format"]),
        ({"relations": {"derived_from": ["nowhere"]}}, ["relation_unknown"]),
        ({"source": ""}, ["incomplete"]),
        ({"means": {"zh": "灯塔灯光中心高出平均海面的距离。"}}, ["incomplete"]),
        ({"colour": "red"}, ["unknown_item"]),
        ({"means": {**MEANS, "zh": "灯塔灯光的高。就是高度。"}}, ["definition_sentence"]),
        ({"means": {**MEANS, "zh": "灯塔灯光中心高出平均海面的距离"}}, ["definition_sentence"]),
        ({"means": {**MEANS, "en": "Distance. Above the sea."}}, ["definition_sentence"]),
        ({"means": {**MEANS, "zh": "灯塔高度是灯塔的高度。"}}, ["definition_circular"]),
        ({"means": {**MEANS, "zh": "灯塔高度的值。"}}, ["definition_circular"]),
        ({"means": {**MEANS, "zh": "如上所述的灯塔灯光高出海面的距离。"}}, ["definition_refers"]),
        ({"means": {**MEANS, "zh": "用于向船舶说明灯光射程的数。"}}, ["definition_use"]),
        ({"means": {**MEANS, "en": "Used to tell ships how far a light is seen."}}, ["definition_use"]),
    ],
)
def test_a_seeded_fault_is_found_and_no_other(tmp_path: Path, change: dict[str, object], rules: list[str]) -> None:
    assert found_in(tmp_path, lighthouse_height={**SOUND, **change}) == [("lighthouse_height", rule) for rule in rules]


def test_ids_and_entries_that_cannot_be_read(tmp_path: Path) -> None:
    assert found_in(tmp_path, Lighthouse={**SOUND}) == [("Lighthouse", "id")]
    assert found_in(tmp_path, lighthouse="high") == [("lighthouse", "unreadable")]
    path = tmp_path / "twice.yaml"
    one = written(lighthouse_height=SOUND)
    path.write_text(one + one, encoding="utf-8")
    assert [fault.rule for fault in lint_file(path)] == ["id_repeated"]
    path.write_text("lighthouse_height: {zh: [", encoding="utf-8")
    assert [fault.rule for fault in lint_file(path)] == ["unreadable"]
    path.write_text("just words\n", encoding="utf-8")
    assert [fault.rule for fault in lint_file(path)] == ["unreadable"]
    with pytest.raises(BadInput):
        lint_file(tmp_path / "absent.yaml")


def test_duplicates_are_found_by_their_characters_and_explained(tmp_path: Path) -> None:
    twin = {**SOUND, "zh": "灯塔的高度", "en": "Lighthouse height"}
    assert found_in(tmp_path, lighthouse_height=SOUND, lighthouse_tall=twin) == [("lighthouse_tall", "duplicate")]
    assert found_in(tmp_path, lighthouse_height=SOUND, lighthouse_tall={**twin, "unit": "公里"}) == [], "another value domain"
    sex = data_elements()["sex"]
    [pair] = find_duplicates([sex, sex])
    assert pair.likeness == 1.0
    assert "性别" in pair.text()
    assert "n1" in pair.text("en")


HEADER = "# zh: 灯\n# en: Lights\n# standard: 自定\n# edition: 1\n# valid_from: 2020-01-01\n# source: 自定\n"
COLUMNS = "code,zh,en,parent,level,valid_from,valid_to,successors\n"


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ("1,白,White,,1,,,\n11,纯白,Pure,1,2,,,\n", []),
        ("1,白,White,,1,,,\n11,纯白,Pure,9,2,,,\n", [("11", "parent")]),
        ("1,白,White,,2,,,\n11,纯白,Pure,1,2,,,\n", [("11", "level")]),
        ("1,白,White,2,0,,,\n2,红,Red,1,0,,,\n", [("1", "cycle")]),
        ("1,白,White,,1,2021-01-01,2020-01-01,\n", [("1", "dates")]),
        ("1,白,White,,1,2020-01-01,2022-01-01,\n1,乳白,Cream,,1,2021-01-01,,\n", [("1", "overlap")]),
        ("1,白,White,,1,2020-01-01,2022-01-01,3\n", [("1", "successor")]),
        ("1,白,White,,1,,,\n2,白,Blank,,1,,,\n", [("2", "name_repeated")]),
        ("1,白,,,1,,,\n", [("1", "name_en")]),
    ],
)
def test_seeded_faults_of_code_lists(tmp_path: Path, rows: str, faults: list[tuple[str, str]]) -> None:
    path = tmp_path / "lights.csv"
    path.write_text(HEADER + COLUMNS + rows, encoding="utf-8")
    assert [(fault.object, fault.rule) for fault in lint_file(path)] == faults


def test_seeded_faults_of_headers(tmp_path: Path) -> None:
    path = tmp_path / "lights.csv"
    path.write_text(HEADER.replace("# source: 自定\n", "") + COLUMNS, encoding="utf-8")
    assert [fault.rule for fault in lint_file(path)] == ["header"]
    path.write_text(HEADER + "# valid_to: 2019-01-01\n" + COLUMNS + "1,白,White,,1,,,\n", encoding="utf-8")
    assert [fault.rule for fault in lint_file(path)] == ["dates"]


def test_seeded_faults_of_data_sets(tmp_path: Path) -> None:
    path = tmp_path / "sets.yaml"
    means = {"zh": "说明一座灯塔所需的最少数据。", "en": "Least data that tell of a lighthouse."}
    sound = {"zh": "灯塔", "en": "Lighthouse", "source": "自定", "means": means, "required": ["address"]}
    given = {
        "sound": sound, "unknown": {**sound, "required": ["lamp"]}, "twice": {**sound, "optional": ["address"]}, "empty": {**sound, "required": []},
        "silent": {**sound, "conditional": {"road": {"zh": "在路旁时"}}},
    }
    path.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert [(fault.object, fault.rule) for fault in lint_data_sets(read_data_sets(path))] == [
        ("unknown", "element_unknown"), ("twice", "id_repeated"), ("empty", "incomplete"), ("silent", "obligation"),
    ]  # fmt: skip


def test_seeded_faults_of_indicators_and_documents() -> None:
    means = ("年末使用中的灯塔的数量。", "Lighthouses in use at the year's end.")
    sound = Indicator("lights", "灯塔数", "Lighthouses", "item", "yearly", "自定", True, *means, "计数", "count")
    wrong = [
        replace(sound, id="a", zh="甲", unit="lamp"), replace(sound, id="b", zh="乙", frequency="seldom"),
        replace(sound, id="c", zh="丙", uses=("z",)), replace(sound, id="d", zh="丁", formula=""),
    ]  # fmt: skip
    faults = lint_indicators(MappingProxyType({each.id: each for each in (sound, *wrong)}))
    assert [(fault.object, fault.rule) for fault in faults] == [
        ("a", "unit_unknown"), ("b", "frequency"), ("c", "element_unknown"), ("d", "incomplete"),
    ]  # fmt: skip
    old = Document("GB 1-1990", "灯", "Lights", "national", "in_force", date(1990, 1, 1))
    new = Document("GB 1-2000", "灯", "Lights", "national", "in_force", date(1989, 1, 1), ("GB 1-1990",))
    bad = (Document("GB1-2000", "灯", "Lights", "national", "in_force"), Document("GB 2-2000", "灯", "Lights", "national", "gone"))
    assert [(fault.object, fault.rule) for fault in lint_documents((old, new, *bad, old))] == [
        ("GB 1-2000", "replaces"), ("GB 1-2000", "dates"), ("GB1-2000", "document_number"), ("GB 2-2000", "document_kind"),
        ("GB 1-1990", "id_repeated"),
    ]  # fmt: skip


def test_every_rule_is_told_in_two_languages() -> None:
    assert all(zh and en and zh != en for zh, en in RULES_OF_LINT.values())
    assert len(code_lists()) >= 80
