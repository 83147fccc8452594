"""What a contract says of a source column goes with its values: registers, series, places and figures are as guarded as what they come from."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import lingnan.hub
import lingnan.world
from lingnan.collect import feeds
from lingnan.hub.classification import classify_tables
from lingnan.hub.inheritance import Inheritance
from lingnan.hub.pages.cockpit import layers
from lingnan.insight import FIGURE_COLUMNS, figure_lineage
from lingnan.registers import register_columns, register_lineage, releases
from lingnan.trust import ANONYMOUS, Classified, Policy, Subject
from lingnan.trust.policy.judging import judge_columns

SOURCES = Path(lingnan.world.__file__).parent / "sources"
DEPARTMENTS = ("gongan", "ziran", "tongji", "shichang", "zhengwu", "weijian")
STEWARD = Subject("official", "s1", "bureau", frozenset({"steward"}), "s1", division="440000", level="province", assurance=2)
Said = Mapping[str, Mapping[str, str]]
"""By `area.table.column`: what its contract says of the column."""
OWN = {"source_table", "source", "known_from", "known_to", "missing", "reason", "sources", "joined_by", "decided", "by", "event", "year", "edition"}
"""What the registers add themselves: where a word comes from, when it was learnt, how many spoke."""


@pytest.fixture
def classified(tmp_path: Path) -> Callable[..., dict[str, Classified]]:
    """The tables of departments whose contracts say this of columns and tables."""
    for department in DEPARTMENTS:
        shutil.copytree(SOURCES / department, tmp_path / department)

    def classify(said: Said, tables: Mapping[str, str] | None = None) -> dict[str, Classified]:
        for name, words in said.items():
            area, table, column = name.split(".")
            _rewrite(tmp_path / area / f"{table}.contract.yaml", column, words)
        for name, share in (tables or {}).items():
            area, table = name.split(".")
            _rewrite(tmp_path / area / f"{table}.contract.yaml", "", {"shareType": share})
        return classify_tables(feeds(tmp_path))

    return classify


def _rewrite(path: Path, column: str, words: Mapping[str, str]) -> None:
    contract = yaml.safe_load(path.read_text(encoding="utf-8"))
    node = contract["schema"][0]
    if column:
        node = next(each for each in node["properties"] if each["name"] == column)
    for key, value in words.items():
        if key == "classification":
            node[key] = value
        else:
            kept = [each for each in node.get("customProperties", []) if each["property"] != key]
            node["customProperties"] = [*kept, {"property": key, "value": value}]
    path.write_text(yaml.safe_dump(contract, allow_unicode=True), encoding="utf-8")


def _of(found: Classified, name: str) -> tuple[str, str]:
    column = next(each for each in found.columns if each.name == name)
    return column.classification, column.grade


@pytest.mark.parametrize(("source", "derived", "others"), [
    ("tongji.indicator.value", ["registers.series_values.value", "registers.series.last_value"], ["registers.series.title"]),
    ("tongji.indicator.indicator", ["registers.series_values.title", "registers.series.title"], ["registers.series.last_value"]),
    ("ziran.address.road", ["registers.addresses_observations.road", "registers.addresses.road"], ["registers.addresses.township"]),
    ("gongan.resident.address", ["registers.people_observations.address", "registers.people.address"], ["registers.people.name"]),
    ("shichang.enterprise.address", ["registers.entities_observations.address", "registers.entities.address"], ["registers.entities.name"]),
])
def test_a_raised_column_raises_what_holds_its_values(
    classified: Callable[..., dict[str, Classified]], source: str, derived: list[str], others: list[str]
) -> None:
    found = classified({source: {"grade": "important", "classification": "sensitive"}})
    for name in derived:
        table, column = name.rsplit(".", 1)
        assert _of(found[table], column) == ("sensitive", "important"), name
        told = judge_columns(Policy.read(), STEWARD, "export", found[table], found[table].columns)
        assert column in told.denied
    for name in others:
        table, column = name.rsplit(".", 1)
        assert _of(found[table], column)[1] == "general", name


def test_what_is_worked_out_takes_the_grade_and_keeps_its_class(classified: Callable[..., dict[str, Classified]]) -> None:
    raised = {"grade": "core", "classification": "sensitive"}
    found = classified({"tongji.indicator.value": raised, "gongan.resident.citizen_number": raised, "gongan.resident.name": {"grade": "important"}})
    assert _of(found["registers.series"], "points") == ("public", "core")
    assert _of(found["registers.people"], "entry_id") == ("internal", "core")
    assert _of(found["registers.people"], "name_key") == ("internal", "important")
    assert _of(found["registers.people"], "citizen_number") == ("sensitive", "core")


def test_a_graded_column_closes_the_figures_counted_over_it(classified: Callable[..., dict[str, Classified]]) -> None:
    found = classified({"gongan.resident.division": {"grade": "important"}})
    city, county = found["insight.city_figures"], found["insight.county_figures"]
    assert {column.name for column in city.columns if column.grade != "general"} == {"people", "accepted", "quarantined", "score"}
    assert {column.name for column in county.columns if column.grade != "general"} == {"people"}
    assert {column.classification for column in city.columns} == {"public"}, "a count of many rows is of no person"
    told = judge_columns(Policy.read(), ANONYMOUS, "read", county, county.columns)
    assert set(told.denied) == {"people"}
    untouched = classify_tables(feeds(SOURCES))["insight.city_figures"]
    assert {column.grade for column in untouched.columns} == {"general"}


def test_a_table_that_is_not_shared_keeps_what_is_made_of_it_from_being(classified: Callable[..., dict[str, Classified]]) -> None:
    found = classified({}, {"tongji.indicator": "none", "gongan.resident": "none", "shichang.enterprise": "unconditional"})
    shared = {table: found[table].share_type for table in found if found[table].origin == "derived"}
    assert {table for table, share in shared.items() if share == "none"} == {
        "registers.series_values", "registers.series", "registers.people", "registers.people_observations", "registers.people_unlinked",
        "registers.people_links", "registers.people_identities", "registers.people_conflicts", "registers.people_snapshot",
        "registers.address_readings", "registers.address_library", "registers.address_doubts",
        "insight.city_figures", "insight.county_figures", "insight.department_figures", "insight.dimension_figures",
    }
    assert set(shared.values()) == {"none", "conditional"}


def test_a_release_holds_only_up_to_the_class_it_names(classified: Callable[..., dict[str, Classified]]) -> None:
    assert _of(classified({})["registers.entities"], "name") == ("public", "general")
    found = classified({"shichang.enterprise_change.before": {"classification": "personal"}})
    assert _of(found["registers.entities"], "name") == ("personal", "general")
    assert _of(found["registers.entities_observations"], "address") == ("personal", "general")
    assert _of(found["registers.entities"], "founded_on") == ("public", "general")


def test_shipped_contracts_change_no_class_that_a_register_declares() -> None:
    """What is declared lower than its source is declared as a release, with a reason; a new one has to be."""
    real = Path(lingnan.hub.__file__).parent / "real"
    found = classify_tables([*feeds(SOURCES), *(each for folder in (real, real / "sources") if folder.is_dir() for each in feeds(folder))])
    declared = {(table, column.name): column.classification for table, columns in register_columns().items() for column in columns}
    assert {key: _of(found[key[0]], key[1])[0] for key in declared} == declared
    assert all(each.basis and each.zh != each.en and not each.proofed for each in releases())


def test_every_column_says_where_it_comes_from() -> None:
    """A column of a register or figure that nobody traced would be a hole in the wall."""
    lineage = register_lineage()
    places = {"registers.divisions"}
    untraced = {
        (table, column.name) for table, columns in register_columns().items() if table not in places for column in columns
        if (table, column.name) not in lineage and column.name not in OWN
    }
    assert untraced == {("registers.series_values", "valid_from"), ("registers.series_values", "valid_to")}, "a series says no day: these are null"
    figures = figure_lineage(["gongan.resident"])
    keys = {"city", "city_zh", "county", "department", "dimension"}
    counts_of_rows = {("insight.department_figures", "accepted"), ("insight.department_figures", "quarantined")}
    told = {(table, name) for table, names in FIGURE_COLUMNS.items() for name in names if name not in keys}
    assert told - set(figures) == counts_of_rows


def test_the_map_leaves_out_a_closed_figure() -> None:
    rows: list[dict[str, Any]] = [{"city": "440100", "entities": 5}]
    assert [layer.key for layer in layers(rows) if layer.values] == ["entities"]


def test_nothing_is_inherited_from_what_is_not_there() -> None:
    alone = Inheritance({}, []).tables()
    declared = {(table, column.name): column.classification for table, columns in register_columns().items() for column in columns}
    assert {(table, column.name): column.classification for table in register_columns() for column in alone[table].columns} == declared
