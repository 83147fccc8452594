"""The policy: default deny, deny wins, and what visitors never get, with the mutation that turns the test red."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.trust import ANONYMOUS, Classified, Column, Policy, Rule, Subject

KINDS = ["anonymous", "official", "operator", "system"]
CLASSES = ["public", "internal", "personal", "sensitive"]
TYPES = ["unconditional", "conditional", "none"]
ACTIONS = ["read", "preview", "query", "export", "build", "page.view", "nonsense"]
OPEN = Policy.read()

tables = st.builds(
    Classified,
    table=st.sampled_from(["gongan.resident", "landing.gongan_resident", "quarantine.x", "registers.people", "truth.people"]),
    columns=st.lists(st.builds(Column, name=st.uuids().map(str), classification=st.sampled_from(CLASSES)), max_size=6).map(tuple),
    origin=st.sampled_from(["made", "real", "derived"]), open_type=st.sampled_from(TYPES), share_type=st.sampled_from(TYPES),
)
subjects = st.builds(Subject, kind=st.sampled_from(KINDS), roles=st.sets(st.sampled_from(["steward", "other"])).map(frozenset))


def visitor_sees_personal(policy: Policy) -> bool:
    """Whether any open type, origin, area and action shows a visitor a personal or sensitive column."""
    columns = tuple(Column(name, name) for name in CLASSES)  # type: ignore[arg-type]
    for area, origin, open_type, action in product(["gongan", "landing"], ["made", "real", "derived"], TYPES, ACTIONS):
        table = Classified(f"{area}.t", columns, origin, open_type)  # type: ignore[arg-type]
        verdict = policy.judge_columns(ANONYMOUS, action, table, columns)
        if {"personal", "sensitive"} & {*verdict.clear, *verdict.masked}:
            return True
    return False


def test_a_visitor_never_sees_a_personal_column() -> None:
    assert not visitor_sees_personal(OPEN)


def test_that_floor_can_break() -> None:
    permit = Rule(id="all", effect="permit", zh="", en="", basis="", classifications=tuple(CLASSES))
    assert not visitor_sees_personal(Policy((*OPEN.rules, permit)))
    assert visitor_sees_personal(Policy((*(rule for rule in OPEN.rules if rule.effect == "permit"), permit)))


@given(subjects, st.sampled_from(ACTIONS), tables)
def test_every_column_has_one_answer_and_none_is_the_default(subject: Subject, action: str, table: Classified) -> None:
    verdict = OPEN.judge_columns(subject, action, table, table.columns)
    assert sorted([*verdict.clear, *verdict.masked, *verdict.denied]) == sorted(column.name for column in table.columns)
    nothing = Policy(()).judge_columns(subject, action, table, table.columns)
    assert nothing.denied == [column.name for column in table.columns]


@given(subjects, st.sampled_from(ACTIONS), tables, st.sampled_from(CLASSES), st.booleans())
def test_deny_wins_wherever_it_stands(subject: Subject, action: str, table: Classified, named: str, first: bool) -> None:
    deny = Rule(id="no", effect="deny", zh="", en="", basis="", classifications=(named,))  # type: ignore[arg-type]
    permit = Rule(id="yes", effect="permit", zh="", en="", basis="", classifications=tuple(CLASSES))
    verdict = Policy((deny, permit) if first else (permit, deny)).judge_columns(subject, action, table, table.columns)
    assert set(verdict.denied) == {column.name for column in table.columns if column.classification == named}


@given(subjects, st.sampled_from(ACTIONS), tables)
def test_only_the_hub_itself_and_never_the_truth(subject: Subject, action: str, table: Classified) -> None:
    verdict = OPEN.judge_columns(subject, action, table, table.columns)
    sensitive = {column.name for column in table.columns if column.classification in ("personal", "sensitive")}
    if subject.kind != "system":
        assert not sensitive & set(verdict.clear)
    if table.area == "truth":
        assert not verdict.clear
        assert not verdict.masked


def test_a_permit_for_actions_shows_no_column() -> None:
    action = Rule(id="a", effect="permit", zh="", en="", basis="", actions=("page.view",))
    columns = (Column("a", "public"),)
    assert Policy((action,)).judge_columns(ANONYMOUS, "page.view", Classified("a.b", columns), columns).denied == ["a"]


def test_a_clear_permit_wins_over_a_masked_one() -> None:
    masked = Rule(id="m", effect="permit", zh="", en="", basis="", mask=True, classifications=tuple(CLASSES))
    clear = Rule(id="c", effect="permit", zh="", en="", basis="", classifications=tuple(CLASSES))
    columns = (Column("a", "personal"),)
    assert Policy((masked, clear)).judge_columns(ANONYMOUS, "read", Classified("a.b", columns), columns).clear == ["a"]


@pytest.mark.parametrize(("kind", "roles", "action", "permitted"), [
    ("anonymous", (), "page.view", True), ("anonymous", (), "build.run", False), ("official", ("steward",), "collect.load", True),
    ("official", (), "collect.load", False), ("operator", (), "build.run", True), ("operator", (), "nonsense", False),
])
def test_who_may_do_what(kind: str, roles: tuple[str, ...], action: str, permitted: bool) -> None:
    assert OPEN.judge_action(Subject(kind, roles=frozenset(roles)), action)[0] is permitted  # type: ignore[arg-type]


def test_every_rule_names_its_basis_in_both_languages() -> None:
    assert all(rule.zh and rule.en and rule.basis for rule in OPEN.rules)
    assert len({rule.id for rule in OPEN.rules}) == len(OPEN.rules)


def test_the_words_behind_the_people_register_are_read_one_by_one_only() -> None:
    columns = (Column("entry_id", "internal"), Column("valid_from", "internal"))
    steward, policy = Subject("official", "a1", roles=frozenset({"steward"})), Policy.read()
    people, firms = (Classified(f"registers.{name}_observations", columns, "derived") for name in ("people", "entities"))
    assert policy.judge_columns(steward, "read", people, columns).clear == ["entry_id", "valid_from"]
    assert policy.judge_columns(steward, "preview", people, columns).clear == []
    assert policy.judge_columns(steward, "preview", firms, columns).clear == ["entry_id", "valid_from"]
