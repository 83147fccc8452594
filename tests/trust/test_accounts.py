"""Signing in: one-time links, sessions that end, nothing readable at rest."""

from datetime import timedelta
from pathlib import Path

import pytest

from lingnan.base import Conflict, FixedClock, Missing, Refused
from lingnan.trust import ANONYMOUS, Trust
from tests.back_ends import at_rest

pytestmark = pytest.mark.on_both


@pytest.fixture
def steward(trust: Trust) -> str:
    trust.accounts.make_organisation("zhengwu", "政务服务数据管理局", "Government Services and Data Bureau", division="440000")
    return trust.accounts.make_account("steward", "数据管理员", "Data steward", roles=("steward",), organisation="zhengwu")


def test_there_is_no_account_until_one_is_made(trust: Trust) -> None:
    assert not trust.accounts.exists("admin")
    with pytest.raises(Missing):
        trust.issue_link("admin")


def test_a_link_signs_in_once(trust: Trust, steward: str) -> None:
    link = trust.issue_link("steward")
    session, subject = trust.redeem_link(link)
    assert (subject.kind, subject.account, subject.roles) == ("official", steward, frozenset({"steward"}))
    assert subject.organisation
    assert trust.accounts.subject_of(session) == subject
    with pytest.raises(Refused):
        trust.redeem_link(link)
    told = [(entry.action, entry.outcome) for entry in trust.audit.entries()]
    assert told[-5:] == [
        ("account.link", "pending"), ("account.link", "done"), ("account.sign_in", "pending"), ("account.sign_in", "done"),
        ("account.sign_in", "refused"),
    ]


def test_a_link_lasts_fifteen_minutes_and_a_session_eight_hours_in_use(trust: Trust, clock: FixedClock, steward: str) -> None:
    late, session = trust.issue_link("steward"), trust.redeem_link(trust.issue_link("steward"))[0]
    clock.advance(timedelta(minutes=15))
    with pytest.raises(Refused):
        trust.redeem_link(late)
    assert trust.accounts.subject_of(session).kind == "official"
    for _ in range(464 // 29):
        clock.advance(timedelta(minutes=29))
        assert trust.accounts.subject_of(session).kind == "official"
    clock.advance(timedelta(minutes=1))
    assert trust.accounts.subject_of(session) == ANONYMOUS


def test_signing_out_everywhere_ends_sessions_and_links(trust: Trust, steward: str) -> None:
    sessions = [trust.redeem_link(trust.issue_link("steward"))[0] for _ in range(3)]
    pending = trust.issue_link("steward")
    trust.accounts.sign_out(sessions[0])
    assert [trust.accounts.subject_of(session).kind for session in sessions] == ["anonymous", "official", "official"]
    assert trust.accounts.sign_out_everywhere("steward") == 2
    assert {trust.accounts.subject_of(session).kind for session in sessions} == {"anonymous"}
    with pytest.raises(Refused):
        trust.redeem_link(pending)


def test_a_disabled_account_is_out_at_once(trust: Trust, steward: str) -> None:
    session = trust.redeem_link(trust.issue_link("steward"))[0]
    trust.accounts.disable(steward)
    assert trust.accounts.subject_of(session) == ANONYMOUS
    with pytest.raises(Refused):
        trust.redeem_link(trust.issue_link("steward"))
    with pytest.raises(Refused):
        trust.accounts.subject_for("steward")


def test_unknown_tokens_are_visitors_and_names_are_unique(trust: Trust, steward: str) -> None:
    assert trust.accounts.subject_of(None) == trust.accounts.subject_of("x' or 1=1") == ANONYMOUS
    with pytest.raises(Conflict):
        trust.accounts.make_account("steward", "另一位", "Another")


def test_no_token_is_readable_at_rest(trust: Trust, steward: str, tmp_path: Path) -> None:
    link = trust.issue_link("steward")
    session = trust.redeem_link(link)[0]
    kept = at_rest(tmp_path)
    assert "steward" in kept
    assert link not in kept
    assert session not in kept
