"""API tokens: shown once, narrower than their account at every use, for one purpose, within a quota that two processes share."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from lingnan.base import BadInput, FixedClock, Missing, Refused, load_settings
from lingnan.storage import Storage
from lingnan.trust import IssuedToken, OpenedSession, Purpose, Subject, Trust, is_token
from tests.back_ends import at_rest

PURPOSE = Purpose(code="statistics", matter="matter-7")
FIRM = "91440101MA59ABCD0A"
ADMINISTRATOR = Subject("official", "other", roles=frozenset({"administrator"}), session="s", assurance=2)


@pytest.fixture
def steward(trust: Trust) -> OpenedSession:
    account = trust.accounts.make_account("steward", "数据管理员", "Data steward", roles=("steward",))
    return trust.sessions.open(account, 2, method="test")


def make(trust: Trust, subject: Subject, scope: Iterable[str] = ("page.view", "build.run"), days: int = 30, **other: object) -> IssuedToken:
    ends = trust.audit.clock.now() + timedelta(days=days)
    asked = {"name": "夜间统计", "purpose": PURPOSE, "expires_at": ends, **other}
    return trust.tokens.make(subject, scope=scope, **asked)  # type: ignore[arg-type]


def refused(trust: Trust, secret: str, address: str = "") -> str:
    with pytest.raises(Refused) as caught:
        trust.tokens.subject_of(secret, address)
    return caught.value.code


def test_a_token_acts_as_its_account_within_its_scope(trust: Trust, steward: OpenedSession) -> None:
    made = make(trust, steward.subject)
    subject = trust.tokens.subject_of(made.secret, "192.0.2.7")
    assert (subject.kind, subject.account, subject.roles) == ("official", steward.subject.account, frozenset({"steward"}))
    assert (subject.token, subject.scope, subject.session) == (made.card.id, frozenset({"page.view", "build.run"}), "")
    assert subject.assurance == 2
    assert trust.tokens.purpose_of(subject) == PURPOSE
    assert trust.allow(subject, "build.run").allowed
    with pytest.raises(Refused):
        trust.allow(subject, "collect.load")


def test_scanners_can_find_a_token_and_chance_makes_none(trust: Trust, steward: OpenedSession) -> None:
    secret = make(trust, steward.subject).secret
    assert is_token(secret)
    assert (secret[:4], len(secret), secret.isascii()) == ("lnt_", 53, True)
    other = "A" if secret[10] != "A" else "B"
    assert not is_token(secret[:10] + other + secret[11:])
    assert not is_token("lnt_" + "0" * 49 + "\n")
    assert len({make(trust, steward.subject).secret for _ in range(5)}) == 5


def test_staff_make_tokens_with_a_second_factor_and_signed_in_only(trust: Trust, steward: OpenedSession) -> None:
    plain = trust.sessions.open(steward.subject.account, 1, method="test").subject
    for subject in (plain, trust.accounts.subject_for("steward"), Subject("operator", "root"), Subject("anonymous")):
        with pytest.raises(Refused):
            make(trust, subject, ("page.view",))
    with pytest.raises(Refused):
        make(trust, trust.tokens.subject_of(make(trust, steward.subject).secret))


def test_a_scope_is_never_more_than_the_account_may_do(trust: Trust, steward: OpenedSession) -> None:
    with pytest.raises(Refused) as caught:
        make(trust, steward.subject, ("page.view", "trust.verify"))
    assert caught.value.facts["beyond"] == ["trust.verify"]
    with pytest.raises(Refused):
        make(trust, steward.subject, ())


def test_a_lost_role_narrows_the_token_at_once(trust: Trust, steward: OpenedSession) -> None:
    secret = make(trust, steward.subject, ("page.view", "build.run")).secret
    alone = make(trust, steward.subject, ("build.run",)).secret
    trust.accounts.set_roles("steward", ())
    assert trust.tokens.subject_of(secret).scope == frozenset({"page.view"})
    assert refused(trust, alone) == "token", "a scope with nothing left must not mean everything"
    trust.accounts.set_roles("steward", ("steward",))
    assert trust.tokens.subject_of(alone).scope == frozenset({"build.run"})


def test_disabling_revoking_and_time_end_a_token_at_once(trust: Trust, steward: OpenedSession, clock: FixedClock) -> None:
    secret, ended = make(trust, steward.subject).secret, make(trust, steward.subject)
    trust.tokens.revoke(ended.card.id, steward.subject)
    assert refused(trust, ended.secret) == "token"
    trust.accounts.disable("steward")
    assert refused(trust, secret) == "token"
    trust.accounts.enable("steward")
    assert trust.tokens.subject_of(secret).account
    clock.advance(timedelta(days=30))
    assert refused(trust, secret) == "token"
    reasons = [entry.facts["reason"] for entry in trust.audit.entries() if entry.action == "token.use"]
    assert reasons == ["revoked", "disabled", "expired"]


def test_tokens_are_refused_alike_whatever_is_wrong(trust: Trust, steward: OpenedSession) -> None:
    good = make(trust, steward.subject, addresses=("10.1.0.0/16",)).secret
    texts = set()
    for secret in ("", "nonsense", good[:-1], make(trust, steward.subject).secret[:-1] + "é"):
        with pytest.raises(Refused) as caught:
            trust.tokens.subject_of(secret)
        texts.add(caught.value.en)
    with pytest.raises(Refused) as caught:
        trust.tokens.subject_of(good, "10.2.0.1")
    assert texts == {caught.value.en}


def test_a_token_may_be_bound_to_networks(trust: Trust, steward: OpenedSession) -> None:
    secret = make(trust, steward.subject, addresses=("10.1.2.3/16", "2001:db8::/32")).secret
    for address in ("10.1.255.1", "::ffff:10.1.0.9", "2001:db8::1"):
        assert trust.tokens.subject_of(secret, address).token
    for address in ("10.2.0.1", "2001:db9::1", "", "10.1.0.0/16", "localhost"):
        assert refused(trust, secret, address) == "token"
    with pytest.raises(BadInput):
        make(trust, steward.subject, addresses=("everywhere",))


def test_a_purpose_a_matter_and_an_end_are_required(trust: Trust, steward: OpenedSession) -> None:
    for wrong in ({"purpose": Purpose(code="statistics")}, {"purpose": Purpose(matter="m")}, {"days": 0}, {"days": 366}, {"name": " "}):
        with pytest.raises(BadInput):
            make(trust, steward.subject, **wrong)  # type: ignore[arg-type]
    with pytest.raises(BadInput):
        make(trust, steward.subject, calls_a_minute=10**6)
    assert make(trust, steward.subject, days=365).card.calls_a_minute == 60


def test_an_account_has_so_many_tokens_and_no_more(trust: Trust, steward: OpenedSession) -> None:
    made = [make(trust, steward.subject) for _ in range(20)]
    with pytest.raises(Refused):
        make(trust, steward.subject)
    trust.tokens.revoke(made[0].card.id, steward.subject)
    assert make(trust, steward.subject)


def test_a_minute_slides_and_tells_when_a_call_fits_again(trust: Trust, steward: OpenedSession, clock: FixedClock) -> None:
    secret = make(trust, steward.subject, calls_a_minute=3).secret
    for pause in (20, 10, 0):
        clock.advance(timedelta(seconds=pause))
        trust.tokens.subject_of(secret)
    clock.advance(timedelta(seconds=35))
    assert refused(trust, secret) == "quota", "a new minute by the clock is no new minute of the quota"
    with pytest.raises(Refused) as caught:
        trust.tokens.subject_of(secret)
    assert (caught.value.code, caught.value.facts["retry_after"]) == ("quota", 15)
    clock.advance(timedelta(seconds=15))
    assert trust.tokens.subject_of(secret)
    with pytest.raises(Refused) as caught:
        trust.tokens.subject_of(secret)
    assert caught.value.facts["retry_after"] == 10


def test_a_day_slides_over_midnight(trust: Trust, steward: OpenedSession, clock: FixedClock) -> None:
    secret = make(trust, steward.subject, calls_a_day=2).secret
    for _ in range(2):
        clock.advance(timedelta(minutes=5))
        subject = trust.tokens.subject_of(secret)
    clock.advance(timedelta(hours=15))
    with pytest.raises(Refused) as caught:
        trust.tokens.subject_of(secret)
    assert caught.value.facts["retry_after"] == 8 * 3600 + 55 * 60
    assert trust.tokens.of(subject.account)[0].last_used_at == clock.now() - timedelta(hours=15)
    clock.advance(timedelta(hours=8, minutes=55))
    assert trust.tokens.subject_of(secret)
    assert refused(trust, secret) == "quota"


def test_rows_are_counted_before_they_are_given(trust: Trust, steward: OpenedSession, clock: FixedClock) -> None:
    subject = trust.tokens.subject_of(make(trust, steward.subject, rows_a_day=100).secret)
    trust.tokens.spend_rows(subject, 60)
    for rows in (41, 101):
        with pytest.raises(Refused) as caught:
            trust.tokens.spend_rows(subject, rows)
        assert (caught.value.code, caught.value.facts["retry_after"]) == ("quota", 24 * 3600)
    trust.tokens.spend_rows(subject, 40)
    clock.advance(timedelta(days=1))
    trust.tokens.spend_rows(subject, 100)
    with pytest.raises(Missing):
        trust.tokens.spend_rows(steward.subject, 1)


def test_questions_asked_at_once_are_as_many_calls(trust: Trust, steward: OpenedSession, clock: FixedClock) -> None:
    subject = trust.tokens.subject_of(make(trust, steward.subject, calls_a_minute=50, calls_a_day=120).secret)
    trust.tokens.spend_calls(subject, 49)
    with pytest.raises(Refused) as caught:
        trust.tokens.spend_calls(subject, 1)
    assert (caught.value.code, caught.value.facts["retry_after"]) == ("quota", 60)
    clock.advance(timedelta(minutes=1))
    trust.tokens.spend_calls(subject, 50)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(Refused) as caught:
        trust.tokens.spend_calls(subject, 21)
    assert "Or ask fewer questions at once." in caught.value.en, "of the day's 120 calls 20 are left"
    trust.tokens.spend_calls(subject, 20)


def test_a_refused_call_costs_nothing_and_a_wrong_address_neither(trust: Trust, steward: OpenedSession, clock: FixedClock) -> None:
    secret = make(trust, steward.subject, calls_a_day=3, calls_a_minute=1, addresses=("10.0.0.0/8",)).secret
    for _ in range(5):
        refused(trust, secret, "192.0.2.1")
    for _ in range(3):
        trust.tokens.subject_of(secret, "10.0.0.1")
        assert refused(trust, secret, "10.0.0.1") == "quota"
        clock.advance(timedelta(minutes=1))


RACE = """
import json, sys
from datetime import datetime
from pathlib import Path
from lingnan.base import FixedClock, Refused, load_settings
from lingnan.storage import Storage
from lingnan.trust import Trust
home = Path(sys.argv[1])
settings = load_settings(home).model_copy(update={"storage_url": sys.argv[4]} if sys.argv[4] else {})
trust = Trust.open(Storage.open(settings), home, FixedClock(datetime.fromisoformat(sys.argv[3])))
print("ready", flush=True)
sys.stdin.readline()
got = rows = 0
for _ in range(40):
    try:
        subject = trust.tokens.subject_of(sys.argv[2])
        got += 1
        trust.tokens.spend_rows(subject, 7)
        rows += 7
    except Refused as error:
        assert error.code == "quota", error
