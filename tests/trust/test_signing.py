"""Signatures of documents and decisions, their receipts and codes, and signatures of other issuers."""

import base64
import json
import shutil
import subprocess
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey
from sqlalchemy import update

from lingnan.base import BadInput, Damaged, FixedClock, Missing, Refused, WrongUse, load_settings
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, KeyRing, RecognisedIssuers, SignatureReceipt, Signatures, Subject, Trust, read_secret
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.records import SigningKeyRecord
from lingnan.trust.signing import envelope
from lingnan.trust.signing.codes import make_code, read_code
from tests.back_ends import at_rest

pytestmark = pytest.mark.on_both

SECURITY = Subject("official", "guard", "org-1", frozenset({"security"}), assurance=2)
CLERK = Subject("official", "clerk", "org-1", frozenset({"steward"}), assurance=2)
CONTENT = "关于同意共享不动产登记数据的批复".encode()


@pytest.fixture
def signatures(trust: Trust) -> Signatures:
    return trust.signatures


def sign(signatures: Signatures, subject: Subject = CLERK, content: bytes = CONTENT, **given: Any) -> SignatureReceipt:
    return signatures.sign(subject, "decision", signatures.digest(content), "共享批复", {"matter": "GX-2026-17"}, "text/plain", **given)


def test_a_receipt_says_who_what_when_and_is_valid(trust: Trust, signatures: Signatures, clock: FixedClock) -> None:
    receipt = sign(signatures)
    assert signatures.verify(receipt, CONTENT).valid
    assert (receipt.subject, receipt.organisation, receipt.at, receipt.media_type) == ("official:clerk", "org-1", clock.now(), "text/plain")
    assert receipt.content_digest == signatures.digest(CONTENT)
    entry = trust.audit.entry(receipt.audit)
    assert entry is not None
    assert (entry.kind, entry.subject, entry.facts["content"]) == ("intent", "official:clerk", receipt.content_digest)
    assert not trust.audit.open_intents()
    assert SignatureReceipt.from_text(receipt.text) == receipt == signatures.receipt(receipt.code)


def test_other_content_is_altered(signatures: Signatures) -> None:
    receipt = sign(signatures)
    assert signatures.verify(receipt, CONTENT + b".").finding == "altered"
    assert signatures.verify(receipt).valid


@pytest.mark.parametrize(("field", "value"), [("subject", "official:other"), ("title", "另一份"), ("audit", 1), ("content", "sha256:" + "0" * 64)])
def test_no_field_of_a_receipt_can_be_changed(signatures: Signatures, field: str, value: Any) -> None:
    header, payload, signature = envelope.decode(sign(signatures).text)
    forged = envelope.encode(envelope.signing_input(header, {**payload, field: value}), signature)
    assert not signatures.verify(SignatureReceipt.from_text(forged)).valid


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"alg": "none"}, "refused"), ({"alg": "ES256"}, "refused"), ({"alg": "HS256"}, "refused"), ({"suite": "gm", "alg": "SM2-SM3"}, "refused"),
        ({"kid": "0" * 64}, "unknown_key"),
    ],
)
def test_a_header_that_names_another_algorithm_or_key_is_refused(signatures: Signatures, change: dict[str, str], finding: str) -> None:
    header, payload, signature = envelope.decode(sign(signatures).text)
    forged = envelope.encode(envelope.signing_input({**header, **change}, payload), signature)
    assert signatures.verify(SignatureReceipt.from_text(forged), CONTENT).finding == finding


def test_a_stolen_key_signs_nothing_that_the_log_tells_of(trust: Trust, signatures: Signatures) -> None:
    """Someone with the private key, but without the log, makes a receipt for another content."""
    header, payload, _signature = envelope.decode(sign(signatures).text)
    forged = {**payload, "content": signatures.digest(b"forged")}
    signed = envelope.signing_input(header, forged)
    receipt = SignatureReceipt.from_text(envelope.encode(signed, trust.keys.sign("decision", signed).value))
    assert signatures.verify(receipt, b"forged").finding == "unrecorded"


def test_a_receipt_outlives_its_key(trust: Trust, signatures: Signatures, clock: FixedClock) -> None:
    receipt = sign(signatures)
    for _year in range(3):
        clock.advance(timedelta(days=365))
        trust.keys.rotate("decision")
    assert signatures.verify(receipt, CONTENT).valid


