"""The key ring: states, rotation in one and two processes, times, compromise, files."""

from collections.abc import Iterator
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import Conflict, Damaged, FixedClock, Missing, WrongUse, load_settings
from lingnan.storage import Storage
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.key_ring import KeyRing
from lingnan.trust.keys.secret import read_secret
from lingnan.trust.keys.shapes import Signature
from lingnan.trust.keys.suites import verify_with
from tests.back_ends import Furnish

pytestmark = pytest.mark.on_both

DATA = b"lingnan"


@pytest.fixture
def storage(tmp_path: Path, furnish: Furnish) -> Iterator[Storage]:
    opened = Storage.open(load_settings(furnish(tmp_path)))
    yield opened
    opened.close()


def ring_of(storage: Storage, home: Path, clock: FixedClock, suite: str = "international") -> KeyRing:
    return KeyRing(storage, home, HubKey.open(home), clock, suite)


@pytest.fixture
def ring(storage: Storage, tmp_path: Path, clock: FixedClock) -> KeyRing:
    return ring_of(storage, tmp_path, clock)


def states(ring: KeyRing, purpose: str = "document") -> list[str]:
    return sorted(card.state for card in ring.cards() if card.purpose == purpose)


def test_the_first_signature_makes_an_active_and_a_next_key(ring: KeyRing, tmp_path: Path) -> None:
    signature = ring.sign("document", DATA)
    assert ring.verify(signature, DATA, "document").valid
    assert states(ring) == ["active", "next"]
    assert signature.algorithm == "Ed25519"
    for path in (tmp_path / "keys").glob("document-*.pem"):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_text_of_a_signature_is_read_back(ring: KeyRing) -> None:
    signature = ring.sign("document", DATA)
    assert Signature.from_text(signature.to_text()) == signature
    with pytest.raises(WrongUse):
        Signature.from_text("none")


def test_the_published_next_key_becomes_active(ring: KeyRing, clock: FixedClock) -> None:
    old = ring.sign("document", DATA)
    waiting = next(card for card in ring.cards() if card.state == "next")
    assert ring.rotate("document").id == waiting.id
    fresh = ring.sign("document", DATA)
    assert fresh.key == waiting.id != old.key
    assert states(ring) == ["active", "next", "retiring"]
    assert ring.verify(old, DATA, "document").valid
    clock.advance(timedelta(days=7))
    assert ring.verify(old, DATA, "document").finding == "expired"
    assert states(ring) == ["active", "next", "retired"]


def test_an_old_signature_is_judged_by_the_time_it_was_proved_to_be_made(ring: KeyRing, clock: FixedClock) -> None:
    before, old = clock.now() - timedelta(seconds=1), ring.sign("document", DATA)
    made = clock.now()
    clock.advance(timedelta(days=30))
    ring.rotate("document")
    clock.advance(timedelta(days=400))
    assert ring.verify(old, DATA, "document", at=made).valid
    assert ring.verify(old, DATA, "document", at=before).finding == "not_yet"
    assert ring.verify(old, DATA, "document", at=clock.now()).finding == "expired"


def test_a_compromised_key_counts_only_for_what_it_provably_signed_before(ring: KeyRing, clock: FixedClock) -> None:
    signature, made = ring.sign("document", DATA), clock.now()
    clock.advance(timedelta(days=10))
    card = ring.compromise(signature.key, made + timedelta(days=5), "laptop stolen")
    assert card.state == "compromised"
    assert ring.verify(signature, DATA, "document", at=made).valid
    assert ring.verify(signature, DATA, "document", at=made + timedelta(days=5)).finding == "compromised"
    assert ring.verify(signature, DATA, "document").finding == "compromised"
    assert ring.sign("document", DATA).key != signature.key
    assert ring.compromise(signature.key, made + timedelta(days=9), "later").compromised_from == made + timedelta(days=5)


def test_a_forged_signature_is_told_apart(ring: KeyRing) -> None:
    true = ring.sign("document", DATA)
    assert ring.verify(true, DATA + b".", "document").finding == "altered"
    assert ring.verify(Signature(true.key, true.suite, true.algorithm, bytes(64)), DATA, "document").finding == "altered"
    assert ring.verify(Signature("0" * 64, true.suite, true.algorithm, true.value), DATA, "document").finding == "unknown_key"


@pytest.mark.parametrize(
    ("suite", "algorithm"),
    [("international", "none"), ("international", "ES256"), ("gm", "SM2-SM3"), ("gm", "Ed25519"), ("", ""), ("international", "HS256")],
)
def test_a_signature_that_names_another_algorithm_is_refused(ring: KeyRing, suite: str, algorithm: str) -> None:
    true = ring.sign("document", DATA)
    assert ring.verify(Signature(true.key, suite, algorithm, true.value), DATA, "document").finding == "refused"
    assert not verify_with("none", b"", DATA, b"")


def test_a_key_of_one_purpose_signs_for_no_other(ring: KeyRing) -> None:
    assert ring.verify(ring.sign("webhook", DATA), DATA, "checkpoint").finding == "refused"


def test_rotation_elsewhere_is_seen_without_restart(ring: KeyRing, storage: Storage, tmp_path: Path, clock: FixedClock) -> None:
    old, other = ring.sign("message", DATA).key, ring_of(storage, tmp_path, clock)
    fresh = other.rotate("message").id
    assert ring.sign("message", DATA).key == fresh != old


