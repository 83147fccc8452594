"""Answers the pages about the audit log: entries, proofs, checkpoints, checks of the whole. Reading the log is itself in the log."""

import json
import logging
import threading
from datetime import UTC, datetime
from typing import Any

from lingnan.base import BadInput, LingnanError, Missing, WrongUse
from lingnan.hub.pages.desk import Desk
from lingnan.insight import (
    AuditPage,
    CheckpointLine,
    CheckpointPage,
    Cosignature,
    DamageLine,
    DownloadFile,
    EntryLine,
    EntryProof,
    EntrySheet,
    LogCheck,
    LogChecks,
    ProofStep,
    Words,
)
from lingnan.jobs import ProcessMark
from lingnan.trust import CheckpointFile, Entry, EntryQuery, Note, Subject, Trust, Verification, holds_personal_value, writing
from lingnan.trust.log.note_checks import WitnessKey
from lingnan.trust.log.search import VERIFY

VIEW, CHECK = "trust.audit.view", "trust.verify"
PAGE = 50
WAIT_S = 2.0
"""How long the page waits for a check before it shows that one is running."""
MOST_DAMAGE = 50
SCHEMA = 1

LOG = logging.getLogger(__name__)


class LogPages:
    """One hub's log as its auditors see it; at most one check of the whole runs in a process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guard = threading.Lock()
        self._running: threading.Thread | None = None
        self._checked = 0

    @property
    def _trust(self) -> Trust:
        return self._desk.hub.trust

    def entries(self, query: EntryQuery, subject: Subject) -> AuditPage:
        """A page of entries; what was sought stands in the log. BadInput when a person's number was typed."""
        self._trust.allow(subject, VIEW, "audit")
        words = query.words()
        if any(holds_personal_value(word) for word in words.values()):
            raise BadInput(
                "查询条件不得含身份证号、手机号或护照号；日志中也没有这些值。",
                "No citizen, mobile or passport number here; the log holds none either.",
            )
        if words:
            self._trust.record("question", subject, "audit.search", "audit", "answered", facts=words)
        found, search = self._trust.log.page(query), self._trust.log
        return AuditPage(
            items=tuple(_line(entry) for entry in found.entries), next=str(found.next or ""), down_to=found.down_to, size=self._trust.audit.size(),
            kinds=tuple(search.spoken("kind")), outcomes=tuple(search.spoken("outcome")),
        )

    def entry(self, number: int, subject: Subject) -> EntrySheet:
        """One entry with its pair and its proof; Missing when there is none."""
        self._trust.allow(subject, VIEW, f"audit:{number}")
        entry = self._entry(number)
        begun = self._trust.audit.entry(entry.intent) if entry.intent else None
        ended = self._trust.log.end_of(number) if entry.kind == "intent" else None
        return EntrySheet(
            entry=_line(entry), leaf=(self._trust.log.leaf(number) or b"").hex(), begun=_line(begun) if begun else None,
            ended=_line(ended) if ended else None, open=entry.kind == "intent" and ended is None, proof=self._proof(number),
        )

    def proof_file(self, number: int, subject: Subject) -> DownloadFile:
        """All that is needed to check an entry elsewhere: the entry, its path, the signed checkpoint, the signers' public keys."""
        self._trust.allow(subject, VIEW, f"audit:{number}")
        entry, note = self._entry(number), self._trust.audit.notes.covering(number)
        if note is None:
            raise Missing(
                "该记录尚未进入检查点，至多一分钟后即可下载。", "No checkpoint covers this entry yet; there will be one within a minute.",
                number=number,
            )
        told = json.loads(CheckpointFile(note, self._keys(note)).to_text())
        told |= {"entry": vars(entry), "inclusion": self._trust.audit.inclusion(number, note.checkpoint.size).as_json()}
        return DownloadFile(name=f"entry-{number}.json", text=json.dumps(told, ensure_ascii=False, indent=2, default=dict) + "\n")

    def checkpoints(self, cursor: str, subject: Subject) -> CheckpointPage:
        """Checkpoints with their signatures, largest first."""
        self._trust.allow(subject, VIEW, "checkpoints")
        notes = self._trust.audit.notes
        found = notes.listing(int(cursor) if cursor.isdigit() and len(cursor) < 16 else 0, PAGE + 1)
        shown = [checkpoint_line(note) for note in found[:PAGE]]
        return CheckpointPage(items=tuple(shown), next=str(shown[-1].size) if len(found) > PAGE else "", origin=notes.origin)

    def consistency(self, first: int, second: int, subject: Subject) -> DownloadFile:
        """The proof that the larger checkpoint continues the smaller, with both; Missing when one of them is none."""
        self._trust.allow(subject, VIEW, "checkpoints")
        first, second = sorted((first, second))
        older, younger = (self._trust.audit.notes.note(size) for size in (first, second))
        if older is None or younger is None or first < 1:
            raise Missing("没有这样的检查点。请从列表中选择两个。", "There are no such checkpoints. Choose two of the list.", first=first)
        proof = self._trust.audit.consistency(first, second)
        told = {
            "schema": SCHEMA, "first": older.to_text(), "second": younger.to_text(), "proof": proof.as_json(),
            "holds": proof.holds(older.checkpoint.root, younger.checkpoint.root),
        }
        return DownloadFile(name=f"consistency-{first}-{second}.json", text=json.dumps(told, ensure_ascii=False, indent=2) + "\n")

    def export(self, subject: Subject) -> DownloadFile:
        """A fresh checkpoint for a witness to co-sign."""
        self._trust.allow(subject, CHECK, "checkpoints")
        file = self._trust.witnessing.export()
        self._trust.record("witness", subject, "checkpoint.export", "checkpoints", "done", facts={"size": file.note.checkpoint.size})
        return DownloadFile(name=f"checkpoint-{file.note.checkpoint.size}.json", text=file.to_text())

    def check(self, subject: Subject) -> None:
        """Check the whole log in the background, once at a time; waits a moment, so that a small log is checked when this returns."""
        self._trust.allow(subject, CHECK, "audit")
        with self._guard:
            running = self._running
            if running is None or not running.is_alive():
                self._checked = 0
                running = self._running = threading.Thread(target=self._check, args=(subject,), name="log-check", daemon=True)
                running.start()
        running.join(WAIT_S)

    def checks(self, subject: Subject) -> LogChecks:
        """The checks so far, newest first, as the log tells them."""
        self._trust.allow(subject, CHECK, "audit")
        return self.told_checks()

    def told_checks(self, limit: int = 20) -> LogChecks:
        """The same for the overview, which has asked already."""
        told = self._trust.log.verifications(2 * limit)
        ends = {entry.intent: entry for entry in told if entry.kind == "outcome"}
        begun = [entry for entry in told if entry.kind == "intent"]
        return LogChecks(items=tuple(self._check_line(entry, ends.get(entry.number)) for entry in begun[:limit]))

    def _check(self, subject: Subject) -> None:
        try:
            with writing(self._trust.audit, subject, VERIFY, "audit") as told:
                found = self._trust.audit.verify(tell=self._hear)
                told.tell(**_found(found))
        except LingnanError as error:
            LOG.warning("the log could not be checked: %s", error.en)

    def _hear(self, checked: int) -> None:
        self._checked = checked

    def _check_line(self, begun: Entry, ended: Entry | None) -> LogCheck:
        facts, began = (ended.facts if ended else {}), datetime.fromisoformat(begun.at)
        state: Any = "running" if ended is None else "broken_off" if ended.outcome != "done" else "sound" if facts.get("sound") else "damaged"
        if ended is None and _is_dead(begun.facts.get("process")):
            state = "broken_off"
        return LogCheck(
            number=begun.number, state=state, subject=begun.subject, began_at=began, ended_at=datetime.fromisoformat(ended.at) if ended else None,
            checked=int(facts.get("entries", 0)) if ended else self._checked, total=begun.number, root=str(facts.get("root", "")),
            damaged=tuple(_damage(each) for each in facts.get("damaged", ())),
        )

    def _entry(self, number: int) -> Entry:
        found = self._trust.audit.entry(number)
        if found is None:
            raise Missing(f"审计日志没有第 {number} 条。", f"The log has no entry {number}.", number=number)
        return found

    def _proof(self, number: int) -> EntryProof | None:
        note = self._trust.audit.notes.covering(number)
        if note is None:
            return None
        try:
            proof = self._trust.audit.inclusion(number, note.checkpoint.size)
        except WrongUse:
            return None
        steps = tuple(ProofStep(side=side, other=other.hex(), result=over.hex()) for side, other, over in proof.steps())  # type: ignore[arg-type]
        return EntryProof(leaf=proof.leaf.hex(), steps=steps, checkpoint=checkpoint_line(note), holds=proof.holds(note.checkpoint.root))

    def _keys(self, note: Note) -> tuple[WitnessKey, ...]:
        """The public keys of whoever signed: the log's own and accepted witnesses'."""
        own = note.own
        cards = [self._trust.keys.card(own.signature.key)] if own else []
        witnesses = {key.key: key for key in self._trust.audit.notes.witnesses()}
        others = tuple(witnesses[line.signature.key] for line in note.lines if line.at and line.signature.key in witnesses)
        return (*(WitnessKey(note.checkpoint.origin, card.id, card.algorithm, card.public) for card in cards), *others)


