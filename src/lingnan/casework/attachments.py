"""Attachments 附件: files that people upload, kept under made names, looked through before they are kept, checked before they are given."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives import hashes
from sqlalchemy import func, select, update

from lingnan.base import CHINA, BadInput, Conflict, Damaged, Missing, Refused, SystemClock, Unavailable, new_id
from lingnan.casework.attachment_rules import AttachmentLimits, AttachmentRules
from lingnan.casework.contents import Recogniser
from lingnan.casework.file_names import display_name, disposition, extension_of
from lingnan.casework.notice_records import Attachment
from lingnan.casework.shapes import Authority
from lingnan.storage import Storage
from lingnan.trust import Subject, writing

PIECE = 1 << 16
INCOMING = "incoming"
ABANDONED = timedelta(hours=1)
UNDECLARED = ("", "application/octet-stream", "binary/octet-stream")
NOTE_LENGTH = 500
ALGORITHMS = {"sha256": hashes.SHA256(), "sm3": hashes.SM3()}

Access = Callable[[Subject, str, str], bool]
"""Whether the subject may `read`, `add` or `remove` attachments of the object with that id; the room that owns the object decides."""
Scan = Callable[[Path], str]
"""Looks for malware; gives the name of what it found, or nothing."""


@dataclass(frozen=True)
class AttachmentCard:
    """An attachment as those who may see its object see it."""

    id: str
    name: str
    type: str
    size: int
    algorithm: str
    digest: str
    at: datetime
    by: str
    scanned: bool = False
    removed_at: datetime | None = None
    removed_because: str = ""


@dataclass(frozen=True)
class Download:
    """A file on its way out: headers that a browser must get, and the bytes, found whole just before."""

    card: AttachmentCard
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class Attachments:
    """Keeps files under `HOME/attachments`; `access` says by kind of object who may, `scan` looks for malware when there is a scanner."""

    def __init__(
        self, storage: Storage, home: Path, trust: Authority, access: Mapping[str, Access], *, rules: AttachmentRules | None = None,
        scan: Scan | None = None, suite: str = "international",
    ) -> None:
        self._storage, self._folder, self._trust, self._access = storage, home / "attachments", trust, dict(access)
        self._rules, self._scan, self._algorithm = rules or AttachmentRules.read(), scan, "sm3" if suite == "gm" else "sha256"

    def store(
        self, subject: Subject, owner: tuple[str, str], name: str, content: BinaryIO | Iterable[bytes], *, declared: str = "",
        kind: str = "case",
    ) -> AttachmentCard:
        """Keep a file for an object (`owner` is its kind and id); Refused, BadInput or Unavailable leave nothing behind."""
        self._may(subject, owner, "add")
        limits = self._rules.on(self._storage.clock.now().astimezone(CHINA).date())
        identity = new_id(self._storage.node, self._storage.clock)
        incoming = self._folder / INCOMING / identity
        shown = display_name(name)
        try:
            size, digest = self._take_in(incoming, content, min(limits.kind(kind).bytes, self._room(owner, limits)))
            type_name = self._recognised(incoming, size, limits, kind, shown, declared)
            self._scanned(incoming)
            self._place(incoming, identity)
            return self._record(subject, owner, identity, shown, type_name, size, digest)
        except OSError as error:
            raise _unwritable(error) from error
        finally:
            incoming.unlink(missing_ok=True)

    def examine(self, name: str, content: BinaryIO | Iterable[bytes], *, declared: str = "", kind: str = "case") -> str:
        """Look at a file as `store` would, for a form whose object does not exist yet: gives its digest (`sha256:…`) and keeps nothing."""
        limits = self._rules.on(self._storage.clock.now().astimezone(CHINA).date())
        incoming = self._folder / INCOMING / new_id(self._storage.node, self._storage.clock)
        try:
            size, digest = self._take_in(incoming, content, limits.kind(kind).bytes)
            self._recognised(incoming, size, limits, kind, display_name(name), declared)
            self._scanned(incoming)
        except OSError as error:
            raise _unwritable(error) from error
        finally:
            incoming.unlink(missing_ok=True)
        return f"{self._algorithm}:{digest}"

    def listing(self, subject: Subject, owner: tuple[str, str]) -> tuple[AttachmentCard, ...]:
        """The attachments of an object, tombstones of removed ones among them, oldest first."""
        self._may(subject, owner, "read")
        wanted = select(Attachment).where(Attachment.owner_kind == owner[0], Attachment.owner_id == owner[1]).order_by(Attachment.id)
        with self._storage.reading() as session:
            return tuple(_card(each) for each in session.scalars(wanted))

    def open(self, subject: Subject, attachment: str) -> Download:
        """The file, when it is what was stored; Damaged when a bit of it changed, Missing when it is not there or not for the subject."""
        found = self._found(subject, attachment, "read")
        if found.removed_at is not None:
            raise _missing(attachment)
        try:
            file = self._path(found.id).open("rb")
        except OSError as error:
            raise _damaged(found) from error
        digest, size = _digest(file, found.algorithm)
        if (digest, size) != (found.digest, found.size):
            file.close()
            self._trust.audit.record("attachment", subject, "attachment.read", f"attachment:{found.id}", "damaged")
            raise _damaged(found)
        self._trust.audit.record("attachment", subject, "attachment.read", f"attachment:{found.id}", "done", facts={"digest": digest})
        return Download(_card(found), self._headers(found), _pieces(file))

    def remove(self, subject: Subject, attachment: str, reason: str) -> AttachmentCard:
        """Delete the file and keep its tombstone: name, digest, who, when and why."""
        found = self._found(subject, attachment, "remove")
        now = self._storage.clock.now()
        told = writing(self._trust.audit, subject, "attachment.remove", f"attachment:{found.id}", facts={"digest": found.digest})
        with told, self._storage.session() as session:
            standing = update(Attachment).where(Attachment.id == found.id, Attachment.removed_at.is_(None))
            values = {"removed_at": now, "removed_by": subject.reference, "removed_because": reason[:NOTE_LENGTH]}
            gone = session.scalar(standing.values(**values).returning(Attachment.id))
            card = _card(session.get_one(Attachment, found.id, populate_existing=True))
            if gone is None:
                raise Conflict("该附件已被删除。", "The attachment was removed already.", attachment=attachment)
        self._path(found.id).unlink(missing_ok=True)
        return card

    def sweep(self) -> int:
        """Delete what uploads left that were cut off, and files whose tombstone stands; gives how many."""
        swept = 0
        with self._storage.reading() as session:
            standing = set(session.scalars(select(Attachment.id).where(Attachment.removed_at.is_(None))))
        for path in self._folder.rglob("*") if self._folder.is_dir() else ():
            # Files carry the machine's time, so age goes by the machine's clock even when the hub's is held still.
            old = path.is_file() and SystemClock().now().timestamp() - path.stat().st_mtime > ABANDONED.total_seconds()
            if old and (path.parent.name == INCOMING or path.name not in standing):
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def damaged(self) -> tuple[str, ...]:
        """Ids of kept files that are not what was stored, or gone: for the doctor."""
        with self._storage.reading() as session:
            kept = session.scalars(select(Attachment).where(Attachment.removed_at.is_(None))).all()
            session.expunge_all()
        return tuple(each.id for each in kept if not self._is_whole(each))

    def _is_whole(self, record: Attachment) -> bool:
        try:
            with self._path(record.id).open("rb") as file:
                return _digest(file, record.algorithm) == (record.digest, record.size)
        except OSError:
            return False

    def _may(self, subject: Subject, owner: tuple[str, str], action: str) -> None:
        access = self._access.get(owner[0])
        if access is None or not access(subject, owner[1], action):
            self._trust.audit.record("decision", subject, f"attachment.{action}", f"{owner[0]}:{owner[1]}"[:200], "refused")
            if access is None or not access(subject, owner[1], "read"):
                raise Missing("没有该对象，或它与您无关。", "There is no such object, or it is not yours to know of.")
            raise Refused("不得查看或更改该对象的附件。", "The attachments of this object are not for you to see or change.")

    def _found(self, subject: Subject, attachment: str, action: str) -> Attachment:
        with self._storage.reading() as session:
            found = session.get(Attachment, attachment)
            session.expunge_all()
        if found is None:
            raise _missing(attachment)
        try:
            self._may(subject, (found.owner_kind, found.owner_id), action)
        except (Missing, Refused) as error:
            raise _missing(attachment) from error
        return found

    def _room(self, owner: tuple[str, str], limits: AttachmentLimits) -> int:
        """Bytes that the object may still take in."""
        held = select(func.coalesce(func.sum(Attachment.size), 0)).where(
            Attachment.owner_kind == owner[0], Attachment.owner_id == owner[1], Attachment.removed_at.is_(None)
        )
        with self._storage.reading() as session:
            return limits.total_bytes - int(session.scalar(held) or 0)

    def _take_in(self, path: Path, content: BinaryIO | Iterable[bytes], most: int) -> tuple[int, str]:
        """Write to disk while counting and hashing; stops at the first byte beyond the limit."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        hashing, size = hashes.Hash(ALGORITHMS[self._algorithm]), 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for piece in _pieces(content):
                size += len(piece)
                if size > most:
                    raise BadInput(
                        f"附件超过上限（还可上传 {max(most, 0)} 字节）。请压缩或分开后再传。",
                        f"The attachment is too large ({max(most, 0)} bytes are left). Compress or split it.", limit=most,
                    )
                hashing.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return size, hashing.finalize().hex()

    def _recognised(self, path: Path, size: int, limits: AttachmentLimits, kind: str, name: str, declared: str) -> str:
        with path.open("rb") as file:
            found = Recogniser(limits).recognise(file, size)
        type_name = self._agreed(found, name, declared)
        if type_name not in limits.kind(kind).types:
            raise BadInput(
                f"此处不接受 {type_name} 文件。可用：{'、'.join(limits.kind(kind).types)}。",
                f"{type_name} files are not accepted here. Use: {', '.join(limits.kind(kind).types)}.", type=type_name,
            )
        return type_name

    def _agreed(self, found: str, name: str, declared: str) -> str:
        """The type when name and declaration agree with the content; a text without separators may be a table of one column."""
        candidates = ("csv", "txt") if found in ("csv", "txt") else ("json", "txt") if found == "json" else (found,)
        media = declared.partition(";")[0].strip().lower()
        for each in candidates:
            told = self._rules.types[each]
            if extension_of(name) in told.extensions and (media in UNDECLARED or media in (told.media, *told.also)):
                return each
        raise BadInput(
            f"文件内容是 {found}，与名称的扩展名“{extension_of(name)}”或声明的类型“{media[:60]}”不符。请核对后再传。",
            f"The content is {found}; the extension “{extension_of(name)}” or the declared type “{media[:60]}” says otherwise. Check the file.",
            type=found,
        )

    def _scanned(self, path: Path) -> None:
        found = self._scan(path) if self._scan else ""
        if found:
            raise BadInput(f"查出恶意内容（{found[:80]}），未保存。", f"Malware was found ({found[:80]}); the file was not kept.", found=found[:80])

    def _place(self, incoming: Path, identity: str) -> None:
        """Move into place at once and for good: file and folder are on the disk when this returns."""
        path = self._path(identity)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        incoming.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _record(
        self, subject: Subject, owner: tuple[str, str], identity: str, name: str, type_name: str, size: int, digest: str
    ) -> AttachmentCard:
        record = Attachment(
            id=identity, owner_kind=owner[0], owner_id=owner[1], name=name, type=type_name, size=size, algorithm=self._algorithm, digest=digest,
            uploaded_by=subject.reference, uploaded_at=self._storage.clock.now(), scanned=self._scan is not None,
        )
        with _or_without(self._path(identity)):
            # Names of files often name people; the log gets the digest.
            facts = {"digest": digest, "size": size, "type": type_name}
            told = writing(self._trust.audit, subject, "attachment.add", f"attachment:{identity}", facts=facts)
            with told, self._storage.session() as session:
                session.add(record)
                session.flush()
                card = _card(record)
        return card

    def _headers(self, record: Attachment) -> dict[str, str]:
        media = self._rules.types[record.type].media
        return {
            "Content-Type": media, "Content-Length": str(record.size), "Content-Disposition": disposition(record.name),
            "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store",
        }

    def _path(self, identity: str) -> Path:
        # The end of an id is random, its beginning is the time: folders fill evenly.
        return self._folder / identity[-2:] / identity[-4:-2] / identity


