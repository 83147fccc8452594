"""Agents of legal persons: written authority, who confirmed it, its term and matters, and its end at once."""

from datetime import date, timedelta

import pytest

from lingnan.base import BadInput, Conflict, FixedClock, Missing, Refused
from lingnan.trust import ANONYMOUS, Authority, OpenedSession, Subject, Trust

pytestmark = pytest.mark.on_both

FIRM, OTHER_FIRM = "91440101MA59ABCD0A", "91440300MA59WXY12K"
DIGEST = "sha256:" + "ab" * 32
CLERK = Subject("official", "clerk-account", roles=frozenset({"reviewer"}), session="s", assurance=2)


@pytest.fixture
def agent(trust: Trust) -> OpenedSession:
    account = trust.accounts.make_account("agent", "林代办", "Made-up agent", kind="citizen")
    return trust.sessions.open(account, 1, method="test")


def grant(trust: Trust, account: str, case: str = "case-1", matters: tuple[str, ...] = ("permit.catering",), **other: object) -> Authority:
    asked = {
        "credit_code": FIRM, "document_digest": DIGEST, "valid_from": date(2026, 10, 1), "valid_to": date(2026, 12, 31), "confirmed_by": CLERK,
    }
    return trust.agency.grant(case=case, account=account, matters=matters, **{**asked, **other})  # type: ignore[arg-type]


def test_an_authority_holds_for_its_matters_and_its_term(trust: Trust, agent: OpenedSession) -> None:
    account = agent.subject.account
    kept = grant(trust, account)
    assert (kept.account, kept.confirmed_by, kept.document_digest) == (account, CLERK.reference, DIGEST)
    assert trust.agency.may_act(account, FIRM, "permit.catering") == kept
    assert trust.agency.may_act(account, FIRM, "tax.return") is None
    assert trust.agency.may_act(account, OTHER_FIRM, "permit.catering") is None
    days = {day: trust.agency.may_act(account, FIRM, "permit.catering", day) for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31))}
    assert [each is not None for each in days.values()] == [False, True, True]
    assert trust.agency.may_act(account, FIRM, "permit.catering", date(2027, 1, 1)) is None


def test_the_day_is_chinas(trust: Trust, agent: OpenedSession, clock: FixedClock) -> None:
    grant(trust, agent.subject.account, valid_from=date(2026, 11, 1))
    assert trust.agency.may_act(agent.subject.account, FIRM) is None
    clock.advance(timedelta(hours=15))  # 16:00 UTC on 31 October is midnight in China
    assert trust.agency.may_act(agent.subject.account, FIRM) is not None


def test_an_agent_acts_as_the_legal_person_without_roles_of_their_own(trust: Trust, agent: OpenedSession) -> None:
    grant(trust, agent.subject.account)
    acting = trust.agency.act_for(agent.subject, FIRM)
    assert (acting.kind, acting.credit_code, acting.account, acting.roles) == ("enterprise", FIRM, agent.subject.account, frozenset())
    assert trust.subject_of(agent.token) == acting
    trust.agency.act_for_self(agent.subject)
    assert trust.subject_of(agent.token).kind == "citizen"
    assert [entry.action for entry in trust.audit.entries() if entry.kind == "outcome" and entry.action.startswith("agency.")] == [
        "agency.grant", "agency.act_for", "agency.act_for_self",
    ]


def test_revoking_ends_acting_at_once(trust: Trust, agent: OpenedSession) -> None:
    kept = grant(trust, agent.subject.account)
    trust.agency.act_for(agent.subject, FIRM)
    assert trust.agency.revoke("case-1", case="case-2", by=CLERK).revoked
    assert trust.subject_of(agent.token) == agent.subject
    assert trust.agency.may_act(agent.subject.account, FIRM) is None
    with pytest.raises(Refused):
        trust.agency.act_for(agent.subject, FIRM)
    assert trust.agency.authorities(agent.subject.account) == trust.agency.authorities_of(FIRM)
    assert trust.agency.authorities(agent.subject.account)[0].id == kept.id


def test_an_authority_that_runs_out_ends_acting(trust: Trust, agent: OpenedSession, clock: FixedClock) -> None:
    grant(trust, agent.subject.account, valid_to=date(2026, 10, 31))
    trust.agency.act_for(agent.subject, FIRM)
    clock.advance(timedelta(hours=15))
    fresh = trust.sessions.open(agent.subject.account, 1, method="test")
    with pytest.raises(Refused):
        trust.agency.act_for(fresh.subject, FIRM)


def test_granting_and_revoking_are_idempotent_by_case(trust: Trust, agent: OpenedSession) -> None:
    account = agent.subject.account
    assert grant(trust, account) == grant(trust, account)
    with pytest.raises(Conflict):
        grant(trust, account, matters=("tax.return",))
    first = trust.agency.revoke("case-1", case="case-2", by=CLERK)
    assert trust.agency.revoke(first.id, case="case-2", by=CLERK) == first
    ends = [(entry.action, entry.facts["fresh"]) for entry in trust.audit.entries() if entry.outcome == "done" and "fresh" in entry.facts]
    assert ends == [("agency.grant", True), ("agency.grant", False), ("agency.revoke", True), ("agency.revoke", False)]
    with pytest.raises(Missing):
        trust.agency.revoke("case-99", case="case-2", by=CLERK)


@pytest.mark.parametrize(
    "wrong",
    [
        {"credit_code": "91440101MA59ABCD0X"}, {"document_digest": "sha256:1"}, {"matters": ()}, {"matters": ("",)},
        {"valid_to": date(2026, 9, 30)}, {"case": ""},
    ],
)
def test_an_authority_states_what_the_civil_code_asks_for(trust: Trust, agent: OpenedSession, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        grant(trust, agent.subject.account, **wrong)  # type: ignore[arg-type]
    assert trust.agency.authorities(agent.subject.account) == []


def test_nobody_confirms_their_own_authority_and_staff_are_no_agents(trust: Trust, agent: OpenedSession) -> None:
    with pytest.raises(Refused):
        grant(trust, agent.subject.account, confirmed_by=agent.subject)
    with pytest.raises(Refused):
        grant(trust, trust.accounts.make_account("steward", "数据管理员", "Steward", roles=("steward",)))


def test_acting_needs_a_session_and_an_authority_of_that_legal_person(trust: Trust, agent: OpenedSession) -> None:
    grant(trust, agent.subject.account)
    with pytest.raises(Refused):
        trust.agency.act_for(agent.subject, OTHER_FIRM)
    with pytest.raises(Refused):
        trust.agency.act_for(trust.accounts.subject_for("agent"), FIRM)
    assert trust.agency.acting(ANONYMOUS) == ANONYMOUS
    assert [entry.outcome for entry in trust.audit.entries() if entry.action == "agency.act_for"] == ["refused", "refused"]


def test_a_bound_session_is_nobodys_without_its_authority(trust: Trust, agent: OpenedSession) -> None:
    grant(trust, agent.subject.account)
    grant(trust, agent.subject.account, case="case-3", credit_code=OTHER_FIRM)
    with trust.agency._storage.session() as session:
        bound = trust.agency.bind_within(session, agent, FIRM)
    assert trust.subject_of(agent.token) == bound.subject
    with pytest.raises(Refused):
        trust.agency.act_for(agent.subject, OTHER_FIRM)
    trust.agency.act_for_self(agent.subject)
    assert trust.subject_of(agent.token) == bound.subject
    trust.agency.revoke("case-1", case="case-2", by=CLERK)
    assert trust.subject_of(agent.token) == ANONYMOUS
