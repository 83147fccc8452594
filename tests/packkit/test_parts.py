"""The further parts of a pack: one of every kind is green, and each rule about them bites."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lingnan.base import BadInput
from lingnan.hub.packs import pack_classes
from lingnan.packkit import Pack, Place, check_packs, read_pack
from lingnan.packkit.parts import kinds
from lingnan.packkit.parts.flows import limits
from lingnan.packkit.rules import rules
from lingnan.trust import Classified, Column
from lingnan.trust.shapes import Classification
from tests.packkit.test_packs import BAD, REGISTERS, swapped, written
from tests.packkit.whole import whole_pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The whole pack's folder."""
    return whole_pack(tmp_path).place.folder


def found(folder: Path) -> list[tuple[str, str, str]]:
    standing = check_packs([read_pack(Place(folder, "folder"))], REGISTERS)[0]
    return [(each.rule, each.file, each.en) for each in standing.findings if each.rule != "readme"]


def pack_of(folder: Path) -> Pack:
    reading = read_pack(Place(folder, "folder"))
    assert reading.pack is not None
    return reading.pack


def test_a_pack_with_every_part_is_green(folder: Path) -> None:
    assert found(folder) == []
    pack = pack_of(folder)
    assert {kind.folder for kind in kinds() if pack.parts[kind.folder]} == {kind.folder for kind in kinds()}
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "| 查询 Queries | `by_county` | 区县企业数查询 Enterprises of a county | `county_enterprises` |" in text
    assert "| 消息流 Streams | `visits` | 走访上报 Visits as they happen | `shengtai.visits` |" in text


