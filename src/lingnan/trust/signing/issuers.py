"""The trust list of other issuers whose electronic signatures count here 电子签名互认, with their revocations."""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Clock, Missing, load_yaml
from lingnan.storage import Storage
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import Writing, writing
from lingnan.trust.shapes import Subject
from lingnan.trust.signing.certificates import may_sign, read_certificates, signature_holds, time_finding, to_pem, trusted_path
from lingnan.trust.signing.records import RecognisedIssuer
from lingnan.trust.signing.shapes import ForeignFinding, ForeignVerdict, IssuerCard

EDIT = "trust.keys.rotate"
"""The action policy is asked about: whoever rules over keys rules over whose signatures count."""
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")


class RecognisedIssuers:
    """Keeps the list and checks signatures against it. `allow` is the policy point (`Trust.allow`), asked before the list is changed."""

    def __init__(self, storage: Storage, clock: Clock, audit: AuditLog, allow: Callable[[Subject, str, str], object]) -> None:
        self._storage, self._clock, self._audit, self._allow = storage, clock, audit, allow

    def load(self, by: Subject, path: Path) -> int:
        """Take every issuer of a YAML trust list (`issuers:`, certificates as PEM text or files beside it); gives how many."""
        entries = load_yaml(path.read_text(encoding="utf-8"))["issuers"]
        for entry in entries:
            certificate = entry["certificate"]
            text = certificate if "BEGIN CERTIFICATE" in certificate else (path.parent / certificate).read_text(encoding="utf-8")
            self.recognise(
                by, entry["name"], entry["zh"], entry.get("en", ""), text, entry["basis"], _moment(entry["from"]),
                _moment(entry["until"]) if entry.get("until") else None,
            )
            for revoked in entry.get("revoked", []):
                self.revoke(by, entry["name"], str(revoked["serial"]), _moment(revoked["at"]))
        return len(entries)

    def recognise(
        self, by: Subject, name: str, zh: str, en: str, certificate: str, basis: str, since: datetime, until: datetime | None = None
    ) -> IssuerCard:
        """Recognise an issuer by its certificate (PEM), on a legal basis and for a time; brings a known one up to date."""
        self._admit(by, name)
        _check(zh, en, basis, since, until)
        anchor = read_certificates(certificate)[0]
        facts = {"basis": basis, "serial": f"{anchor.serial_number:x}", "since": since.isoformat(), "until": until.isoformat() if until else ""}
        with self._changing(by, "issuer.recognise", name, **facts), self._storage.session() as session:
            record = session.scalar(select(RecognisedIssuer).where(RecognisedIssuer.name == name))
            if record is None:
                record = RecognisedIssuer(name=name, revocations="")
                session.add(record)
            record.zh, record.en, record.certificate, record.basis = zh, en, to_pem(anchor), basis
            record.recognised_from, record.recognised_until = since, until
            return _card(record)

    def listing(self) -> list[IssuerCard]:
        """Every issuer ever recognised, by name."""
        with self._storage.reading() as session:
            return [_card(record) for record in session.scalars(select(RecognisedIssuer).order_by(RecognisedIssuer.name))]

    def revoke(self, by: Subject, name: str, serial: str, at: datetime) -> None:
        """Enter one certificate of an issuer, by its serial number in hexadecimal, as revoked since a moment."""
        self._admit(by, name)
        revoked = f"{_serial(serial):x}"
        with self._changing(by, "issuer.revoke", name, serial=revoked, at=at.isoformat()), self._storage.session() as session:
            record = _record(session, name)
            listed = _revocations(record)
            listed["serials"][revoked] = at.isoformat()
            record.revocations = json.dumps(listed, sort_keys=True)

    def take_list(self, by: Subject, name: str, text: str) -> int:
        """Take an issuer's revocation list (CRL, PEM); gives how many it revokes. BadInput when it is not the issuer's own or an older one."""
        self._admit(by, name)
        crl = _read_crl(text)
        with self._changing(by, "issuer.take_list", name) as told, self._storage.session() as session:
            record = _record(session, name)
            anchor, known = read_certificates(record.certificate)[0], _revocations(record)
            if crl.issuer != anchor.subject or not _signed_by(crl, anchor) or (known["this_update"] or "") > crl.last_update_utc.isoformat():
                raise BadInput("吊销列表不是该机构签发，或比现有列表更旧。", "This revocation list is not the issuer's, or older than the one kept.")
            known["serials"].update({f"{each.serial_number:x}": each.revocation_date_utc.isoformat() for each in crl})
            known["this_update"] = crl.last_update_utc.isoformat()
            known["next_update"] = crl.next_update_utc.isoformat() if crl.next_update_utc else ""
            record.revocations = json.dumps(known, sort_keys=True)
            told.tell(revoked=len(crl), this_update=known["this_update"])
            return len(crl)

    def _admit(self, by: Subject, name: str) -> None:
        """Permitted first, then looked at: who may not change the list learns nothing from it."""
        right = _NAME.fullmatch(name) is not None
        self._allow(by, EDIT, f"issuer:{name}" if right else "issuers")
        if not right:
            raise BadInput(
                "机构短名为 1 至 60 个小写字母、数字、点或连字符，如 guangxi-ca。",
                "An issuer's short name has 1 to 60 small letters, digits, dots or hyphens, such as guangxi-ca.",
            )

    def _changing(self, by: Subject, action: str, name: str, **facts: Any) -> AbstractContextManager[Writing]:
        return writing(self._audit, by, action, f"issuer:{name}", facts=facts)

    def check(self, content: bytes, signature: bytes, certificates: str, at: datetime | None = None) -> ForeignVerdict:
        """Check a detached signature under another issuer's certificate; intermediates may follow the signer's in the PEM text.

        `at` is the proven time of signing; without it certificate, recognition and revocation are judged as of now.
        """
        signer, *others = read_certificates(certificates)
        moment = at or self._clock.now()
        with self._storage.reading() as session:
            issuers = [(each, read_certificates(each.certificate)[0]) for each in session.scalars(select(RecognisedIssuer))]
            if not may_sign(signer):
                return ForeignVerdict("refused", subject=signer.subject.rfc4514_string(), serial=f"{signer.serial_number:x}")
            path = trusted_path(signer, others, [anchor for _record, anchor in issuers])
            if not path:
                return ForeignVerdict("unknown_issuer", subject=signer.subject.rfc4514_string(), serial=f"{signer.serial_number:x}")
            record = next(record for record, anchor in issuers if anchor == path[-1])
            finding = _finding(record, path, moment, self._clock.now())
            if finding == "valid" and not signature_holds(signer, content, signature):
                finding = "altered"
            return ForeignVerdict(finding, record.name, record.zh, record.en, signer.subject.rfc4514_string(), f"{signer.serial_number:x}")


