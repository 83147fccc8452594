"""Keys in a token: a real SoftHSM2 holds an Ed25519 and a P-256 key, and the ring signs with them there."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lingnan.base import Conflict, FixedClock, Unavailable, WrongUse, load_settings
from lingnan.storage import Storage
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.key_ring import KeyRing
from lingnan.trust.keys.tokens import TokenKey

pkcs11 = pytest.importorskip("pkcs11", reason="the extra hsm is not installed")
PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next((path for path in PLACES if Path(path).exists()), "")
PIN, TOKEN = "canary-4711", "lingnan"
if not MODULE or shutil.which("softhsm2-util") is None:
    pytest.skip("SoftHSM2 is not installed (Debian package softhsm2)", allow_module_level=True)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A token with two keys, its PIN in a file; the module reads its configuration once a process, so one for all tests."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "12345678", "--pin", PIN], check=True, capture_output=True
    )
    (folder / "pin").write_text(PIN + "\n")
    (folder / "pin").chmod(0o600)
    from pkcs11.util.ec import encode_named_curve_parameters

    with pkcs11.lib(MODULE).get_token(token_label=TOKEN).open(user_pin=PIN, rw=True) as session:
        for label, kind, curve in (("edwards", "EC_EDWARDS", "1.3.101.112"), ("prime", "EC", "secp256r1"), ("wide", "EC", "secp384r1")):
            parameters = session.create_domain_parameters(
                getattr(pkcs11.KeyType, kind), {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}, local=True
            )
            mechanism = {"EC_EDWARDS": pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN}.get(kind)
            parameters.generate_keypair(mechanism=mechanism, label=label, store=True)
    yield folder
    if before is None:
        del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def ring(token: Path, tmp_path: Path, clock: FixedClock, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyRing]:
    shutil.copy(migrated, tmp_path)
    monkeypatch.setenv("LINGNAN_HSM_PIN_FILE", str(token / "pin"))
    storage = Storage.open(load_settings(tmp_path))
    yield KeyRing(storage, tmp_path, HubKey.open(tmp_path), clock)
    storage.close()


@pytest.mark.parametrize(("label", "algorithm"), [("edwards", "Ed25519"), ("prime", "ES256")])
def test_a_key_in_the_token_signs_after_the_next_rotation(ring: KeyRing, tmp_path: Path, label: str, algorithm: str) -> None:
    before = ring.sign("document", b"data")
    adopted = ring.adopt("document", MODULE, TOKEN, label)
    assert (adopted.state, adopted.place, adopted.algorithm) == ("next", "token", algorithm)
    assert ring.rotate("document").id == adopted.id
    signature = ring.sign("document", b"data")
    assert (signature.key, signature.algorithm) == (adopted.id, algorithm)
    assert ring.verify(signature, b"data", "document").valid
    assert ring.verify(signature, b"date", "document").finding == "altered"
    assert ring.verify(before, b"data", "document").valid
    assert not list((tmp_path / "keys").glob(f"*{adopted.id[:16]}*")), "nothing of a token's key lies in a file"


def test_verifying_needs_no_token(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.adopt("document", MODULE, TOKEN, "edwards")
    ring.rotate("document")
    signature = ring.sign("document", b"data")
    monkeypatch.delenv("LINGNAN_HSM_PIN_FILE")
    assert ring.verify(signature, b"data", "document").valid
    with pytest.raises(WrongUse, match="LINGNAN_HSM_PIN_FILE"):
        ring.sign("document", b"data")


def test_a_token_adopted_before_any_key_becomes_the_first(ring: KeyRing) -> None:
    adopted = ring.adopt("message", MODULE, TOKEN, "edwards")
    assert ring.sign("message", b"data").key == adopted.id
    with pytest.raises(Conflict):
        ring.adopt("message", MODULE, TOKEN, "edwards")


@pytest.mark.parametrize(("token_label", "label"), [("other", "edwards"), (TOKEN, "none")])
def test_a_token_or_key_that_is_not_there_is_named(ring: KeyRing, token_label: str, label: str) -> None:
    with pytest.raises(Unavailable):
        ring.adopt("document", MODULE, token_label, label)


def test_a_module_that_is_not_there_is_named(ring: KeyRing) -> None:
    with pytest.raises(Unavailable):
        ring.adopt("document", "/nowhere/lib.so", TOKEN, "edwards")


def test_a_key_the_hub_cannot_use_is_refused(ring: KeyRing) -> None:
    with pytest.raises(WrongUse, match="Ed25519 or P-256"):
        ring.adopt("document", MODULE, TOKEN, "wide")


def test_a_wrong_pin_is_not_told(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINGNAN_HSM_PIN_FILE")
    monkeypatch.setenv("LINGNAN_HSM_PIN", "canary-wrong")
    with pytest.raises(Unavailable) as caught:
        ring.adopt("document", MODULE, TOKEN, "edwards")
    assert "canary" not in f"{caught.value} {caught.value.zh} {caught.value.facts}"


def test_a_token_key_does_not_show_its_pin(ring: KeyRing) -> None:
    key = TokenKey.at({"kind": "token", "module": MODULE, "token": TOKEN, "label": "edwards"})
    assert PIN not in f"{key!r} {vars(key)}"
