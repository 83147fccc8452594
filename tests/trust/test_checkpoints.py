"""Signed checkpoints and co-signatures: what they show even against a hand that holds the database, the head and the hub's keys."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lingnan.base import BadInput, Conflict, Damaged, FixedClock, Refused, Settings, WrongUse, load_settings
from lingnan.storage import Storage
from lingnan.trust import ANONYMOUS, CheckpointFile, Draft, Note, Trust, Verification
from lingnan.trust.log.checkpoints import Checkpoint, SignatureLine

NOW = datetime(2026, 10, 31, 1, tzinfo=UTC)


@dataclass
class Home:
    """One hub's trust in a folder of its own."""

    path: Path
    node: int = 44
    suite: str = "international"

    def __post_init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.open()

    def open(self) -> None:
        self.storage = Storage.open(load_settings(self.path) if self.node == 44 else Settings(home=self.path, node=self.node))
        self.trust = Trust.open(self.storage, self.path, self.clock, suite=self.suite)

    def close(self) -> None:
        self.trust.close()
        self.storage.close()

    def write(self, number: int, resource: str = "a.t") -> None:
        self.trust.audit.record_many(Draft("decision", ANONYMOUS, "read", resource, "allowed", facts={"n": n}) for n in range(number))

    def copied(self, target: Path) -> "Home":
        """The whole home folder once more, keys included: two hubs of one name from now on."""
        self.close()
        shutil.copytree(self.path, target)
        self.open()
        return Home(target, self.node, self.suite)

    def rewritten(self, number: int, resource: str) -> None:
        """The log made anew by someone who has every key: whole, sealed and signed, with other entries."""
        self.close()
        for name in self.path.glob("audit.db*"):
            name.unlink()
        (self.path / "keys" / "audit.begun").unlink()
        self.open()
        self.write(number, resource)


@pytest.fixture
def homes(tmp_path: Path, migrated: Path) -> Iterator[Callable[..., Home]]:
    made: list[Home] = []

    def make(name: str, node: int = 44, suite: str = "international") -> Home:
        (tmp_path / name).mkdir()
        shutil.copy(migrated, tmp_path / name)
        made.append(Home(tmp_path / name, node, suite))
        return made[-1]

    yield make
    for home in made:
        home.close()


@pytest.fixture
def hub(homes: Callable[..., Home]) -> Home:
    return homes("hub")


@pytest.fixture
def witness(homes: Callable[..., Home]) -> Home:
    return homes("witness", 45)


def travelled(file: CheckpointFile) -> CheckpointFile:
    return CheckpointFile.from_text(file.to_text())


def cosigned(hub: Home, witness: Home) -> CheckpointFile:
    asked = travelled(hub.trust.witnessing.export())
    return travelled(witness.trust.witnessing.cosign(asked, accept=asked.keys[0].key))


def reasons(found: Verification) -> set[str]:
    return {damage.reason for damage in found.damaged}


def test_a_checkpoint_is_a_text_that_reads_back() -> None:
    checkpoint = Checkpoint("lingnan-44-ab", 7, bytes(range(32)), "sha256", NOW.isoformat())
    assert checkpoint.body() == (
        "lingnan-44-ab\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nhash sha256\ntime 2026-10-31T01:00:00+00:00\n"
    )
    assert Checkpoint.from_body(checkpoint.body()) == checkpoint
    for bad in ("", "x", checkpoint.body() + "\n", checkpoint.body().replace("7", "07"), checkpoint.body().replace("hash ", "")):
        with pytest.raises(BadInput):
            Checkpoint.from_body(bad)
    with pytest.raises(BadInput):
        Note.from_text(checkpoint.body())


@pytest.mark.parametrize("suite", ["international", "gm"])
def test_every_checkpoint_is_signed_and_verified(homes: Callable[..., Home], suite: str) -> None:
    if suite == "gm":
        pytest.importorskip("tongsuopy", reason="extra gm is not installed")
    home = homes("hub", 44, suite)
    home.write(2_500)
    home.clock.advance(timedelta(minutes=2))
    home.write(1)
    home.write(1)
    home.clock.advance(timedelta(minutes=2))
    assert home.trust.audit.keep_up()
    assert not home.trust.audit.keep_up()
    notes = home.trust.audit.notes
    with sqlite3.connect(home.path / "audit.db") as connection:
        sizes = [row[0] for row in connection.execute("select size from note order by size")]
    assert sizes == [2_500, 2_501, 2_502]
    newest = notes.newest()
    assert newest is not None
    assert newest.checkpoint.root == home.trust.audit.root_at(2_502)
    assert newest.checkpoint.algorithm == ("sm3" if suite == "gm" else "sha256")
    assert newest.own is not None
    assert home.trust.keys.verify(newest.own.signature, newest.checkpoint.body().encode(), "checkpoint").valid
    assert home.trust.verify().sound