def test_compromise_spares_what_the_log_proves_to_be_older(trust: Trust, signatures: Signatures, clock: FixedClock) -> None:
    old = sign(signatures)
    clock.advance(timedelta(hours=2))
    late = sign(signatures)
    trust.keys.compromise(old.signature.key, clock.now() - timedelta(hours=1), "found in a backup on the net")
    assert signatures.verify(old, CONTENT).valid
    assert signatures.verify(late, CONTENT).finding == "compromised"


def test_one_factor_is_not_enough(trust: Trust, signatures: Signatures) -> None:
    size = trust.audit.size()
    with pytest.raises(Refused) as caught:
        sign(signatures, Subject("official", "clerk", "org-1", frozenset({"steward"}), assurance=1))
    assert caught.value.code == "SecondFactorNeeded"
    assert [(entry.kind, entry.outcome) for entry in trust.audit.entries(size)] == [("decision", "refused")]
    assert sign(signatures, SYSTEM).subject == "system"


@pytest.mark.parametrize("subject", [Subject("anonymous", assurance=2), Subject("operator", "root", assurance=2)], ids=["anonymous", "operator"])
def test_policy_says_who_may_sign(signatures: Signatures, subject: Subject) -> None:
    with pytest.raises(Refused, match=r"document\.sign"):
        sign(signatures, subject)


def test_a_signature_that_fails_is_told_in_the_log(trust: Trust, signatures: Signatures, tmp_path: Path) -> None:
    trust.keys.ensure(["decision"])
    for path in (tmp_path / "keys").glob("decision-*.pem"):
        path.unlink()
    with pytest.raises(Exception, match="missing"):
        sign(signatures)
    assert trust.audit.entries(trust.audit.size() - 1)[-1].outcome == "failed"
    assert not trust.audit.open_intents()


def test_what_may_not_stand_in_a_receipt(signatures: Signatures) -> None:
    digest = signatures.digest(CONTENT)
    wrong: list[tuple[str, dict[str, Any]]] = [("王五 440103199001011237", {}), ("批复", {"phone": "13800138000"}), ("", {})]
    for title, facts in (*wrong, ("批复", {"share": 0.5}), ("批复", {"x": 1 << 60})):
        with pytest.raises(WrongUse):
            signatures.sign(CLERK, "document", digest, title, facts)
    for named in ("abc", "md5:" + "0" * 64, "sha256:" + "0" * 63, "sha256:" + "G" * 64):
        with pytest.raises(WrongUse):
            signatures.sign(CLERK, "document", named, "批复")


def test_a_receipt_is_a_jws_that_another_library_verifies(trust: Trust, signatures: Signatures) -> None:
    receipt = sign(signatures)
    public = serialization.load_der_public_key(trust.keys.card(receipt.signature.key).public)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    registry = jws.JWSRegistry(algorithms=["Ed25519"], strict_check_header=False)
    told = json.loads(jws.deserialize_compact(receipt.text, OKPKey.import_key(pem), registry=registry).payload)
    assert (told["subject"], told["code"]) == (receipt.subject, receipt.code)


def test_signatures_of_the_gm_suite(tmp_path: Path, clock: FixedClock) -> None:
    pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    storage = Storage.open(load_settings(tmp_path))
    trust = Trust.open(storage, tmp_path, clock, suite="gm")
    receipt = sign(trust.signatures)
    assert receipt.content_digest.startswith("sm3:")
    assert (receipt.signature.suite, receipt.signature.algorithm) == ("gm", "SM2-SM3")
    assert trust.signatures.verify(receipt, CONTENT).valid
    assert trust.signatures.verify(receipt, CONTENT + b".").finding == "altered"
    trust.close()
    again = Trust.open(storage, tmp_path, clock)
    assert again.signatures.verify(receipt, CONTENT).valid, "a receipt stays valid when the suite is changed"
    assert sign(again.signatures).signature.suite == "international"
    again.close()
    storage.close()


def test_canonical_json_of_rfc_8785() -> None:
    assert envelope.canonical({"peach": "é", "1": [True, None, 56], "\U0001f600": "x", "\ufb33": {"b": 1, "a": 2}}).decode() == (
        '{"1":[true,null,56],"peach":"é","\U0001f600":"x","\ufb33":{"a":2,"b":1}}'
    )


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_any_text_that_is_no_receipt_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        SignatureReceipt.from_text(text)


def test_a_header_alone_is_no_receipt() -> None:
    with pytest.raises(BadInput):
        SignatureReceipt.from_text(envelope.encode(envelope.signing_input({"typ": envelope.TYPE}, {}), b""))


