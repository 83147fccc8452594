"""What policy learns of a table comes from its contract; a word nobody knows counts as the most guarded."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import lingnan.world
from lingnan.base import BadInput
from lingnan.collect import Feed, feeds
from lingnan.govern import FeedTables
from lingnan.hub import Hub
from lingnan.hub.classification import classify_tables
from lingnan.lake import View
from lingnan.trust import Classified, Policy, Subject, Trust
from lingnan.trust.policy.judging import judge_columns
from lingnan.trust.policy.rows import Condition
from lingnan.trust.policy.verdict import Showing, Verdict
from lingnan.trust.policy.viewing import compile_view

SOURCES = Path(lingnan.world.__file__).parent / "sources"


def classified(
    folder: Path, table: dict[str, str], column: dict[str, str], grades: Mapping[str, str] | None = None
) -> dict[str, Classified]:
    """The tables of a department whose contract says this of its table, of its first column, and how columns by name are graded."""
    shutil.copytree(SOURCES / "gongan", folder / "gongan")
    path = folder / "gongan" / "resident.contract.yaml"
    contract = yaml.safe_load(path.read_text(encoding="utf-8"))
    described = contract["schema"][0]
    graded = [(each, {"grade": grades[each["name"]]}) for each in described["properties"] if grades and each["name"] in grades]
    for node, said in ((described, table), (described["properties"][0], column), *graded):
        node["customProperties"] = [*node.get("customProperties", []), *({"property": key, "value": value} for key, value in said.items())]
    path.write_text(yaml.safe_dump(contract, allow_unicode=True), encoding="utf-8")
    found: list[Feed] = [feed for feed in feeds(folder) if feed.id == "gongan.resident"]
    return classify_tables(found)


def test_a_contract_says_how_a_table_is_shared_and_a_column_graded(tmp_path: Path) -> None:
    found = classified(tmp_path, {"shareType": "none", "openType": "conditional"}, {"grade": "important"})
    for table in ("gongan.resident", "landing.gongan_resident", "quarantine.gongan_resident"):
        assert (found[table].share_type, found[table].open_type, found[table].organisation) == ("none", "conditional", "gongan")
        graded = {column.name: column.grade for column in found[table].columns}
        assert graded[found[table].columns[0].name] == "important"
        assert set(graded.values()) == {"important", "general"}


@pytest.mark.parametrize(("table", "column", "expected"), [
    ({}, {}, ("conditional", "none", "general")), ({"shareType": "none", "openType": "none"}, {"grade": "core"}, ("none", "none", "core")),
])
def test_what_is_not_said_and_what_is(tmp_path: Path, table: dict[str, str], column: dict[str, str], expected: tuple[str, ...]) -> None:
    found = classified(tmp_path, table, column)["gongan.resident"]
    assert (found.share_type, found.open_type, found.columns[0].grade) == expected


@pytest.mark.parametrize(("table", "column", "named"), [
    ({}, {"grade": "grave"}, "grave"), ({}, {"grades": "core"}, "grades"),
    ({"shareType": "maybe"}, {}, "maybe"), ({"openType": "perhaps"}, {}, "perhaps"), ({"sharetype": "none"}, {}, "sharetype"),
])
def test_a_word_nobody_knows_is_refused_with_its_place(tmp_path: Path, table: dict[str, str], column: dict[str, str], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        classified(tmp_path, table, column)


def test_a_grade_goes_with_the_value_into_the_register_and_up_to_the_decision(tmp_path: Path) -> None:
    found = classified(tmp_path, {}, {}, {"address": "core", "household": "important", "citizen_number": "important"})
    for table in ("registers.people", "registers.people_observations"):
        graded = {column.name: column.grade for column in found[table].columns}
        assert (graded["address"], graded["household"], graded["name"]) == ("core", "important", "general")
        assert graded["citizen_number" if table == "registers.people" else "identifier"] == "important"
    steward = Subject("official", "s1", "gongan", frozenset({"steward"}), division="440000", level="province", assurance=2)
    told = judge_columns(Policy.read(), steward, "read", found["registers.people"], found["registers.people"].columns)
    assert "address" in told.denied
    assert "core-data-under-grant-only" in told.rules
    exported = judge_columns(Policy.read(), steward, "export", found["registers.people"], found["registers.people"].columns)
    assert "household" in exported.denied


def mixed(known: Classified, trust: Trust) -> View:
    """A view that shows each column clear on some rows and masked on the others."""
    some, none = Condition("hash(\"_position\") % 2 = 0", "some"), Condition("false", "none")
    steps = (Showing("masked", "hidden"), Showing("clear", rows=some), Showing("other", "hidden", rows=none))
    return compile_view(known, Verdict({column.name: steps for column in known.columns}, {}), trust._key)


def test_technical_columns_keep_their_types_where_rows_are_masked_and_clear_beside_each_other(built: Hub) -> None:
    wrong = []
    for feed in built.feeds:
        tables = FeedTables.of(feed.id)
        for table in (tables.accepted, tables.landing, tables.quarantine, feed.rejects):
            known = built.classify(table)
            if known is None or built.lake.newest(table) is None:
                continue
            held = {field.name for field in built.lake.schema(table)}
            technical = replace(known, columns=tuple(each for each in known.columns if each.name.startswith("_") and each.name in held))
            plain = View.for_step(table, "1", None)
            asked = f"select {', '.join(each.name for each in technical.columns)} from {table} limit 20"
            seen = [built.engine.query(asked, {table: view}).schema.types for view in (plain, mixed(technical, built.trust))]
            wrong += [(table, *pair) for pair in zip(*seen, strict=True) if pair[0] != pair[1]]
    assert not wrong
