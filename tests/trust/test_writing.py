"""Every write of trust has its intent in the log before it and its outcome after; without the intent nothing is changed."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta

import pytest

from lingnan.base import FixedClock, Unavailable
from lingnan.trust import AssessmentForm, GrantForm, NegativeForm, Purpose, Subject, Trust

STEWARD, REVIEWER, SECURITY, SECOND = (
    Subject("official", name, "zhengwu", roles=frozenset({role}), assurance=2)
    for name, role in (("s1", "steward"), ("r1", "reviewer"), ("x1", "security"), ("x2", "security"))
)
STATED = Purpose("case-handling", "行政许可法 第三十二条", "2026-000123")
FIRM = "91440101MA59ABCD0A"
TABLE = "gongan.resident"
Act = Callable[[], object]


@contextmanager
def no_intents(trust: Trust) -> Iterator[None]:
    """A log that takes decisions, but nothing about writes."""
    with closing(sqlite3.connect(trust.audit.path)) as log:
        log.execute("create trigger full before insert on entry when new.kind <> 'decision' begin select raise(abort, 'full'); end")
        yield
        log.execute("drop trigger full")


def grant_form(clock: FixedClock) -> GrantForm:
    now = clock.now()
    return GrantForm(TABLE, {"resident_no": "clear"}, STATED, now, now + timedelta(days=30), organisation="jiaoyu")


def writes(trust: Trust, clock: FixedClock) -> dict[str, tuple[Act, Act]]:
    """By action: how to do it, and what it changes."""
    account = trust.accounts.make_account("agent", "代理人", "Agent", kind="citizen")
    session = trust.sessions.open(account, 2, method="test")
    given = trust.grants.propose(grant_form(clock), STEWARD)
    trust.negative_list.add(NegativeForm("kept", "条款", "不共享", "Not shared", table=TABLE, columns=("income",)), SECURITY)
    override = trust.overrides.request(STEWARD, TABLE, ["name"], "防汛抢险须立即转移群众", STATED, 30)
    token = trust.tokens.make(
        session.subject, name="t", scope=["profile.view"], purpose=STATED, expires_at=clock.now() + timedelta(days=1)
    ).card.id if trust.point.permits(session.subject, "token.make")[0] else ""
    assessment = AssessmentForm("核验", TABLE, ("name",), "case-handling", "李评估", {})
    found: dict[str, tuple[Act, Act]] = {
        "grant.propose": (lambda: trust.grants.propose(grant_form(clock), STEWARD), lambda: len(trust.grants.on(TABLE))),
        "grant.approve": (lambda: trust.grants.approve(given.id, REVIEWER), lambda: trust.grants.get(given.id)),
        "grant.revoke": (lambda: trust.grants.revoke(given.id, REVIEWER, "不再需要"), lambda: trust.grants.get(given.id)),
        "negative.add": (
            lambda: trust.negative_list.add(NegativeForm("new", "条款", "不共享", "Not shared", table=TABLE, columns=("phone",)), SECURITY),
            trust.negative_list.version,
        ),
        "negative.ask_end": (lambda: trust.negative_list.ask_end("kept", SECURITY), trust.negative_list.entries),
        "negative.end": (lambda: trust.negative_list.end("kept", SECURITY, SECOND), trust.negative_list.version),
        "policy.propose": (lambda: trust.policy_sets.propose("", SECURITY), trust.policy_sets.versions),
        "assessment.write": (lambda: trust.assessments.write(assessment, STEWARD), trust.assessments.listing),
        "override.request": (
            lambda: trust.overrides.request(STEWARD, TABLE, ["name"], "防汛抢险须立即转移群众", STATED, 30), lambda: len(trust.overrides.cards()),
        ),
        "override.deny": (lambda: trust.overrides.refuse(SECOND, override.id), lambda: trust.overrides.card(override.id)),
        "agency.grant": (
            lambda: trust.agency.grant(
                case="c1", credit_code=FIRM, account=account, document_digest="sha256:" + "0" * 64, matters=("*",),
                valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1), confirmed_by=REVIEWER,
            ),
            lambda: trust.agency.authorities(account),
        ),
        "key.rotate": (lambda: trust.key_administration.rotate(SECURITY, "document"), lambda: [card.id for card in trust.keys.cards()]),
        "account.set_up_code": (trust.administration.issue_set_up_code, lambda: 0),
        "account.make": (lambda: trust.first_administrator("chief"), lambda: trust.accounts.exists("chief")),
        "account.link": (lambda: trust.issue_link("agent"), lambda: 0),
    }
    if token:
        found["token.revoke"] = (lambda: trust.tokens.revoke(token, session.subject), lambda: trust.tokens.of(account))
    return found


def test_without_the_intent_nothing_is_changed(trust: Trust, clock: FixedClock) -> None:
    for action, (act, state) in writes(trust, clock).items():
        before = state()
        with no_intents(trust), pytest.raises(Unavailable):
            act()
        assert state() == before, action


def test_every_write_is_an_intent_and_its_outcome(trust: Trust, clock: FixedClock) -> None:
    for action, (act, _state) in writes(trust, clock).items():
        size = trust.audit.size()
        act()
        told = [entry for entry in trust.audit.entries(size, 20) if entry.action == action and entry.kind != "decision"]
        assert [(entry.kind, entry.outcome) for entry in told] == [("intent", "pending"), ("outcome", "done")], action
        assert told[1].intent == told[0].number
        assert told[0].facts["process"]["pid"] == os.getpid(), "so that a recovery elsewhere leaves a living write alone"
    assert trust.audit.open_intents() == []