def rotate_in_a_process(home: Path, expected: str, start: Any, told: Any) -> None:
    """A process with connections of its own."""
    settings = load_settings(home)
    ring = KeyRing(Storage.open(settings), home, HubKey.open(home), settings.make_clock())
    start.wait(20)
    try:
        told.put(("won", ring.rotate("checkpoint", expected).id))
    except Conflict:
        told.put(("lost", ""))


def test_of_processes_that_rotate_one_wins(ring: KeyRing, tmp_path: Path) -> None:
    first, processes = ring.sign("checkpoint", DATA), get_context("fork")
    start, told = processes.Barrier(3), processes.Queue()
    racers = [processes.Process(target=rotate_in_a_process, args=(tmp_path, first.key, start, told)) for _ in range(3)]
    for racer in racers:
        racer.start()
    said = dict(sorted((told.get(timeout=30) for _ in racers), key=lambda each: each[0]))
    for racer in racers:
        racer.join(30)
        assert racer.exitcode == 0
    assert set(said) == {"lost", "won"}
    assert states(ring, "checkpoint") == ["active", "next", "retiring"]
    assert len(list((tmp_path / "keys").glob("checkpoint-*.pem"))) == 3
    assert ring.sign("checkpoint", DATA).key == said["won"] != first.key


def test_a_rotation_that_expects_another_key_changes_nothing(ring: KeyRing) -> None:
    ring.ensure(["document"])
    with pytest.raises(Conflict):
        ring.rotate("document", "0" * 64)
    assert states(ring) == ["active", "next"]


def test_the_switch_of_the_suite_rotates(storage: Storage, ring: KeyRing, tmp_path: Path, clock: FixedClock) -> None:
    pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    old, webhook = ring.sign("decision", DATA), ring.sign("webhook", DATA)
    switched = ring_of(storage, tmp_path, clock, "gm")
    switched.ensure([])
    assert switched.sign("webhook", DATA).key != webhook.key
    fresh = switched.sign("decision", DATA)
    assert (fresh.suite, fresh.algorithm) == ("gm", "SM2-SM3")
    assert switched.verify(fresh, DATA, "decision").valid
    assert switched.verify(old, DATA, "decision").valid
    assert ring_of(storage, tmp_path, clock, "gm").verify(fresh, DATA + b".", "decision").finding == "altered"


def test_a_lost_key_file_is_damage_and_not_a_new_key(storage: Storage, ring: KeyRing, tmp_path: Path, clock: FixedClock) -> None:
    ring.ensure(["document"])
    for path in (tmp_path / "keys").glob("document-*.pem"):
        path.unlink()
    with pytest.raises(Damaged):
        ring.sign("document", DATA)


def test_a_key_file_of_another_hub_does_not_open(storage: Storage, ring: KeyRing, tmp_path: Path, clock: FixedClock) -> None:
    ring.ensure(["document"])
    (tmp_path / "keys" / "hub.key").write_bytes(bytes(32))
    with pytest.raises(Damaged):
        ring_of(storage, tmp_path, clock).sign("document", DATA)


def test_keys_may_be_under_a_passphrase(
    storage: Storage, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "passphrase"
    secret.write_text("correct horse battery staple\n")
    secret.chmod(0o600)
    monkeypatch.setenv("LINGNAN_KEY_PASSPHRASE_FILE", str(secret))
    ring_of(storage, tmp_path, clock).ensure(["document"])
    assert ring_of(storage, tmp_path, clock).sign("document", DATA).value
    monkeypatch.delenv("LINGNAN_KEY_PASSPHRASE_FILE")
    with pytest.raises(WrongUse):
        ring_of(storage, tmp_path, clock).sign("document", DATA)
    monkeypatch.setenv("LINGNAN_KEY_PASSPHRASE", "another passphrase altogether")
    with pytest.raises(Damaged):
        ring_of(storage, tmp_path, clock).sign("document", DATA)


def test_a_secret_comes_from_the_environment_or_a_file_of_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text(" canary\n")
    file.chmod(0o600)
    assert read_secret("MAIL_PASSWORD") is None
    monkeypatch.setenv("LINGNAN_MAIL_PASSWORD_FILE", str(file))
    found = read_secret("mail_password")
    assert found is not None
    assert (found.get_secret_value(), "canary" in f"{found} {found!r}") == ("canary", False)
    file.chmod(0o644)
    with pytest.raises(WrongUse, match="chmod 600"):
        read_secret("MAIL_PASSWORD")
    file.chmod(0o600)
    for content in ("", "\n"):
        file.write_text(content)
        with pytest.raises(WrongUse, match="empty"):
            read_secret("MAIL_PASSWORD")
    monkeypatch.setenv("LINGNAN_MAIL_PASSWORD", "canary")
    with pytest.raises(WrongUse, match="not both") as caught:
        read_secret("MAIL_PASSWORD")
    assert "canary" not in caught.value.zh + caught.value.en
    monkeypatch.setenv("LINGNAN_MAIL_PASSWORD_FILE", str(tmp_path / "nowhere"))
    monkeypatch.delenv("LINGNAN_MAIL_PASSWORD")
    with pytest.raises(WrongUse, match="cannot be read"):
        read_secret("MAIL_PASSWORD")


def test_unknown_keys_and_purposes_are_named(ring: KeyRing) -> None:
    with pytest.raises(Missing):
        ring.card("0" * 64)
    with pytest.raises(WrongUse, match="Allowed: checkpoint"):
        ring.ensure(["secret"])  # type: ignore[list-item]
