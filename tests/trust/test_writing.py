"""Every write of trust has its intent in the log before it and its outcome after; without the intent nothing is changed."""

import inspect
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
import yaml
from sqlalchemy import select

import lingnan.trust
from lingnan.base import FixedClock, SystemClock, Unavailable
from lingnan.storage import IntentMark, Record, Storage
from lingnan.trust import AssessmentForm, GrantForm, NegativeForm, OpenedSession, Purpose, Subject, Trust
from lingnan.trust.identity.passkeys import Passkeys
from lingnan.trust.identity.providers import Providers
from lingnan.trust.policy.assessments import question_ids
from tests.trust.authenticator import Authenticator
from tests.trust.bent_provider import BentProvider, bent_provider
from tests.trust.test_signing import START, pem
from tests.trust.test_signing import Authority as CertificateAuthority

STEWARD, REVIEWER, SECURITY, SECOND, ADMINISTRATOR = (
    Subject("official", name, "zhengwu", roles=frozenset({role}), assurance=2)
    for name, role in (("s1", "steward"), ("r1", "reviewer"), ("x1", "security"), ("x2", "security"), ("a1", "administrator"))
)
STATED = Purpose("case-handling", "行政许可法 第三十二条", "2026-000123")
FIRM, PASSWORD, OTHER_PASSWORD = "91440101MA59ABCD0A", "榕树下的雨一直下到傍晚才停", "骑楼街角的凉茶铺子今天开着"
NUMBER = "440524188001010014"
TABLE = "gongan.resident"
PEOPLE = {
    "id": "people", "kind": "citizen", "zh": "自然人", "en": "People", "client_id": "lingnan", "citizen_accounts": True,
}
Act = Callable[[], object]

DOORS: dict[str, type] = {
    "trust": Trust, "accounts": lingnan.trust.Accounts, "sessions": lingnan.trust.Sessions, "organisations": lingnan.trust.Organisations,
    "sign_in": lingnan.trust.SignIn, "administration": lingnan.trust.Administration, "witnessing": lingnan.trust.Witnessing,
    "watch": lingnan.trust.Watch, "overrides": lingnan.trust.Overrides, "sightings": lingnan.trust.Sightings,
    "statistics": lingnan.trust.Statistics, "grants": lingnan.trust.Grants, "assessments": lingnan.trust.Assessments,
    "negative_list": lingnan.trust.NegativeList, "policy_sets": lingnan.trust.PolicySets, "agency": lingnan.trust.Agency,
    "tokens": lingnan.trust.Tokens, "passkeys": Passkeys, "providers": Providers, "keys": lingnan.trust.KeyAdministration,
    "held_purposes": lingnan.trust.HeldPurposes, "signatures": lingnan.trust.Signatures, "issuers": lingnan.trust.RecognisedIssuers,
}
READS = """
trust.allow trust.close trust.decide trust.decide_many trust.explain trust.open trust.passkeys trust.policy trust.providers trust.pseudonym
trust.purpose_need trust.record trust.subject_of trust.use_classifier trust.verify trust.views_for_step trust.who_can
accounts.account accounts.by_citizen_number accounts.by_identity accounts.exists accounts.holder_of_link accounts.identities accounts.listing
accounts.subject_away accounts.subject_for accounts.subject_of accounts.to_sign_in
sessions.listing sessions.recently_confirmed sessions.subject_of
organisations.ancestors organisations.belongs organisations.descendants organisations.listing organisations.unit organisations.within
sign_in.add_factor sign_in.awaiting sign_in.enrolling_totp sign_in.has_password
administration.has_administrator administration.listing administration.use_policy
witnessing.check witnessing.export watch.findings overrides.active overrides.card overrides.cards
overrides.to_sign overrides.use_classifier overrides.use_signatures sightings.about sightings.of
held_purposes.for_tables held_purposes.of held_purposes.purpose_for held_purposes.use_classifier
statistics.public statistics.smallest grants.get grants.of grants.on grants.is_holder assessments.about assessments.get assessments.listing
negative_list.entries negative_list.version policy_sets.active policy_sets.drift policy_sets.effects policy_sets.text policy_sets.versions
agency.acting agency.authorities agency.authorities_of agency.may_act tokens.of tokens.purpose_of passkeys.of providers.cards providers.redirect_uri
keys.cards signatures.accept signatures.digest signatures.look_up signatures.receipt signatures.verify issuers.check issuers.listing
"""
UNTOLD = """
trust.keep_watch watch.round sign_in.sweep passkeys.begin_registration passkeys.begin_sign_in providers.begin tokens.subject_of
tokens.spend_calls tokens.spend_rows
"""
"""Keeping of its own books: what was watched, what is over, questions that wait for a browser, what a token has used."""
THE_SAME = "trust.first_administrator"
"""Another verb under a second name."""
ELSEWHERE = "keys.adopt"
"""Takes a device: tests/trust/test_pkcs11.py."""
OWN_BOOKS = {"failed_sign_in", "ceremony", "node_sequence", "intent_mark"}
OWN_COLUMNS = {("account_totp", "last_step"), ("sign_in_session", "seen_at")}
"""Counters against guessing, spent numbers, and what the hub notes of time."""
ONCE = {
    "accounts.make_organisation", "administration.import_organisations", "administration.disable_organisation", "administration.enable_organisation",
}
"""Go through a verb that tells of itself, and yet are told once."""
IN_THE_LOG_ITSELF = {"witnessing.take"}