@contextmanager
def _or_without(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _pieces(content: Any) -> Iterator[bytes]:
    if not hasattr(content, "read"):
        yield from content
        return
    try:
        while piece := content.read(PIECE):
            yield piece
    finally:
        content.close()


def _digest(file: BinaryIO, algorithm: str) -> tuple[str, int]:
    hashing, size = hashes.Hash(ALGORITHMS[algorithm]), 0
    while piece := file.read(PIECE):
        hashing.update(piece)
        size += len(piece)
    file.seek(0)
    return hashing.finalize().hex(), size


def _card(record: Attachment) -> AttachmentCard:
    return AttachmentCard(
        record.id, record.name, record.type, record.size, record.algorithm, record.digest, record.uploaded_at, record.uploaded_by, record.scanned,
        record.removed_at, record.removed_because,
    )


def _unwritable(error: OSError) -> Unavailable:
    return Unavailable(
        f"附件无法写盘（{error.strerror}），未保存。请检查磁盘空间后重试。",
        f"The attachment cannot be written ({error.strerror}) and was not kept. Check disk space, then try again.",
    )


def _missing(attachment: str) -> Missing:
    return Missing("没有该附件。", "There is no such attachment.", attachment=attachment[:60])


def _damaged(record: Attachment) -> Damaged:
    return Damaged(
        f"附件 {record.id} 与存入时不符，不予提供。请从备份恢复。",
        f"Attachment {record.id} is not what was stored and is not given out. Restore it from the backup.", attachment=record.id,
    )

