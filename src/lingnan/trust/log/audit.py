"""The audit log `HOME/audit.db`: entries are only added, and a Merkle tree over them shows whether any was touched."""

import json
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lingnan.base import Clock, Damaged, LingnanError, WrongUse
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log import verification
from lingnan.trust.log.checkpoints import Note, Signer
from lingnan.trust.log.connection import connect, transaction, unwritable
from lingnan.trust.log.note_checks import WitnessKey
from lingnan.trust.log.personal import holds_personal_value
from lingnan.trust.log.proofs import ConsistencyProof, InclusionProof, consistency_path, inclusion_path
from lingnan.trust.log.schema import LEAF_COLUMNS, SCHEMA
from lingnan.trust.log.signing import Signing
from lingnan.trust.log.subtrees import Subtrees
from lingnan.trust.log.tree import Frontier, hash_by_name, leaf_bytes
from lingnan.trust.log.verified import Verified
from lingnan.trust.shapes import Entry, Subject, Verification

logger = logging.getLogger(__name__)

CHECKPOINT_ENTRIES = 1_000
CHECKPOINT_AGE = timedelta(minutes=1)
_INSERT = f"insert into entry ({', '.join(LEAF_COLUMNS)}, leaf) values ({', '.join('?' * (len(LEAF_COLUMNS) + 1))})"
_SELECT = f"select {', '.join(LEAF_COLUMNS)} from entry"


@dataclass(frozen=True)
class Draft:
    """An entry to be: everything but its number and time."""

    kind: str
    subject: Subject | str
    action: str
    resource: str
    outcome: str
    purpose: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    intent: int = 0


