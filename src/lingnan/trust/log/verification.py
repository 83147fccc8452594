"""Checks an audit log, whole or from a checkpoint that was found sound before, segment by segment, without holding it in memory."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.checkpoints import Note, Signer
from lingnan.trust.log.note_checks import Find, Known, NoteChecks, WitnessKey
from lingnan.trust.log.schema import SELECT_LEAVES
from lingnan.trust.log.tree import Frontier, Hash, hash_by_name, leaf_bytes
from lingnan.trust.shapes import Damage, Verification

SEAL = "audit-head"
Tell = Callable[[int], None]
_SAID = {
    "edited": ("内容与写入时不同", "is not what was written"),
    "removed": ("缺失", "is missing"),
    "added": ("不是由平台写入", "was not written by the hub"),
    "rewritten": ("其中有记录连同哈希被替换", "holds entries replaced together with their hashes"),
    "checkpoint": ("处的检查点被改动", "has a changed checkpoint"),
    "node": ("的中间哈希被改动", "have a changed hash above them"),
    "signature": ("处的检查点签名不成立", "has a checkpoint whose signature does not hold"),
    "cosignature": ("处的见证方共签不成立，或其密钥未被接受", "has a co-signature that does not hold, or whose key was not accepted"),
    "cut_off": ("曾由见证方共签，现已不在日志中", "was co-signed by a witness and is no longer in the log"),
    "split": ("与见证方共签的内容不同，日志曾出示另一份历史", "is not what a witness co-signed; another history was shown to it"),
    "head": ("日志的树头被改动、删除或退回", "the head of the log was changed, removed or set back"),
}


@dataclass(frozen=True)
class Mark:
    """A sealed state of the tree that the entries up to `size` lead to."""

    size: int
    frontier: bytes


def verify(
    path: Path, key: HubKey, signer: Signer | None = None, origin: str = "lingnan", given: Iterable[Note] = (),
    given_keys: Iterable[WitnessKey] = (), tell: Tell | None = None, since: Mark | None = None,
) -> tuple[Verification, Mark | None]:
    """Check every entry against its leaf, every segment against its checkpoint, the whole against the head, roots against signatures.

    `given` are co-signed checkpoints that came from witnesses, `given_keys` keys of theirs beside those the log has accepted;
    `tell` hears up to which entry it has come. `since` is a state that was found sound before: what lies under it is taken from there,
    and looked at only where the log does not hold that state any longer. Gives also the last signed checkpoint of a sound log.
    """
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as connection:
        # Bytes, not text: the hash is over what is stored, also where it is no longer valid text.
        connection.text_factory = bytes
        connection.execute("begin")
        begin = since if since is not None and _holds(connection, since) else Mark(0, b"")

        def notes_with(find: Find, known: Known) -> NoteChecks:
            return NoteChecks(connection, origin, signer, find, known, given, given_keys, begin.size)

        return _Check(connection, key, tell, begin).run(notes_with)


def _holds(connection: sqlite3.Connection, mark: Mark) -> bool:
    """Whether the log still has this state as a signed checkpoint, and entries up to it."""
    kept = connection.execute("select frontier from checkpoint join note using (size) where size = ?", (mark.size,)).fetchone()
    entry = connection.execute("select 1 from entry where number = ?", (mark.size,)).fetchone()
    return entry is not None and kept is not None and kept[0] == mark.frontier


class _Check:
    """One pass over one consistent snapshot of the log."""

    def __init__(self, connection: sqlite3.Connection, key: HubKey, tell: Tell | None, begin: Mark) -> None:
        self._connection, self._key, self._tell, self._begin = connection, key, tell, begin
        self._damaged: list[Damage] = []
        self._algorithm = "sha256"
        self._wanted: set[int] = set()
        self._roots: dict[int, bytes] = {}

    def run(self, notes_with: Callable[[Find, Known], NoteChecks]) -> tuple[Verification, Mark | None]:
        head, begin, signed = self._sealed_head(), self._begin, None
        digest = hash_by_name(self._algorithm)
        frontier = Frontier.from_bytes(digest, begin.frontier) if begin.size else Frontier(digest)
        notes = notes_with(self._find, self._is_known)
        self._roots = {begin.size: frontier.root()}
        self._wanted = notes.wanted
        for mark in self._marks(head):
            self._check_segment(frontier, mark, digest)
            frontier = Frontier.from_bytes(digest, mark.frontier)
            signed = mark if mark.size in notes.signed else signed
            if self._tell:
                self._tell(mark.size)
        self._check_beyond(frontier)
        notes.run(self._roots, frontier.size)
        entries = begin.size + self._connection.execute("select count(*) from entry where number > ?", (begin.size,)).fetchone()[0]
        damaged = tuple(sorted(self._damaged, key=lambda damage: (damage.first, damage.last)))
        return Verification(entries, damaged, frontier.root().hex(), begin.size), None if damaged else signed

    def _sealed_head(self) -> Mark | None:
        row = self._connection.execute("select algorithm, frontier, seal from head").fetchone()
        if row is None or self._key.seal(SEAL, row[0] + row[1]) != row[2]:
            self._find(0, 0, "head")
            return None
        self._algorithm = row[0].decode()
        return Mark(int.from_bytes(row[1][:8], "big"), row[1])

    def _marks(self, head: Mark | None) -> Iterator[Mark]:
        """Checkpoints with a true seal, by size, then the head; a checkpoint beyond the head shows that the head was set back."""
        last = self._begin
        listed = "select size, frontier, seal from checkpoint where size >= ? order by size"
        for size, frontier, seal in self._connection.execute(listed, (last.size,)).fetchall():
            if self._key.seal(SEAL, self._algorithm.encode() + frontier) != seal or int.from_bytes(frontier[:8], "big") != size:
                self._find(size, size, "checkpoint")
                continue
            if head is not None and size > head.size:
                self._find(head.size, size, "head")
                head = None
            last = Mark(size, frontier)
            yield last
        if head is not None and head.size >= last.size:
            yield head

    def _check_segment(self, frontier: Frontier, mark: Mark, digest: Hash) -> None:
        begin, expected, whole = frontier.size, frontier.size + 1, True
        for *values, leaf in self._connection.execute(SELECT_LEAVES, (begin, mark.size)):
            number = values[0]
            if number != expected:
                self._find(expected, number - 1, "removed")
                whole = False
            if digest(leaf_bytes(tuple(values))) != leaf:
                self._find(number, number, "edited")
            frontier.add(leaf)
            if frontier.size in self._wanted:
                self._roots[frontier.size] = frontier.root()
            expected = number + 1
        if expected <= mark.size:
            self._find(expected, mark.size, "removed")
        elif whole and frontier.to_bytes() != mark.frontier:
            self._find(begin + 1, mark.size, "rewritten")
        elif whole:
            self._check_nodes(frontier)

    def _check_nodes(self, frontier: Frontier) -> None:
        """Nodes kept for proofs are those of the leaves; one that is missing is worked out when it is needed."""
        for level, place, root in frontier.completed:
            kept = self._connection.execute("select hash from node where level = ? and place = ?", (level, place)).fetchone()
            if kept is not None and kept[0] != root:
                self._find((place << level) + 1, place + 1 << level, "node")

    def _check_beyond(self, frontier: Frontier) -> None:
        outside = "select min(number), max(number), count(*) from entry where number > ? or number < 1"
        first, last, count = self._connection.execute(outside, (frontier.size,)).fetchone()
        if count:
            self._find(first, last, "added")

    def _is_known(self, first: int, last: int) -> bool:
        return any(damage.first <= last and damage.last >= first for damage in self._damaged)

    def _find(self, first: int, last: int, reason: str) -> None:
        if any((damage.first, damage.last, damage.reason) == (first, last, reason) for damage in self._damaged[-3:]):
            return
        zh, en = _SAID[reason]
        if reason == "head":
            self._damaged.append(Damage(first, last, reason, f"{zh}。", f"{en[0].upper()}{en[1:]}."))
            return
        span_zh, span_en = (f"第 {first} 条", f"Entry {first}") if first == last else (f"第 {first} 至 {last} 条", f"Entries {first} to {last}")
        self._damaged.append(Damage(first, last, reason, f"{span_zh}{zh}。", f"{span_en}: {en}."))
