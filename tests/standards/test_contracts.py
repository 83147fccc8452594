"""Contracts: what is read, all faults in one error, and written ones read back the same."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.base import BadInput
from lingnan.standards import RULES, Contract, Property, Quality, read_contract, write_contract
from lingnan.standards.contracts.rules import CLASSIFICATIONS, DIMENSIONS, PHYSICAL, SHARE_LEVELS

TEXT = """\
apiVersion: v3.1.0
kind: DataContract
id: gongan.resident
version: 1.0.0
status: active
domain: people
tags: [register]
schema:
  - name: resident
    physicalName: 户籍人口
    description: 每人一行
    tags: [people]
    customProperties:
      - {property: titleZh, value: 户籍人口}
      - {property: titleEn, value: Registered residents}
      - {property: stewardNote, value: 每月五日前报送}
    properties:
      - {name: resident_no, physicalName: 人员编号, primaryKey: true, customProperties: [{property: dataElement, value: resident_number}]}
      - {name: citizen_number, physicalName: 公民身份号码, required: true, customProperties: [{property: dataElement, value: citizen_number}]}
      - {name: sex, physicalName: 性别, customProperties: [{property: dataElement, value: sex}]}
      - name: birth_date
        physicalName: 出生日期
        customProperties: [{property: dataElement, value: birth_date}]
        quality:
          - {id: birth_before, type: custom, engine: lingnan, implementation: {rule: not_after, column: updated_on}, severity: warning}
      - {name: updated_on, physicalName: 更新日期, customProperties: [{property: dataElement, value: update_date}]}
      - {name: salary, logicalType: number, physicalType: "DECIMAL(18,2)", customProperties: [{property: standardise, value: [{amount: {unit: 万}}]}]}
    quality:
      - {type: custom, engine: lingnan, implementation: {rule: birth_matches_number, birth: birth_date, number: citizen_number}}
      - {type: library, metric: rowCount, mustBeGreaterThan: 0}
      - {type: sql, query: "select count(*) from resident", mustBeGreaterThan: 1, description: 有行}
      - {type: text, description: 每人只登记一次}
      - {type: custom, engine: soda, implementation: "row_count > 0"}
