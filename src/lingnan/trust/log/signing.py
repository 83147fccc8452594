"""Signs the checkpoints of one log, durably: what is signed is on the disk before anyone is told."""

import sqlite3
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from lingnan.base import Clock, Damaged
from lingnan.trust.log.checkpoints import PURPOSE, Checkpoint, Note, SignatureLine, Signer
from lingnan.trust.log.connection import durable_transaction
from lingnan.trust.log.note_checks import WitnessKey
from lingnan.trust.log.tree import Frontier, hash_by_name

_PENDING = "select size, at, frontier from checkpoint where size > (select coalesce(max(size), -1) from note) order by size"


class Signing:
    """The notes of one log; `guard` is taken around every use of its connection."""

    def __init__(self, connection: sqlite3.Connection, guard: AbstractContextManager[Any], clock: Clock, signer: Signer | None, origin: str) -> None:
        self._connection, self._guard, self._clock = connection, guard, clock
        self._signer, self.origin = signer, origin

    def sign_pending(self) -> None:
        """Sign every checkpoint that has no note yet. Signing happens outside the log's transaction: keys may lie in a slow token."""
        if self._signer is None:
            return
        with self._guard:
            algorithm = self._connection.execute("select algorithm from head").fetchone()[0]
            pending = self._connection.execute(_PENDING).fetchall()
        notes = [self._signed(self._unsigned(size, at, frontier, algorithm), self._signer) for size, at, frontier in pending]
        if notes:
            with self._guard, durable_transaction(self._connection):
                self._keep(notes)

    def note_at(self, size: int) -> Note:
        """The checkpoint of that size; Damaged when it is gone."""
        found = self.note(size)
        if found is None:
            raise Damaged(
                f"第 {size} 条处的检查点已不存在。请运行 lingnan trust verify。", f"The checkpoint at entry {size} is gone. Run lingnan trust verify."
            )
        return found

    def note(self, size: int) -> Note | None:
        """The checkpoint of that size with every signature kept, without any where none was made; None when there is no checkpoint."""
        with self._guard:
            body = self._connection.execute("select body from note where size = ?", (size,)).fetchone()
            lines = self._connection.execute("select line from signature where size = ? order by kind desc, signer", (size,)).fetchall()
            bare = self._connection.execute(
                "select size, at, checkpoint.frontier, algorithm from checkpoint, head where size = ?", (size,)
            ).fetchone()
        if body:
            return Note(Checkpoint.from_body(body[0]), tuple(SignatureLine.from_text(line[0]) for line in lines))
        return self._unsigned(*bare) if bare else None

    def newest(self) -> Note | None:
        """The largest checkpoint, or None."""
        with self._guard:
            size = self._connection.execute("select max(size) from checkpoint").fetchone()[0]
        return None if size is None else self.note(size)

    def covering(self, number: int) -> Note | None:
        """The smallest checkpoint that covers an entry; None while there is none yet."""
        with self._guard:
            size = self._connection.execute("select min(size) from checkpoint where size >= ?", (number,)).fetchone()[0]
        return None if size is None else self.note(size)

    def listing(self, before: int = 0, limit: int = 50) -> list[Note]:
        """Checkpoints, largest first, from below a size."""
        with self._guard:
            sizes = self._connection.execute(
                "select size from checkpoint where size > 0 and (? = 0 or size < ?) order by size desc limit ?", (before, before, limit)
            ).fetchall()
        return [note for (size,) in sizes if (note := self.note(size)) is not None]

    def cosigned(self) -> list[Note]:
        """Checkpoints that a witness has co-signed, smallest first."""
        with self._guard:
            sizes = self._connection.execute("select distinct size from signature where kind = 'witness' order by size").fetchall()
        return [note for (size,) in sizes if (note := self.note(size)) is not None]

    def take(self, size: int, witnesses: Iterable[WitnessKey], lines: Iterable[SignatureLine]) -> None:
        """Keep witnesses' lines under a checkpoint, one a witness and size, and take the keys for theirs from now on."""
        now = self._clock.now().isoformat()
        keys = [(each.key, each.signer, each.algorithm, each.public, now) for each in witnesses]
        rows = [(size, line.signer, "witness", now, line.to_text()) for line in lines]
        with self._guard, durable_transaction(self._connection):
            self._connection.executemany("insert or replace into witness values (?, ?, ?, ?, ?)", keys)
            self._connection.executemany("insert or replace into signature values (?, ?, ?, ?, ?)", rows)

    def witnesses(self) -> list[WitnessKey]:
        """The witnesses whose keys were accepted."""
        with self._guard:
            rows = self._connection.execute("select signer, key, algorithm, public from witness order by signer, at").fetchall()
        return [WitnessKey(*row) for row in rows]

    def _unsigned(self, size: int, at: str, frontier: bytes, algorithm: str) -> Note:
        root = Frontier.from_bytes(hash_by_name(algorithm), frontier).root()
        return Note(Checkpoint(self.origin, size, root, algorithm, at), ())

    def _signed(self, note: Note, signer: Signer) -> Note:
        return note.signed_by(SignatureLine(self.origin, signer.sign(PURPOSE, note.checkpoint.body().encode())))

    def _keep(self, notes: list[Note]) -> None:
        now = self._clock.now().isoformat()
        bodies = [(note.checkpoint.size, now, note.checkpoint.body()) for note in notes]
        lines = [(note.checkpoint.size, line.signer, "own", now, line.to_text()) for note in notes for line in note.lines]
        self._connection.executemany("insert or ignore into note values (?, ?, ?)", bodies)
        self._connection.executemany("insert or ignore into signature values (?, ?, ?, ?, ?)", lines)
