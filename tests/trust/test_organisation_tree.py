"""Tenancy by the organisation tree: grants hold downwards, stewardship upwards, a moved unit counts at once, and a circle shows nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import Conflict, FixedClock, Refused, load_settings
from lingnan.storage import Storage
from lingnan.trust import Classified, Column, GrantForm, OrganisationUnit, Purpose, RowFilter, Subject, Trust
from lingnan.trust.identity.unit_tree import UnitTree
from tests.trust.conftest import RESIDENT

pytestmark = pytest.mark.on_both

NODES = [
    {"key": "gd", "zh": "省政府", "division": "440000"}, {"key": "gongan", "zh": "公安厅", "parent": "gd"},
    {"key": "gongan.exit", "zh": "出入境处", "parent": "gongan"}, {"key": "jiaoyu", "zh": "教育厅", "parent": "gd"},
    {"key": "jiaoyu.exam", "zh": "考试院", "parent": "jiaoyu"}, {"key": "jiaoyu.exam.it", "zh": "信息科", "parent": "jiaoyu.exam"},
    {"key": "tianhe", "zh": "天河区", "division": "440106", "parent": "gd"}, {"key": "tianhe.data", "zh": "天河区数据科", "parent": "tianhe"},
]
STATED = Purpose("case-handling", "行政许可法 第三十二条", "2026-000123")
TABLES = {
    "gongan.resident": replace(RESIDENT, organisation="gongan"),
    "exit.passport": Classified("exit.passport", (Column("no", "internal"), Column("division", "public", "division")), organisation="gongan.exit"),
}


@pytest.fixture
def units(trust: Trust) -> dict[str, str]:
    trust.use_classifier(TABLES.get)
    return trust.organisations.import_tree(NODES)


def official(units: dict[str, str], unit: str, *roles: str) -> Subject:
    return Subject("official", f"{unit}:{'+'.join(roles)}", units[unit], frozenset(roles), assurance=2)


def granted(trust: Trust, clock: FixedClock, units: dict[str, str], to: str, **more: object) -> Purpose:
    now = clock.now()
    form = GrantForm("gongan.resident", {"resident_no": "clear"}, STATED, now, now + timedelta(days=9), organisation=to, **more)  # type: ignore[arg-type]
    grant = trust.grants.propose(form, official(units, "gongan", "steward"))
    return replace(STATED, grant=trust.grants.approve(grant.id, official(units, "gongan", "reviewer")).id)


def reads(trust: Trust, subject: Subject, table: str, column: str, purpose: Purpose | str = "") -> bool:
    try:
        return trust.decide(subject, "read", table, [column], purpose).columns == (column,)
    except Refused:
        return False


# Grants


@pytest.mark.parametrize(("to", "holders"), [
    ("jiaoyu", {"jiaoyu", "jiaoyu.exam", "jiaoyu.exam.it"}), ("jiaoyu.exam", {"jiaoyu.exam", "jiaoyu.exam.it"}),
    ("jiaoyu.exam.it", {"jiaoyu.exam.it"}),
    ("gd", {node["key"] for node in NODES}),
])
def test_a_grant_holds_for_the_unit_and_those_below_it(
    trust: Trust, clock: FixedClock, units: dict[str, str], to: str, holders: set[str]
) -> None:
    stated = granted(trust, clock, units, to)
    assert {unit for unit in units if reads(trust, official(units, unit), "gongan.resident", "resident_no", stated)} == holders
    assert {unit for unit in units if trust.grants.of(official(units, unit), "gongan.resident")} == holders
    assert not reads(trust, Subject("official", "x", assurance=2), "gongan.resident", "resident_no", stated)


def test_a_grant_may_name_its_unit_by_id_too(trust: Trust, clock: FixedClock, units: dict[str, str]) -> None:
    stated = granted(trust, clock, units, units["jiaoyu"])
    assert reads(trust, official(units, "jiaoyu.exam"), "gongan.resident", "resident_no", stated)


def test_rows_of_a_grant_narrow_those_below_alike(trust: Trust, clock: FixedClock, units: dict[str, str]) -> None:
    stated = granted(trust, clock, units, "jiaoyu", rows=(RowFilter("division", "starts_with", ("4401",)),))
    filters = [
        trust.decide(official(units, unit), "read", "gongan.resident", ["resident_no"], stated).row_filter for unit in ("jiaoyu", "jiaoyu.exam.it")
    ]
    assert filters[0] == filters[1] is not None


# Tables of units below


def test_analysts_read_tables_of_their_unit_and_those_below_it(trust: Trust, units: dict[str, str]) -> None:
    for table, column, readers in (
        ("gongan.resident", "resident_no", {"gongan", "gd"}), ("exit.passport", "no", {"gongan.exit", "gongan", "gd"}),
    ):
        for role in ("analyst", "reviewer"):
            assert {unit for unit in units if reads(trust, official(units, unit, role), table, column)} == readers


def test_a_steward_of_the_unit_above_stands_in_the_grants_of_tables_below(trust: Trust, clock: FixedClock, units: dict[str, str]) -> None:
    now = clock.now()
    form = GrantForm("exit.passport", {"no": "clear"}, STATED, now, now + timedelta(days=9), organisation="jiaoyu")
    for unit in units:
        steward = official(units, unit, "steward")
        if unit in ("gongan.exit", "gongan", "gd"):
            assert trust.grants.propose(form, steward).state == "proposed"
        else:
            with pytest.raises(Refused, match="yours is none of them"):
                trust.grants.propose(form, steward)


def test_a_hubs_own_rule_may_name_a_unit_with_all_below(trust: Trust, units: dict[str, str]) -> None:
    rule = (
        '@id("no-exam") @zh("教育厅及下属单位不得读") @en("Not for education and below") @basis("平台规则") '
        'forbid (principal in Organisation::"jiaoyu", action, resource is Table) when { context.item.classification == "public" };'
    )
    first, second = (Subject("official", name, roles=frozenset({"security"}), assurance=2) for name in ("x1", "x2"))
    trust.policy_sets.activate(trust.policy_sets.propose(rule, first).id, second)
    shut = {unit for unit in units if not reads(trust, official(units, unit, "steward"), "gongan.resident", "division")}
    assert shut == {"jiaoyu", "jiaoyu.exam", "jiaoyu.exam.it"}


# Rows


def test_a_section_of_a_county_bureau_sees_the_countys_rows_alone(trust: Trust, units: dict[str, str]) -> None:
    for name, unit in (("wang", "tianhe.data"), ("li", "gongan")):
        trust.accounts.make_account(name, name, name, roles=("steward",), organisation=unit)
    section, department = (trust.accounts.subject_for(name) for name in ("wang", "li"))
    assert (section.level, section.division) == ("county", "440106")
    assert (department.level, department.division) == ("province", "440000")
    view = trust.decide(section, "query", "exit.passport", ["no"])
    assert view.row_filter is not None
    assert list(view.values.values()) == ["440106"]
    assert trust.decide(department, "query", "exit.passport", ["no"]).row_filter is None


def test_an_accounts_own_division_stays(trust: Trust, units: dict[str, str]) -> None:
    trust.accounts.make_account("wang", "王", "Wang", roles=("steward",), organisation="tianhe.data", division="440105")
    assert trust.accounts.subject_for("wang").division == "440105"


# The tree itself


def test_a_moved_unit_counts_at_once_in_every_process(trust: Trust, clock: FixedClock, units: dict[str, str], tmp_path: Path) -> None:
    stated, storage = granted(trust, clock, units, "jiaoyu"), Storage.open(load_settings(tmp_path))
    elsewhere, moved = Trust.open(storage, tmp_path, clock, TABLES.get), official(units, "jiaoyu.exam.it")
    assert reads(elsewhere, moved, "gongan.resident", "resident_no", stated)
    trust.organisations.import_tree([{"key": "jiaoyu.exam", "zh": "考试院", "parent": "gd"}])
    assert [reads(each, moved, "gongan.resident", "resident_no", stated) for each in (trust, elsewhere)] == [False, False]
    assert reads(elsewhere, official(units, "jiaoyu"), "gongan.resident", "resident_no", stated)
    elsewhere.close()
    storage.close()


def test_the_same_tree_again_forgets_no_decision(trust: Trust, units: dict[str, str]) -> None:
    before = trust.point.book.page()
    trust.organisations.import_tree([{**node, "zh": node["zh"] + "（新）"} for node in NODES])
    assert trust.point.book.page() is before


def test_closing_a_unit_closes_all_below_it(trust: Trust, units: dict[str, str]) -> None:
    trust.accounts.make_account("wang", "王", "Wang", roles=("steward",), organisation="jiaoyu.exam.it")
    trust.organisations.disable("jiaoyu")
    with pytest.raises(Refused):
        trust.accounts.subject_for("wang")
    trust.organisations.enable("jiaoyu")
    assert trust.accounts.subject_for("wang").organisation == units["jiaoyu.exam.it"]


@pytest.mark.parametrize(("unit", "above"), [("gd", "jiaoyu.exam.it"), ("jiaoyu", "jiaoyu"), ("jiaoyu", "jiaoyu.exam")])
def test_a_circle_is_refused_and_says_why(trust: Trust, units: dict[str, str], unit: str, above: str) -> None:
    with pytest.raises(Conflict) as refused:
        trust.organisations.import_tree([{"key": unit, "zh": "环", "parent": above}])
    assert "不能成为自己的上级" in refused.value.zh
    assert "cannot stand above itself" in refused.value.en
    assert trust.organisations.within("jiaoyu.exam.it", "gd")
    assert not trust.organisations.within("gd", "jiaoyu.exam.it")


def test_a_circle_that_came_in_otherwise_shows_nothing_and_hurts_nobody_else(trust: Trust, units: dict[str, str]) -> None:
    with trust.grants._storage.session() as session:
        session.get_one(OrganisationUnit, units["jiaoyu"]).parent_id = units["jiaoyu.exam.it"]
    trust.organisations.make("other", "其他", "Other")
    for act in (
        lambda: trust.decide(official(units, "jiaoyu.exam", "analyst"), "read", "gongan.resident"), lambda: trust.organisations.ancestors("jiaoyu"),
        lambda: trust.organisations.within("jiaoyu.exam", "gd"),
    ):
        with pytest.raises(Conflict, match="cannot stand above itself"):
            act()
    assert reads(trust, official(units, "gongan", "analyst"), "gongan.resident", "resident_no")


def test_within_is_one_question_with_belongs(trust: Trust, units: dict[str, str]) -> None:
    for unit in units:
        for above in units:
            asked = official(units, unit)
            expected = above in {unit, *(each.key for each in trust.organisations.ancestors(unit))}
            assert trust.organisations.within(unit, above) is trust.organisations.within(units[unit], units[above]) is expected
            assert trust.organisations.belongs(asked, above) is expected
    assert not any((trust.organisations.within("nobody", "nobody"), trust.organisations.within("", ""), trust.organisations.within("gd", "")))


PARENTS = st.lists(st.integers(0, 9), min_size=10, max_size=10)


@given(PARENTS)
def test_within_is_an_order_on_any_tree(parents: list[int]) -> None:
    # A unit's parent has a smaller number, so there is no circle.
    tree = UnitTree((f"id{n}", f"u{n}", f"id{parent}" if parent < n else None) for n, parent in enumerate(parents))
    named = [f"u{n}" for n in range(10)]
    for a in named:
        assert tree.within(a, a)
        assert tree.lineage(a)[0] == a
        for b in named:
            assert not (a != b and tree.within(a, b) and tree.within(b, a))
            assert all(tree.within(a, c) for c in tree.lineage(b)) or not tree.within(a, b)