def test_shutdown_takes_a_last_checkpoint(hub: Home) -> None:
    hub.write(3)
    hub.close()
    hub.open()
    newest = hub.trust.audit.notes.newest()
    assert newest is not None
    assert newest.checkpoint.size == 3


def test_a_checkpoint_is_on_the_disk_when_it_is_told(hub: Home) -> None:
    modes: list[str] = []
    hub.trust.audit._connection.set_trace_callback(lambda sql: modes.append(sql) if "synchronous" in sql or "into signature" in sql else None)
    hub.write(1_000)
    assert [mode.split("=")[-1] for mode in modes if "pragma" in mode] == ["full", "normal"]
    assert any("signature" in mode for mode in modes[1:-1])


def test_a_signature_that_fails_stops_the_log_until_it_is_mended(hub: Home) -> None:
    kept = {key: key.read_bytes() for key in (hub.path / "keys").rglob("checkpoint*") if key.is_file()}
    assert kept
    hub.trust.keys._opened.clear()
    for key in kept:
        key.write_bytes(b"spoilt")
    for _ in range(2):
        with pytest.raises(Damaged):
            hub.write(1_000)
    for key, content in kept.items():
        key.write_bytes(content)
    hub.write(1)
    assert hub.trust.verify().sound


@pytest.mark.parametrize("change", [
    "update signature set line = replace(line, 'international', 'gm') where size = 1000",
    "update note set body = replace(body, 'sha256', 'sha257') where size = 1000",
    "delete from signature where size = 1000", "delete from note where size = 1000",
    "update signature set line = (select line from signature where size = 2000) where size = 1000",
    "update note set body = 'x' where size = 1000",
])
def test_a_changed_signature_is_found(hub: Home, change: str) -> None:
    hub.write(1_000)
    hub.write(1_000)
    with sqlite3.connect(hub.path / "audit.db") as connection:
        connection.execute(change)
    connection.close()
    found = hub.trust.verify()
    assert [(damage.first, damage.reason) for damage in found.damaged] == [(1_000, "signature")]


def test_entries_forged_with_the_seal_but_without_the_signing_key_are_found(hub: Home, tmp_path: Path) -> None:
    hub.write(1_000)
    hub.write(1_000)
    honest = hub.path / "audit.db"
    forger = hub.copied(tmp_path / "forger")
    forger.rewritten(1_000, "b.t")
    forger.write(1_000)
    forger.close()
    hub.close()
    with sqlite3.connect(forger.path / "audit.db") as connection:
        connection.execute("attach ? as honest", (str(honest),))
        for table in ("note", "signature"):
            connection.execute(f"delete from {table}")
            connection.execute(f"insert into {table} select * from honest.{table}")
    connection.close()
    forger.open()
    hub.open()
    assert [(damage.first, damage.last, damage.reason) for damage in forger.trust.verify().damaged] == [(1, 1_000, "rewritten")]
    forger.close()


def test_a_witness_signs_what_only_grew_and_the_hub_keeps_it(hub: Home, witness: Home) -> None:
    for size, before in ((1_200, 0), (2_400, 2)):  # an intent and its outcome tell of the first taking
        hub.write(1_200 - before)
        back = cosigned(hub, witness)
        assert [line.signer for line in back.note.lines] == [hub.trust.audit.notes.origin, witness.trust.audit.notes.origin]
        assert hub.trust.witnessing.take(back, accept=back.keys[-1].key) == [witness.trust.audit.notes.origin]
        assert hub.trust.audit.notes.cosigned()[-1].checkpoint.size == size
    assert hub.trust.witnessing.export().proof is not None
    assert hub.trust.verify().sound
    logged = [(entry.action, entry.outcome) for home in (witness, hub) for entry in home.trust.audit.entries(0, 3_000) if entry.kind != "decision"]
    assert logged == [
        (action, outcome) for action in ("checkpoint.cosign", "checkpoint.take") for _time in range(2) for outcome in ("pending", "done")
    ]