@contextmanager
def no_intents(trust: Trust) -> Iterator[None]:
    """A log that takes decisions, but nothing about writes."""
    with closing(sqlite3.connect(trust.audit.path)) as log:
        log.execute("create trigger full before insert on entry when new.kind <> 'decision' begin select raise(abort, 'full'); end")
        yield
        log.execute("drop trigger full")


def kept(storage: Storage) -> dict[str, list[str]]:
    """Everything in the database but the hub's own books."""
    found = {}
    with storage.reading() as session:
        for table in Record.metadata.sorted_tables:
            if table.name not in OWN_BOOKS:
                columns = [column for column in table.columns if (table.name, column.name) not in OWN_COLUMNS]
                found[table.name] = sorted(repr(tuple(row)) for row in session.execute(select(*columns)))
    return found


@dataclass
class Ground:
    """One hub with people in it."""

    trust: Trust
    clock: FixedClock
    bent: BentProvider
    folder: Path
    made: int = 0

    @property
    def storage(self) -> Storage:
        return self.trust._storage

    def citizen(self) -> str:
        """A citizen with the password."""
        self.made += 1
        account = self.trust.accounts.make_account(f"citizen-{self.made}", "公民", "Citizen", kind="citizen")
        begun = self.trust.sign_in.with_set_up(self.trust.accounts.issue_link(account, "set_up"))
        self.trust.sign_in.set_password(begun.token, PASSWORD)
        return account

    def named(self, account: str) -> str:
        return self.trust.accounts.account(account).name

    def session(self, assurance: int = 2, account: str = "") -> OpenedSession:
        return self.trust.sessions.open(account or self.citizen(), assurance, method="test")

    def with_codes(self) -> tuple[str, pyotp.TOTP, tuple[str, ...]]:
        """A citizen with an authenticator app and recovery codes."""
        account = self.citizen()
        opened = self.session(1, account)
        totp = pyotp.TOTP(self.trust.sign_in.enrol_totp(opened.token).secret)
        return account, totp, self.trust.sign_in.confirm_totp(opened.token, totp.at(self.clock.now())).recovery_codes

    def code(self, totp: pyotp.TOTP) -> str:
        """A code that was not used yet."""
        self.clock.advance(timedelta(seconds=60))
        return totp.at(self.clock.now())

    def half_way(self, account: str) -> str:
        return self.trust.sign_in.with_password(self.named(account), PASSWORD).token