"""


def faults(text: str) -> list[dict[str, object]]:
    """The faults of the one error that a text gives."""
    with pytest.raises(BadInput) as error:
        read_contract(text)
    found = error.value.facts["faults"]
    assert all(
        fault["zh"] and fault["en"] and f"第 {fault['line']} 行" in error.value.zh and f"line {fault['line']}" in error.value.en for fault in found
    )
    return found


def test_what_is_read():
    """Types, titles, classification and code list come from the data element where the contract is silent."""
    contract = read_contract(TEXT)
    assert (contract.id, contract.table, contract.zh, contract.en) == ("gongan.resident", "resident", "户籍人口", "Registered residents")
    assert contract.key == ("resident_no",)
    assert contract.custom == {"stewardNote": "每月五日前报送"}
    assert contract.other["domain"] == "people"
    sex = contract.named("sex")
    assert sex
    assert (sex.source, sex.zh, sex.logical_type, sex.physical_type, sex.code_list, sex.classification) == (
        "性别",
        "性别",
        "string",
        "VARCHAR",
        "sexes",
        "personal",
    )
    assert [quality.kind for quality in contract.quality] == ["custom", "library", "sql", "text", "custom"]
    assert contract.quality[1].args == {"mustBeGreaterThan": 0}
    assert contract.quality[4].engine == "soda"


def test_the_file_and_the_text(tmp_path):
    """A path, a path as text and a text read alike; a missing file is bad input."""
    contract = read_contract(TEXT)
    path = tmp_path / "resident.contract.yaml"
    assert write_contract(contract, path) == path.read_text(encoding="utf-8")
    assert read_contract(path) == read_contract(str(path)) == contract == read_contract(write_contract(contract))
    with pytest.raises(BadInput, match="cannot be read"):
        read_contract(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("value: sex}", "value: sexx}", "schema[0].properties[2].customProperties[0].value", "Did you mean “sex”?"),
        ("rule: not_after, column: updated_on", "rule: not_aftr", "schema[0].properties[3].quality[0].implementation.rule", "“not_after”"),
        ("column: updated_on", "column: updated", "schema[0].properties[3].quality[0].implementation.column", "“updated_on”"),
        ("unit: 万", "unti: 万", "schema[0].properties[5].customProperties[0].value[0]", "“unit”"),
        ("[{amount: {unit: 万}}]", "[upperr]", "schema[0].properties[5].customProperties[0].value[0]", "“upper”"),
        ('"DECIMAL(18,2)"', "MONEY", "schema[0].properties[5].physicalType", "DECIMAL(18,2)"),
        ("birth: birth_date, ", "", "schema[0].quality[0].implementation", "lacks its argument “birth”"),
        ("name: salary", "name: sex", "schema[0].properties[5].name", "is used by a property above"),
        ("name: salary", "name: _salary", "schema[0].properties[5].name", "begin with a letter"),
        (
            "{rule: not_after, column: updated_on}",
            "{rule: same_in, table: a.b, key: {birht_date: birth_date}}",
            "schema[0].properties[3].quality[0].implementation.key",
            "birth_date",
        ),
        ("severity: warning", "severity: fatal", "schema[0].properties[3].quality[0].severity", "error, warning"),
        ("property: titleZh", "property: titelZh", "schema[0].customProperties[0]", "titleZh"),
        ("version: 1.0.0", "version: 1.0", "version", "must be string"),
        ("metric: rowCount", "metric: rowCout", "schema[0].quality[1].metric", "rowCount"),
        ("primaryKey: true", "primary: true", "schema[0].properties[0]", "does not know: primary"),
        ("status: active\n", "", ".", "“status” is missing"),
        ("domain: people", "id: x", "id", "stands here twice"),
        ("tags: [register]", "tags: &a [*a]", ".", "aliases"),
        ("tags: [register]", "tags: [", ".", "no YAML"),
        ("tags: [register]", "tags: !!python/object:os.system [x]", "tags", None),
    ],
)
def test_each_fault_has_its_place(old, new, path, words):
    """One fault put in, one fault told, at its line."""
    broken = TEXT.replace(old, new)
    assert broken != TEXT
    found = faults(broken)
    assert [fault["path"] for fault in found] == [path]
    if words:
        assert words in str(found[0]["en"])
    if path not in (".", "tags"):
        wanted = next(i for i, (a, b) in enumerate(zip(TEXT.splitlines(), broken.splitlines(), strict=False), 1) if a != b)
        assert abs(int(str(found[0]["line"])) - wanted) <= 1


def test_all_faults_at_once():
    """A writer learns everything in one go, in the order of lines."""
    broken = TEXT.replace("value: sex}", "value: sexx}").replace('"DECIMAL(18,2)"', "MONEY").replace("birth: birth_date", "birth: brith")
    lines = [fault["line"] for fault in faults(broken)]
    assert len(lines) == 3
    assert lines == sorted(lines)


@pytest.mark.parametrize("text", ["\n", "a\nb", "- 1\n- 2", "null\n", "{}\n", "x: [1, {y: z\n", "\x00\n", "? [a, b]\n: c\n"])
def test_no_contract_at_all(text):
    """Whatever it is, one error with places."""
    assert faults(text)


def test_two_tables():
    """A contract is about one table."""
    assert faults(TEXT + "  - {name: second, properties: []}\n")[0]["path"] == "schema"


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\u2028\u2029\ufeff\x85"), min_size=1, max_size=12
)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


@st.composite
def properties(draw: st.DrawFn, name: str) -> Property:
    """A property of any shape the hub knows."""
    logical = draw(st.sampled_from(sorted(PHYSICAL)))
    kind = draw(st.sampled_from(PHYSICAL[logical]))
    return Property(
        name=name,
        source=f"{draw(WORDS)}{name}",
        zh=draw(WORDS),
        en=draw(WORDS),
        logical_type=logical,
        physical_type="DECIMAL(18,2)" if kind == "DECIMAL" else kind,
        required=draw(st.booleans()),
        unique=draw(st.booleans()),
        primary_key=draw(st.booleans()),
        classification=draw(st.sampled_from(CLASSIFICATIONS)),
        element=draw(st.sampled_from([None, "remark"])),
        code_list=draw(st.sampled_from([None, "sexes"])),
        code_list_edition=draw(st.sampled_from([None, "2003"])),
        share_level=draw(st.sampled_from(SHARE_LEVELS)),
        standardise=draw(st.sampled_from([(), ("trim", {"code": {"list": "sexes"}})])),
        quality=draw(st.sampled_from([(), (quality(f"{name}_1", "length", {"min": 1}), quality(f"{name}_2", "pattern", {"regex": r"\d+ 'x\""}))])),
        examples=draw(st.sampled_from([(), ("2026-01-01", 1, None, True)])),
        description=draw(st.just("") | WORDS),
        custom=draw(st.dictionaries(st.just("noteOfOurs"), WORDS)),
    )


def quality(name: str, rule: str, args: dict[str, object]) -> Quality:
    """A rule of ours with its usual words."""
    return Quality(name, "custom", rule, args, RULES[rule].dimension, "error", "规则", "rule")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_write_then_read_is_identity(data):
    """Any contract we can make is written as the standard wants it and reads back equal."""
    names = data.draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    contract = Contract(
        id=data.draw(WORDS),
        version=data.draw(st.sampled_from(["1.0.0", "2026", "1.10"])),
        status="active",
        table=data.draw(NAMES),
        physical_name=data.draw(WORDS),
        zh=data.draw(WORDS),
        en=data.draw(WORDS),
        description=data.draw(st.just("") | WORDS),
        properties=tuple(data.draw(properties(name)) for name in names),
        quality=data.draw(st.sampled_from([(), (quality("key", "duplicate_key", {"columns": [names[0]]}),)])),
        custom={},
        other={"tenant": data.draw(WORDS)},
    )
    assert read_contract(write_contract(contract)) == contract


def test_every_rule_has_both_languages_and_a_dimension():
    """What a report shows of a rule."""
    for kind in RULES.values():
        assert kind.zh
        assert kind.en
        assert kind.dimension in DIMENSIONS
    assert dataclasses.is_dataclass(Contract)
