"""Purposes: a coded list in two languages, and what an access under a grant must state before it sees anything."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from lingnan.base import FixedClock, Refused
from lingnan.trust import Classified, Column, GrantForm, Policy, Purpose, Subject, Trust, purpose_codes
from lingnan.trust.identity.unit_tree import UnitTree
from lingnan.trust.policy.effects import ROLES
from lingnan.trust.policy.judging import Circumstances, judge_columns
from lingnan.trust.policy.purposes import OWN_DUTY, all_purposes, as_purpose, missing_parts
from lingnan.trust.policy.shapes import DATA_ACTIONS
from tests.trust.conftest import RESIDENT

STEWARD = Subject("official", "s1", "zhengwu", roles=frozenset({"steward"}), assurance=2)
REVIEWER = Subject("official", "r1", "zhengwu", roles=frozenset({"reviewer"}), assurance=2)
HOLDER = Subject("official", "h1", "jiaoyu", assurance=2)
STATED = Purpose("case-handling", "行政许可法 第三十二条", "2026-000123")


def granted(trust: Trust, clock: FixedClock, purpose: Purpose = STATED) -> str:
    now = clock.now()
    form = GrantForm("gongan.resident", {"resident_no": "clear", "division": "clear"}, purpose, now, now + timedelta(days=30), organisation="jiaoyu")
    return trust.grants.approve(trust.grants.propose(form, STEWARD).id, REVIEWER).id


def test_every_purpose_says_what_it_rests_on_in_both_languages() -> None:
    codes = purpose_codes()
    assert len(codes) >= 10
    assert all(each.zh and each.en and each.basis for each in codes.values())


def test_a_bare_text_is_a_code() -> None:
    assert as_purpose("quality") == Purpose("quality")
    assert as_purpose(STATED) is STATED


@pytest.mark.parametrize(("purpose", "named"), [
    (Purpose(), ["code", "article", "matter"]), (Purpose("nonsense", "甲", "1"), ["code"]), (Purpose("case-handling", "", "1"), ["article"]),
    (Purpose("case-handling", "甲", " "), ["matter"]), (Purpose("statistics", "行政许可法 第一条", "1"), ["统计法"]),
    (Purpose("statistics", "统计法 第七条", "1"), []),
])
def test_what_is_missing_is_named(purpose: Purpose, named: list[str]) -> None:
    found = [en for _zh, en in missing_parts(purpose)]
    assert len(found) == len(named)
    assert all(name in sentence for name, sentence in zip(named, found, strict=True))


@pytest.mark.parametrize("action", ["read", "query", "export"])
def test_the_same_access_is_refused_until_all_is_stated(trust: Trust, clock: FixedClock, action: str) -> None:
    form = GrantForm(
        "gongan.resident", {"resident_no": "clear"}, STATED, clock.now(), clock.now() + timedelta(days=1), organisation="jiaoyu", actions=(action,)
    )
    grant = trust.grants.approve(trust.grants.propose(form, STEWARD).id, REVIEWER).id
    for left_out, zh, en in (("article", "法律依据条款", "article"), ("matter", "事项编号", "matter"), ("code", "目的", "purpose")):
        with pytest.raises(Refused) as refused:
            trust.decide(HOLDER, action, "gongan.resident", ["resident_no"], replace(STATED, grant=grant, **{left_out: ""}))
        assert zh in refused.value.zh
        assert en in refused.value.en
        assert trust.audit.size() == refused.value.facts["audit"]
    view = trust.decide(HOLDER, action, "gongan.resident", ["resident_no"], replace(STATED, grant=grant))
    entry = trust.audit.entry(int(view.decision))
    assert entry is not None
    assert entry.purpose == "case-handling"
    assert entry.facts["stated"] == {"article": STATED.article, "matter": STATED.matter, "grant": grant}
    assert entry.facts["decisions"]["gongan.resident"]["grants"] == [grant]


def test_a_grant_is_used_for_its_own_purpose_and_article_only(trust: Trust, clock: FixedClock) -> None:
    grant = granted(trust, clock)
    for other in (Purpose("planning", STATED.article, "1", grant), Purpose("case-handling", "行政处罚法 第一条", "1", grant)):
        with pytest.raises(Refused):
            trust.decide(HOLDER, "read", "gongan.resident", ["resident_no"], other)
    another_matter = replace(STATED, matter="2026-000124")
    assert trust.decide(HOLDER, "read", "gongan.resident", ["resident_no"], another_matter).columns == ("resident_no",)


def test_a_stewards_masked_daily_look_needs_no_purpose(trust: Trust) -> None:
    assert "name" in trust.decide(STEWARD, "read", "gongan.resident").masks
    assert "name" in trust.decide(STEWARD, "read", "gongan.resident", purpose="quality").masks


# Conditional tables of others

UNITS = [
    {"key": "gd", "zh": "省政府"}, {"key": "gongan", "zh": "公安厅", "parent": "gd"}, {"key": "gongan.exit", "zh": "出入境处", "parent": "gongan"},
    {"key": "jiaoyu", "zh": "教育厅", "parent": "gd"}, {"key": "zhengwu", "zh": "政务局", "parent": "gd"},
]
OWN = replace(RESIDENT, organisation="gongan")


@pytest.fixture
def units(trust: Trust) -> Trust:
    trust.organisations.import_tree(UNITS)
    trust.use_classifier({"gongan.resident": OWN}.get)
    return trust


@pytest.mark.parametrize("action", ["read", "preview", "query"])
def test_a_conditional_table_of_others_shows_internal_columns_for_a_stated_purpose_alone(units: Trust, action: str) -> None:
    steward = replace(STEWARD, organisation="jiaoyu")
    assert "resident_no" not in units.decide(steward, action, "gongan.resident", purpose=STATED).masks
    for left_out, zh, en in (("code", "目的代码", "purpose code"), ("article", "法律依据条款", "legal article"), ("matter", "事项编号", "number")):
        half = replace(STATED, **{left_out: ""})
        view = units.decide(steward, action, "gongan.resident", purpose=half)
        need = units.purpose_need(steward, action, {"gongan.resident": None}, half)
        assert "resident_no" in view.masks
        assert view.columns == tuple(column.name for column in OWN.columns), "the limited view is a view all the same"
        assert need is not None
        assert need.columns == (("gongan.resident", "resident_no"),)
        assert zh in need.zh
        assert en in need.en
        assert len(need.missing) == 1
    bare = units.purpose_need(steward, action, {"gongan.resident": None})
    assert bare is not None
    assert len(bare.missing) == 3
    assert units.purpose_need(steward, action, {"gongan.resident": None}, STATED) is None


def test_an_export_without_purpose_leaves_internal_columns_out(units: Trust) -> None:
    steward = replace(STEWARD, organisation="jiaoyu")
    assert "resident_no" not in (units.decide(steward, "export", "gongan.resident").columns or ())
    assert "resident_no" in (units.decide(steward, "export", "gongan.resident", purpose=STATED).columns or ())


def test_a_purpose_opens_no_personal_column(units: Trust) -> None:
    steward = replace(STEWARD, organisation="jiaoyu")
    with_purpose = units.explain(steward, "read", "gongan.resident", purpose=STATED)
    assert set(with_purpose.masked) == {column.name for column in OWN.columns if column.classification in ("personal", "sensitive")}


@pytest.mark.parametrize(("unit", "own"), [
    ("gongan", True), ("gd", True), ("gongan.exit", False), ("jiaoyu", False), ("zhengwu", False), ("", False),
])
def test_the_own_table_is_looked_at_as_own_duty(units: Trust, unit: str, own: bool) -> None:
    view = units.decide(replace(STEWARD, organisation=unit), "read", "gongan.resident")
    entry = units.audit.entry(int(view.decision))
    assert entry is not None
    assert (entry.purpose, "resident_no" in view.masks) == (OWN_DUTY if own else "", not own)
    assert "name" in view.masks


def test_a_stated_purpose_stands_in_the_log_also_for_the_own_table(units: Trust) -> None:
    view = units.decide(replace(STEWARD, organisation="gongan"), "read", "gongan.resident", purpose=STATED)
    entry = units.audit.entry(int(view.decision))
    assert entry is not None
    assert (entry.purpose, entry.facts["stated"]) == (STATED.code, {"article": STATED.article, "matter": STATED.matter})


def test_nobody_states_own_duty(units: Trust) -> None:
    claimed, steward = replace(STATED, code=OWN_DUTY), replace(STEWARD, organisation="jiaoyu")
    assert OWN_DUTY not in purpose_codes()
    assert all_purposes()[OWN_DUTY].zh == "本单位履职"
    assert "resident_no" in units.decide(steward, "read", "gongan.resident", purpose=claimed).masks
    need = units.purpose_need(steward, "read", {"gongan.resident": None}, claimed)
    assert need is not None
    assert "purpose code" in need.en


def test_what_is_shared_without_condition_takes_no_purpose(units: Trust) -> None:
    steward = replace(STEWARD, organisation="jiaoyu")
    for known in (replace(OWN, share_type="unconditional"), replace(OWN, table="registers.residents")):
        units.use_classifier({known.table: known}.get)
        view = units.decide(steward, "read", known.table)
        assert "resident_no" not in view.masks
        assert units.purpose_need(steward, "read", {known.table: None}) is None
        assert units.audit.entry(int(view.decision)).purpose == ""  # type: ignore[union-attr]


@pytest.mark.parametrize("subject", [Subject("anonymous"), Subject("citizen", "c"), Subject("operator", "o")])
def test_only_officials_are_asked_for_a_purpose(units: Trust, subject: Subject) -> None:
    assert units.purpose_need(subject, "read", {"gongan.resident": None}) is None


def test_no_role_sees_what_others_share_on_conditions_without_purpose_grant_or_emergency() -> None:
    policy, tree = Policy.read(), UnitTree((each["key"], each["key"], each.get("parent")) for each in UNITS)
    around = Circumstances(tree=tree, keeper="zhengwu")
    for role, level, area, share, action in product(ROLES, ("", "province", "city"), ("gongan", "landing"), ("conditional", "none"), DATA_ACTIONS):
        known = Classified(f"{area}.t", (Column("note", "internal"), Column("division", "public")), share_type=share, organisation="gongan")
        for unit in ("jiaoyu", "gongan.exit", "zhengwu"):
            asking = Subject("official", "a", unit, frozenset({role}), level=level, division="440100", assurance=2)  # type: ignore[arg-type]
            assert "note" not in judge_columns(policy, asking, action, known, known.columns, around).clear, (role, level, area, share, action, unit)


QUARANTINE = Classified(
    "quarantine.t", (
        Column("note", "internal"), Column("kind", "public"), Column("name", "personal", "person_name"), Column("_batch", "internal"),
        Column("_rules", "internal"), Column("_reasons", "personal"),
    ), organisation="gongan",
)


@pytest.mark.parametrize(("unit", "purpose", "told"), [
    ("jiaoyu", Purpose(), "'kind'"), ("jiaoyu", STATED, "'kind', 'note'"), ("gongan", Purpose(), "'kind', 'note'"),
    ("zhengwu", Purpose(), "'kind', 'note'"),
])
def test_reasons_of_quarantine_tell_no_value_that_is_masked_beside_them(units: Trust, unit: str, purpose: Purpose, told: str) -> None:
    units.use_classifier({"quarantine.t": QUARANTINE}.get)
    view = units.decide(replace(STEWARD, organisation=unit), "read", "quarantine.t", purpose=purpose)
    assert ("note" in view.masks) is ("note" not in told)
    assert not {"_batch", "_rules", "kind"} & view.masks.keys()
    assert f'_told."column" in ({told})' in view.masks["_reasons"]


def test_reasons_alone_tell_public_values(units: Trust) -> None:
    units.use_classifier({"quarantine.t": QUARANTINE}.get)
    view = units.decide(replace(STEWARD, organisation="gongan"), "read", "quarantine.t", ["_reasons"])
    assert "_told.\"column\" in ('kind')" in view.masks["_reasons"]