class AuditLog:
    """Appends entries one transaction a call, safe among threads and processes; raises when it cannot, so no data leaves.

    `begun` says that there was a log here before: then a missing one is damage and no new one is begun in its place.
    `signer` signs the checkpoints under the name `origin`; without one they are sealed only.
    """

    def __init__(
        self, path: Path, key: HubKey, clock: Clock, algorithm: str = "sha256", begun: bool = False, signer: Signer | None = None,
        origin: str = "lingnan",
    ) -> None:
        self.path, self.clock, self._key, self._signer = path, clock, key, signer
        self._lock = threading.RLock()
        self._checkpoint_at, self._unmarked, self._unsigned, self._failed = clock.now(), False, True, False
        with unwritable():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = connect(path)
            self._connection.executescript(SCHEMA)
            if not begun:
                self._begin_tree(algorithm)
        self.notes = Signing(self._connection, self._lock, clock, signer, origin)
        self._verified = Verified(key)

    def record(
        self, kind: str, subject: Subject | str, action: str, resource: str, outcome: str, purpose: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> int:
        """Add one entry and give its number; Unavailable when the log cannot be written."""
        return self.record_many([Draft(kind, subject, action, resource, outcome, purpose, facts or {})])

    def intent(self, subject: Subject | str, action: str, resource: str, purpose: str = "", facts: Mapping[str, Any] | None = None) -> int:
        """Say that a write is about to happen; gives the number that its outcome names."""
        return self.record("intent", subject, action, resource, "pending", purpose, facts)

    def outcome(self, intent: int, outcome: str, facts: Mapping[str, Any] | None = None) -> int:
        """Say how the write of that intent ended (`done`, `failed`, `abandoned`); WrongUse when it has ended already."""
        begun = self.entry(intent)
        if begun is None or begun.kind != "intent" or not self._open_intent(intent):
            raise WrongUse(
                f"第 {intent} 条审计记录不是待完成的写入意向。请使用 intent() 返回的编号，且只完成一次。",
                f"Audit entry {intent} is no open intent. Use the number intent() gave, and close it once.",
                intent=intent,
            )
        return self.record_many([Draft("outcome", begun.subject, begun.action, begun.resource, outcome, begun.purpose, facts or {}, intent)])

    def record_many(self, drafts: Iterable[Draft]) -> int:
        """Add entries in one transaction, all or none; gives the last number."""
        now = self.clock.now()
        rows = [_row(draft, now) for draft in drafts]
        try:
            size = self._append(rows, now)
            self._sign()
        except LingnanError:
            self._failed = True
            raise
        if self._failed:
            logger.warning("audit log: can be written again")
        self._failed = False
        return size

    def ensure_writable(self) -> None:
        """Unavailable while the log cannot be written, so that nothing at all is answered; after a failure one entry is tried."""
        if self._failed:
            self.record("log", "system", "log.resume", "audit", "done")

    def checkpoint(self) -> Note:
        """Take, sign and make durable a checkpoint of all entries there are now; gives it with its signatures."""
        with self._lock, unwritable(), transaction(self._connection):
            frontier, algorithm = self._head()
            self._mark(frontier, algorithm, self.clock.now())
        self._sign()
        return self.notes.note_at(frontier.size)

    def keep_up(self) -> bool:
        """Take the checkpoint that is due by time, whoever wrote, for a log that nobody adds to just now; gives whether one was."""
        with self._lock, unwritable():
            waiting = self._connection.execute(
                "select at from entry where number > (select coalesce(max(size), 0) from checkpoint) order by number limit 1"
            ).fetchone()
        if waiting is None or self.clock.now() - datetime.fromisoformat(waiting[0]) < CHECKPOINT_AGE:
            return False
        self.checkpoint()
        return True

    def pseudonym(self, kind: str, value: str) -> str:
        """The name by which the log knows what it must not hold: a person's identifier, an address."""
        return self._key.pseudonym(kind, value)

    def delivered(self, subject: Subject, decision: int, action: str, resource: str, rows: int) -> int:
        """Say how many rows left the hub under a decision (its number): what bulk reading is counted from."""
        return self.record("delivery", subject, action, resource, "done", facts={"decision": decision, "rows": rows})

    def open_intents(self) -> list[Entry]:
        """Writes that were begun and never said how they ended: what recovery has to settle."""
        condition = " where kind = 'intent' and not exists (select 1 from entry ended where ended.intent = entry.number) order by number"
        return self._entries(condition, ())

    def closed(self, intents: Sequence[int]) -> list[int]:
        """Those of the intents whose outcome is told."""
        with self._lock, unwritable():
            sql = "select intent from entry where intent > 0 and intent in (select value from json_each(?))"
            rows = self._connection.execute(sql, (str(list(intents)),))
            return [row[0] for row in rows] if intents else []

    def entry(self, number: int) -> Entry | None:
        """One entry, or None."""
        found = self._entries(" where number = ?", (number,))
        return found[0] if found else None

    def entries(self, after: int = 0, limit: int = 100, resource: str = "", subject: str = "") -> list[Entry]:
        """Entries after a number, oldest first, of one resource or subject when given."""
        condition = " where number > ? and (? = '' or resource = ?) and (? = '' or subject = ?) order by number limit ?"
        return self._entries(condition, (after, resource, resource, subject, subject, limit))

    def size(self) -> int:
        """How many entries the log has."""
        with self._lock, unwritable():
            return self._head()[0].size

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` entries; WrongUse beyond the log's end."""
        with self._tree(size) as (subtrees, _algorithm):
            return subtrees.root_of(0, size)

    def inclusion(self, number: int, size: int | None = None) -> InclusionProof:
        """Proof that an entry is among the first `size` (all by default); WrongUse when it is not."""
        with self._tree(size, number) as (subtrees, algorithm):
            among = self._head()[0].size if size is None else size
            path = inclusion_path(number - 1, among, subtrees.root_of)
            return InclusionProof(algorithm, number, among, subtrees.root_of(number - 1, number), path)

    def consistency(self, first: int, second: int | None = None) -> ConsistencyProof:
        """Proof that the first `second` entries (all by default) begin with the first `first`; WrongUse outside the log."""
        with self._tree(second, first) as (subtrees, algorithm):
            among = self._head()[0].size if second is None else second
            return ConsistencyProof(algorithm, first, among, consistency_path(first, among, subtrees.root_of))

    def verify(
        self, given: Iterable[Note] = (), given_keys: Iterable[WitnessKey] = (), tell: verification.Tell | None = None, *, whole: bool = True
    ) -> Verification:
        """Check every entry, checkpoint and co-signature: finds edited, removed, reordered, added and cut off entries.

        `given` are co-signed checkpoints kept by witnesses: they tell even when whoever changed the log had every key of the hub.
        `tell` hears up to which entry it has come. Not `whole`: only what came after the last signed checkpoint found sound, by any process.
        """
        with unwritable():
            since = None if whole else self._verified.read(self._connection, self._lock)
            found, sound = verification.verify(self.path, self._key, self._signer, self.notes.origin, given, given_keys, tell, since)
        if sound is not None:
            self._verified.keep(self._connection, self._lock, sound, self.clock.now())
        return found

    def close(self) -> None:
        """Take a last checkpoint where something was written, and let go of the file."""
        try:
            if self._unmarked:
                self.checkpoint()
        except LingnanError as error:
            logger.warning("audit log: no checkpoint at the end (%s)", error.en)
        with self._lock:
            self._connection.close()

    def _append(self, rows: list[tuple[Any, ...]], now: datetime) -> int:
        with self._lock, unwritable(), transaction(self._connection):
            frontier, algorithm = self._head()
            first = frontier.size
            self._connection.executemany(_INSERT, [_leafed((first + offset, *row), frontier) for offset, row in enumerate(rows, start=1)])
            self._keep_head(frontier, algorithm, first, now)
            return frontier.size

    def _begin_tree(self, algorithm: str) -> None:
        digest = hash_by_name(algorithm)
        with transaction(self._connection):
            if self._connection.execute("select 1 from head").fetchone() or self._connection.execute("select 1 from entry").fetchone():
                return
            data = Frontier(digest).to_bytes()
            self._connection.execute(
                "insert into head values (1, ?, ?, ?)", (algorithm, data, self._key.seal(verification.SEAL, algorithm.encode() + data))
            )

    def _head(self) -> tuple[Frontier, str]:
        row = self._connection.execute("select algorithm, frontier, seal from head").fetchone()
        if row is None or self._key.seal(verification.SEAL, row[0].encode() + row[1]) != row[2]:
            raise Damaged(
                "审计日志的树头已被改动或删除，不能继续写入。请运行 lingnan trust verify 查看，并从备份恢复 audit.db。",
                "The head of the audit log was changed or removed; nothing more is written. Run lingnan trust verify, restore audit.db.",
            )
        return Frontier.from_bytes(hash_by_name(row[0]), row[1]), row[0]

    def _keep_head(self, frontier: Frontier, algorithm: str, first: int, now: datetime) -> None:
        data = frontier.to_bytes()
        seal = self._key.seal(verification.SEAL, algorithm.encode() + data)
        self._connection.execute("update head set frontier = ?, seal = ?", (data, seal))
        self._connection.executemany("insert or replace into node values (?, ?, ?)", frontier.completed)
        self._unmarked = True
        if first // CHECKPOINT_ENTRIES != frontier.size // CHECKPOINT_ENTRIES or now - self._checkpoint_at >= CHECKPOINT_AGE:
            self._mark(frontier, algorithm, now)

    def _mark(self, frontier: Frontier, algorithm: str, now: datetime) -> None:
        data = frontier.to_bytes()
        seal = self._key.seal(verification.SEAL, algorithm.encode() + data)
        self._connection.execute("insert or ignore into checkpoint values (?, ?, ?, ?)", (frontier.size, now.isoformat(), data, seal))
        self._checkpoint_at, self._unmarked, self._unsigned = now, False, True

    def _sign(self) -> None:
        """Sign what is due. A checkpoint that could not be signed stays due, and every write raises until it is."""
        if self._unsigned:
            with unwritable():
                self.notes.sign_pending()
            self._unsigned = False

    @contextmanager
    def _tree(self, size: int | None, within: int = 1) -> Iterator[tuple[Subtrees, str]]:
        """One look at the stored tree; `within` must be an entry of the first `size`."""
        with self._lock, unwritable(), transaction(self._connection, "deferred"):
            frontier, algorithm = self._head()
            among = frontier.size if size is None else size
            if not (0 <= among <= frontier.size and 1 <= within <= max(among, 1)):
                raise WrongUse(
                    f"审计日志共 {frontier.size} 条，无法对第 {within} 条、前 {among} 条给出证明。请使用日志之内的编号。",
                    f"The log has {frontier.size} entries: no proof for entry {within} among the first {among}. Use numbers within the log.",
                    size=frontier.size,
                )
            yield Subtrees(self._connection, frontier.digest), algorithm

    def _open_intent(self, number: int) -> bool:
        with self._lock:
            return self._connection.execute("select 1 from entry where intent = ?", (number,)).fetchone() is None

    def _entries(self, condition: str, values: tuple[Any, ...]) -> list[Entry]:
        with self._lock, unwritable():
            rows = self._connection.execute(_SELECT + condition, values).fetchall()
        return [Entry(**{**dict(zip(LEAF_COLUMNS, row, strict=True)), "facts": json.loads(row[-1])}) for row in rows]


def _row(draft: Draft, now: datetime) -> tuple[Any, ...]:
    subject = draft.subject if isinstance(draft.subject, str) else draft.subject.reference
    facts = json.dumps(dict(draft.facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    row = (now.isoformat(), draft.kind, subject, draft.action, draft.resource, draft.outcome, draft.purpose, draft.intent, facts)
    for value in (subject, draft.action, draft.resource, draft.outcome, draft.purpose, facts):
        if holds_personal_value(value):
            raise WrongUse(
                "审计记录中不得出现个人信息值（身份证号、手机号、护照号）。请改用 Trust.pseudonym() 得到的代号。",
                "An audit entry must hold no personal value (citizen, mobile or passport number). Use the name Trust.pseudonym() gives.",
                kind=draft.kind,
            )
    return row


def _leafed(row: tuple[Any, ...], frontier: Frontier) -> tuple[Any, ...]:
    """The row with the hash of its stored bytes behind it; the tree has grown by that hash."""
    leaf = frontier.digest(leaf_bytes(tuple(value if isinstance(value, int) else value.encode() for value in row)))
    frontier.add(leaf)
    return (*row, leaf)
