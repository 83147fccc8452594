"""Co-signatures: a hub exports a checkpoint, a peer checks that the log only grew and signs it too, the hub keeps that signature."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Clock, Conflict, Damaged, Refused
from lingnan.storage import Storage
from lingnan.trust.keys.key_ring import KeyRing
from lingnan.trust.keys.suites import verify_with
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.checkpoints import COSIGNED, PURPOSE, Checkpoint, Note, SignatureLine
from lingnan.trust.log.note_checks import WitnessKey
from lingnan.trust.log.proofs import ConsistencyProof
from lingnan.trust.log.records import WitnessedCheckpoint
from lingnan.trust.log.writing import writing
from lingnan.trust.shapes import SYSTEM, Subject, Verification

SCHEMA = 1


@dataclass(frozen=True)
class CheckpointFile:
    """What travels between hub and witness: the signed checkpoint, the proof since the one before, the public keys of its signers."""

    note: Note
    keys: tuple[WitnessKey, ...]
    proof: ConsistencyProof | None = None

    def to_text(self) -> str:
        """The file as JSON."""
        keys = [
            {"signer": key.signer, "algorithm": key.algorithm, "public": base64.b64encode(key.public).decode()} for key in self.keys
        ]
        told = {"schema": SCHEMA, "checkpoint": self.note.to_text(), "keys": keys, "proof": self.proof.as_json() if self.proof else None}
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_text(cls, text: str) -> "CheckpointFile":
        """The file that `to_text` wrote; BadInput when it is none."""
        try:
            told = json.loads(text)
            keys = tuple(_key(each["signer"], each["algorithm"], base64.b64decode(each["public"], validate=True)) for each in told["keys"])
            proof = ConsistencyProof.from_json(told["proof"]) if told["proof"] else None
            return cls(Note.from_text(told["checkpoint"]), keys, proof)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInput(
                "这不是检查点文件。请使用 lingnan trust checkpoint export 或 cosign 写出的文件。",
                "This is no checkpoint file. Use one that lingnan trust checkpoint export or cosign wrote.",
            ) from error

    def key_of(self, line: SignatureLine) -> WitnessKey | None:
        """The public key in the file that a line names."""
        return next((key for key in self.keys if (key.signer, key.key) == (line.signer, line.signature.key)), None)


class Witnessing:
    """Both sides of a co-signature, for one hub. Keys of others are accepted by their id, once, by a person who compared it."""

    def __init__(self, storage: Storage, audit: AuditLog, keys: KeyRing, clock: Clock) -> None:
        self._storage, self._audit, self._keys, self._clock = storage, audit, keys, clock

    def export(self, since: int | None = None) -> CheckpointFile:
        """A fresh checkpoint with the proof since the last co-signed one (or since a size): the file a witness gets."""
        note = self._audit.checkpoint()
        before = since if since is not None else max((each.checkpoint.size for each in self._audit.notes.cosigned()), default=0)
        proof = self._audit.consistency(before, note.checkpoint.size) if before else None
        return CheckpointFile(note, self._own_keys(note.lines), proof)

    def cosign(self, file: CheckpointFile, accept: str = "", by: Subject = SYSTEM) -> CheckpointFile:
        """Sign another hub's checkpoint after checking its signature and that its log only grew since the last time.

        Refused when its key was not accepted, Conflict when the proof starts elsewhere, Damaged when it shows another history.
        """
        checkpoint, key = file.note.checkpoint, self._origin_key(file)
        facts = {"size": checkpoint.size, "root": checkpoint.root.hex(), "algorithm": checkpoint.algorithm, "key": key.key}
        told = writing(self._audit, by, "checkpoint.cosign", checkpoint.origin, facts=facts)
        with told as begun, self._storage.session() as session:
            # Compared and remembered in one transaction: of two histories that arrive at once, the second is seen to differ.
            known = select(WitnessedCheckpoint).where(WitnessedCheckpoint.origin == checkpoint.origin).with_for_update()
            before = session.scalar(known)
            if accept != key.key and (before is None or before.key_id != key.key):
                raise _unknown_key(key)
            fault = _fault(checkpoint, file.proof, before)
            if fault:
                begun.tell(**facts)
                raise fault
            _remember(session, before, file.note, key)
        line = self._line(checkpoint.body())
        return CheckpointFile(file.note.signed_by(line), (*file.keys, *self._own_keys([line])))

    def take(self, file: CheckpointFile, accept: str = "", by: Subject = SYSTEM) -> list[str]:
        """Keep the co-signatures of a file under the own checkpoint; gives the witnesses. Refused for a key not accepted, Damaged as `check`."""
        checkpoint = file.note.checkpoint
        witnesses = self._accepted([file], accept)
        found = self._audit.verify([file.note], witnesses)
        if not found.sound:
            raise Damaged(found.damaged[0].zh, found.damaged[0].en, damaged=len(found.damaged))
        if self._audit.notes.note(checkpoint.size) is None:
            raise Conflict(
                f"本枢纽没有第 {checkpoint.size} 条处的检查点。", f"This hub has no checkpoint at entry {checkpoint.size}.", size=checkpoint.size
            )
        kept = [line for line in file.note.lines if line.at]
        facts = {"size": checkpoint.size, "root": checkpoint.root.hex(), "witnesses": [line.signer for line in kept]}
        with writing(self._audit, by, "checkpoint.take", self._audit.notes.origin, facts=facts):
            self._audit.notes.take(checkpoint.size, witnesses, kept)
        return [line.signer for line in kept]

    def check(self, files: Iterable[CheckpointFile], accept: str = "") -> Verification:
        """Verify the whole log, also against co-signed checkpoints that witnesses kept: shows a log cut off or of two faces."""
        files = list(files)
        return self._audit.verify([file.note for file in files], self._accepted(files, accept))

    def _accepted(self, files: Iterable[CheckpointFile], accept: str) -> list[WitnessKey]:
        """The keys behind the files' co-signatures; Refused for one that was never accepted and is not now."""
        known = {key.key for key in self._audit.notes.witnesses()} | {accept}
        keys = []
        for file in files:
            for line in file.note.lines:
                key = file.key_of(line) if line.at else None
                if key is not None and key.key not in known:
                    raise _unknown_key(key)
                if key is not None:
                    keys.append(key)
        return keys

    def _origin_key(self, file: CheckpointFile) -> WitnessKey:
        """The key of the log itself, when its signature holds."""
        own = file.note.own
        key = file.key_of(own) if own else None
        if own is None or key is None or key.algorithm != own.signature.algorithm or not verify_with(
            key.algorithm, key.public, own.signed(file.note.checkpoint.body()), own.signature.value
        ):
            raise Damaged(
                f"检查点没有“{file.note.checkpoint.origin}”的有效签名，不予共签。请对方重新导出。",
                f"The checkpoint bears no valid signature of “{file.note.checkpoint.origin}” and is not co-signed. Ask for a new export.",
                origin=file.note.checkpoint.origin,
            )
        return key

    def _line(self, body: str) -> SignatureLine:
        at = int(self._clock.now().timestamp())
        return SignatureLine(self._audit.notes.origin, self._keys.sign(PURPOSE, f"{COSIGNED}\ntime {at}\n{body}".encode()), at)

    def _own_keys(self, lines: Iterable[SignatureLine]) -> tuple[WitnessKey, ...]:
        mine = dict.fromkeys(line.signature.key for line in lines if line.signer == self._audit.notes.origin)
        cards = [self._keys.card(key) for key in mine]
        return tuple(WitnessKey(self._audit.notes.origin, card.id, card.algorithm, card.public) for card in cards)