print(json.dumps([got, rows]))
"""


def race(secret: str, home: Path, clock: FixedClock, url: str = "") -> tuple[list[int], list[int]]:
    command = [sys.executable, "-c", RACE, str(home), secret, clock.now().isoformat(), url]
    racers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    told = [json.loads(racer.communicate(timeout=60)[0]) for racer in racers]
    return [each[0] for each in told], [each[1] for each in told]


def test_two_processes_together_spend_what_one_may(trust: Trust, steward: OpenedSession, clock: FixedClock, tmp_path: Path) -> None:
    secret = make(trust, steward.subject, calls_a_minute=50, rows_a_day=210).secret
    calls, rows = race(secret, tmp_path, clock)
    assert (sum(calls), sum(rows)) == (50, 210)
    assert min(calls) > 0, "both must have raced"


@pytest.mark.postgres
def test_two_processes_on_postgresql_too(tmp_path: Path, clock: FixedClock, postgres_database: str) -> None:
    url = postgres_database.replace("postgresql://", "postgresql+psycopg://")
    storage = Storage.open(load_settings(tmp_path).model_copy(update={"storage_url": url}))
    trust = Trust.open(storage, tmp_path, clock)
    try:
        account = trust.accounts.make_account("steward", "数据管理员", "Data steward", roles=("steward",))
        secret = make(trust, trust.sessions.open(account, 2, method="test").subject, calls_a_minute=50, rows_a_day=210).secret
        calls, rows = race(secret, tmp_path, clock, url)
        assert (sum(calls), sum(rows)) == (50, 210)
    finally:
        trust.close()
        storage.close()


def test_an_agents_token_acts_for_the_legal_person_while_the_authority_holds(trust: Trust) -> None:
    account = trust.accounts.make_account("agent", "林代办", "Made-up agent", kind="citizen")
    agent = trust.sessions.open(account, 1, method="test").subject
    with pytest.raises(Refused):
        make(trust, agent, ("page.view",), credit_code=FIRM)
    trust.agency.grant(
        case="case-1", credit_code=FIRM, account=account, document_digest="sm3:" + "0" * 64, matters=["matter-7"], valid_from=date(2026, 10, 1),
        valid_to=date(2027, 10, 1), confirmed_by=ADMINISTRATOR,
    )
    with pytest.raises(Refused):
        make(trust, agent, ("page.view",), credit_code=FIRM, purpose=Purpose(code="statistics", matter="another"))
    secret = make(trust, agent, ("page.view",), credit_code=FIRM).secret
    acting = make(trust, trust.agency.act_for(agent, FIRM), ("page.view",)).card
    assert acting.credit_code == FIRM, "who acts for a legal person makes its token, not their own"
    subject = trust.tokens.subject_of(secret)
    assert (subject.kind, subject.credit_code, subject.account) == ("enterprise", FIRM, account)
    trust.agency.revoke("case-1", case="case-2", by=ADMINISTRATOR)
    assert refused(trust, secret) == "token"


def test_who_may_end_a_token(trust: Trust, steward: OpenedSession) -> None:
    made = [make(trust, steward.subject).card.id for _ in range(2)]
    stranger = trust.sessions.open(trust.accounts.make_account("other", "旁人", "Other", kind="citizen"), 1, method="test").subject
    with pytest.raises(Missing):
        trust.tokens.revoke(made[0], stranger)
    trust.tokens.revoke(made[0], steward.subject)
    trust.tokens.revoke(made[1], ADMINISTRATOR)
    trust.tokens.revoke(made[1], ADMINISTRATOR)
    assert [card.revoked for card in trust.tokens.of(steward.subject.account)] == [True, True]
    assert len([entry for entry in trust.audit.entries() if (entry.action, entry.kind) == ("token.revoke", "outcome")]) == 2


def test_the_secret_is_told_once_and_stands_nowhere(trust: Trust, steward: OpenedSession, tmp_path: Path) -> None:
    made = make(trust, steward.subject)
    trust.tokens.subject_of(made.secret)
    assert made.secret not in repr(made)
    with pytest.raises(Refused) as caught:
        trust.tokens.subject_of(make(trust, steward.subject, addresses=("10.0.0.1",)).secret)
    assert "lnt_" not in f"{caught.value!r} {caught.value.zh} {caught.value.facts}"
    assert made.card.id in at_rest(tmp_path)
    assert made.secret not in at_rest(tmp_path)
    assert isinstance(made.card.expires_at, datetime)
