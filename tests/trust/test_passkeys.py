"""Passkeys: real ceremonies against a software authenticator, and every way in which one must fail."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from webauthn.helpers import base64url_to_bytes

from lingnan.base import BadInput, FixedClock, Missing, Refused, WrongUse
from lingnan.trust import OpenedSession, Subject, Trust
from lingnan.trust.identity.site import Site
from tests.back_ends import at_rest

from .authenticator import PRESENT, Authenticator

pytestmark = pytest.mark.on_both

ADMINISTRATOR = Subject("official", "other", roles=frozenset({"administrator"}), session="s", assurance=2)


@pytest.fixture
def session(trust: Trust) -> OpenedSession:
    account = trust.accounts.make_account("steward", "数据管理员", "Data steward", roles=("steward",))
    return trust.sessions.open(account, 1, method="test")


@pytest.fixture
def device(trust: Trust, session: OpenedSession) -> Authenticator:
    """A device registered with the account."""
    authenticator = Authenticator()
    trust.passkeys.finish_registration(session.subject, authenticator.create(trust.passkeys.begin_registration(session.subject)), "笔记本")
    return authenticator


def sign_in(trust: Trust, device: Authenticator) -> OpenedSession:
    return trust.passkeys.finish_sign_in(device.get(trust.passkeys.begin_sign_in()), "Chromium")


def reasons(trust: Trust) -> list[str]:
    return [entry.facts["reason"] for entry in trust.audit.entries() if entry.outcome == "refused"]


def test_a_passkey_signs_in_with_assurance_two(trust: Trust, session: OpenedSession, device: Authenticator) -> None:
    opened = sign_in(trust, device)
    assert (opened.subject.account, opened.subject.assurance, opened.subject.roles) == (session.subject.account, 2, frozenset({"steward"}))
    assert trust.subject_of(opened.token) == opened.subject
    card = trust.passkeys.of(session.subject.account)[0]
    assert (card.name, card.model, card.revoked) == ("笔记本", "00010203-0405-0607-0809-0a0b0c0d0e0f", False)
    assert card.last_used_at == trust.audit.clock.now()
    entries = [(entry.action, entry.outcome) for entry in trust.audit.entries(limit=500)]
    assert entries[-4:] == [(action, outcome) for action in ("passkey.register", "account.sign_in") for outcome in ("pending", "done")]


def test_options_ask_for_a_verified_user_and_name_nobody(trust: Trust, session: OpenedSession, device: Authenticator) -> None:
    asked = json.loads(trust.passkeys.begin_sign_in())
    assert (asked["userVerification"], asked["rpId"], asked.get("allowCredentials", [])) == ("required", "localhost", [])
    made = json.loads(trust.passkeys.begin_registration(replace(session.subject, assurance=2)))
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert len(made["excludeCredentials"]) == 1
    assert len(base64url_to_bytes(made["challenge"])) >= 32


def test_an_answer_serves_once(trust: Trust, device: Authenticator) -> None:
    answer = device.get(trust.passkeys.begin_sign_in())
    assert trust.passkeys.finish_sign_in(answer)
    with pytest.raises(Refused):
        trust.passkeys.finish_sign_in(answer)
    assert reasons(trust) == ["challenge"]


def test_a_wrong_answer_uses_the_challenge_up(trust: Trust, device: Authenticator) -> None:
    options = trust.passkeys.begin_sign_in()
    with pytest.raises(Refused):
        trust.passkeys.finish_sign_in(replace(device, origin="https://evil.example").get(options))
    with pytest.raises(Refused):
        trust.passkeys.finish_sign_in(device.get(options))
    assert reasons(trust) == ["answer", "challenge"]


def test_a_challenge_lasts_five_minutes(trust: Trust, session: OpenedSession, device: Authenticator, clock: FixedClock) -> None:
    answer = device.get(trust.passkeys.begin_sign_in())
    made = Authenticator().create(trust.passkeys.begin_registration(replace(session.subject, assurance=2)))
    clock.advance(timedelta(minutes=5))
    with pytest.raises(Refused):
        trust.passkeys.finish_sign_in(answer)
    with pytest.raises(Refused):
        trust.passkeys.finish_registration(replace(session.subject, assurance=2), made, "手机")


@pytest.mark.parametrize(
    "bend",
    [
        lambda device: replace(device, origin="https://evil.example"),
        lambda device: replace(device, origin="http://localhost:8401"),
        lambda device: replace(device, party="evil.example"),
        lambda device: replace(device, flags=PRESENT),
        lambda device: replace(device, flags=0),
        lambda device: replace(device, key=Authenticator().key),
        lambda device: replace(device, credential=b"another credential"),
        lambda device: replace(device, user=b"another account"),
        lambda device: replace(device, user=b""),
    ],
    ids=["origin", "port", "party", "not verified", "absent", "key", "credential", "user", "no user"],
)
def test_a_bent_sign_in_is_refused(trust: Trust, device: Authenticator, bend: Callable[[Authenticator], Authenticator]) -> None:
    with pytest.raises(Refused) as caught:
        sign_in(trust, bend(device))
    assert caught.value.code == "passkey"
    assert sign_in(trust, device), "the device itself still serves"


@pytest.mark.parametrize(
    "bent",
    [Authenticator(origin="https://evil.example"), Authenticator(party="evil.example"), Authenticator(flags=PRESENT)],
    ids=["origin", "party", "not verified"],
)
def test_a_bent_registration_is_refused(trust: Trust, session: OpenedSession, bent: Authenticator) -> None:
    with pytest.raises(Refused):
        trust.passkeys.finish_registration(session.subject, bent.create(trust.passkeys.begin_registration(session.subject)), "笔记本")
    assert trust.passkeys.of(session.subject.account) == []


def test_a_counter_that_falls_back_tells_of_a_copied_key(trust: Trust, device: Authenticator) -> None:
    copied = replace(device)
    sign_in(trust, device)
    with pytest.raises(Refused):
        sign_in(trust, copied)
    with pytest.raises(Refused):
        sign_in(trust, replace(device, counts=False, count=0))
    assert reasons(trust) == ["counter", "counter"]
    assert sign_in(trust, device)


def test_a_device_that_does_not_count_serves(trust: Trust, session: OpenedSession) -> None:
    device = Authenticator(counts=False)
    trust.passkeys.finish_registration(session.subject, device.create(trust.passkeys.begin_registration(session.subject)), "云端")
    assert sign_in(trust, device)
    assert sign_in(trust, device)


def test_a_second_passkey_needs_the_first_or_another_second_factor(trust: Trust, session: OpenedSession, device: Authenticator) -> None:
    with pytest.raises(Refused):
        trust.passkeys.begin_registration(session.subject)
    strong, second = sign_in(trust, device).subject, Authenticator()
    trust.passkeys.finish_registration(strong, second.create(trust.passkeys.begin_registration(strong)), "手机")
    assert sign_in(trust, second).subject.account == sign_in(trust, device).subject.account
    with pytest.raises(Refused):
        trust.passkeys.finish_registration(strong, second.create(trust.passkeys.begin_registration(strong)), "同一部手机")
    assert [card.name for card in trust.passkeys.of(strong.account)] == ["笔记本", "手机"]


def test_a_registration_belongs_to_who_began_it(trust: Trust, session: OpenedSession) -> None:
    other = trust.sessions.open(trust.accounts.make_account("other", "旁人", "Other", kind="citizen"), 1, method="test").subject
    answer = Authenticator().create(trust.passkeys.begin_registration(session.subject))
    with pytest.raises(Refused):
        trust.passkeys.finish_registration(other, answer, "偷来的")
    for subject in (Subject("anonymous"), trust.accounts.subject_for("steward"), replace(session.subject, token="t")):
        with pytest.raises(Refused):
            trust.passkeys.begin_registration(subject)


def test_a_challenge_of_one_ceremony_serves_no_other(trust: Trust, session: OpenedSession, device: Authenticator) -> None:
    options = json.loads(trust.passkeys.begin_registration(replace(session.subject, assurance=2)))
    with pytest.raises(Refused):
        trust.passkeys.finish_sign_in(device.get(json.dumps({"challenge": options["challenge"], "rpId": "localhost"})))


def test_revoking_ends_a_passkey_and_disabling_the_account_all(trust: Trust, session: OpenedSession, device: Authenticator) -> None:
    card = trust.passkeys.of(session.subject.account)[0]
    stranger = trust.sessions.open(trust.accounts.make_account("other", "旁人", "Other", kind="citizen"), 1, method="test").subject
    with pytest.raises(Missing):
        trust.passkeys.revoke(card.id, stranger)
    trust.accounts.disable("steward")
    with pytest.raises(Refused):
        sign_in(trust, device)
    trust.accounts.enable("steward")
    assert sign_in(trust, device)
    trust.passkeys.revoke(card.id, ADMINISTRATOR)
    trust.passkeys.revoke(card.id, ADMINISTRATOR)
    with pytest.raises(Refused):
        sign_in(trust, device)
    assert trust.passkeys.of(session.subject.account)[0].revoked
    assert len([entry for entry in trust.audit.entries() if entry.action == "passkey.revoke"]) == 2, "one intent and its outcome"


@pytest.mark.parametrize("answer", ["", "{}", "[]", "nonsense", '{"response": 1}', "[" * 30_000, "x" * 40_000])
def test_what_no_browser_says_is_turned_away(trust: Trust, session: OpenedSession, answer: str) -> None:
    with pytest.raises((BadInput, Refused)):
        trust.passkeys.finish_sign_in(answer)
    with pytest.raises((BadInput, Refused)):
        trust.passkeys.finish_registration(session.subject, answer, "笔记本")


def test_challenges_stand_nowhere_readable(trust: Trust, session: OpenedSession, tmp_path: Path) -> None:
    challenge = json.loads(trust.passkeys.begin_sign_in())["challenge"]
    assert challenge not in at_rest(tmp_path)


def test_a_site_is_an_origin_and_passkeys_need_its_name() -> None:
    assert Site.read("https://Data.Example.gov.cn/").origins == ["https://data.example.gov.cn"]
    assert Site.read("https://data.example.gov.cn:8443").party == "data.example.gov.cn"
    local = Site.read("http://127.0.0.1:8400")
    assert (local.party, local.origins) == ("localhost", ["http://127.0.0.1:8400", "http://localhost:8400"])
    for wrong in ("", "data.example.gov.cn", "http://data.example.gov.cn", "https://data.example.gov.cn/path", "https://u:p@data.example.gov.cn"):
        with pytest.raises(WrongUse):
            Site.read(wrong)
    with pytest.raises(WrongUse):
        _ = Site.read("https://192.0.2.7").party