def test_codes_are_read_as_they_are_typed() -> None:
    code = make_code()
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code
    assert read_code("ln-oi1l-0000") == "LN-0111-0000"
    for wrong in ("", "LN-123", "LN-1234-567U", "LN-1234-56789"):
        with pytest.raises(BadInput):
            read_code(wrong)


def test_a_code_tells_the_organisation_and_no_account(signatures: Signatures) -> None:
    receipt = sign(signatures)
    card = signatures.look_up(receipt.code.lower(), "203.0.113.9")
    assert (card.finding, card.organisation, card.title) == ("valid", "org-1", "共享批复")
    assert "clerk" not in repr(card)


def test_wrong_codes_are_limited_by_source_and_in_all(signatures: Signatures, clock: FixedClock) -> None:
    receipt = sign(signatures)
    for _turn in range(10):
        with pytest.raises(Missing):
            signatures.look_up("LN-0000-0000", "203.0.113.9")
    with pytest.raises(Refused) as caught:
        signatures.look_up(receipt.code, "203.0.113.9")
    assert caught.value.code == "TooManyTries"
    assert signatures.look_up(receipt.code, "203.0.113.10").finding == "valid"
    clock.advance(timedelta(minutes=11))
    assert signatures.look_up(receipt.code, "203.0.113.9").finding == "valid"


def test_many_sources_together_are_limited_too(signatures: Signatures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("lingnan.trust.signing.codes", fromlist=["_limits"])._limits(), "all_wrong", 5)
    for number in range(5):
        with pytest.raises(Missing):
            signatures.look_up("LN-0000-0000", f"203.0.113.{number}")
    with pytest.raises(Refused):
        signatures.look_up("LN-0000-0000", "203.0.113.99")


def test_a_source_is_kept_as_a_pseudonym_only(signatures: Signatures, tmp_path: Path) -> None:
    with pytest.raises(Missing):
        signatures.look_up("LN-0000-0000", "203.0.113.9")
    assert "203.0.113.9" not in at_rest(tmp_path)
    assert not any(b"203.0.113.9" in path.read_bytes() for path in tmp_path.glob("hub.db*"))


def test_a_room_takes_a_receipt_of_whoever_acts_only(signatures: Signatures) -> None:
    receipt = sign(signatures)
    assert signatures.accept(CLERK, CONTENT, receipt.text) == receipt.id
    for subject, content in ((CLERK, CONTENT + b"."), (Subject("official", "other", assurance=2), CONTENT)):
        with pytest.raises(Refused) as caught:
            signatures.accept(subject, content, receipt.text)
        assert caught.value.code == "SignatureRefused"


def test_only_the_signer_withdraws(signatures: Signatures) -> None:
    receipt = sign(signatures)
    with pytest.raises(Refused):
        signatures.withdraw(Subject("official", "other", "org-1", frozenset({"steward"}), assurance=2), receipt.code, "mine")
    signatures.withdraw(CLERK, receipt.code, "superseded")
    assert signatures.verify(receipt, CONTENT).finding == "withdrawn"
    assert signatures.look_up(receipt.code, "203.0.113.9").finding == "withdrawn"


def test_another_nodes_receipt_is_judged_by_its_received_key(trust: Trust, tmp_path_factory: pytest.TempPathFactory, clock: FixedClock) -> None:
    """A key that came from another node is known by its record; this hub's log has nothing to say about it."""
    home = tmp_path_factory.mktemp("other")
    storage = Storage.open(load_settings(home))
    other = Trust.open(storage, home, clock)
    receipt = sign(other.signatures)
    assert trust.signatures.verify(receipt, CONTENT).finding == "unknown_key"
    card = other.keys.card(receipt.signature.key)
    with trust.keys._storage.session() as session:
        session.add(SigningKeyRecord(
            key_id=card.id, purpose=card.purpose, suite=card.suite, algorithm=card.algorithm, state="active", public=card.public,
            place={"kind": "elsewhere"}, active_from=card.active_from, compromise=""))
        session.flush()
        session.execute(update(SigningKeyRecord).where(SigningKeyRecord.key_id == card.id).values(node=7))
    assert trust.signatures.verify(receipt, CONTENT).valid
    assert trust.signatures.verify(receipt, CONTENT + b".").finding == "altered"
    other.close()
    storage.close()


# --- other issuers -------------------------------------------------------------------------------------------------------------