def checkpoint_line(note: Note) -> CheckpointLine:
    """A checkpoint as pages show it."""
    checkpoint, own = note.checkpoint, note.own
    return CheckpointLine(
        size=checkpoint.size, at=datetime.fromisoformat(checkpoint.at), root=checkpoint.root.hex(), algorithm=checkpoint.algorithm,
        key=own.signature.key if own else "", suite=own.signature.suite if own else "",
        cosigned=tuple(Cosignature(witness=line.signer, at=_second(line.at)) for line in note.lines if line.at),
    )


def _line(entry: Entry) -> EntryLine:
    return EntryLine(**{**vars(entry), "at": datetime.fromisoformat(entry.at)})


def _found(found: Verification) -> dict[str, Any]:
    damaged = [{"first": each.first, "last": each.last, "reason": each.reason, "zh": each.zh, "en": each.en} for each in found.damaged[:MOST_DAMAGE]]
    return {"entries": found.entries, "sound": found.sound, "root": found.root, "damages": len(found.damaged), "damaged": damaged}


def _damage(told: dict[str, Any]) -> DamageLine:
    return DamageLine(first=told["first"], last=told["last"], reason=told["reason"], text=Words(zh=told["zh"], en=told["en"]))


def _is_dead(holder: Any) -> bool:
    """Whether the process that began a check is gone; not to be known of another machine's."""
    told = holder if isinstance(holder, dict) else {}
    return bool(told) and ProcessMark(str(told["host"]), int(told["pid"]), str(told["started"])).is_dead() is True


def _second(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
