"""OpenID Connect against a real provider's process and against one that forges: only an honest, fresh, fitting answer signs in."""

import base64
import hashlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pyotp
import pytest
import yaml
from joserfc.jwk import ECKey, RSAKey

from lingnan.base import Clock, FixedClock, Missing, Refused, SystemClock, Unavailable, WrongUse, load_settings
from lingnan.storage import Storage
from lingnan.trust import SignInStep, Subject, Trust
from tests.back_ends import at_rest

from .bent_provider import BentProvider, bent_provider, keyed_by_public_key, signed_by, unsigned

pytestmark = pytest.mark.on_both

ADMINISTRATOR = Subject("official", "administrator-account", roles=frozenset({"administrator"}), session="s", assurance=2)
FIRM = "91440101MA59ABCD0A"
ENTRY = {"id": "people", "kind": "citizen", "zh": "统一身份认证（自然人）", "en": "Identity for people", "client_id": "lingnan"}


@pytest.fixture
def clock() -> Clock:
    """The real one: providers in other processes date their tokens by it."""
    return SystemClock()


@pytest.fixture
def bent() -> Iterator[BentProvider]:
    with bent_provider() as provider:
        yield provider


@pytest.fixture
def register(tmp_path: Path) -> Callable[..., None]:
    """Writes `keys/providers.yaml` as an administrator would."""

    def write(*entries: dict[str, Any]) -> None:
        path = tmp_path / "keys" / "providers.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump([{**ENTRY, **entry} for entry in entries], allow_unicode=True), encoding="utf-8")

    return write