START = datetime(2026, 1, 1, tzinfo=UTC)
FACTORIES: dict[str, Any] = {
    "ed25519": Ed25519PrivateKey.generate,
    "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
}


def hash_for(key: Any) -> Any:
    return None if isinstance(key, Ed25519PrivateKey) else hashes.SHA256()


class Authority:
    """A certificate authority for tests."""

    def __init__(self, name: str, kind: str = "ed25519", above: "Authority | None" = None, path_length: int | None = 1, ca: bool = True) -> None:
        self.key, self.name = FACTORIES[kind](), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = above or self
        builder = self._builder(self.name, issuer.name, self.key.public_key(), timedelta(days=3650))
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length if ca else None), critical=True)
        builder = builder.add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        self.certificate = builder.sign(issuer.key, hash_for(issuer.key))

    def issue(self, name: str, key: Any, days: int = 365, uses: dict[str, bool] | None = None, extra: Any = None) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(subject, self.name, key.public_key(), timedelta(days=days))
        builder = builder.add_extension(usage(**(uses or {"digital_signature": True, "content_commitment": True})), critical=True)
        if extra is not None:
            builder = builder.add_extension(extra, critical=True)
        return builder.sign(self.key, hash_for(self.key))

    def crl(self, *serials: int, updated: datetime = START + timedelta(days=300), days: int = 30) -> str:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(updated).next_update(updated + timedelta(days=days))
        for serial in serials:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(START + timedelta(days=200)).build()
            )
        return builder.sign(self.key, hash_for(self.key)).public_bytes(serialization.Encoding.PEM).decode()

    @staticmethod
    def _builder(subject: x509.Name, issuer: x509.Name, public: Any, life: timedelta) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
            .serial_number(x509.random_serial_number()).not_valid_before(START).not_valid_after(START + life)
        )


def usage(**given: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
             "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: given.get(name, False) for name in names})


def pem(*certificates: x509.Certificate) -> str:
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)


def signed(key: Any, content: bytes = CONTENT) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(content)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(content, ec.ECDSA(hashes.SHA256()))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("广西政务电子认证中心")


@pytest.fixture
def issuers(trust: Trust, authority: Authority) -> RecognisedIssuers:
    trust.issuers.recognise(SECURITY, "guangxi", "广西政务电子认证中心", "Guangxi CA", pem(authority.certificate), "电子签名法 第十六条", START)
    return trust.issuers


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_recognised_issuers_signature_is_valid_and_names_it(issuers: RecognisedIssuers, authority: Authority, kind: str) -> None:
    key = FACTORIES[kind]()
    certificate = authority.issue("签章人", key)
    found = issuers.check(CONTENT, signed(key), pem(certificate))
    assert (found.finding, found.issuer) == ("valid", "guangxi")
    assert "广西政务电子认证中心" in found.zh
    assert "Guangxi CA" in found.en
    assert issuers.check(CONTENT + b".", signed(key), pem(certificate)).finding == "altered"
    assert [(each.name, each.serial, each.revoked) for each in issuers.listing()] == [("guangxi", f"{authority.certificate.serial_number:x}", 0)]
    assert issuers.check(CONTENT, signed(FACTORIES[kind]()), pem(certificate)).finding == "altered"


def test_rsa_pss_is_taken(issuers: RecognisedIssuers, authority: Authority) -> None:
    key = FACTORIES["rsa"]()
    signature = key.sign(CONTENT, padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH), hashes.SHA256())
    assert issuers.check(CONTENT, signature, pem(authority.issue("x", key))).valid


def test_an_intermediate_that_comes_along_is_followed(issuers: RecognisedIssuers, authority: Authority) -> None:
    middle, key = Authority("市级", above=authority, kind="ecdsa"), FACTORIES["ed25519"]()
    certificate = middle.issue("x", key)
    assert issuers.check(CONTENT, signed(key), pem(certificate, middle.certificate)).valid
    assert issuers.check(CONTENT, signed(key), pem(certificate)).finding == "unknown_issuer"


def test_a_signer_is_no_authority(issuers: RecognisedIssuers, authority: Authority) -> None:
    """A leaf that issues, an authority whose path length is used up, and a namesake of the recognised issuer lead nowhere."""
    key = FACTORIES["ed25519"]()
    leaf = Authority("leaf", above=authority, ca=False)
    assert issuers.check(CONTENT, signed(key), pem(leaf.issue("x", key), leaf.certificate)).finding == "unknown_issuer"
    first = Authority("first", above=authority, path_length=0)
    second = Authority("second", above=first)
    assert issuers.check(CONTENT, signed(key), pem(second.issue("x", key), second.certificate, first.certificate)).finding == "unknown_issuer"
    namesake = Authority("广西政务电子认证中心")
    assert issuers.check(CONTENT, signed(key), pem(namesake.issue("x", key), namesake.certificate)).finding == "unknown_issuer"


