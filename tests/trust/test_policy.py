"""The shipped policy: default deny, deny wins, and what visitors never get, with the mutation that turns the test red."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.trust import ANONYMOUS, Classified, Column, Policy, Subject
from lingnan.trust.policy.judging import PLAIN, Circumstances, judge_action, judge_columns
from lingnan.trust.policy.rules import known_actions, shipped_text
from lingnan.trust.policy.shapes import DATA_ACTIONS
from lingnan.trust.policy.verdict import Verdict

KINDS = ["anonymous", "citizen", "enterprise", "official", "operator", "system"]
ROLES = ["steward", "reviewer", "analyst", "administrator", "security", "auditor", "other"]
CLASSES = ["public", "internal", "personal", "sensitive"]
GRADES = ["general", "important", "core"]
TYPES = ["unconditional", "conditional", "none"]
ACTIONS = [*DATA_ACTIONS, "page.view", "nonsense"]
OPEN = Policy.read()
SAID = '@zh("甲") @en("a") @basis("乙")'

tables = st.builds(
    Classified,
    table=st.sampled_from(["gongan.resident", "landing.gongan_resident", "quarantine.x", "registers.people", "truth.people"]),
    columns=st.lists(
        st.builds(Column, name=st.uuids().map(str), classification=st.sampled_from(CLASSES), grade=st.sampled_from(GRADES)), max_size=6
    ).map(tuple),
    origin=st.sampled_from(["made", "real", "derived"]), open_type=st.sampled_from(TYPES), share_type=st.sampled_from(TYPES),
    organisation=st.sampled_from(["", "gongan"]),
)
subjects = st.builds(
    Subject, kind=st.sampled_from(KINDS), roles=st.sets(st.sampled_from(ROLES)).map(frozenset), organisation=st.sampled_from(["", "gongan"]),
    level=st.sampled_from(["", "province", "city"]), division=st.sampled_from(["", "440100"]), assurance=st.sampled_from([1, 2]),
)


def seen(policy: Policy, subject: Subject, action: str, table: Classified, around: Circumstances = PLAIN) -> Verdict:
    return judge_columns(policy, subject, action, table, table.columns, around)


def visitor_sees_personal(policy: Policy) -> bool:
    """Whether any open type, origin, area and action shows a visitor a personal or sensitive column."""
    columns = tuple(Column(name, name) for name in CLASSES)  # type: ignore[arg-type]
    for area, origin, open_type, action in product(["gongan", "landing"], ["made", "real", "derived"], TYPES, ACTIONS):
        table = Classified(f"{area}.t", columns, origin, open_type)  # type: ignore[arg-type]
        verdict = seen(policy, ANONYMOUS, action, table)
        if {"personal", "sensitive"} & {*verdict.clear, *verdict.masked}:
            return True
    return False


def test_a_visitor_never_sees_a_personal_column() -> None:
    assert not visitor_sees_personal(OPEN)


def test_that_floor_can_break() -> None:
    permit = f'@id("all") {SAID} permit (principal, action, resource);'
    assert not visitor_sees_personal(Policy.read(permit))
    assert visitor_sees_personal(Policy(permit))


@given(subjects, st.sampled_from(ACTIONS), tables)
def test_every_column_has_one_answer_and_none_is_the_default(subject: Subject, action: str, table: Classified) -> None:
    verdict = seen(OPEN, subject, action, table)
    assert sorted([*verdict.clear, *verdict.masked, *verdict.denied]) == sorted(column.name for column in table.columns)
    assert seen(Policy(""), subject, action, table).denied == tuple(column.name for column in table.columns)


@given(subjects, st.sampled_from(DATA_ACTIONS), tables, st.sampled_from(CLASSES), st.booleans())
def test_deny_wins_wherever_it_stands(subject: Subject, action: str, table: Classified, named: str, first: bool) -> None:
    deny = f'@id("no") {SAID} forbid (principal, action, resource is Table) when {{ context.item.classification == "{named}" }};'
    permit = f'@id("yes") {SAID} permit (principal, action, resource);'
    verdict = seen(Policy(deny + permit if first else permit + deny), subject, action, table)
    assert set(verdict.denied) == {column.name for column in table.columns if column.classification == named}


@given(subjects, st.sampled_from(ACTIONS), tables)
def test_only_the_hub_itself_and_never_the_truth(subject: Subject, action: str, table: Classified) -> None:
    verdict = seen(OPEN, subject, action, table)
    sensitive = {column.name for column in table.columns if column.classification in ("personal", "sensitive")}
    core = {column.name for column in table.columns if column.grade == "core"}
    if subject.kind != "system":
        assert not (sensitive | core) & set(verdict.clear)
        assert not core & set(verdict.masked)
    if table.area == "truth":
        assert not verdict.clear
        assert not verdict.masked


def test_a_permit_for_actions_shows_no_column() -> None:
    policy = Policy(f'@id("a") {SAID} permit (principal, action == Action::"page.view", resource is Hub);')
    columns = (Column("a", "public"),)
    for action in ("page.view", "read"):
        assert seen(policy, ANONYMOUS, action, Classified("a.b", columns)).denied == ("a",)
    assert judge_action(policy, ANONYMOUS, "page.view") == (True, ("a",))


def test_a_clear_permit_wins_over_a_masked_one() -> None:
    policy = Policy(
        f'@id("m") {SAID} @mask("hidden") permit (principal, action, resource is Table);'
        f'@id("c") {SAID} permit (principal, action, resource is Table);'
    )
    verdict = seen(policy, ANONYMOUS, "read", Classified("a.b", (Column("a", "personal"),)))
    assert (verdict.clear, verdict.rules) == (("a",), ("c",))


def test_a_rule_that_cannot_be_worked_out_denies() -> None:
    policy = Policy(
        f'@id("yes") {SAID} permit (principal, action, resource);'
        f'@id("broken") {SAID} forbid (principal, action, resource is Table) when {{ principal.nothing == 1 }};'
    )
    verdict = seen(policy, ANONYMOUS, "read", Classified("a.b", (Column("a", "public"),)))
    assert (verdict.denied, verdict.rules) == (("a",), ("policy-unreadable",))


WHO_MAY = [
    ("anonymous", (), "page.view", True), ("anonymous", (), "build.run", False), ("official", ("steward",), "collect.load", True),
    ("official", (), "collect.load", False), ("operator", (), "build.run", True), ("operator", (), "nonsense", False),
    ("anonymous", (), "case.open", False), ("citizen", (), "case.open", True), ("enterprise", (), "case.act", True),
    ("citizen", (), "record.sightings", True), ("citizen", (), "case.administer", False), ("anonymous", (), "statistics.view", True),
    ("official", ("administrator",), "account.administer", True), ("official", ("administrator",), "trust.policy.propose", False),
    ("official", ("administrator",), "trust.audit.view", False), ("official", ("security",), "trust.policy.propose", True),
    ("official", ("security",), "trust.audit.view", False), ("official", ("security",), "account.administer", False),
    ("official", ("auditor",), "trust.audit.view", True), ("official", ("auditor",), "trust.policy.propose", False),
    ("official", ("auditor",), "alert.act", False), ("official", ("steward",), "trust.audit.view", False),
    ("official", ("analyst",), "query.run", True), ("official", ("reviewer",), "grant.approve", True),
    ("official", ("steward",), "grant.approve", False), ("official", ("reviewer",), "source.approve", True),
    ("official", (), "profile.edit", True), ("anonymous", (), "profile.view", False), ("official", ("steward",), "alert.act", True),
    ("official", ("steward",), "override.request", True), ("official", ("security",), "override.approve", True),
]


@pytest.mark.parametrize(("kind", "roles", "action", "permitted"), WHO_MAY)
def test_who_may_do_what(kind: str, roles: tuple[str, ...], action: str, permitted: bool) -> None:
    assert judge_action(OPEN, Subject(kind, roles=frozenset(roles)), action)[0] is permitted  # type: ignore[arg-type]


def test_every_declared_action_is_permitted_to_somebody_and_no_data_action_without_a_table() -> None:
    everybody = [Subject(kind) for kind in KINDS] + [Subject("official", roles=frozenset({role})) for role in ROLES]  # type: ignore[arg-type]
    for action in known_actions() - set(DATA_ACTIONS):
        assert any(judge_action(OPEN, subject, action)[0] for subject in everybody), action
    assert not any(judge_action(OPEN, subject, "read")[0] for subject in everybody)


def test_a_tokens_scope_narrows_everything() -> None:
    table = Classified("a.b", (Column("a", "public"),))
    narrow = Subject("official", "a1", roles=frozenset({"steward"}), token="t", scope=frozenset({"read", "page.view"}))
    assert seen(OPEN, narrow, "read", table).clear == ("a",)
    assert seen(OPEN, narrow, "preview", table).rules == ("token-scope",)
    assert judge_action(OPEN, narrow, "page.view")[0]
    assert judge_action(OPEN, narrow, "build.run") == (False, ("token-scope",))
    own = Subject("official", "a1", scope=frozenset({"account.own"}))
    assert [judge_action(OPEN, own, action)[0] for action in ("account.own", "profile.edit", "page.view")] == [True, True, False]


def test_an_official_shows_a_second_factor_first_where_signing_in_demands_one() -> None:
    table, demanded = Classified("a.b", (Column("a", "public"),)), Circumstances(second_factor=True)
    once, twice = (Subject("official", "a1", roles=frozenset({"steward"}), assurance=assurance) for assurance in (1, 2))
    assert seen(OPEN, once, "read", table, demanded).rules == ("second-factor-first",)
    assert seen(OPEN, twice, "read", table, demanded).clear == seen(OPEN, once, "read", table).clear == ("a",)
    assert all(judge_action(OPEN, once, action, demanded)[0] for action in ("profile.view", "sign_in"))
    assert not any(judge_action(OPEN, once, action, demanded)[0] for action in ("build.run", "page.view"))
    for kind in ("operator", "system"):
        assert judge_action(OPEN, Subject(kind), "build.run", demanded)[0]


def test_who_is_absent_and_showed_no_second_factor_is_given_public_columns_alone() -> None:
    table, steward = Classified("registers.b", (Column("a", "public"), Column("b", "internal"), Column("c", "personal"))), frozenset({"steward"})
    once, twice = (Subject("official", "a1", roles=steward, assurance=assurance, away=True) for assurance in (1, 2))
    assert seen(OPEN, once, "query", table).clear == ("a",)
    assert set(seen(OPEN, once, "query", table).denied) == {"b", "c"}
    assert "away-without-second-factor" in seen(OPEN, once, "query", table).rules
    assert seen(OPEN, twice, "query", table).clear == ("a", "b")


def test_every_rule_names_its_basis_in_both_languages() -> None:
    assert all(rule.zh and rule.en and rule.basis for rule in OPEN.rules)
    assert len({rule.id for rule in OPEN.rules}) == len(OPEN.rules) == shipped_text().count("@id(")


def test_the_words_behind_the_people_register_are_read_one_by_one_only() -> None:
    columns = (Column("entry_id", "internal"), Column("valid_from", "internal"))
    steward = Subject("official", "a1", roles=frozenset({"steward"}))
    people, firms = (Classified(f"registers.{name}_observations", columns, "derived") for name in ("people", "entities"))
    assert seen(OPEN, steward, "read", people).clear == ("entry_id", "valid_from")
    assert seen(OPEN, steward, "preview", people).clear == ()
    assert seen(OPEN, steward, "preview", firms).clear == ("entry_id", "valid_from")