def test_keys_are_accepted_by_a_person_and_never_change_unseen(hub: Home, witness: Home) -> None:
    hub.write(3)
    asked = hub.trust.witnessing.export()
    with pytest.raises(Refused, match=asked.keys[0].key):
        witness.trust.witnessing.cosign(asked)
    back = witness.trust.witnessing.cosign(asked, accept=asked.keys[0].key)
    with pytest.raises(Refused, match=back.keys[-1].key):
        hub.trust.witnessing.take(back)
    hub.trust.keys.rotate("checkpoint")
    hub.write(3)
    renewed = hub.trust.witnessing.export(3)
    with pytest.raises(Refused, match=renewed.keys[0].key):
        witness.trust.witnessing.cosign(renewed)
    assert witness.trust.witnessing.cosign(renewed, accept=renewed.keys[0].key).note.checkpoint.size == 6


def test_a_witness_refuses_forged_signatures_and_proofs_from_elsewhere(hub: Home, witness: Home) -> None:
    hub.write(3)
    asked = hub.trust.witnessing.export()
    key = asked.keys[0].key
    forged = replace(asked, note=replace(asked.note, checkpoint=replace(asked.note.checkpoint, size=9)))
    with pytest.raises(Damaged):
        witness.trust.witnessing.cosign(forged, accept=key)
    witness.trust.witnessing.cosign(asked, accept=key)
    hub.write(3)
    with pytest.raises(Conflict, match="--since 3"):
        witness.trust.witnessing.cosign(hub.trust.witnessing.export(1))
    with pytest.raises(WrongUse):
        hub.trust.witnessing.export(99)
    assert witness.trust.witnessing.cosign(hub.trust.witnessing.export(3)).note.checkpoint.size == 6


def test_truncation_shows_though_every_key_was_in_wrong_hands(hub: Home, witness: Home) -> None:
    hub.write(1_500)
    kept = cosigned(hub, witness)
    hub.rewritten(900, "a.t")
    assert hub.trust.verify().sound, "alone, the log cannot know"
    found = hub.trust.witnessing.check([kept], accept=kept.keys[-1].key)
    assert [(damage.first, damage.last, damage.reason) for damage in found.damaged] == [(901, 1_500, "cut_off")]
    with pytest.raises(Damaged, match="cut off"):
        witness.trust.witnessing.cosign(hub.trust.witnessing.export(), accept=kept.keys[0].key)


def test_two_forks_with_two_witnesses_show_each_other(hub: Home, witness: Home, homes: Callable[..., Home], tmp_path: Path) -> None:
    second = homes("second", 46)
    hub.write(1_000)
    first_of_both = cosigned(hub, witness)
    hub.trust.witnessing.take(first_of_both, accept=first_of_both.keys[-1].key)
    fork = hub.copied(tmp_path / "fork")
    hub.write(498, "a.t")  # beside the two entries that tell of the taking
    fork.write(498, "b.t")
    shown_here, shown_there = cosigned(hub, witness), cosigned(fork, second)
    assert shown_here.note.checkpoint.size == shown_there.note.checkpoint.size
    assert shown_here.note.checkpoint.root != shown_there.note.checkpoint.root
    for home, other in ((hub, shown_there), (fork, shown_here)):
        assert home.trust.verify().sound
        found = home.trust.witnessing.check([other], accept=other.keys[-1].key)
        assert [(damage.first, damage.last, damage.reason) for damage in found.damaged] == [(1_001, 1_500, "split")]
        with pytest.raises(Damaged):
            home.trust.witnessing.take(other, accept=other.keys[-1].key)
    with pytest.raises(Damaged, match="two faces"):
        witness.trust.witnessing.cosign(travelled(fork.trust.witnessing.export(1_000)))
    fork.write(1)
    with pytest.raises(Damaged, match="two faces"):
        witness.trust.witnessing.cosign(travelled(fork.trust.witnessing.export(1_500)))
    fork.close()