def test_times_of_certificate_and_recognition(issuers: RecognisedIssuers, authority: Authority, clock: FixedClock) -> None:
    key = FACTORIES["ed25519"]()
    certificate, signature = pem(authority.issue("x", key, days=100)), signed(key)
    assert issuers.check(CONTENT, signature, certificate).finding == "expired"
    assert issuers.check(CONTENT, signature, certificate, at=START + timedelta(days=99)).valid
    assert issuers.check(CONTENT, signature, certificate, at=START - timedelta(days=1)).finding == "not_yet"
    issuers.recognise(SECURITY, "guangxi", "广西", "", pem(authority.certificate), "b", START, START + timedelta(days=50))
    assert issuers.check(CONTENT, signature, certificate, at=START + timedelta(days=99)).finding == "expired"


def test_revocation_counts_from_its_time(issuers: RecognisedIssuers, authority: Authority) -> None:
    key = FACTORIES["ed25519"]()
    certificate = authority.issue("x", key)
    issuers.revoke(SECURITY, "guangxi", f"{certificate.serial_number:X}", START + timedelta(days=200))
    assert issuers.check(CONTENT, signed(key), pem(certificate)).finding == "revoked"
    assert issuers.check(CONTENT, signed(key), pem(certificate), at=START + timedelta(days=199)).valid


def test_a_revocation_list_is_the_issuers_own_fresh_and_never_older(issuers: RecognisedIssuers, authority: Authority, clock: FixedClock) -> None:
    key = FACTORIES["ed25519"]()
    revoked, good = authority.issue("x", key), authority.issue("y", key)
    assert issuers.take_list(SECURITY, "guangxi", authority.crl(revoked.serial_number)) == 1
    assert issuers.check(CONTENT, signed(key), pem(revoked)).finding == "revoked"
    assert issuers.check(CONTENT, signed(key), pem(good)).valid
    for wrong in (Authority("广西政务电子认证中心").crl(), authority.crl(updated=START + timedelta(days=299)), "none"):
        with pytest.raises(BadInput):
            issuers.take_list(SECURITY, "guangxi", wrong)
    clock.advance(timedelta(days=60))
    assert issuers.check(CONTENT, signed(key), pem(good)).finding == "stale_list"
    with pytest.raises(Missing):
        issuers.take_list(SECURITY, "nobody", authority.crl())


def test_the_list_is_the_security_officers(trust: Trust, authority: Authority) -> None:
    for nobody in (CLERK, Subject("official", "a", roles=frozenset({"administrator"}), assurance=2), Subject("anonymous")):
        for act in (
            lambda by: trust.issuers.recognise(by, "gx", "广西", "", "none", "", START), lambda by: trust.issuers.revoke(by, "gx", "none", START),
            lambda by: trust.issuers.take_list(by, "gx", "none"),
        ):
            with pytest.raises(Refused):
                act(nobody)
    assert trust.issuers.listing() == []
    for wrong in ({"name": "Big Name"}, {"name": "44010319990101123X"}, {"zh": " "}, {"basis": ""}, {"until": START}):
        given = {"name": "gx", "zh": "广西", "en": "", "certificate": pem(authority.certificate), "basis": "协议", "since": START, **wrong}
        with pytest.raises(BadInput):
            trust.issuers.recognise(SECURITY, **given)
    assert trust.issuers.listing() == []


