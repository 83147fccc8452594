"""Checks signed checkpoints against the entries: the log's own signatures, and the roots that witnesses have co-signed."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lingnan.base import BadInput
from lingnan.trust.keys.suites import verify_with
from lingnan.trust.log.checkpoints import PURPOSE, Note, SignatureLine, Signer

Find = Callable[[int, int, str], None]
"""Takes down damage: first and last entry, and the reason."""
Known = Callable[[int, int], bool]
"""Whether damage between two entries was taken down already."""


@dataclass(frozen=True)
class WitnessKey:
    """A witness's public key: its name for the witness, its id (SHA-256 of the key), its algorithm and the key in DER."""

    signer: str
    key: str
    algorithm: str
    public: bytes

    def signed(self, line: SignatureLine, body: str) -> bool:
        """Whether this key made the line under that text."""
        told = line.signature
        return (told.key, told.algorithm) == (self.key, self.algorithm) and bool(line.at) and verify_with(
            self.algorithm, self.public, line.signed(body), told.value
        )


class NoteChecks:
    """The notes kept in one log from a size on, and further ones that came from witnesses; `signed` are the sizes of those kept."""

    def __init__(
        self, connection: sqlite3.Connection, origin: str, signer: Signer | None, find: Find, known: Known, given: Iterable[Note] = (),
        given_keys: Iterable[WitnessKey] = (), since: int = 0,
    ) -> None:
        self._connection, self._origin, self._signer, self._find, self._known = connection, origin, signer, find, known
        self._since = since
        self._given = tuple(given)
        self._keys = {**_kept_keys(connection), **{key.key: key for key in given_keys}}
        self._bodies = {size: body.decode() for size, body in connection.execute("select size, body from note where size >= ?", (since,))}
        self.signed = frozenset(self._bodies)
        self.wanted = set(self._bodies) | {note.checkpoint.size for note in self._given}

    def run(self, roots: Mapping[int, bytes], end: int) -> None:
        """Compare with the roots that the entries give at the wanted sizes; `end` is the size of the log."""
        times = {size: at.decode() for size, at in self._connection.execute("select size, at from note where size >= ?", (self._since,))}
        kept = [note for size in sorted(self._bodies) if (note := self._kept(size)) is not None]
        for note in kept:
            self._check_own(note, times[note.checkpoint.size])
        self._check_signed(kept, roots)
        self._check_gaps()
        last = 0
        for note in sorted((*kept, *self._given), key=lambda each: each.checkpoint.size):
            last = self._check_cosigned(note, roots, end, last)

    def _kept(self, size: int) -> Note | None:
        lines = self._connection.execute("select line from signature where size = ? order by kind desc, signer", (size,)).fetchall()
        text = self._bodies[size] + "\n" + "".join(f"{line.decode()}\n" for (line,) in lines)
        try:
            note = Note.from_text(text)
        except BadInput:
            note = None
        if note is None or note.checkpoint.size != size or note.checkpoint.origin != self._origin:
            self._find(size, size, "signature")
            return None
        return note

    def _check_own(self, note: Note, at: str) -> None:
        """The log's own signature, by the key that was in use when it was made."""
        if self._signer is None:
            return
        size, own = note.checkpoint.size, note.own
        signed = None if own is None else own.signed(note.checkpoint.body())
        if own is None or signed is None or not self._signer.verify(own.signature, signed, PURPOSE, datetime.fromisoformat(at)).valid:
            self._find(size, size, "signature")

    def _check_signed(self, kept: Iterable[Note], roots: Mapping[int, bytes]) -> None:
        """The first signed root that the entries do not give, where nothing else was found there: seals were forged along with entries."""
        last = self._since
        for note in kept:
            size = note.checkpoint.size
            if roots.get(size) != note.checkpoint.root:
                if not self._known(last + 1, size):
                    self._find(last + 1, size, "rewritten")
                return
            last = size

    def _check_gaps(self) -> None:
        """A kill can leave the newest checkpoints unsigned, never one before a signed one."""
        newest = max(self._bodies, default=-1)
        listed = "select size from checkpoint where size >= ? and size <= ? order by size"
        for (size,) in self._connection.execute(listed, (self._since, newest)).fetchall():
            if size not in self._bodies:
                self._find(size, size, "signature")

    def _check_cosigned(self, note: Note, roots: Mapping[int, bytes], end: int, last: int) -> int:
        """Whether the log still is what witnesses saw; gives the size up to which it is."""
        checkpoint, lines = note.checkpoint, [line for line in note.lines if line.at]
        if not lines:
            return last
        keys = [self._keys.get(line.signature.key) for line in lines]
        true = [line for line, key in zip(lines, keys, strict=True) if key is not None and key.signed(line, checkpoint.body())]
        if len(true) < len(lines):
            self._find(checkpoint.size, checkpoint.size, "cosignature")
        if not true:
            return last
        if checkpoint.size > end:
            self._find(end + 1, checkpoint.size, "cut_off")
        elif roots.get(checkpoint.size) != checkpoint.root:
            self._find(last + 1, checkpoint.size, "split")
        else:
            return checkpoint.size
        return last


def _kept_keys(connection: sqlite3.Connection) -> dict[str, WitnessKey]:
    rows = connection.execute("select signer, key, algorithm, public from witness").fetchall()
    return {key.decode(): WitnessKey(signer.decode(), key.decode(), algorithm.decode(), public) for signer, key, algorithm, public in rows}