def _check(zh: str, en: str, basis: str, since: datetime, until: datetime | None) -> None:
    if not zh.strip() or not basis.strip() or max(len(zh), len(en)) > 200 or len(basis) > 300:
        raise BadInput(
            "请写明机构的中文名称（至多 200 字）与互认依据（至多 300 字）。",
            "Give the issuer's Chinese name (at most 200 characters) and the legal basis of recognition (at most 300).",
        )
    if until is not None and until <= since:
        raise BadInput("互认的终止时间应晚于起始时间。", "Recognition must end after it begins.")


def _card(record: RecognisedIssuer) -> IssuerCard:
    anchor = read_certificates(record.certificate)[0]
    return IssuerCard(
        record.name, record.zh, record.en, record.basis, anchor.subject.rfc4514_string(), f"{anchor.serial_number:x}",
        anchor.not_valid_after_utc, record.recognised_from, record.recognised_until, len(_revocations(record)["serials"]),
    )


def _finding(record: RecognisedIssuer, path: Sequence[x509.Certificate], at: datetime, now: datetime) -> ForeignFinding:
    if at < record.recognised_from:
        return "not_yet"
    if record.recognised_until is not None and at >= record.recognised_until:
        return "expired"
    found = time_finding(path, at)
    if found != "valid":
        return found
    listed = _revocations(record)
    revoked = [listed["serials"].get(f"{each.serial_number:x}") for each in path]
    if any(since and datetime.fromisoformat(since) <= at for since in revoked):
        return "revoked"
    return "stale_list" if listed["next_update"] and datetime.fromisoformat(listed["next_update"]) < now else "valid"


def _revocations(record: RecognisedIssuer) -> dict[str, Any]:
    empty: dict[str, Any] = {"serials": {}, "this_update": "", "next_update": ""}
    return {**empty, **json.loads(record.revocations)} if record.revocations else empty


def _record(session: Session, name: str) -> RecognisedIssuer:
    record = session.scalar(select(RecognisedIssuer).where(RecognisedIssuer.name == name))
    if record is None:
        raise Missing(f"互认名单中没有“{name}”。", f"The trust list has no issuer “{name}”.", issuer=name)
    return record


def _read_crl(text: str) -> x509.CertificateRevocationList:
    try:
        return x509.load_pem_x509_crl(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput("吊销列表无法读取，应为 PEM 格式。", "The revocation list cannot be read; PEM is expected.") from error


def _signed_by(crl: x509.CertificateRevocationList, anchor: x509.Certificate) -> bool:
    key: Any = anchor.public_key()
    try:
        return crl.is_signature_valid(key)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def _serial(text: str) -> int:
    try:
        return int(text.replace(":", ""), 16)
    except ValueError as error:
        raise BadInput("证书序列号应为十六进制。", "A serial number is hexadecimal.") from error


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise BadInput(f"时间 {value} 应带时区。", f"The time {value} needs a zone.")
    return moment

