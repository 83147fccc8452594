"""Signs documents and decisions for people who are signed in with two factors, and checks such signatures."""

from collections.abc import Callable, Mapping
from datetime import datetime
from secrets import compare_digest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Clock, Missing, Refused, WrongUse, new_id
from lingnan.storage import Storage
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.key_ring import KeyRing
from lingnan.trust.keys.shapes import KeyCard, Verdict
from lingnan.trust.keys.suites import HASHES
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.personal import holds_personal_value
from lingnan.trust.log.writing import writing
from lingnan.trust.shapes import Entry, Subject
from lingnan.trust.signing import envelope
from lingnan.trust.signing.codes import LookupLimit, make_code, read_code
from lingnan.trust.signing.records import DocumentSignature
from lingnan.trust.signing.shapes import SignatureCard, SignatureReceipt, SignedKind

ACTION = "document.sign"
ASSURANCE = 2
TITLE_LENGTH = 300


class Signatures:
    """Electronic signatures 电子签名 (中华人民共和国电子签名法): a receipt for each, kept, logged, and checkable by anyone who has the content.

    `allow` is the policy point (`Trust.allow`); it is asked before anything is signed or withdrawn.
    """

    def __init__(
        self, storage: Storage, ring: KeyRing, audit: AuditLog, clock: Clock, hub_key: HubKey, allow: Callable[[Subject, str, str], object]
    ) -> None:
        self._storage, self._ring, self._audit, self._clock, self._allow = storage, ring, audit, clock, allow
        self._limit = LookupLimit(storage, clock, hub_key)

    def digest(self, content: bytes) -> str:
        """The digest of a content under the hub's suite, with its name: `sha256:…` or `sm3:…`."""
        return f"{self._ring.hash_name}:{HASHES[self._ring.hash_name](content).hex()}"

    def sign(
        self, subject: Subject, kind: SignedKind, content_digest: str, title: str, facts: Mapping[str, Any] | None = None,
        media_type: str = "application/octet-stream",
    ) -> SignatureReceipt:
        """Sign a content by its digest. Refused below assurance 2 (the hub itself excepted), or when policy says no.

        Title and facts stand in the receipt and may be shown to whoever holds its code: they must hold no personal value.
        """
        _check(kind, content_digest, title, facts or {})
        self._admit(subject, f"{kind}:{content_digest}")
        self._ring.ensure([kind])
        identity = new_id(self._storage.node, self._clock)
        resource = f"signature:{identity}"
        with writing(self._audit, subject, ACTION, resource, facts={"kind": kind, "content": content_digest}) as begun:
            receipt = self._receipt(subject, kind, content_digest, title, dict(facts or {}), media_type, identity, begun.number)
            self._keep(receipt)
            begun.tell(key=receipt.signature.key, suite=receipt.signature.suite)
        return receipt

    def verify(self, receipt: SignatureReceipt, content: bytes | None = None) -> Verdict:
        """Check a receipt, and the content when it is given. Its time is taken from the audit log's entry, never from the receipt."""
        parsed = SignatureReceipt.from_text(receipt.text)
        if content is not None and not _is_digest_of(parsed.content_digest, content):
            return Verdict("altered", parsed.signature.key)
        signed, signature = envelope.signed_part(parsed.text), parsed.signature
        if not self._ring.is_own(signature.key):
            return self._ring.verify(signature, signed, parsed.kind)
        entry = self._audit.entry(parsed.audit)
        if entry is None or not _tells(entry, parsed):
            found = self._ring.verify(signature, signed, parsed.kind)
            return Verdict("unrecorded", signature.key) if found.valid else found
        verdict = self._ring.verify(signature, signed, parsed.kind, at=_moment(entry))
        return Verdict("withdrawn", signature.key) if verdict.valid and self._withdrawn(parsed.id) else verdict

    def receipt(self, code: str) -> SignatureReceipt:
        """The kept receipt of a code, for rooms inside the hub; Missing when there is none."""
        with self._storage.reading() as session:
            return SignatureReceipt.from_text(_record(session, read_code(code)).receipt)

    def look_up(self, code: str, source: str) -> SignatureCard:
        """What the public page shows for a code; `source` is whoever asks (an address). Missing counts against the source's limit."""
        known = read_code(code)
        self._limit.check(source)
        try:
            receipt = self.receipt(known)
        except Missing:
            self._limit.note(source)
            raise
        verdict = self.verify(receipt)
        return SignatureCard(
            receipt.code, receipt.kind, receipt.title, receipt.organisation, receipt.content_digest, receipt.at,
            verdict.finding, verdict.zh, verdict.en,
        )

    def withdraw(self, subject: Subject, code: str, reason: str) -> None:
        """Say that a signed document or decision no longer holds; only its signer or the hub itself may. The signature stays on record."""
        known = read_code(code)
        self._admit(subject, f"signature:{known}")
        with writing(self._audit, subject, "document.withdraw", f"signature:{known}"), self._storage.session() as session:
            record = _record(session, known)
            if subject.kind != "system" and record.subject != subject.reference:
                raise Refused("只有签名人本人可以撤回签名。", "Only the signer may withdraw a signature.", code=known)
            record.withdrawn_at, record.withdrawal = self._clock.now(), reason[:500]

    def accept(self, subject: Subject, content: bytes, text: str) -> str:
        """Take a receipt as the subject's own signature of a content; gives the receipt's id to keep, Refused when it is not that."""
        receipt = SignatureReceipt.from_text(text)
        verdict = self.verify(receipt, content)
        if not verdict.valid or receipt.subject != subject.reference:
            told = verdict if not verdict.valid else Verdict("refused")
            raise Refused(
                f"签名不能采信：{told.zh}请由办理人本人重新签署。", f"This signature cannot be relied on. {told.en} Let whoever acts sign anew.",
                code="SignatureRefused", finding=told.finding,
            )
        return receipt.id

    def _admit(self, subject: Subject, resource: str) -> None:
        """Ask for the second factor, then policy. The hub signs its own receipts in its own name: it has no second factor to show."""
        if subject.kind not in ("system", "anonymous") and subject.assurance < ASSURANCE:
            self._audit.record("decision", subject, ACTION, resource, "refused", facts={"rules": ["second-factor-to-sign"]})
            raise Refused(
                "电子签名须先完成双因素登录（动态口令或通行密钥）。", "To sign, first sign in with a second factor (one-time code or passkey).",
                code="SecondFactorNeeded",
            )
        self._allow(subject, ACTION, resource)

    def _receipt(
        self, subject: Subject, kind: SignedKind, content_digest: str, title: str, facts: dict[str, Any], media_type: str, identity: str, number: int
    ) -> SignatureReceipt:
        payload = {
            "id": identity, "code": make_code(), "kind": kind, "subject": subject.reference, "organisation": subject.organisation,
            "content": content_digest, "media_type": media_type, "title": title, "at": self._clock.now().isoformat(), "audit": number, "facts": facts,
        }

        def text_for(key: KeyCard) -> bytes:
            return envelope.signing_input({"alg": key.algorithm, "kid": key.id, "suite": key.suite, "typ": envelope.TYPE}, payload)

        signed, signature = self._ring.sign_naming_key(kind, text_for)
        return SignatureReceipt.from_text(envelope.encode(signed, signature.value))

    def _keep(self, receipt: SignatureReceipt) -> None:
        with self._storage.session() as session:
            session.add(
                DocumentSignature(
                    id=receipt.id, code=receipt.code, kind=receipt.kind, subject=receipt.subject, organisation=receipt.organisation,
                    content_digest=receipt.content_digest, key_id=receipt.signature.key, receipt=receipt.text, audit=receipt.audit, withdrawal="",
                )
            )

    def _withdrawn(self, identity: str) -> bool:
        with self._storage.reading() as session:
            return session.scalar(select(DocumentSignature.withdrawn_at).where(DocumentSignature.id == identity)) is not None


