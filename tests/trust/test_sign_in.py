"""Signing in step by step: what is asked of whom, what is refused, and that no secret is told anywhere."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from lingnan.base import FixedClock, LingnanError, Refused, WrongUse, load_settings
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, SignInStep, Trust
from tests.back_ends import at_rest

pytestmark = pytest.mark.on_both

PASSWORD, OTHER = "tumbler vexing quarry", "brine kettle moss lantern"
NUMBER = "11010519491231002X"


@pytest.fixture
def citizen(trust: Trust) -> str:
    account = trust.accounts.make_citizen(NUMBER, "chenxiu", "陈秀", "Chen Xiu")
    trust.sign_in.set_password(trust.sign_in.with_set_up(trust.accounts.issue_link(account, "set_up")).token, PASSWORD)
    return account


@pytest.fixture
def steward(trust: Trust) -> str:
    """The token with which a new official sets the account up."""
    trust.organisations.make("zhengwu", "政务服务数据管理局", "Government Services and Data Bureau", division="440100")
    return trust.administration.add_account(SYSTEM, "steward", "李明", "Li Ming", roles=["steward"], organisation="zhengwu").set_up_token


def set_up(trust: Trust, token: str, clock: FixedClock) -> tuple[SignInStep, pyotp.TOTP]:
    """Through password and authenticator app to a session; the clock stands beyond the code that was used."""
    pending = trust.sign_in.set_password(trust.sign_in.with_set_up(token, "Firefox").token, PASSWORD).token
    totp = pyotp.TOTP(trust.sign_in.enrol_totp(pending).secret)
    step = trust.sign_in.confirm_totp(pending, totp.at(clock.now()))
    clock.advance(timedelta(minutes=2))
    return step, totp


def refusal(act: Callable[[], object]) -> LingnanError:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def test_an_official_sets_password_and_second_factor_before_anything_else(trust: Trust, steward: str, clock: FixedClock) -> None:
    first = trust.sign_in.with_set_up(steward)
    assert (first.state, first.subject) == ("set_password", None)
    second = trust.sign_in.set_password(first.token, PASSWORD)
    assert (second.state, second.subject) == ("enrol_second_factor", None)
    for token in (first.token, second.token):
        assert trust.sessions.subject_of(token).kind == "anonymous"
    totp = pyotp.TOTP(trust.sign_in.enrol_totp(second.token).secret)
    refusal(lambda: trust.sign_in.confirm_totp(second.token, totp.at(clock.now() + timedelta(hours=1))))
    third = trust.sign_in.confirm_totp(second.token, totp.at(clock.now()))
    assert (third.state, len(third.recovery_codes)) == ("signed_in", 10)
    assert third.subject is not None
    assert (third.subject.roles, third.subject.assurance, third.subject.division, third.subject.level) == ({"steward"}, 2, "440100", "city")
    assert trust.sessions.subject_of(third.token) == third.subject


def test_an_official_signs_in_with_password_and_code(trust: Trust, steward: str, clock: FixedClock) -> None:
    done, totp = set_up(trust, steward, clock)
    step = trust.sign_in.with_password("steward", PASSWORD, "203.0.113.7", "Chromium on Debian")
    assert (step.state, step.methods) == ("second_factor", ("totp", "recovery_code"))
    assert trust.sessions.subject_of(step.token).kind == "anonymous"
    refusal(lambda: trust.sign_in.enrol_totp(step.token))
    refusal(lambda: trust.sign_in.set_password(step.token, OTHER))
    signed_in = trust.sign_in.with_totp(step.token, totp.at(clock.now()))
    assert signed_in.state == "signed_in"
    refusal(lambda: trust.sign_in.with_totp(step.token, totp.at(clock.now() + timedelta(seconds=30))))
    again = trust.sign_in.with_password("steward", PASSWORD)
    assert trust.sign_in.with_recovery_code(again.token, done.recovery_codes[3]).state == "signed_in"
    spent = trust.sign_in.with_password("steward", PASSWORD)
    refusal(lambda: trust.sign_in.with_recovery_code(spent.token, done.recovery_codes[3]))
    cards = trust.sessions.listing("steward", current=signed_in.subject.session if signed_in.subject else "")
    assert [(each.device, each.method) for each in cards if each.current] == [("Chromium on Debian", "password+totp")]
    assert len(cards) == 3


def test_a_citizen_needs_one_factor_and_may_add_a_second(trust: Trust, citizen: str, clock: FixedClock) -> None:
    step = trust.sign_in.with_password("chenxiu", PASSWORD)
    assert step.subject is not None
    assert (step.state, step.subject.kind, step.subject.assurance, step.subject.scope) == ("signed_in", "citizen", 1, frozenset())
    totp = pyotp.TOTP(trust.sign_in.enrol_totp(step.token).secret)
    raised = trust.sign_in.confirm_totp(step.token, totp.at(clock.now()))
    assert raised.subject is not None
    assert raised.subject.assurance == 2
    assert trust.sessions.subject_of(step.token).kind == "anonymous", "raising assurance gives a new token"
    clock.advance(timedelta(minutes=2))
    assert trust.sign_in.with_password(NUMBER, PASSWORD).state == "second_factor"


def test_a_citizen_signs_in_by_the_number_which_is_nowhere_kept(trust: Trust, citizen: str, tmp_path: Path) -> None:
    for name in (NUMBER, NUMBER.lower()):
        found = trust.sign_in.with_password(name, PASSWORD).subject
        assert found is not None
        assert found.account == citizen
    assert refusal(lambda: trust.sign_in.with_password("440524188001010014", PASSWORD)).code == "SignInRefused"
    card = trust.accounts.by_citizen_number(NUMBER)
    assert card is not None
    assert card.id == citizen
    assert NUMBER[:17] not in at_rest(tmp_path)
    for path in tmp_path.glob("*.db*"):
        assert NUMBER[:17].encode() not in path.read_bytes(), path.name


def test_wrong_unknown_and_disabled_are_one_answer(trust: Trust, citizen: str) -> None:
    trust.accounts.make_account("closed", "停用者", "Closed", kind="citizen")
    trust.sign_in.set_password(trust.sign_in.with_set_up(trust.accounts.issue_link("closed", "set_up")).token, PASSWORD)
    trust.accounts.make_account("bare", "无密码", "Bare", kind="citizen")
    trust.accounts.disable("closed")
    attempts = [("chenxiu", OTHER), ("nobody", PASSWORD), ("closed", PASSWORD), ("bare", PASSWORD), (citizen, PASSWORD), ("chenxiu", "")]
    answers = {(error.zh, error.en, error.code, str(error.facts)) for name, word in attempts
               if (error := refusal(lambda: trust.sign_in.with_password(name, word)))}  # noqa: B023  # called at once
    assert len(answers) == 1
    for name in ("nobody", "closed", "chenxiu"):
        waits = [refusal(lambda: trust.sign_in.with_password(name, OTHER)).facts.get("retry_after") for _ in range(8)]  # noqa: B023
        assert [wait for wait in waits if wait][:1] == [2], name


def test_codes_are_slowed_down_by_account_whatever_the_password(trust: Trust, steward: str, clock: FixedClock) -> None:
    _done, totp = set_up(trust, steward, clock)
    wrong = totp.at(clock.now() + timedelta(hours=1))
    for _ in range(6):
        pending = trust.sign_in.with_password("steward", PASSWORD).token
        assert refusal(lambda: trust.sign_in.with_totp(pending, wrong)).code == "SignInRefused"  # noqa: B023
    pending = trust.sign_in.with_password("steward", PASSWORD).token
    assert refusal(lambda: trust.sign_in.with_totp(pending, totp.at(clock.now()))).code == "TooManyAttempts"
    clock.advance(timedelta(seconds=2))
    assert trust.sign_in.with_totp(pending, totp.at(clock.now())).state == "signed_in"


def test_a_sign_in_under_way_ends(trust: Trust, steward: str, clock: FixedClock) -> None:
    pending = trust.sign_in.with_set_up(steward).token
    refusal(lambda: trust.sign_in.with_set_up(steward))
    assert trust.sign_in.awaiting(pending).need == "set_password"
    clock.advance(timedelta(minutes=10))
    refusal(lambda: trust.sign_in.awaiting(pending))
    refusal(lambda: trust.sign_in.set_password(pending, PASSWORD))
    assert trust.sign_in.sweep() >= 0
    late = trust.administration.reset(SYSTEM, "steward").set_up_token
    clock.advance(timedelta(hours=72))
    refusal(lambda: trust.sign_in.with_set_up(late))


def test_a_sign_in_link_sets_nothing_up_and_a_set_up_link_opens_no_session(trust: Trust, steward: str) -> None:
    link = trust.accounts.issue_link("steward")
    refusal(lambda: trust.sign_in.with_set_up(link))
    refusal(lambda: trust.redeem_link(steward))
    assert trust.redeem_link(link)[1].assurance == 2


def test_a_weak_password_leaves_the_sign_in_open(trust: Trust, steward: str) -> None:
    pending = trust.sign_in.with_set_up(steward).token
    for weak in ("short", "Guangdong2026!", "steward brine kettle", "李明 brine kettle moss", "zhengwu tumbler vexing"):
        with pytest.raises(WrongUse):
            trust.sign_in.set_password(pending, weak)
    assert trust.sign_in.set_password(pending, PASSWORD).state == "enrol_second_factor"


def test_changing_the_password_ends_every_other_session(trust: Trust, citizen: str) -> None:
    here, there = trust.sign_in.with_password("chenxiu", PASSWORD), trust.sign_in.with_password("chenxiu", PASSWORD)
    link = trust.accounts.issue_link("chenxiu")
    refusal(lambda: trust.sign_in.change_password(here.token, OTHER, OTHER))
    changed = trust.sign_in.change_password(here.token, PASSWORD, OTHER)
    assert [trust.sessions.subject_of(step.token).kind for step in (here, there, changed)] == ["anonymous", "anonymous", "citizen"]
    refusal(lambda: trust.redeem_link(link))
    refusal(lambda: trust.sign_in.with_password("chenxiu", PASSWORD))
    assert trust.sign_in.with_password("chenxiu", OTHER).state == "signed_in"
    refusal(lambda: trust.sign_in.change_password(there.token, OTHER, PASSWORD))


def test_sensitive_acts_ask_again(trust: Trust, citizen: str, clock: FixedClock) -> None:
    step = trust.sign_in.with_password("chenxiu", PASSWORD)
    clock.advance(timedelta(minutes=11))
    assert not trust.sessions.recently_confirmed(step.token, 10)
    assert trust.sessions.recently_confirmed(step.token, 12)
    assert refusal(lambda: trust.sign_in.enrol_totp(step.token)).code == "ConfirmFirst"
    refusal(lambda: trust.sign_in.confirm_with_password(step.token, OTHER))
    confirmed = trust.sign_in.confirm_with_password(step.token, PASSWORD)
    assert trust.sessions.recently_confirmed(confirmed.token, 10)
    totp = pyotp.TOTP(trust.sign_in.enrol_totp(confirmed.token).secret)
    raised = trust.sign_in.confirm_totp(confirmed.token, totp.at(clock.now()))
    clock.advance(timedelta(minutes=11))
    refusal(lambda: trust.sign_in.renew_recovery_codes(raised.token))
    again = trust.sign_in.confirm_with_totp(raised.token, totp.at(clock.now()))
    assert len(trust.sign_in.renew_recovery_codes(again.token)) == 10
    assert not trust.sessions.recently_confirmed("nobody's", 10)


def test_one_factor_alone_never_replaces_the_second(trust: Trust, steward: str, clock: FixedClock) -> None:
    _done, totp = set_up(trust, steward, clock)
    weak = trust.sessions.open("steward", 1, method="provider")
    assert (weak.subject.roles, weak.subject.scope) == (frozenset(), {"account.own"})
    refusal(lambda: trust.sign_in.enrol_totp(weak.token))
    assert trust.sign_in.with_proof("steward", "provider").state == "second_factor"
    assert trust.sign_in.with_proof("steward", "passkey", assurance=2).state == "signed_in"
    raised = trust.sign_in.confirm_with_totp(weak.token, totp.at(clock.now()))
    assert raised.subject is not None
    assert (raised.subject.roles, raised.subject.scope) == ({"steward"}, frozenset())


def test_another_kind_of_second_factor_counts(trust: Trust, citizen: str) -> None:
    trust.sign_in.add_factor("passkey", lambda _session, account: account == citizen)
    step = trust.sign_in.with_password("chenxiu", PASSWORD)
    assert (step.state, step.methods) == ("second_factor", ("passkey",))
    other = trust.accounts.make_account("other", "另一人", "Other", kind="citizen")
    refusal(lambda: trust.sign_in.with_other_factor(step.token, other, "passkey"))
    done = trust.sign_in.with_other_factor(step.token, citizen, "passkey").subject
    assert done is not None
    assert done.assurance == 2


def test_a_password_grows_old_where_the_hub_says_so(trust: Trust, citizen: str, clock: FixedClock, tmp_path: Path) -> None:
    clock.advance(timedelta(days=4000))
    assert trust.sign_in.with_password("chenxiu", PASSWORD).state == "signed_in"
    strict = reopened(tmp_path, clock, "passwords: {rotation_days: 90}\n")
    step = strict.sign_in.with_password("chenxiu", PASSWORD)
    assert step.state == "set_password"
    assert strict.sign_in.set_password(step.token, OTHER).state == "signed_in"
    clock.advance(timedelta(days=89))
    assert strict.sign_in.with_password("chenxiu", OTHER).state == "signed_in"
    strict.close()


def test_a_hash_is_made_anew_when_the_figures_rise(trust: Trust, citizen: str, clock: FixedClock, tmp_path: Path) -> None:
    def kept() -> str:
        return next(each for each in re.findall(r"\$argon2id\$v=19\$m=[^' \")]+", at_rest(tmp_path)))

    trust.sign_in.with_password("chenxiu", PASSWORD)
    before = kept()
    raised = reopened(tmp_path, clock, "argon2: {time_cost: 2, memory_kib: 16, parallelism: 1}\n")
    assert raised.sign_in.with_password("chenxiu", PASSWORD).state == "signed_in"
    assert ("m=8,t=1" in before, "m=16,t=2" in kept()) == (True, True)
    assert trust.sign_in.with_password("chenxiu", PASSWORD).state == "signed_in"
    assert "m=16,t=2" in kept(), "falling figures change nothing"
    raised.close()


def reopened(home: Path, clock: FixedClock, figures: str) -> Trust:
    """The same hub opened by a second process with other figures."""
    quick = (home / "sign-in.yaml").read_text()
    (home / "sign-in.yaml").write_text(figures if "argon2" in figures else quick + figures)
    return Trust.open(Storage.open(load_settings(home)), home, clock)


def test_no_secret_is_told_in_logs_words_errors_or_at_rest(
    trust: Trust, steward: str, clock: FixedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    done, totp = set_up(trust, steward, clock)
    step = trust.sign_in.with_password("steward", PASSWORD, "203.0.113.7", "Firefox")
    wrong = "canary-" + PASSWORD
    for act in (
        lambda: trust.sign_in.with_password("steward", wrong), lambda: trust.sign_in.with_password(wrong, wrong),
        lambda: trust.sign_in.with_totp(step.token, "canary"), lambda: trust.sign_in.with_recovery_code(done.token, wrong),
    ):
        error = refusal(act)
        told += [error.zh, error.en, repr(error), repr(error.facts)]
    final = trust.sign_in.with_totp(step.token, totp.at(clock.now()))
    told += [repr(each) for each in (done, step, final, trust.sign_in, trust.sessions.listing("steward"))] + [caplog.text]
    told.append(at_rest(tmp_path))
    secrets = [PASSWORD, wrong, totp.secret, steward, step.token, done.token, final.token, *done.recovery_codes]
    assert [(secret, text[:40]) for secret in secrets for text in told if secret in text] == []
