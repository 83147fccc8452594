"""Accounts are made by administrators alone, duties stay in different hands, and every act is in the log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from lingnan.base import Conflict, FixedClock, Refused, WrongUse
from lingnan.trust import ANONYMOUS, SYSTEM, Subject, Trust, check_roles, known_roles

pytestmark = pytest.mark.on_both

PASSWORD = "tumbler vexing quarry"


@pytest.fixture
def chief(trust: Trust) -> Subject:
    """The first administrator, as the subject of a session with second factor."""
    return trust.sessions.open(trust.first_administrator("chief", "陈总", "Chief Chen").card.id, 2, method="password+totp").subject


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(Refused):
        act()


def test_there_is_one_first_administrator(trust: Trust, clock: FixedClock) -> None:
    assert not trust.administration.has_administrator()
    made = trust.first_administrator("chief", "陈总", "Chief Chen")
    assert trust.administration.has_administrator()
    assert (made.card.roles, made.card.kind) == (("administrator",), "official")
    assert made.set_up_token not in repr(made)
    with pytest.raises(Conflict):
        trust.first_administrator("second", "另一位", "Another")
    with pytest.raises(Conflict):
        trust.administration.issue_set_up_code()
    assert not trust.accounts.exists("second")
    step = trust.sign_in.set_password(trust.sign_in.with_set_up(made.set_up_token).token, PASSWORD)
    totp = pyotp.TOTP(trust.sign_in.enrol_totp(step.token).secret)
    subject = trust.sign_in.confirm_totp(step.token, totp.at(clock.now())).subject
    assert subject is not None
    assert subject.roles == {"administrator"}


def test_a_page_makes_the_first_administrator_with_the_machines_code(trust: Trust, clock: FixedClock) -> None:
    late = trust.administration.issue_set_up_code()
    clock.advance(timedelta(hours=72))
    for wrong in ("", "guess", late):
        refused(lambda: trust.first_administrator("chief", code=wrong))  # noqa: B023  # called at once
    code = trust.administration.issue_set_up_code()
    with pytest.raises(WrongUse):
        trust.first_administrator("two words", code=code)
    assert trust.first_administrator("chief", code=code).card.zh == "chief", "a failed attempt leaves the code"
    with pytest.raises(Conflict):
        trust.first_administrator("again", code=code)


def test_only_an_administrator_with_a_second_factor_administers(trust: Trust, chief: Subject) -> None:
    trust.accounts.make_account("steward", "数据管理员", "Steward", roles=["steward"])
    weak = trust.sessions.open("chief", 1, method="provider").subject
    token = Subject("official", chief.account, roles=chief.roles, assurance=2, token="t", scope=frozenset({"read"}))
    strangers = [replace(chief, assurance=1), ANONYMOUS, Subject("operator", "root"), trust.accounts.subject_for("steward"), weak, token,
                 Subject("citizen", "c", roles=frozenset({"administrator"}), assurance=2)]
    for by in strangers:
        for act in (
            lambda by: trust.administration.add_account(by, "new", "新人", "New"), lambda by: trust.administration.disable(by, "steward"),
            lambda by: trust.administration.set_roles(by, "steward", ["administrator"]), lambda by: trust.administration.enable(by, "steward"),
            lambda by: trust.administration.import_organisations(by, [{"key": "a", "zh": "甲"}]),
        ):
            refused(lambda: act(by))  # noqa: B023  # called at once
    assert not trust.accounts.exists("new")
    outcomes = [entry.outcome for entry in trust.audit.entries() if entry.kind == "account"]
    assert outcomes == ["refused"] * 5 * len(strangers)


def test_an_administrator_makes_accounts_and_the_log_says_so(trust: Trust, chief: Subject) -> None:
    made = trust.administration.add_account(chief, "auditor", "审计员", "Auditor", roles=["auditor"], post="审计岗")
    assert trust.accounts.account("auditor").roles == ("auditor",)
    assert trust.sign_in.with_set_up(made.set_up_token).state == "set_password"
    intent, outcome = [entry for entry in trust.audit.entries() if entry.action == "account.make"][-2:]
    assert (intent.subject, intent.outcome, outcome.outcome, outcome.intent) == (chief.reference, "pending", "done", intent.number)
    assert {**intent.facts, "process": None} == {"kind": "official", "roles": ["auditor"], "process": None}
    with pytest.raises(Conflict):
        trust.administration.add_account(chief, "auditor", "另一位", "Another")
    assert trust.audit.entries()[-1].outcome == "failed"


def test_three_duties_are_three_people(trust: Trust, chief: Subject) -> None:
    for together in (["administrator", "security"], ["auditor", "security", "steward"], ["auditor", "administrator"]):
        with pytest.raises(Refused) as error:
            trust.administration.add_account(chief, "x", "某", "X", roles=together)
        assert "三员分立" in error.value.zh
    trust.administration.add_account(chief, "guard", "安全员", "Guard", roles=["security"])
    refused(lambda: trust.administration.set_roles(chief, "guard", ["security", "auditor"]))
    assert trust.administration.set_roles(chief, "guard", ["auditor", "steward"]).roles == ("auditor", "steward")
    assert check_roles("official", ["steward", "analyst", "steward"]) == ("analyst", "steward")
    assert set(known_roles()) == {"steward", "reviewer", "analyst", "administrator", "security", "auditor"}
    with pytest.raises(WrongUse):
        check_roles("official", ["emperor"])
    refused(lambda: check_roles("citizen", ["steward"]))


def test_nobody_changes_their_own_account(trust: Trust, chief: Subject) -> None:
    trust.administration.add_account(chief, "second", "第二位", "Second", roles=["administrator"])
    for act in (
        lambda: trust.administration.set_roles(chief, "chief", ["administrator", "steward"]), lambda: trust.administration.disable(chief, "chief"),
        lambda: trust.administration.set_roles(chief, "chief", []), lambda: trust.administration.reset(chief, chief.account),
    ):
        refused(act)
    assert trust.accounts.account("chief").roles == ("administrator",)


def test_the_last_administrator_stays(trust: Trust, chief: Subject) -> None:
    trust.organisations.make("zhengwu", "政务局", "Bureau")
    second = trust.administration.add_account(chief, "second", "第二位", "Second", roles=["administrator"], organisation="zhengwu").card.id
    by = trust.sessions.open(second, 2, method="password+totp").subject
    trust.administration.disable(by, "chief")
    for act in (
        lambda: trust.administration.disable(SYSTEM, "second"), lambda: trust.administration.set_roles(SYSTEM, "second", ["steward"]),
        lambda: trust.administration.disable_organisation(SYSTEM, "zhengwu"),
    ):
        with pytest.raises(Conflict):
            act()
    assert not trust.accounts.account("second").disabled
    assert not trust.organisations.unit("zhengwu").disabled
    trust.administration.enable(by, "chief")
    trust.administration.disable(SYSTEM, "second")


def test_a_role_taken_away_is_gone_from_open_sessions(trust: Trust, chief: Subject) -> None:
    trust.administration.add_account(chief, "steward", "数据管理员", "Steward", roles=["steward", "reviewer"])
    session = trust.sessions.open("steward", 2, method="password+totp").token
    trust.administration.set_roles(chief, "steward", ["reviewer"])
    assert trust.sessions.subject_of(session).roles == {"reviewer"}
    trust.administration.disable(chief, "steward")
    trust.administration.enable(chief, "steward")
    assert trust.sessions.subject_of(session) == ANONYMOUS


def test_a_reset_account_begins_anew(trust: Trust, chief: Subject, clock: FixedClock) -> None:
    made = trust.administration.add_account(chief, "steward", "数据管理员", "Steward", roles=["steward"])
    step = trust.sign_in.set_password(trust.sign_in.with_set_up(made.set_up_token).token, PASSWORD)
    totp = pyotp.TOTP(trust.sign_in.enrol_totp(step.token).secret)
    done = trust.sign_in.confirm_totp(step.token, totp.at(clock.now()))
    pending = trust.sign_in.with_password("steward", PASSWORD)
    reset = trust.administration.reset(Subject("operator", "root"), "steward")
    assert trust.sessions.subject_of(done.token) == ANONYMOUS
    refused(lambda: trust.sign_in.with_totp(pending.token, totp.at(clock.now() + timedelta(seconds=30))))
    refused(lambda: trust.sign_in.with_password("steward", PASSWORD))
    again = trust.sign_in.set_password(trust.sign_in.with_set_up(reset.set_up_token).token, "brine kettle moss lantern")
    assert again.state == "enrol_second_factor"
