"""The organisation tree: above and below, regions, a closed unit closes what is below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingnan.base import BadInput, Conflict, Missing, Refused, WrongUse
from lingnan.trust import ANONYMOUS, Subject, Trust, division_covers, division_level

pytestmark = pytest.mark.on_both

TREE = [
    {"key": "tianhe.data", "zh": "天河区数据科", "parent": "tianhe"},
    {"key": "gd", "zh": "广东省", "en": "Guangdong", "division": "440000", "code": "11440000"},
    {"key": "tianhe", "zh": "天河区", "division": "440106", "parent": "gz"},
    {"key": "gz", "zh": "广州市", "division": "440100", "parent": "gd"},
    {"key": "sz", "zh": "深圳市", "division": "440300", "parent": "gd"},
]


@pytest.fixture
def tree(trust: Trust) -> dict[str, str]:
    return trust.organisations.import_tree(TREE)


def test_a_tree_is_imported_in_any_order_and_again(trust: Trust, tree: dict[str, str]) -> None:
    assert set(tree) == {"gd", "gz", "sz", "tianhe", "tianhe.data"}
    assert [unit.key for unit in trust.organisations.ancestors("tianhe.data")] == ["tianhe", "gz", "gd"]
    assert [unit.key for unit in trust.organisations.descendants("gz")] == ["tianhe", "tianhe.data"]
    assert [unit.level for unit in trust.organisations.listing()] == ["province", "city", "city", "county", ""]
    assert trust.organisations.import_tree([{"key": "gz", "zh": "广州", "division": "440100", "parent": "gd"}]) == {"gz": tree["gz"]}
    assert trust.organisations.unit(tree["gz"]).zh == "广州"
    assert trust.organisations.unit("tianhe").parent == tree["gz"]


def test_what_is_no_tree_is_refused_whole(trust: Trust, tree: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        trust.organisations.import_tree([{"key": "new", "zh": "新"}, {"key": "lost", "zh": "失", "parent": "nobody"}])
    with pytest.raises(Conflict):
        trust.organisations.import_tree([{"key": "a", "zh": "甲", "parent": "b"}, {"key": "b", "zh": "乙", "parent": "a"}])
    with pytest.raises(Conflict):
        trust.organisations.import_tree([{"key": "gd", "zh": "广东", "parent": "tianhe"}])
    with pytest.raises(Conflict):
        trust.organisations.import_tree([{"key": "gd", "zh": "广东", "parent": "gd"}])
    for nodes in ([{"key": "a", "zh": "甲"}, {"key": "a", "zh": "乙"}], [{"key": "", "zh": "甲"}], [{"key": "a"}]):
        with pytest.raises(BadInput):
            trust.organisations.import_tree(nodes)
    with pytest.raises(WrongUse):
        trust.organisations.make("a", "甲", "A", level="village")
    with pytest.raises(Missing):
        trust.organisations.ancestors("nobody")
    assert len(trust.organisations.listing()) == len(TREE)


def test_belonging_goes_up_and_never_across(trust: Trust, tree: dict[str, str]) -> None:
    official = Subject("official", "a", organisation=tree["tianhe"])
    assert [trust.organisations.belongs(official, unit) for unit in ("tianhe", "gz", tree["gd"])] == [True] * 3
    assert [trust.organisations.belongs(official, unit) for unit in ("tianhe.data", "sz", "", "nobody")] == [False] * 4
    assert not trust.organisations.belongs(ANONYMOUS, "gd")


def test_a_closed_unit_closes_all_below_at_once(trust: Trust, tree: dict[str, str]) -> None:
    for name, unit in (("wang", "tianhe.data"), ("li", "sz")):
        trust.accounts.make_account(name, name, name, organisation=unit)
    wang, li = (trust.sessions.open(name, 2, method="link").token for name in ("wang", "li"))
    link = trust.accounts.issue_link("wang")
    trust.organisations.disable("gz")
    assert [trust.sessions.subject_of(token).kind for token in (wang, li)] == ["anonymous", "official"]
    for act in (lambda: trust.redeem_link(link), lambda: trust.sessions.open("wang", 2, method="link"), lambda: trust.accounts.subject_for("wang")):
        with pytest.raises(Refused):
            act()
    trust.organisations.enable("gz")
    assert trust.sessions.subject_of(wang).kind == "official"


def test_a_unit_must_be_there(trust: Trust) -> None:
    with pytest.raises(Missing):
        trust.accounts.make_account("wang", "王", "Wang", organisation="nobody")


@pytest.mark.parametrize(("one", "other", "covers"), [
    ("440000", "440106", True), ("440100", "440106", True), ("440106", "440106", True), ("440100", "440100", True), ("440000", "440000", True),
    ("440106", "440100", False), ("440100", "440000", False), ("440100", "440306", False), ("440000", "450100", False), ("440106", "440105", False),
    ("", "440106", False), ("440000", "", False), ("44", "440106", False), ("４４００００", "440106", False), ("440000000000", "440106", False),
])
def test_a_division_covers_what_is_inside_it(one: str, other: str, covers: bool) -> None:
    assert division_covers(one, other) is covers


@given(*(st.lists(st.sampled_from(["00", "01", "44"]), min_size=3, max_size=3).map("".join),) * 3)
def test_covering_is_an_order(a: str, b: str, c: str) -> None:
    assert division_covers(a, a)
    assert not (division_covers(a, b) and division_covers(b, c)) or division_covers(a, c)
    assert not (division_covers(a, b) and division_covers(b, a)) or a == b


def test_the_digits_tell_the_level() -> None:
    assert [division_level(each) for each in ("440000", "440100", "440106", "4401", "")] == ["province", "city", "county", "", ""]


def test_what_changes_nothing_in_the_tree_is_not_told(trust: Trust, tree: dict[str, str]) -> None:
    size = trust.audit.size()
    assert trust.organisations.import_tree([]) == {}
    assert trust.audit.size() == size
    with pytest.raises(Missing):
        trust.organisations.disable("nobody")
    assert [(entry.kind, entry.action, entry.outcome) for entry in trust.audit.entries(size, 10)] == [
        ("intent", "organisation.disable", "pending"), ("outcome", "organisation.disable", "failed"),
    ]
