"""Versions of the policy set: proposed by one, put in force by another, never a lock-out; and the dry run that explains them."""

from dataclasses import replace
from pathlib import Path

import pytest

from lingnan.base import Conflict, FixedClock, Missing, Refused, WrongUse, load_settings
from lingnan.storage import Storage
from lingnan.trust import ANONYMOUS, Classified, Column, Policy, Subject, Trust
from lingnan.trust.policy.book import UNREADABLE_SET
from lingnan.trust.policy.policy_sets import OWN_FILE
from lingnan.trust.policy.records import PolicySetVersion

SECURITY, SECOND = (Subject("official", name, roles=frozenset({"security"}), assurance=2) for name in ("x1", "x2"))
STEWARD = Subject("official", "s1", roles=frozenset({"steward"}), assurance=2)
SAID = '@zh("甲") @en("a") @basis("乙")'
NO_PHONES = f'@id("no-phones") {SAID} forbid (principal, action, resource is Table) when {{ context.item.element == "phone" }};'
ANALYSTS_EXPORT = f"""@id("analysts-export") {SAID}
permit (principal, action == Action::"export", resource is Table) when {{
  principal.roles.contains("analyst") && context.item.classification == "internal"
}};"""


@pytest.mark.on_both
def test_a_set_holds_at_once_in_every_process(trust: Trust, clock: FixedClock, tmp_path: Path) -> None:
    storage = Storage.open(load_settings(tmp_path))
    elsewhere = Trust.open(storage, tmp_path, clock, trust.point.classifier)
    assert "phone" in elsewhere.decide(STEWARD, "read", "gongan.resident").masks
    candidate = trust.policy_sets.propose(NO_PHONES, SECURITY)
    assert (candidate.errors, bool(candidate.id)) == ((), True)
    assert "phone" in elsewhere.decide(STEWARD, "read", "gongan.resident").masks
    card = trust.policy_sets.activate(candidate.id, SECOND)
    assert (card.state, card.proposed_by, card.approved_by) == ("active", "official:x1", "official:x2")
    for opener in (trust, elsewhere):
        assert "phone" not in opener.decide(STEWARD, "read", "gongan.resident").masks
        with pytest.raises(Refused):
            opener.decide(STEWARD, "read", "gongan.resident", ["phone"])
    assert [each.state for each in trust.policy_sets.versions()] == ["active", "replaced"]
    elsewhere.close()
    storage.close()


@pytest.mark.on_both
def test_two_persons_and_no_way_around(trust: Trust) -> None:
    for nobody in (STEWARD, ANONYMOUS, Subject("operator", "op"), replace(SECURITY, account="")):
        with pytest.raises(Refused):
            trust.policy_sets.propose(NO_PHONES, nobody)
    candidate = trust.policy_sets.propose(NO_PHONES, SECURITY)
    for nobody in (SECURITY, STEWARD, Subject("operator", "op")):
        with pytest.raises(Refused):
            trust.policy_sets.activate(candidate.id, nobody)
    trust.policy_sets.activate(candidate.id, SECOND)
    with pytest.raises(Conflict):
        trust.policy_sets.activate(candidate.id, SECOND)
    with pytest.raises(Missing):
        trust.policy_sets.activate("nothing", SECOND)


@pytest.mark.on_both
def test_a_case_puts_a_set_in_force_once(trust: Trust) -> None:
    candidate = trust.policy_sets.propose(NO_PHONES, SECURITY, case="case-1")
    assert trust.policy_sets.propose(NO_PHONES, SECURITY, case="case-1").id == candidate.id
    first = trust.policy_sets.activate(candidate.id, SECOND, "case-1")
    generation = trust.point.book.page().generation
    assert trust.policy_sets.activate(candidate.id, SECOND, "case-1") == first
    assert trust.point.book.page().generation == generation


@pytest.mark.parametrize(("text", "told"), [
    ("permit (principal", "Cedar"), (f'@id("no-truth-of-the-world") {SAID} permit (principal, action, resource);', "taken"),
    (f'@id("x") {SAID} permit (principal, action, resource) when {{ resource.nothing }};', "nothing"),
    (f'@id("x") {SAID} forbid (principal, action, resource is Hub);', "lock out"),
    (f'@id("x") {SAID} forbid (principal, action == Action::"trust.policy.approve", resource);', "lock out"),
])
def test_a_set_with_errors_or_a_lock_out_is_not_kept(trust: Trust, text: str, told: str) -> None:
    trust.point.book.page()
    before = len(trust.policy_sets.versions())
    candidate = trust.policy_sets.propose(text, SECURITY)
    assert candidate.id == ""
    assert told in " ".join(candidate.errors)
    assert len(trust.policy_sets.versions()) == before