def test_a_kept_co_signature_shows_a_rewritten_log(hub: Home, witness: Home) -> None:
    hub.write(700)
    back = cosigned(hub, witness)
    hub.trust.witnessing.take(back, accept=back.keys[-1].key)
    hub.rewritten(700, "b.t")
    # The forger forgot the co-signature's table in one copy of the file.
    hub.trust.audit.checkpoint()
    hub.trust.audit.notes.take(700, back.keys[-1:], [line for line in back.note.lines if line.at])
    assert "cosignature" in reasons(hub.trust.verify())


def test_a_co_signature_by_another_key_is_found(hub: Home, witness: Home) -> None:
    hub.write(5)
    back = cosigned(hub, witness)
    spoilt = SignatureLine(back.note.lines[1].signer, replace(back.note.lines[1].signature, value=bytes(64)), back.note.lines[1].at)
    file = replace(back, note=replace(back.note, lines=(back.note.lines[0], spoilt)))
    assert reasons(hub.trust.witnessing.check([file], accept=back.keys[-1].key)) == {"cosignature"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"checkpoint": 3, "keys": [], "proof": null}', '{"keys": [{}]}'])
def test_a_file_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        CheckpointFile.from_text(text)


def test_a_file_names_its_parts(hub: Home) -> None:
    hub.write(2)
    told = json.loads(hub.trust.witnessing.export().to_text())
    assert set(told) == {"schema", "checkpoint", "keys", "proof"}


def tampered(home: Home, statement: str, values: tuple[object, ...] = ()) -> None:
    """What somebody does who can write the file, but has no key."""
    with closing(sqlite3.connect(home.path / "audit.db")) as connection:
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f'drop trigger "{name}"')
        connection.execute(statement, values)
        connection.commit()


def looked_at(home: Home, whole: bool = False) -> tuple[int, set[str]]:
    """After which entry a look began, and what it found."""
    found = home.trust.verify(whole=whole)
    return found.since, reasons(found)


def test_a_later_look_begins_at_the_last_signed_checkpoint_found_sound(hub: Home) -> None:
    hub.write(1_500)
    assert looked_at(hub) == (0, set()), "never found sound before: the whole log"
    first = hub.trust.audit.notes.newest().checkpoint.size
    hub.write(2_000)
    found = hub.trust.verify(whole=False)
    assert (found.since, found.entries, found.sound) == (first, 3_500, True)
    assert found.root == hub.trust.verify().root, "the same tree"
    assert looked_at(hub)[0] == hub.trust.audit.notes.newest().checkpoint.size
    hub.close()
    hub.open()
    assert looked_at(hub)[0] > 0, "remembered on the disk, for every process"


def test_a_later_look_finds_what_is_new_and_a_whole_one_what_is_old(hub: Home) -> None:
    hub.write(1_500)
    hub.trust.verify()
    hub.write(1_500)
    tampered(hub, "update entry set outcome = 'other' where number = 2500")
    assert looked_at(hub) == (1_500, {"edited"})
    assert looked_at(hub) == (1_500, {"edited"}), "a damaged log moves nothing on"
    tampered(hub, "update entry set outcome = 'allowed' where number = 2500")
    tampered(hub, "update entry set outcome = 'other' where number = 500")
    assert looked_at(hub) == (1_500, set()), "what was found sound is taken as it was"
    assert looked_at(hub, whole=True) == (0, {"edited"})


def test_what_a_look_begins_at_cannot_be_moved_or_cut_off(hub: Home) -> None:
    hub.write(1_500)
    hub.trust.verify()
    hub.write(1_500)
    with closing(sqlite3.connect(hub.path / "audit.db")) as connection:
        at, old, seal = connection.execute("select at, frontier, seal from verified").fetchone()
        newer = connection.execute("select frontier from checkpoint where size = 3000").fetchone()[0]
    tampered(hub, "update entry set outcome = 'other' where number = 2500")
    tampered(hub, "update verified set frontier = ?", (newer,))
    assert looked_at(hub) == (0, {"edited"}), "moved without the key: not believed"
    tampered(hub, "update verified set at = ?, frontier = ?, seal = ?", (at, old, seal))
    tampered(hub, "delete from checkpoint where size = 1500")
    assert looked_at(hub)[0] == 0, "its checkpoint is gone: the whole log is looked at"
    tampered(hub, "delete from entry where number >= 900")
    since, found = looked_at(hub)
    assert (since, "removed" in found) == (0, True)