@pytest.fixture(scope="module")
def real_provider() -> Iterator[str]:
    """`oidc-provider-mock` in a process of its own; gives its issuer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as process:
        issuer = f"http://127.0.0.1:{port}"
        try:
            for _ in range(200):
                try:
                    httpx.get(f"{issuer}/.well-known/openid-configuration")
                    break
                except httpx.ConnectError:
                    time.sleep(0.05)
            yield issuer
        finally:
            process.terminate()


@pytest.fixture
def secrets_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in ("PEOPLE", "STAFF"):
        monkeypatch.setenv(f"LINGNAN_PROVIDER_{provider}_SECRET", "made-up")


def through_real(trust: Trust, sub: str, provider: str = "people", invitation: str = "") -> SignInStep:
    """The whole way over HTTP, as a browser goes it."""
    departure = trust.providers.begin(provider, invitation)
    back = httpx.post(departure.address, data={"sub": sub})
    assert back.status_code in (302, 303)
    arrival = urlsplit(back.headers["location"])
    assert f"{arrival.scheme}://{arrival.netloc}{arrival.path}" == trust.providers.redirect_uri(provider)
    return trust.providers.arrive(provider, dict(parse_qsl(arrival.query)), departure.browser, "Chromium")


def through(trust: Trust, bent: BentProvider, provider: str = "people", invitation: str = "") -> SignInStep:
    departure = trust.providers.begin(provider, invitation)
    return trust.providers.arrive(provider, bent.authorize(departure.address), departure.browser)


def reasons(trust: Trust) -> list[str]:
    return [entry.facts["reason"] for entry in trust.audit.entries() if entry.outcome == "refused" and "reason" in entry.facts]


@pytest.mark.usefixtures("secrets_set")
def test_a_citizen_signs_in_at_a_real_provider(trust: Trust, register: Callable[..., None], real_provider: str) -> None:
    register({"issuer": real_provider, "citizen_accounts": True})
    httpx.put(f"{real_provider}/users/c-1", json={"name": "陈小明"})
    first, again, other = through_real(trust, "c-1"), through_real(trust, "c-1"), through_real(trust, "c-2")
    assert first.subject.account == again.subject.account != other.subject.account
    assert (first.subject.kind, first.subject.assurance, first.subject.roles) == ("citizen", 1, frozenset())
    assert trust.subject_of(first.token) == first.subject
    assert trust.accounts.account(first.subject.account).zh == "陈小明"
    entries = [(entry.action, entry.outcome) for entry in trust.audit.entries()]
    assert entries[:4] == [(action, outcome) for action in ("provider.link", "account.sign_in") for outcome in ("pending", "done")]


@pytest.mark.usefixtures("secrets_set")
def test_staff_come_in_by_invitation_alone(trust: Trust, register: Callable[..., None], real_provider: str) -> None:
    register({"id": "staff", "kind": "official", "issuer": real_provider})
    account = trust.accounts.make_account("steward", "数据管理员", "Data steward", roles=("steward",))
    with pytest.raises(Refused):
        through_real(trust, "s-1", "staff")
    invitation = trust.providers.invite("steward", "staff", ADMINISTRATOR)
    for step in (through_real(trust, "s-1", "staff", invitation), through_real(trust, "s-1", "staff")):
        assert (step.state, step.subject) == ("enrol_second_factor", None), "officials show a second factor before there is a session"
        assert trust.subject_of(step.token).kind == "anonymous"
        assert trust.sign_in.awaiting(step.token).account == account
    with pytest.raises(Refused):
        through_real(trust, "s-2", "staff", invitation)
    assert reasons(trust) == ["unknown", "invitation"]


@pytest.mark.usefixtures("secrets_set")
def test_a_provider_does_not_stand_in_for_the_factor_a_citizen_enrolled(
    trust: Trust, register: Callable[..., None], real_provider: str
) -> None:
    register({"issuer": real_provider, "citizen_accounts": True})
    first = through_real(trust, "c-1")
    totp = pyotp.TOTP(trust.sign_in.enrol_totp(first.token).secret)
    codes = trust.sign_in.confirm_totp(first.token, totp.now()).recovery_codes
    step = through_real(trust, "c-1")
    assert (step.state, step.methods, step.subject) == ("second_factor", ("totp", "recovery_code"), None)
    assert trust.subject_of(step.token).kind == "anonymous"
    opened = trust.sign_in.with_recovery_code(step.token, codes[0])
    assert opened.subject is not None
    assert (opened.subject.kind, opened.subject.assurance) == ("citizen", 2)


@pytest.mark.usefixtures("secrets_set")
def test_a_code_serves_once_at_a_real_provider(trust: Trust, register: Callable[..., None], real_provider: str) -> None:
    register({"issuer": real_provider, "citizen_accounts": True})
    departure, other = trust.providers.begin("people"), trust.providers.begin("people")
    location = httpx.post(departure.address, data={"sub": "c-1"}).headers["location"]
    answer = dict(parse_qsl(urlsplit(location).query))
    assert trust.providers.arrive("people", answer, departure.browser)
    with pytest.raises(Refused):
        trust.providers.arrive("people", answer, departure.browser)
    stolen = {**answer, "state": dict(parse_qsl(urlsplit(other.address).query))["state"]}
    with pytest.raises(Refused):
        trust.providers.arrive("people", stolen, other.browser)
    assert reasons(trust) == ["state", "code"]


def test_one_issuer_and_subject_never_mean_two_kinds(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True}, {"id": "staff", "kind": "official", "issuer": bent.issuer})
    citizen = through(trust, bent).subject
    with pytest.raises(Refused):
        through(trust, bent, "staff")
    account = trust.accounts.make_account("steward", "数据管理员", "Data steward", roles=("steward",))
    staff = through(trust, bent, "staff", trust.providers.invite("steward", "staff", ADMINISTRATOR))
    assert citizen is not None
    assert (trust.sign_in.awaiting(staff.token).account, citizen.kind) == (account, "citizen")
    assert through(trust, bent).subject.account == citizen.account
    with pytest.raises(Refused):
        trust.providers.invite("steward", "people", ADMINISTRATOR)


def test_an_email_address_never_means_an_account(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    first = through(trust, bent).subject.account
    bent.bend = lambda claims: {**claims, "sub": "person-2"}
    assert through(trust, bent).subject.account != first


def test_the_request_is_as_the_standard_says(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    through(trust, bent)
    asked, form = bent.asked, bent.redeemed[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid profile")
    assert asked["redirect_uri"] == form["redirect_uri"] == "http://127.0.0.1:8400/sign-in/providers/people/arrival"
    assert min(len(asked["state"]), len(asked["nonce"]), len(form["code_verifier"])) >= 43
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], form["code_verifier"]}) == 4
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_a_state_belongs_to_its_browser_its_provider_and_its_minutes(
    tmp_path: Path, register: Callable[..., None], bent: BentProvider
) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True}, {"id": "second", "issuer": bent.issuer, "citizen_accounts": True})
    clock = FixedClock(datetime.now(UTC))
    storage = Storage.open(load_settings(tmp_path))
    with ExitStack() as stack:
        stack.callback(storage.close)
        trust = Trust.open(storage, tmp_path, clock)
        stack.callback(trust.close)
        for provider, browser in (("people", "another"), ("people", ""), ("second", None)):
            departure = trust.providers.begin("people")
            with pytest.raises(Refused):
                trust.providers.arrive(provider, bent.authorize(departure.address), departure.browser if browser is None else browser)
        departure = trust.providers.begin("people")
        clock.advance(datetime.resolution * 10 * 60 * 1_000_000)
        with pytest.raises(Refused):
            trust.providers.arrive("people", bent.authorize(departure.address), departure.browser)
        assert reasons(trust) == ["state"] * 4
        assert bent.redeemed == [], "no code is sent on for a state that is not ours"


FORGERIES: dict[str, Callable[[BentProvider], None]] = {
    "wrong key": lambda bent: setattr(bent, "sign", signed_by(RSAKey.generate_key(2048), "RS256", "first")),
    "unknown key": lambda bent: setattr(bent, "sign", signed_by(RSAKey.generate_key(2048), "RS256", "never published")),
    "none": lambda bent: setattr(bent, "sign", unsigned),
    "HS256 by the public key": lambda bent: setattr(bent, "sign", keyed_by_public_key(bent.key, "first")),
    "algorithm not registered": lambda bent: setattr(bent, "sign", signed_by(bent.key, "PS256", "first")),
    "no token": lambda bent: setattr(bent, "sign", lambda claims: ""),
    "nonsense": lambda bent: setattr(bent, "sign", lambda claims: "a.b.c"),
    "audience": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "aud": "another"}),
    "audiences without azp": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "aud": ["lingnan", "another"]}),
    "azp": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "azp": "another"}),
    "issuer": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "iss": "https://other.example"}),
    "no issuer": lambda bent: setattr(bent, "bend", lambda claims: without(claims, "iss")),
    "expired": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "iat": claims["iat"] - 900, "exp": claims["iat"] - 300}),
    "no expiry": lambda bent: setattr(bent, "bend", lambda claims: without(claims, "exp")),
    "made tomorrow": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "iat": claims["iat"] + 86400, "exp": claims["exp"] + 86400}),
    "nonce of another": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "nonce": "x" * 43}),
    "no nonce": lambda bent: setattr(bent, "bend", lambda claims: without(claims, "nonce")),
    "no subject": lambda bent: setattr(bent, "bend", lambda claims: without(claims, "sub")),
    "subject no text": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "sub": 7}),
    "subject too long": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "sub": "s" * 201}),
    "foreign access token": lambda bent: setattr(bent, "bend", lambda claims: {**claims, "at_hash": "x" * 22}),
}


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


def test_every_forged_token_is_refused(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    honest = bent.sign, bent.bend
    believed, codes = [], set()
    for name, forge in FORGERIES.items():
        forge(bent)
        try:
            through(trust, bent)
            believed.append(name)
        except Refused as error:
            codes.add(error.code)
        bent.sign, bent.bend = honest
    assert (believed, codes) == ([], {"provider"})
    assert through(trust, bent), "the honest one is believed"
    assert trust.accounts.listing("citizen")[1:] == [], "no forgery left an account behind"


def test_a_nonce_cannot_be_used_again(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    through(trust, bent)
    old = bent.asked["nonce"]
    bent.bend = lambda claims: {**claims, "nonce": old}
    with pytest.raises(Refused):
        through(trust, bent)


def test_more_audiences_need_our_own_azp(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    bent.bend = lambda claims: {**claims, "aud": ["lingnan", "another"], "azp": "lingnan"}
    assert through(trust, bent)


def test_a_new_key_is_fetched_once_and_an_old_one_not_again(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True, "algorithms": ["RS256", "ES256"]})
    through(trust, bent)
    through(trust, bent)
    assert bent.fetched.count("/keys") == 1
    fresh = ECKey.generate_key("P-256", {"kid": "second", "use": "sig"})
    bent.published, bent.sign = [fresh], signed_by(fresh, "ES256", "second")
    through(trust, bent)
    assert bent.fetched.count("/keys") == 2
    bent.sign = signed_by(RSAKey.generate_key(2048), "RS256", "never published")
    with pytest.raises(Refused):
        through(trust, bent)
    assert bent.fetched.count("/keys") == 3


def test_a_shared_secret_in_the_key_set_is_no_key(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    bent.extra_keys = [{"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "kid": "shared"}, {"kty": "new"}]
    assert through(trust, bent)


@pytest.mark.parametrize(
    "discovery",
    [{"issuer": "https://other.example"}, {"token_endpoint": "http://idp.example/token"}, {"jwks_uri": None}, {"jwks_uri": "https://other.example/keys"}],
    ids=["issuer", "plain http", "no keys", "host not registered"],
)
def test_a_provider_that_is_not_itself_is_not_asked(
    trust: Trust, register: Callable[..., None], bent: BentProvider, discovery: dict[str, Any]
) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    bent.discovery = discovery
    with pytest.raises(Unavailable):
        trust.providers.begin("people")


def test_a_redirect_from_another_issuer_or_with_an_error_is_refused(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    for more in ({"iss": "https://other.example"}, {"error": "access_denied"}, {"code": ""}):
        departure = trust.providers.begin("people")
        with pytest.raises(Refused):
            trust.providers.arrive("people", {**bent.authorize(departure.address), **more}, departure.browser)
    assert bent.redeemed == []
    assert reasons(trust) == ["issuer", "declined", "declined"]


def test_a_provider_may_vouch_for_a_second_factor(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True, "second_factor_acr": ["urn:two"]})
    assert through(trust, bent).subject.assurance == 1
    bent.bend = lambda claims: {**claims, "acr": "urn:two"}
    assert through(trust, bent).subject.assurance == 2


def test_a_legal_persons_provider_opens_nothing_but_the_legal_person(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"id": "firms", "kind": "enterprise", "issuer": bent.issuer, "credit_code_claim": "uscc"})
    account = trust.accounts.make_account("agent", "林代办", "Made-up agent", kind="citizen")
    trust.agency.grant(
        case="case-1", credit_code=FIRM, account=account, document_digest="sha256:" + "0" * 64, matters=["*"], valid_from=date(2020, 1, 1),
        valid_to=date(2099, 1, 1), confirmed_by=ADMINISTRATOR,
    )
    bent.bend = lambda claims: {**claims, "uscc": FIRM}
    opened = through(trust, bent, "firms", trust.providers.invite("agent", "firms", ADMINISTRATOR))
    assert (opened.subject.kind, opened.subject.credit_code, opened.subject.account) == ("enterprise", FIRM, account)
    assert trust.subject_of(opened.token) == opened.subject
    for told in ("91440300MA59WXY12K", "nonsense", None):
        bent.bend = lambda claims, told=told: {**claims, "uscc": told}  # type: ignore[misc]
        with pytest.raises(Refused):
            through(trust, bent, "firms")
    trust.agency.revoke("case-1", case="case-2", by=ADMINISTRATOR)
    assert trust.subject_of(opened.token).kind == "anonymous"
    bent.bend = lambda claims: {**claims, "uscc": FIRM}
    with pytest.raises(Refused):
        through(trust, bent, "firms")


def test_a_disabled_account_stays_out(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"issuer": bent.issuer, "citizen_accounts": True})
    trust.accounts.disable(through(trust, bent).subject.account)
    with pytest.raises(Refused):
        through(trust, bent)
    assert reasons(trust) == ["closed"]


def test_invitations_are_the_administrators_and_end(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    register({"id": "staff", "kind": "official", "issuer": bent.issuer}, {"id": "staff-2", "kind": "official", "issuer": bent.issuer})
    trust.accounts.make_account("steward", "数据管理员", "Data steward", roles=("steward",))
    with pytest.raises(Refused):
        trust.providers.invite("steward", "staff", Subject("official", "s", roles=frozenset({"steward"}), session="s", assurance=2))
    invitation = trust.providers.invite("steward", "staff", ADMINISTRATOR)
    with pytest.raises(Refused):
        through(trust, bent, "staff-2", invitation)
    assert through(trust, bent, "staff", invitation)


@pytest.mark.parametrize(("way", "environment"), [("basic", True), ("post", False)])
def test_the_secret_comes_from_environment_or_file_and_shows_nowhere(
    trust: Trust, register: Callable[..., None], bent: BentProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, way: str, environment: bool,
) -> None:
    secret = "canary/secret value"
    register({"issuer": bent.issuer, "citizen_accounts": True, "client_authentication": way})
    if environment:
        monkeypatch.setenv("LINGNAN_PROVIDER_PEOPLE_SECRET", secret)
    else:
        file = tmp_path / "client.secret"
        file.write_text(secret + "\n")
        file.chmod(0o600)
        monkeypatch.setenv("LINGNAN_PROVIDER_PEOPLE_SECRET_FILE", str(file))
    departure = trust.providers.begin("people")
    opened = trust.providers.arrive("people", bent.authorize(departure.address), departure.browser)
    if way == "basic":
        assert httpx.BasicAuth("lingnan", "canary%2Fsecret%20value")._auth_header == bent.headers[0]
        assert "client_secret" not in bent.redeemed[0]
    else:
        assert (bent.redeemed[0]["client_secret"], bent.headers[0]) == (secret, "")
    bent.sign = unsigned
    with pytest.raises(Refused) as caught:
        through(trust, bent)
    state = parse_qsl(urlsplit(departure.address).query)
    dumps = [f"{caught.value!r}{caught.value.__cause__!r}", repr(opened), repr(departure), caplog.text, repr(trust.providers.cards())]
    dumps.append(at_rest(tmp_path))
    hidden = [secret, opened.token, departure.browser, dict(state)["state"], dict(state)["nonce"], bent.redeemed[0]["code_verifier"]]
    assert not [value for value in hidden for dump in dumps if value in dump]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_secret": "canary-secret"}, {"issuer": "http://idp.example"}, {"issuer": "https://u:canary-secret@idp.example"},
        {"algorithms": ["none"]},
        {"algorithms": ["HS256"]}, {"algorithms": []}, {"kind": "enterprise"}, {"kind": "official", "citizen_accounts": True}, {"id": "../x"},
    ],
)
def test_a_wrong_entry_is_refused_and_its_values_are_not_told(trust: Trust, register: Callable[..., None], wrong: dict[str, Any]) -> None:
    register({"issuer": "https://idp.example", **wrong})
    with pytest.raises(WrongUse) as caught:
        trust.providers.cards()
    assert not re.search("canary", f"{caught.value!r}{caught.value.zh}{caught.value.facts}{caught.value.__cause__!r}")


def test_a_provider_taken_out_of_the_file_is_out_at_once(trust: Trust, register: Callable[..., None], bent: BentProvider) -> None:
    assert trust.providers.cards() == []
    register({"issuer": bent.issuer, "citizen_accounts": True})
    departure = trust.providers.begin("people")
    assert [card.id for card in trust.providers.cards()] == ["people"]
    register()
    with pytest.raises(Missing):
        trust.providers.arrive("people", bent.authorize(departure.address), departure.browser)


def test_a_provider_that_is_away_says_so(trust: Trust, register: Callable[..., None]) -> None:
    register({"issuer": "http://127.0.0.1:9", "citizen_accounts": True})
    with pytest.raises(Unavailable):
        trust.providers.begin("people")
