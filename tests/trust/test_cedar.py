"""Policies in Cedar: they keep to the schema, and what the engine shows is what the rules say, row by row and column by column."""

import json
from typing import Any

import cedarpy
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingnan.base import SystemClock, WrongUse
from lingnan.lake import CommitFacts, Engine, Lake
from lingnan.trust import Classified, Column, HubKey, Policy, Purpose, RowFilter, Subject
from lingnan.trust.policy.judging import PLAIN, Circumstances, _context, _subject_entity, judge_columns
from lingnan.trust.policy.masks import mask_value
from lingnan.trust.policy.rows import compile_filters, meets
from lingnan.trust.policy.rules import faults, known_actions, shipped_text
from lingnan.trust.policy.shapes import GrantCard
from lingnan.trust.policy.verdict import Verdict
from lingnan.trust.policy.viewing import compile_view

SAID = '@zh("甲") @en("a") @basis("乙")'
KEY = HubKey(bytes(range(32)))
CITY = Subject("official", "a1", roles=frozenset({"steward"}), division="442000", level="city", assurance=2)
TABLE = Classified("area.people", (
    Column("id", "public", type="BIGINT"), Column("division", "public", "division"), Column("name", "personal", "person_name"),
    Column("phone", "personal", "phone"), Column("income", "sensitive", "", "BIGINT"), Column("note", "internal"),
), share_type="unconditional")
ROWS = [
    {"id": n, "division": division, "name": f"王小明{n}", "phone": f"1381234567{n}", "income": 1000 + n, "note": f"注{n}"}
    for n, division in enumerate(["440103", "442000", "440106", None, "441900", "442001", "44", ""])
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = Lake(tmp_path_factory.mktemp("lake"), SystemClock()).engine(threads=1)
    kinds = {"BIGINT": pa.int64(), "VARCHAR": pa.string()}
    schema = pa.schema([(column.name, kinds[column.type]) for column in TABLE.columns])
    engine.write("area.people", "select * from given", {}, CommitFacts("test"), arrow={"given": pa.Table.from_pylist(ROWS, schema)})
    return engine


def seen(engine: Engine, verdict: Verdict) -> list[dict[str, Any]]:
    view = compile_view(TABLE, verdict, KEY)
    return engine.query("select * from area.people order by all", {"area.people": view}).to_pylist()


# The shipped text


def test_each_rule_can_be_shown_as_it_was_written() -> None:
    policy = Policy.read()
    for rule in policy.rules:
        alone = Policy(policy.text_of(rule.id))
        assert alone.rules == (rule,)


def test_the_shipped_policies_keep_to_the_schema() -> None:
    assert faults(shipped_text()) == []


@pytest.mark.parametrize(("text", "told"), [
    ('permit (principal, action, resource);', "@id"),
    (f'@id("x") {SAID} permit (principal, action, resource) when {{ principal.nothing == 1 }};', "nothing"),
    (f'@id("x") {SAID} permit (principal, action == Action::"nonsense", resource);', "nonsense"),
    (f'@id("x") {SAID} permit (principal, action, resource is Table) when {{ context.item.classification == 3 }};', "String"),
    (f'@id("x") {SAID} @mask("sideways") permit (principal, action, resource);', "sideways"),
    (f'@id("x") {SAID} @rows("1=1") permit (principal, action, resource);', "1=1"),
    (f'@id("x") {SAID} @rows("own_division") forbid (principal, action, resource);', "forbid"),
    (f'@id("x") {SAID} permit (principal == ?principal, action, resource);', "template"),
    (f'@id("x") {SAID} permit (principal, action, resource); @id("x") {SAID} forbid (principal, action, resource);', "twice"),
    (f'@id("negative-list") {SAID} forbid (principal, action, resource);', "taken"),
    ("permit (principal", "Cedar"),
])
def test_a_text_that_does_not_fit_is_told_why(text: str, told: str) -> None:
    found = faults(text, taken=["negative-list"])
    assert any(told in each for each in found), found


def test_actions_are_those_of_the_schema() -> None:
    assert {"read", "export", "page.view", "trust.policy.propose", "sign_in"} <= known_actions()
    assert "nonsense" not in known_actions()


def test_rules_that_do_not_speak_of_an_action_change_no_answer() -> None:
    whole, policy = cedarpy.PolicySet.from_str(shipped_text()), Policy.read()
    entities = json.dumps([_subject_entity(CITY, PLAIN), {"uid": {"type": "Hub", "id": "hub"}, "attrs": {}, "parents": []}])
    for action in sorted(known_actions()):
        request = {"principal": 'Subject::"subject"', "resource": 'Hub::"hub"', "context": _context(action, PLAIN)}
        answer = cedarpy.is_authorized({**request, "action": {"type": "Action", "id": action}}, whole, entities)
        [ruling] = policy.judge(action, [request], entities)
        said = set(answer.diagnostics.id_annotations_by_reason.values())
        assert said == {rule.id for rule in ruling.permits} | set(ruling.denials), action
        assert answer.allowed == bool(ruling.permits)


# Rows and masks: the engine against plain Python

FILTERS = st.one_of(
    st.builds(RowFilter, st.just("division"), st.just("starts_with"), st.tuples(st.sampled_from(["44", "4420", "440103", "", "%", "'"]))),
    st.builds(RowFilter, st.just("division"), st.just("in"), st.lists(st.sampled_from(["440103", "442000", "x' or 1=1 --"]), min_size=1).map(tuple)),
    st.builds(RowFilter, st.just("income"), st.sampled_from(["at_least", "at_most"]), st.tuples(st.integers(999, 1009))),
    st.builds(RowFilter, st.just("id"), st.just("between"), st.tuples(st.integers(0, 4), st.integers(3, 9))),
    st.builds(RowFilter, st.just("note"), st.just("in"), st.tuples(st.sampled_from(["注1", "注5", "O'Neil"]))),
)
MASKS = st.sampled_from(["clear", "by_kind", "hidden"])
KINDS = st.sampled_from(["public", "internal", "personal", "sensitive"])
PERMITS = st.lists(st.tuples(st.frozensets(KINDS, min_size=1), st.sampled_from(["", "by_kind", "hidden"]), st.booleans()), max_size=4)
GRANTED = st.dictionaries(st.sampled_from([column.name for column in TABLE.columns]), MASKS, min_size=1)
GRANTS = st.lists(st.tuples(GRANTED, st.lists(FILTERS, max_size=2)), max_size=3)
FORBIDS = st.frozensets(KINDS, max_size=1)


def policy_of(permits: list[tuple[frozenset[str], str, bool]], forbids: frozenset[str]) -> Policy:
    texts = [
        f'@id("p{n}") {SAID} {f"""@mask("{mask}")""" if mask else ""} {"""@rows("own_division")""" if own else ""} '
        f"permit (principal, action, resource is Table) when {{ {sorted(kinds)}.contains(context.item.classification) }};".replace("'", '"')
        for n, (kinds, mask, own) in enumerate(permits)
    ]
    texts.append(f'@id("g") {SAID} @mask("grant") @rows("grant") permit (principal, action, resource is Table) when {{ context.item.granted }};')
    texts += [
        f'@id("f{kind}") {SAID} forbid (principal, action, resource is Table) when {{ context.item.classification == "{kind}" }};' for kind in forbids
    ]
    return Policy("\n".join(texts))


def grant_of(number: int, columns: dict[str, str], rows: list[RowFilter]) -> GrantCard:
    return GrantCard(
        f"g{number}", TABLE.table, "", "a1", ("read",), tuple(columns.items()), tuple(rows), Purpose("quality", "甲", "1", f"g{number}"),
        None, None, "assessed", "", "x", "y", None, "in_force",  # type: ignore[arg-type]
    )


def oracle(
    permits: list[tuple[frozenset[str], str, bool]], grants: list[tuple[dict[str, str], list[RowFilter]]], forbids: frozenset[str]
) -> list[dict[str, Any]]:
    """What may be seen, from the sentences themselves: no SQL, no Cedar."""
    told: dict[str, list[tuple[str, Any]]] = {}
    for column in TABLE.columns:
        if column.classification in forbids:
            continue
        ways: list[tuple[str, Any]] = [
            (mask, (lambda row: (row["division"] or "").startswith("4420")) if own else (lambda row: True))
            for kinds, mask, own in permits if column.classification in kinds
        ]
        granted = [
            ("" if columns[column.name] == "clear" else columns[column.name], lambda row, rows=rows: meets(rows, row, TABLE))
            for columns, rows in grants if column.name in columns
        ]
        ordered = sorted([*granted, *ways], key=lambda way: bool(way[0]))
        if ordered:
            told[column.name] = ordered
    shown = []
    for row in ROWS:
        if any(holds(row) for ways in told.values() for _mask, holds in ways):
            shown.append({column.name: _cell(column, row, told[column.name]) for column in TABLE.columns if column.name in told})
    return shown


def _cell(column: Column, row: dict[str, Any], ways: list[tuple[str, Any]]) -> Any:
    value, text = row[column.name], column.type == "VARCHAR"
    for mask, holds in ways:
        if holds(row):
            if not mask:
                return value
            hidden = "***" if value is not None else None
            return (mask_value(column, value) if mask == "by_kind" else hidden) if text else None
    return "***" if text else None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(PERMITS, GRANTS, FORBIDS)
def test_the_engine_shows_what_the_rules_say(
    engine: Engine, permits: list[tuple[frozenset[str], str, bool]], grants: list[tuple[dict[str, str], list[RowFilter]]], forbids: frozenset[str]
) -> None:
    cards = tuple(grant_of(number, columns, rows) for number, (columns, rows) in enumerate(grants))
    verdict = judge_columns(policy_of(permits, forbids), CITY, "read", TABLE, TABLE.columns, Circumstances(grants=cards))
    expected = oracle(permits, grants, forbids)
    if not verdict.clear and not verdict.masked:
        assert not expected
        return
    found = seen(engine, verdict)
    key = lambda row: [str(value) for value in row.values()]  # noqa: E731
    assert sorted(found, key=key) == sorted(expected, key=key)
    secret = {str(row[column.name]) for row in ROWS for column in TABLE.columns if column.name in verdict.denied and row[column.name]}
    assert not {str(value) for row in found for value in row.values()} & {value for value in secret if len(value) > 3 and not value.startswith("44")}


def test_a_city_steward_sees_own_rows_and_only_public_columns_of_others(engine: Engine) -> None:
    verdict = judge_columns(Policy.read(), CITY, "read", TABLE, TABLE.columns)
    found = {row["id"]: row for row in seen(engine, verdict)}
    assert len(found) == len(ROWS)
    assert (found[1]["note"], found[1]["phone"], found[5]["note"]) == ("注1", "138****5671", "注5")
    assert {(row["note"], row["phone"], row["income"]) for number, row in found.items() if number not in (1, 5)} == {("***", "***", None)}
    assert (set(verdict.clear), set(verdict.masked)) == ({"id", "division"}, {"name", "phone", "income", "note"})


def test_what_is_only_of_the_own_division_needs_no_case(engine: Engine) -> None:
    asked = [column for column in TABLE.columns if column.name == "note"]
    verdict = judge_columns(Policy.read(), CITY, "query", TABLE, asked)
    view = compile_view(TABLE, verdict, KEY)
    assert (view.masks, view.row_filter) == ({}, verdict.conditions and f"({verdict.conditions[0].sql})")
    assert [row["note"] for row in seen(engine, verdict)] == ["注1", "注5"]


@pytest.mark.parametrize(("division", "level", "rows"), [
    ("440000", "province", 8), ("442000", "city", 2), ("440100", "city", 2), ("440103", "county", 1), ("", "city", 0), ("44", "city", 0),
])
def test_how_far_a_steward_sees(engine: Engine, division: str, level: str, rows: int) -> None:
    steward = Subject("official", "a1", roles=frozenset({"steward"}), division=division, level=level)  # type: ignore[arg-type]
    verdict = judge_columns(Policy.read(), steward, "query", TABLE, [column for column in TABLE.columns if column.name == "note"])
    assert len(seen(engine, verdict) if verdict.clear else []) == rows


def test_a_table_without_division_gives_a_city_steward_no_personal_column() -> None:
    table = Classified("area.plain", (Column("note", "internal"), Column("name", "personal")), share_type="unconditional")
    verdict = judge_columns(Policy.read(), CITY, "read", table, table.columns)
    assert (verdict.clear, verdict.denied) == (("note",), ("name",))


@pytest.mark.parametrize("given", [
    RowFilter("nothing", "in", ("a",)), RowFilter("income", "starts_with", ("1",)), RowFilter("income", "in", ("viele",)),
    RowFilter("id", "between", (1,)), RowFilter("id", "in", ()), RowFilter("id", "or 1=1", (1,)),  # type: ignore[arg-type]
])
def test_a_row_filter_that_does_not_fit_is_refused(given: RowFilter) -> None:
    with pytest.raises(WrongUse):
        compile_filters([given], TABLE)


def test_values_of_a_filter_stand_in_no_statement() -> None:
    condition = compile_filters([RowFilter("name", "in", ("王小明1",))], TABLE)
    assert condition is not None
    assert "王小明" not in repr(condition) + condition.sql