def _remember(session: Session, record: WitnessedCheckpoint | None, note: Note, key: WitnessKey) -> None:
    checkpoint = note.checkpoint
    values: Mapping[str, Any] = {
        "size": checkpoint.size, "root": checkpoint.root.hex(), "algorithm": checkpoint.algorithm, "key_id": key.key,
        "key_algorithm": key.algorithm, "public": key.public, "note": note.to_text(),
    }
    if record is None:
        session.add(WitnessedCheckpoint(origin=checkpoint.origin, **values))
        return
    for name, value in values.items():
        setattr(record, name, value)


def _fault(checkpoint: Checkpoint, proof: ConsistencyProof | None, before: WitnessedCheckpoint | None) -> Conflict | Damaged | None:
    """Why a checkpoint is not co-signed, if there is a reason."""
    if before is None:
        return None
    if checkpoint.size < before.size:
        return _shrunk(checkpoint, before)
    known = bytes.fromhex(before.root)
    if checkpoint.size == before.size:
        return None if checkpoint.root == known else _split(checkpoint, before)
    if proof is None or (proof.first, proof.second) != (before.size, checkpoint.size):
        return Conflict(
            f"证明应从第 {before.size} 条开始。请对方用 export --since {before.size} 重新导出。",
            f"The proof must begin at entry {before.size}. Ask for an export with --since {before.size}.", size=before.size,
        )
    same = proof.algorithm == checkpoint.algorithm == before.algorithm
    return None if same and proof.holds(known, checkpoint.root) else _split(checkpoint, before)


def _shrunk(checkpoint: Checkpoint, before: WitnessedCheckpoint) -> Damaged:
    return Damaged(
        f"“{checkpoint.origin}”此前共签到第 {before.size} 条，现只有 {checkpoint.size} 条：日志被截断或退回，不予共签。",
        f"“{checkpoint.origin}” had {before.size} entries when last co-signed and now shows {checkpoint.size}: cut off or set back; not co-signed.",
        origin=checkpoint.origin, size=checkpoint.size, known=before.size,
    )


def _split(checkpoint: Checkpoint, before: WitnessedCheckpoint) -> Damaged:
    return Damaged(
        f"“{checkpoint.origin}”出示的历史与此前共签的第 {before.size} 条处不一致：日志被改写或有两份，不予共签。请保存两份检查点并报告。",
        f"What “{checkpoint.origin}” shows does not continue what was co-signed at entry {before.size}: rewritten, or a log of two faces; "
        "not co-signed. Keep both checkpoints and report.",
        origin=checkpoint.origin, size=checkpoint.size, known=before.size,
    )


def _key(signer: str, algorithm: str, public: bytes) -> WitnessKey:
    """The id is worked out, never believed."""
    return WitnessKey(str(signer), sha256(public).hexdigest(), str(algorithm), public)


def _unknown_key(key: WitnessKey) -> Refused:
    return Refused(
        f"尚未接受“{key.signer}”的密钥 {key.key}。请通过另一渠道与对方核对编号，然后加上 --accept {key.key}。",
        f"Key {key.key} of “{key.signer}” was not accepted yet. Compare its id with them by another way, then add --accept {key.key}.",
        signer=key.signer, key=key.key,
    )