@pytest.fixture
def clock() -> FixedClock:
    """Stands at the machine's own time: a provider in another thread dates its tokens by that."""
    return FixedClock(SystemClock().now())


@pytest.fixture
def ground(trust: Trust, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    monkeypatch.setenv("LINGNAN_PROVIDER_PEOPLE_SECRET", "made-up")
    # What the hub makes for itself when it is first needed: the shipped policies as a version, keys.
    trust.point.book.page()
    trust.keys.ensure(["document", "decision"])
    with bent_provider() as bent:
        folder = tmp_path / "keys"
        folder.mkdir(exist_ok=True)
        (folder / "providers.yaml").write_text(yaml.safe_dump([{**PEOPLE, "issuer": bent.issuer}], allow_unicode=True), encoding="utf-8")
        yield Ground(trust, clock, bent, tmp_path)


def grant_form(clock: FixedClock) -> GrantForm:
    now = clock.now()
    return GrantForm(TABLE, {"resident_no": "clear"}, STATED, now, now + timedelta(days=30), organisation="jiaoyu")


def sign_in_writes(on: Ground) -> Iterator[tuple[str, Act]]:
    trust = on.trust

    def arrive() -> object:
        departure = trust.providers.begin("people")
        return trust.providers.arrive("people", on.bent.authorize(departure.address), departure.browser)

    yield "providers.arrive", arrive
    account = on.citizen()
    yield "sign_in.with_password", lambda: trust.sign_in.with_password(on.named(account), PASSWORD)
    link = trust.accounts.issue_link(account, "set_up")
    yield "sign_in.with_set_up", lambda: trust.sign_in.with_set_up(link)
    pending = trust.sign_in.with_set_up(trust.accounts.issue_link(account, "set_up")).token
    yield "sign_in.set_password", lambda: trust.sign_in.set_password(pending, OTHER_PASSWORD)
    yield "sign_in.with_proof", lambda: trust.sign_in.with_proof(account, "provider:people")
    changing = on.session()
    yield "sign_in.change_password", lambda: trust.sign_in.change_password(changing.token, PASSWORD, OTHER_PASSWORD)
    renewing = on.session()
    yield "sign_in.confirm_with_password", lambda: trust.sign_in.confirm_with_password(renewing.token, PASSWORD)
    enrolling = on.session(1)
    yield "sign_in.enrol_totp", lambda: trust.sign_in.enrol_totp(enrolling.token)
    app = pyotp.TOTP(trust.sign_in.enrolling_totp(enrolling.token).secret)
    yield "sign_in.confirm_totp", lambda: trust.sign_in.confirm_totp(enrolling.token, app.at(on.clock.now()))
    holder, totp, codes = on.with_codes()
    first, second, third = (on.half_way(holder) for _time in range(3))
    yield "sign_in.with_totp", lambda: trust.sign_in.with_totp(first, on.code(totp))
    yield "sign_in.with_recovery_code", lambda: trust.sign_in.with_recovery_code(second, codes[0])
    yield "sign_in.with_other_factor", lambda: trust.sign_in.with_other_factor(third, holder, "passkey")
    shown = on.session(2, holder)
    yield "sign_in.renew_recovery_codes", lambda: trust.sign_in.renew_recovery_codes(shown.token)
    yield "sign_in.confirm_with_totp", lambda: trust.sign_in.confirm_with_totp(shown.token, on.code(totp))


def session_writes(on: Ground) -> Iterator[tuple[str, Act]]:
    trust, account = on.trust, on.citizen()
    yield "sessions.open", lambda: trust.sessions.open(account, 1, method="test")
    raised, confirmed, ended, one = (on.session(1, account) for _time in range(4))
    yield "sessions.raise_assurance", lambda: trust.sessions.raise_assurance(raised.token, "totp")
    yield "sessions.confirm", lambda: (on.clock.advance(timedelta(seconds=1)), trust.sessions.confirm(confirmed.token))
    yield "sessions.end", lambda: trust.sessions.end(ended.token)
    yield "sessions.end_one", lambda: trust.sessions.end_one(account, one.id)
    yield "sessions.end_all", lambda: trust.sessions.end_all(account)
    leaving = on.session(1, account)
    yield "accounts.sign_out", lambda: trust.accounts.sign_out(leaving.token)
    on.session(1, account)
    yield "accounts.sign_out_everywhere", lambda: trust.accounts.sign_out_everywhere(account)
    device, opened = Authenticator(), on.session()
    asked = trust.passkeys.begin_registration
    yield "passkeys.finish_registration", lambda: trust.passkeys.finish_registration(opened.subject, device.create(asked(opened.subject)), "笔记本")
    yield "passkeys.finish_sign_in", lambda: trust.passkeys.finish_sign_in(device.get(trust.passkeys.begin_sign_in()))
    yield "passkeys.confirm", lambda: trust.passkeys.confirm(opened.token, device.get(trust.passkeys.begin_sign_in()))
    passkey = trust.passkeys.of(opened.subject.account)[0].id
    yield "passkeys.revoke", lambda: trust.passkeys.revoke(passkey, opened.subject)


def account_writes(on: Ground) -> Iterator[tuple[str, Act]]:
    trust = on.trust
    yield "administration.issue_set_up_code", trust.administration.issue_set_up_code
    yield "administration.first_administrator", lambda: trust.first_administrator("chief")
    yield "accounts.make_organisation", lambda: trust.accounts.make_organisation("unit", "单位", "Unit")
    yield "accounts.make_account", lambda: trust.accounts.make_account("made", "新人", "New", organisation="unit")
    yield "accounts.make_citizen", lambda: trust.accounts.make_citizen(NUMBER, "born", "生于", "Born")
    yield "accounts.link_identity", lambda: trust.accounts.link_identity("made", "https://id.example.cn", "s1")
    yield "accounts.issue_link", lambda: trust.accounts.issue_link("made")
    yield "trust.issue_link", lambda: trust.issue_link("made")
    first, second = trust.issue_link("made"), trust.issue_link("made")
    yield "accounts.redeem_link", lambda: trust.accounts.redeem_link(first)
    yield "trust.redeem_link", lambda: trust.redeem_link(second)
    yield "accounts.set_roles", lambda: trust.accounts.set_roles("made", ["reviewer"])
    yield "accounts.disable", lambda: trust.accounts.disable("made")
    yield "accounts.enable", lambda: trust.accounts.enable("made")
    office, chief = trust.administration, ADMINISTRATOR
    yield "administration.add_account", lambda: office.add_account(chief, "added", "添加", "Added")
    yield "administration.set_roles", lambda: office.set_roles(chief, "added", ["steward"])
    yield "administration.disable", lambda: office.disable(chief, "added")
    yield "administration.enable", lambda: office.enable(chief, "added")
    yield "administration.reset", lambda: office.reset(chief, "added")
    yield "administration.end_sessions", lambda: office.end_sessions(chief, "added")
    tree = [{"key": "unit", "zh": "改名", "en": "Renamed"}]
    yield "administration.import_organisations", lambda: office.import_organisations(chief, tree)
    yield "administration.disable_organisation", lambda: office.disable_organisation(chief, "unit")
    yield "administration.enable_organisation", lambda: office.enable_organisation(chief, "unit")
    units = trust.organisations
    yield "organisations.make", lambda: units.make("top", "上级局", "Top")
    yield "organisations.import_tree", lambda: units.import_tree([{"key": "unit", "zh": "再改名", "parent": "top"}])
    yield "organisations.disable", lambda: units.disable("top")
    yield "organisations.enable", lambda: units.enable("top")
    yield "providers.invite", lambda: trust.providers.invite(on.citizen(), "people", ADMINISTRATOR)


def credential_writes(on: Ground) -> Iterator[tuple[str, Act]]:
    trust = on.trust
    agent = on.session()
    today = on.clock.now().date()
    yield "agency.grant", lambda: trust.agency.grant(
        case="c1", credit_code=FIRM, account=agent.subject.account, document_digest="sha256:" + "0" * 64, matters=("*",),
        valid_from=date(2026, 1, 1), valid_to=today + timedelta(days=99), confirmed_by=REVIEWER,
    )
    yield "agency.act_for", lambda: trust.agency.act_for(agent.subject, FIRM)
    yield "agency.act_for_self", lambda: trust.agency.act_for_self(agent.subject)
    yield "agency.revoke", lambda: trust.agency.revoke("c1", case="c2", by=REVIEWER)
    steward = trust.accounts.make_account("token-holder", "令牌人", "Holder", roles=("steward",))
    opened = trust.sessions.open(steward, 2, method="test")
    ends = on.clock.now() + timedelta(days=1)
    held = trust.held_purposes
    yield "held_purposes.state", lambda: held.state(opened.subject, TABLE, STATED)
    yield "held_purposes.end", lambda: held.end(opened.subject, TABLE)
    yield "tokens.make", lambda: trust.tokens.make(opened.subject, name="t", scope=["read"], purpose=STATED, expires_at=ends)
    token = trust.tokens.of(steward)[0].id
    yield "tokens.revoke", lambda: trust.tokens.revoke(token, opened.subject)


def policy_writes(on: Ground) -> Iterator[tuple[str, Act]]:
    trust = on.trust
    yield "grants.propose", lambda: trust.grants.propose(grant_form(on.clock), STEWARD)
    given = trust.grants.on(TABLE)[0].id
    yield "grants.approve", lambda: trust.grants.approve(given, REVIEWER)
    yield "grants.revoke", lambda: trust.grants.revoke(given, REVIEWER, "不再需要")
    listed = trust.negative_list
    for key in ("one", "two"):
        form = NegativeForm(key, "条款", "不共享", "Not shared", table=TABLE, columns=("income",))
        yield "negative_list.add", lambda form=form: listed.add(form, SECURITY)
    yield "negative_list.ask_end", lambda: listed.ask_end("one", SECURITY)
    yield "negative_list.settle_end", lambda: listed.settle_end("one", SECOND, agree=True)
    yield "negative_list.end", lambda: listed.end("two", SECURITY, SECOND)
    yield "policy_sets.propose", lambda: trust.policy_sets.propose("", SECURITY)
    yield "policy_sets.propose_files", lambda: trust.policy_sets.propose_files(SECURITY)
    candidate = trust.policy_sets.versions()[0].id
    yield "policy_sets.activate", lambda: trust.policy_sets.activate(candidate, SECOND)
    answers = dict.fromkeys(question_ids(), "已核对")
    form = AssessmentForm("核验", TABLE, ("name",), "case-handling", "李评估", answers)
    yield "assessments.write", lambda: trust.assessments.write(form, STEWARD)
    written = trust.assessments.listing()[0].id
    yield "assessments.conclude", lambda: trust.assessments.conclude(written, "favourable", REVIEWER)


def watch_writes(on: Ground) -> Iterator[tuple[str, Act]]:
    overrides = on.trust.overrides

    def ask() -> str:
        return overrides.request(STEWARD, TABLE, ["name"], "防汛抢险须立即转移群众", STATED, 30).id

    yield "overrides.request", ask
    first, second = ask(), ask()
    yield "overrides.refuse", lambda: overrides.refuse(SECOND, first)
    signatures = on.trust.signatures
    receipt = signatures.sign(SECOND, "decision", signatures.digest(overrides.to_sign(SECOND, second)), "应急越权批准").text
    yield "overrides.approve", lambda: overrides.approve(SECOND, second, receipt)
    yield "overrides.end", lambda: overrides.end(SECOND, second)
    yield "overrides.close_ended", overrides.close_ended


def signing_writes(on: Ground) -> Iterator[tuple[str, Act]]:
    trust = on.trust
    yield "keys.rotate", lambda: trust.key_administration.rotate(SECURITY, "document")
    compromised = next(card.id for card in trust.keys.cards() if (card.purpose, card.state) == ("document", "active"))
    yield "keys.compromise", lambda: trust.key_administration.compromise(SECURITY, compromised, on.clock.now(), "遗失")
    yield "signatures.sign", lambda: trust.signatures.sign(STEWARD, "decision", trust.signatures.digest(b"x"), "批复")
    receipt = trust.signatures.sign(STEWARD, "decision", trust.signatures.digest(b"y"), "批复")
    yield "signatures.withdraw", lambda: trust.signatures.withdraw(STEWARD, receipt.code, "有误")
    authority = CertificateAuthority("互认机构")
    issuers, own = trust.issuers, pem(authority.certificate)
    yield "issuers.recognise", lambda: issuers.recognise(SECURITY, "gx", "广西", "Guangxi", own, "电子签名法 第十六条", START)
    yield "issuers.revoke", lambda: issuers.revoke(SECURITY, "gx", "AB", START)
    yield "issuers.take_list", lambda: issuers.take_list(SECURITY, "gx", authority.crl(7))
    path = on.folder / "list.yaml"
    path.write_text(yaml.safe_dump({"issuers": [
        {"name": "gd", "zh": "广东", "certificate": own, "basis": "协议", "from": "2026-01-01T00:00:00+08:00"}
    ]}), encoding="utf-8")
    yield "issuers.load", lambda: issuers.load(SECURITY, path)
    asked = trust.witnessing.export()
    key = asked.keys[0].key
    yield "witnessing.cosign", lambda: trust.witnessing.cosign(asked, key, SECURITY)
    back = trust.witnessing.cosign(asked, key, SECURITY)
    yield "witnessing.take", lambda: trust.witnessing.take(back, key, SECURITY)


GROUPS = (sign_in_writes, session_writes, account_writes, credential_writes, policy_writes, watch_writes, signing_writes)


@pytest.mark.parametrize("group", GROUPS)
def test_a_write_is_told_before_and_after_and_without_the_intent_nothing_is_changed(ground: Ground, group: Callable[..., Any]) -> None:
    trust, storage = ground.trust, ground.storage
    for verb, act in group(ground):
        before, size = kept(storage), trust.audit.size()
        with no_intents(trust), pytest.raises(Unavailable):
            act()
        assert kept(storage) == before, verb
        act()
        assert (kept(storage) != before) == (verb not in IN_THE_LOG_ITSELF), verb
        told = trust.audit.entries(size, 100)
        intents = {entry.number: entry for entry in told if entry.kind == "intent"}
        outcomes = {entry.intent: entry for entry in told if entry.kind == "outcome"}
        assert intents, verb
        assert intents.keys() == outcomes.keys(), verb
        assert {entry.outcome for entry in outcomes.values()} == {"done"}, verb
        assert len(intents) == 1 or verb not in ONCE, verb
        assert all(entry.facts["process"]["pid"] == os.getpid() for entry in intents.values()), "so that a recovery elsewhere leaves it alone"
        with storage.reading() as session:
            marked = set(session.scalars(select(IntentMark.intent).where(IntentMark.intent > size)))
        assert (marked == intents.keys()) == (verb not in IN_THE_LOG_ITSELF), verb
    assert trust.audit.open_intents() == []


def test_every_verb_of_the_door_is_known_as_a_read_or_tried_as_a_write() -> None:
    """A new verb has to be given its line here, and a write its try above."""
    public = {f"{door}.{name}" for door, kind in DOORS.items() for name, _verb in inspect.getmembers(kind) if not name.startswith("_")}
    within = {verb for verb in public if verb.endswith("_within")}
    source = inspect.getsource(inspect.getmodule(Ground))  # type: ignore[arg-type]
    tried = {verb for verb in public - within if f'yield "{verb}"' in source}
    excused = set(f"{READS} {UNTOLD} {THE_SAME} {ELSEWHERE}".split())
    assert excused <= public, excused - public
    assert not tried & excused
    assert public - within - tried - excused == set()