def test_a_certificate_not_for_signatures_is_refused(issuers: RecognisedIssuers, authority: Authority) -> None:
    key = FACTORIES["ecdsa"]()
    for certificate in (
        authority.issue("x", key, uses={"key_agreement": True}),
        authority.issue("x", key, extra=x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")),
        authority.issue("x", ec.generate_private_key(ec.SECP256K1())),
        authority.issue("x", rsa.generate_private_key(public_exponent=65537, key_size=1024)),
    ):
        assert issuers.check(CONTENT, b"", pem(certificate)).finding == "refused"
    with pytest.raises(BadInput):
        issuers.check(CONTENT, b"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


def test_the_trust_list_is_a_file(trust: Trust, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder, key = tmp_path_factory.mktemp("list"), FACTORIES["ed25519"]()
    (folder / "gx.pem").write_text(pem(authority.certificate))
    certificate = authority.issue("x", key)
    entry = "  - {name: gx, zh: 广西, en: Guangxi, certificate: gx.pem, basis: 互认协议, from: 2026-01-01T00:00:00+08:00, revoked: [%s]}\n"
    (folder / "list.yaml").write_text("issuers:\n" + entry % "", encoding="utf-8")
    assert trust.issuers.load(SECURITY, folder / "list.yaml") == 1
    assert trust.issuers.check(CONTENT, signed(key), pem(certificate)).valid
    revoked = f"{{serial: '{certificate.serial_number:x}', at: 2026-02-01T00:00:00+08:00}}"
    (folder / "list.yaml").write_text("issuers:\n" + entry % revoked, encoding="utf-8")
    trust.issuers.load(SECURITY, folder / "list.yaml")
    assert trust.issuers.check(CONTENT, signed(key), pem(certificate)).finding == "revoked"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the OpenSSL command line is not installed (Debian package openssl)")
def test_a_signature_made_by_openssl_is_checked(trust: Trust, tmp_path_factory: pytest.TempPathFactory, clock: FixedClock) -> None:
    folder = tmp_path_factory.mktemp("openssl")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    (folder / "content").write_bytes(CONTENT)
    (folder / "signer.ext").write_text("keyUsage=critical,digitalSignature,nonRepudiation\n")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "30",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-addext", "basicConstraints=critical,CA:TRUE")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "signer.key", "-out", "signer.csr",
            "-subj", "/CN=Signer")
    openssl("x509", "-req", "-in", "signer.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "signer.pem", "-days", "20",
            "-extfile", "signer.ext")
    openssl("dgst", "-sha256", "-sign", "signer.key", "-out", "signature", "content")
    trust.issuers.recognise(SECURITY, "test", "测试", "Test CA", (folder / "ca.pem").read_text(), "test", START)
    certificate = x509.load_pem_x509_certificate((folder / "signer.pem").read_bytes())
    at = certificate.not_valid_before_utc + timedelta(hours=1)
    found = trust.issuers.check(CONTENT, (folder / "signature").read_bytes(), (folder / "signer.pem").read_text(), at=at)
    assert (found.finding, found.issuer_en) == ("valid", "Test CA")


def test_planted_secrets_appear_nowhere(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys and passphrase are looked for in logs, errors, reprs, the databases and the settings."""
    passphrase = "canary-passphrase-0123456789"
    monkeypatch.setenv("LINGNAN_KEY_PASSPHRASE", passphrase)
    caplog.set_level(0)
    storage = Storage.open(load_settings(tmp_path))
    trust = Trust.open(storage, tmp_path, clock)
    receipt = sign(trust.signatures)
    key = trust.keys._opened[receipt.signature.key]
    hub_key = HubKey.open(tmp_path)
    shown = (trust.keys, trust.signatures, receipt, trust.keys.cards(), key, hub_key, read_secret("KEY_PASSPHRASE"), load_settings(tmp_path))
    told = [repr(each) for each in shown] + [load_settings(tmp_path).model_dump_json(), *errors_of_a_broken_key_file(storage, tmp_path, clock)]
    trust.close()
    storage.close()
    kept = b"".join(each.read_bytes() for each in tmp_path.glob("*.db*"))
    spoken = (" ".join(told) + caplog.text + "".join(capsys.readouterr())).encode()
    private = key._private.private_bytes_raw()  # type: ignore[attr-defined]
    for secret in (private, (tmp_path / "keys" / "hub.key").read_bytes(), passphrase.encode()):
        for spelling in (secret, secret.hex().encode(), base64.b64encode(secret)):
            assert spelling not in kept + spoken
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "keys").glob("*.pem"))


def errors_of_a_broken_key_file(storage: Storage, home: Path, clock: FixedClock) -> list[str]:
    """What is said, with the whole traceback, when a key file cannot be opened."""
    path = next((home / "keys").glob("decision-*.pem"))
    whole, told = path.read_text(), []
    for text in ("broken", whole.replace("A", "B"), whole[:-80]):
        for each in (home / "keys").glob("decision-*.pem"):
            each.write_text(text)
        with pytest.raises(Damaged) as caught:
            KeyRing(storage, home, HubKey.open(home), clock).sign("decision", b"data")
        told += ["".join(traceback.format_exception(caught.value)), caught.value.zh, repr(caught.value.facts)]
    return told