def _record(session: Session, code: str) -> DocumentSignature:
    record = session.scalar(select(DocumentSignature).where(DocumentSignature.code == code))
    if record is None:
        raise Missing(f"没有核验码为 {code} 的签名。请核对纸面。", f"No signature has the code {code}. Compare it with the paper.", code=code)
    return record


def _check(kind: str, content_digest: str, title: str, facts: Mapping[str, Any]) -> None:
    name, _colon, digest = content_digest.partition(":")
    if name not in HASHES or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise WrongUse(
            "内容摘要应形如 sha256:… 或 sm3:…（64 位小写十六进制）。", "A content digest reads sha256:… or sm3:… with 64 lower-case hex digits."
        )
    if kind not in ("document", "decision"):
        raise WrongUse("签名种类应为 document 或 decision。", "The kind of a signature is document or decision.")
    spelt = envelope.canonical(facts).decode()
    if len(title) > TITLE_LENGTH or not title.strip():
        raise WrongUse(f"标题应为 1 至 {TITLE_LENGTH} 个字符。", f"A title has 1 to {TITLE_LENGTH} characters.")
    if holds_personal_value(title) or holds_personal_value(spelt):
        raise WrongUse(
            "签名的标题与事实可被持码人看到，不得含身份证号或手机号。",
            "Title and facts are shown to whoever holds the code: no citizen or mobile number in them.",
        )


def _is_digest_of(named: str, content: bytes) -> bool:
    name, _colon, digest = named.partition(":")
    return name in HASHES and compare_digest(HASHES[name](content).hex(), digest)


def _tells(entry: Entry, receipt: SignatureReceipt) -> bool:
    """Whether this entry of the log is the intent of just this signature."""
    said = (entry.kind, entry.action, entry.subject, entry.resource, entry.facts.get("kind"), entry.facts.get("content"))
    return said == ("intent", ACTION, receipt.subject, f"signature:{receipt.id}", receipt.kind, receipt.content_digest)


def _moment(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)