def test_two_named_officers_must_stay_able(trust: Trust) -> None:
    accounts = [trust.accounts.make_account(name, name, name, roles=("security",)) for name in ("eins", "zwei", "drei")]

    def without(*names: str) -> tuple[str, ...]:
        listed = ", ".join(f'"{name}"' for name in names)
        text = f'@id("x") {SAID} forbid (principal, action, resource is Hub) when {{ [{listed}].contains(principal.account) }};'
        return trust.policy_sets.propose(text, SECURITY).errors

    assert not without(accounts[0])
    assert without(accounts[0], accounts[1])


def test_a_candidate_tells_what_it_would_change(trust: Trust) -> None:
    mine = Classified("area.mine", (Column("phone", "personal", "phone"), Column("code", "internal")))
    candidate = trust.policy_sets.propose(NO_PHONES + ANALYSTS_EXPORT, SECURITY, [mine])
    told = {(each.subject, each.action, each.table, each.item, each.before, each.after) for each in candidate.effects}
    assert ("role:steward", "read", "area.mine", "phone", "masked", "denied") in told
    assert ("role:analyst", "export", "area.mine", "code", "denied", "clear") in told
    assert ("role:analyst", "export", "sample.foreign", "internal/general", "denied", "clear") in told
    assert not [each for each in told if each[0] == "anonymous"]
    assert set(candidate.effects) == set(trust.policy_sets.effects(candidate.id, [mine]))


def test_files_count_only_when_two_persons_said_so(trust: Trust, tmp_path: Path) -> None:
    trust.policy_sets.activate(trust.policy_sets.propose(NO_PHONES, SECURITY).id, SECOND)
    assert (tmp_path / OWN_FILE).read_text(encoding="utf-8") == NO_PHONES
    assert not trust.policy_sets.drift()
    (tmp_path / OWN_FILE).write_text(f'@id("all") {SAID} permit (principal, action, resource);', encoding="utf-8")
    assert trust.policy_sets.drift()
    with pytest.raises(Refused):
        trust.decide(STEWARD, "read", "gongan.resident", ["phone"])
    assert trust.policy_sets.propose_files(SECURITY).id


@pytest.mark.on_both
def test_what_is_in_force_always_has_a_version(trust: Trust) -> None:
    assert trust.policy_sets.versions() == []
    trust.decide(ANONYMOUS, "read", "jiaotong.metro")
    [card] = trust.policy_sets.versions()
    assert (card.digest, card.state, card.proposed_by, card.additions) == (Policy.read().digest, "active", "system", "")


def test_additions_that_an_upgrade_made_unreadable_close_the_data_and_not_the_way_back(trust: Trust) -> None:
    with trust.grants._storage.session() as session:
        session.add(PolicySetVersion(digest="0" * 64, additions="no cedar", state="active", proposed_by="x", approved_by="y"))
    with pytest.raises(Refused):
        trust.decide(STEWARD, "read", "gongan.resident", ["division"])
    assert trust.explain(STEWARD, "read", "gongan.resident").rules == (UNREADABLE_SET,)
    trust.policy_sets.activate(trust.policy_sets.propose("", SECURITY).id, SECOND)
    assert trust.decide(STEWARD, "read", "gongan.resident", ["division"]).columns == ("division",)


# The dry run


def test_who_can_tells_each_column_and_why(trust: Trust) -> None:
    found = trust.who_can("role:steward", "gongan.resident", SECURITY)
    read = {column.column: column for column in next(each for each in found.actions if each.action == "read").columns}
    assert (read["name"].answer, read["name"].masks, read["name"].reasons) == ("masked", ("by_kind",), ("steward-masked-columns",))
    assert (read["resident_no"].answer, read["resident_no"].reasons) == ("masked", ("steward-limited-columns",))
    export = {column.column: column for column in next(each for each in found.actions if each.action == "export").columns}
    assert (export["name"].answer, export["name"].reasons) == ("denied", ("steward-no-bulk-personal",))
    assert all(each.zh and each.en and each.basis for each in found.reasons)
    assert {reason for each in found.actions for column in each.columns for reason in column.reasons} == {each.id for each in found.reasons}
    assert "collect.load" in found.may
    assert "trust.audit.view" not in found.may
    [entry] = trust.audit.entries(resource="gongan.resident")
    assert (entry.kind, entry.subject, entry.facts["about"]) == ("question", "official:x1", "official")


def test_who_can_takes_accounts_and_made_names(trust: Trust) -> None:
    account = trust.accounts.make_account("wang", "王", "Wang", roles=("steward",))
    assert trust.who_can("wang", "gongan.resident").subject == f"official:{account}"
    assert trust.who_can("anonymous", "gongan.resident").actions[0].columns[-1].answer == "clear"
    assert not any(each.allowed for each in trust.who_can("operator", "no.such").actions)
    assert not trust.who_can("operator", "no.such").known
    with pytest.raises(Missing):
        trust.who_can("nobody", "gongan.resident")
    with pytest.raises(WrongUse):
        trust.who_can("role:king", "gongan.resident")
