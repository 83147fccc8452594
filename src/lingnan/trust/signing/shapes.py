"""What crosses the door of signing: receipts, what a reader of a code learns, what was found of another issuer's signature."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

from lingnan.base import BadInput
from lingnan.trust.keys.shapes import Signature
from lingnan.trust.signing import envelope

SignedKind = Literal["document", "decision"]


@dataclass(frozen=True)
class SignatureReceipt:
    """A detached signature 电子签名: who signed what and when, under which key, and where the log says so.

    `text` is the whole of it as a JWS in compact form (RFC 7515); every other field is read from it. The content is not inside.
    """

    id: str
    code: str
    kind: SignedKind
    subject: str
    organisation: str
    content_digest: str
    media_type: str
    title: str
    at: datetime
    audit: int
    signature: Signature
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The receipt of that text; BadInput when it is none. Reading proves nothing: `Signatures.verify` does."""
        header, payload, value = envelope.decode(text)
        try:
            signature = Signature(str(header["kid"]), str(header["suite"]), str(header["alg"]), value)
            at = datetime.fromisoformat(payload["at"])
            return cls(
                str(payload["id"]), str(payload["code"]), payload["kind"], str(payload["subject"]), str(payload["organisation"]),
                str(payload["content"]), str(payload["media_type"]), str(payload["title"]), at, int(payload["audit"]), signature, text.strip(),
                dict(payload["facts"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput("签名回执缺少必要内容。", "This signature receipt lacks what it must say.") from error

    def __post_init__(self) -> None:
        if self.kind not in ("document", "decision") or self.at.tzinfo is None:
            raise ValueError("no receipt")


@dataclass(frozen=True)
class SignatureCard:
    """What anyone who holds a paper with the code may learn: no account, only the organisation that answers for it."""

    code: str
    kind: SignedKind
    title: str
    organisation: str
    content_digest: str
    at: datetime
    finding: str
    zh: str
    en: str


@dataclass(frozen=True)
class IssuerCard:
    """A recognised issuer: its certificate's subject, serial number and end, since when and until when it counts here, how many it revoked."""

    name: str
    zh: str
    en: str
    basis: str
    subject: str
    serial: str
    certificate_until: datetime
    since: datetime
    until: datetime | None
    revoked: int


ForeignFinding = Literal["valid", "altered", "unknown_issuer", "not_yet", "expired", "revoked", "stale_list", "refused"]

_FOREIGN: dict[ForeignFinding, tuple[str, str]] = {
    "valid": ("签名有效，签发机构已获互认。", "The signature is valid and its issuer is recognised."),
    "altered": ("内容或签名被改动。", "Content or signature were altered."),
    "unknown_issuer": ("证书不是由互认机构签发。", "The certificate was not issued by a recognised issuer."),
    "not_yet": ("证书尚未生效，或互认尚未开始。", "Certificate or recognition had not begun then."),
    "expired": ("证书或互认已到期。", "Certificate or recognition had ended then."),
    "revoked": ("证书已被签发机构吊销。", "The issuer has revoked the certificate."),
    "stale_list": ("签发机构的吊销列表已过期，请更新后再核验。", "The issuer's revocation list is out of date; bring it up to date and check again."),
    "refused": ("证书或其算法不得用于签名，不予核验。", "The certificate, or its algorithm, may not be used for signatures; it is refused."),
}


@dataclass(frozen=True)
class ForeignVerdict:
    """What was found of a signature under another issuer's certificate; `issuer` names the recognised one, in both languages."""

    finding: ForeignFinding
    issuer: str = ""
    issuer_zh: str = ""
    issuer_en: str = ""
    subject: str = ""
    serial: str = ""

    @property
    def valid(self) -> bool:
        """Whether the signature may be relied on."""
        return self.finding == "valid"

    @property
    def zh(self) -> str:
        """The finding as a Chinese sentence, with the issuer when there is one."""
        return _FOREIGN[self.finding][0] + (f"签发机构：{self.issuer_zh}。" if self.issuer_zh else "")

    @property
    def en(self) -> str:
        """The finding as an English sentence, with the issuer when there is one."""
        return _FOREIGN[self.finding][1] + (f" Issuer: {self.issuer_en or self.issuer_zh}." if self.issuer_zh else "")