WORDS = 'title: {zh: 词, en: Words}\nwords: {"1": {zh: 一, en: one}}\n'
LISTED = "          - {property: codeList, value: areas}\n"
MODEL = "models:\n  int_guess: {title: {zh: 估, en: Guess}, reads: []}\n"
QUERY, ALERT, PAGE, REPORT = "queries/by_county", "alerts/watched.yaml", "pages/counties.yaml", "reports/county.yaml"
FAULTY: dict[str, tuple[str, str, Callable[[str], str] | None]] = {
    "a code list with a standard's name": ("codes", "codes/divisions.yaml", lambda _text: WORDS),
    "a code list nobody names": ("codes", "codes/idle.yaml", lambda _text: WORDS),
    "a code that the list does not have": ("codes", "codes/areas.yaml", swapped('  "440106": {zh: 东部, en: The east}\n', "")),
    "a code list with one language": ("files", "codes/areas.yaml", swapped("zh: 外地, ", "")),
    "a code list that is not there": ("files", "codes/areas.yaml", None),
    "a code list on a table of another": ("files", "contracts/registers.entities.yaml", swapped(
        "          - {property: titleEn, value: Division of registration}\n", "          - {property: titleEn, value: Division}\n" + LISTED,
    )),
    "a board with a list that is not there": ("dashboards", "dashboards/overview.yaml", swapped("columns: [county, watched]", (
        "columns: [county, watched]\n    codes: {county: industries-1066}"
    ))),
    "a model without its function": ("models", "pack.yaml", lambda text: text + MODEL),
    "a query without its select": ("files", f"{QUERY}.sql", None),
    "an unknown key of a query": ("files", f"{QUERY}.yaml", swapped("page: 2", "page: 2\ncolour: red")),
    "a query of what is not given": ("queries", f"{QUERY}.sql", swapped("from county_enterprises", "from stg_enterprise")),
    "a query of others' tables": ("queries", f"{QUERY}.sql", swapped("from county_enterprises", "from registers.entities")),
    "a query without order": ("queries", f"{QUERY}.sql", swapped("order by c.county", "")),
    "a query with an idle parameter": ("queries", f"{QUERY}.sql", swapped("where starts_with(c.county, :county)\n", "")),
    "a query with a column that is not there": ("queries", f"{QUERY}.sql", swapped("c.watched", "c.height")),
    "a query with a bare number": ("figures", f"{QUERY}.sql", swapped("where", "where c.enterprises > 7 and")),
    "a query that one engine alone answers": ("portable", f"{QUERY}.sql", swapped("c.watched", "any_value(c.watched) as watched")),
    "an answer that is another": ("cases", "tests/parts.yaml", swapped("enterprises: 1}", "enterprises: 9}")),
    "an alert that is another": ("cases", "tests/parts.yaml", swapped("alert_level: orange", "alert_level: red")),
    "an alert of a column that is not there": ("alerts", ALERT, swapped("yellow: watched", "yellow: seen")),
    "an alert of a table that is not given": ("alerts", ALERT, swapped("table: county_enterprises", "table: stg_enterprise")),
    "an alert with a bare number": ("alerts", ALERT, swapped("> :watch_line + :watch_line", "> 4")),
    "an alert by a code list that is not there": ("alerts", ALERT, swapped("audience:", "codes: {county: nothing}\naudience:")),
    "an alert with a code list for what it does not show": ("alerts", ALERT, swapped("audience:", "codes: {nothing: divisions}\naudience:")),
    "an alert for nobody": ("alerts", ALERT, swapped("{roles: [steward]}", "{}")),
    "an alert by a figure that is not there": ("alerts", ALERT, swapped("+ :watch_line", "+ :other")),
    "an alert that cannot be computed": ("alerts", ALERT, swapped("yellow: watched", "yellow: county > date '2020-01-01'")),
    "an alert of no level": ("files", ALERT, swapped("yellow: watched", "purple: watched")),
    "a page of a column that is not there": ("pages", PAGE, swapped("columns: [county,", "columns: [height,")),
    "a page ordered by nothing": ("pages", PAGE, swapped("-enterprises", "-height")),
    "a page that leads to no card": ("pages", PAGE, swapped("card: county", "card: find")),
    "a page of no kind": ("files", PAGE, swapped("kind: list", "kind: poem")),
    "a card with what is not there": ("pages", "pages/county.yaml", swapped("by: county", "by: height")),
    "a page of no form": ("pages", "pages/visit.yaml", swapped("shengtai.visits", "shengtai.other")),
    "a page of no flow": ("pages", "pages/asked.yaml", swapped("demo_pack-explain", "demo_pack-other")),
    "a page of no board": ("pages", "pages/overview.yaml", swapped("board: overview", "board: other")),
    "a board of a column that is not there": ("dashboards", "dashboards/overview.yaml", swapped("column: enterprises", "column: height")),
    "a board of others' tables": ("dashboards", "dashboards/overview.yaml", swapped("demo_pack.county_enterprises", "registers.entities")),
    "a light by a figure that is not there": ("dashboards", "dashboards/overview.yaml", swapped("bound: watch_line", "bound: other")),
    "a report of a panel that is not there": ("reports", REPORT, swapped("panel: all", "panel: other")),
    "a report of a board of others": ("reports", REPORT, swapped("board: overview", "board: data_quality")),
    "a report under a filter that is not there": ("reports", REPORT, swapped("panel: all}", 'panel: all, filters: {city: ":county"}}')),
    "a report of a query that is not there": ("reports", REPORT, swapped("query: by_county", "query: other")),
    "a report that asks too little": ("reports", REPORT, swapped('values: {county: ":county"}', "values: {}")),
    "a report that asks for more": ("reports", REPORT, swapped('{county: ":county"}', '{county: ":county", day: ":as_of"}')),
    "a report with a figure that is not there": ("reports", REPORT, swapped("figures: [watch_line]", "figures: [other]")),
    "a report with a place for nothing": ("files", REPORT, swapped("区县 {county}", "区县 {town}")),
    "a report with an unknown key": ("files", REPORT, swapped("audience: officials", "audience: officials\ncolour: red")),
    "a report of a query for a purpose": ("reports", "queries/by_county.yaml", swapped("page: 2", "page: 2\npurpose: true")),
    "a stream of a table nobody needs": ("streams", "streams/visits.yaml", swapped("target: shengtai.visits", "target: shengtai.others")),
    "a stream of another contract": (
        "streams", "streams/visits.yaml", swapped("../contracts/shengtai.visits.yaml", "../contracts/registers.entities.yaml"),
    ),
    "a stream without its time": ("streams", "streams/visits.yaml", swapped("event_time: visited_at", "event_time: seen_at")),
    "a form of a table nobody needs": ("forms", "forms/shengtai.visits.yaml", swapped("form: shengtai.visits", "form: shengtai.others")),
    "a form that asks for more": (
        "forms", "forms/shengtai.visits.yaml", swapped("origin: made", "origin: made\nsections: [{id: a, zh: 一, en: One, items: [height]}]"),
    ),
    "a decision with a gap": ("decisions", "decisions/int_care.yaml", swapped('">= 5"', '">= 6"')),
    "a decision that contradicts itself": ("decisions", "decisions/int_care.yaml", swapped('">= 5"', '">= 4"')),
    "a decision that decides nothing": ("decisions", "pack.yaml", swapped("  int_care: {reads", "  int_other: {reads")),
    "a decision of another name": ("decisions", "decisions/int_care.yaml", swapped("decision: int_care", "decision: other")),
    "a decision over what is not there": ("statements", "pack.yaml", swapped("reads: county_enterprises", "reads: county_shops")),
    "a decision that is another": ("cases", "decisions/int_care.yaml", swapped("then: {care: call}", "then: {care: visit}")),
    "a flow without end": ("flows", "flows/explain.yaml", swapped("to: answered", "to: asked")),
    "a flow with an effect nobody has": ("flows", "flows/explain.yaml", swapped("reason: true}", "reason: true, effects: [fly]}")),
    "a flow with a limit nobody set": ("flows", "flows/explain.yaml", swapped("demo_pack.answer_days", "demo_pack.other_days")),
    "a flow of another's name": ("flows", "flows/explain.yaml", swapped("id: demo_pack-explain", "id: explain")),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_every_rule_of_a_part_bites(folder: Path, fault: str) -> None:
    rule, file, change = FAULTY[fault]
    if change is None:
        (folder / file).unlink()
    else:
        written(folder, file, change)
    told = found(folder)
    assert rule in {each for each, _file, _en in told}, told


def test_no_rule_is_without_a_pack_that_breaks_it() -> None:
    tried = {rule for rule, _file, _change in (*BAD.values(), *FAULTY.values())}
    assert {rule.name for rule in rules()} - tried == {"proofed", "readme", "sample"}, "these have tests of their own"


def test_parameters_of_a_query_are_held_to_their_types(folder: Path) -> None:
    query = pack_of(folder).part("queries", "by_county")
    assert query.values({"county": " 4401 "}) == {"county": "4401"}
    for asked in ({}, {"county": "x"}, {"county": "4401060"}, {"county": "44", "other": "1"}):
        with pytest.raises(BadInput):
            query.values(asked)


def test_a_figure_in_days_is_a_time_limit(folder: Path) -> None:
    pack = pack_of(folder)
    limit, = limits(pack.id, pack.parameters)
    assert (limit.rule, limit.days, limit.unit, limit.proofed) == ("demo_pack.answer_days", 5, "working", False)


@pytest.mark.parametrize(("source", "told"), [("public", "public"), ("internal", "internal"), ("personal", "personal")])
def test_a_working_table_without_a_contract_is_as_guarded_as_what_it_is_made_of(folder: Path, source: Classification, told: str) -> None:
    """So nobody's forgotten contract closes a public board; what comes from nowhere, as a count does, stays internal."""
    needed = Classified("registers.entities", (Column("entry_id", "public"), Column("division", source)))
    known = pack_classes([pack_of(folder)], {"registers.entities": needed, "shengtai.visits": Classified("shengtai.visits", ())})
    classes = {column.name: column.classification for column in known["demo_pack.int_care"].columns}
    assert classes["county"] == told
    written(folder, "sql/int_count.sql", lambda _text: "-- One row is all.\nselect count(*) as n from stg_enterprise\n")
    counted = pack_classes([pack_of(folder)], {"registers.entities": needed})["demo_pack.int_count"]
    assert [column.classification for column in counted.columns] == ["internal"]
