"""What is kept of signatures: the receipts this hub gave, the issuers it recognises, and wrong codes that were tried."""

from datetime import datetime

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class DocumentSignature(Travelling, Record):
    """One signature of a document or decision; `receipt` is its whole text, the columns beside it are for finding it."""

    __tablename__ = "document_signature"

    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    organisation: Mapped[str] = mapped_column(String(80), default="")
    content_digest: Mapped[str] = mapped_column(String(80), index=True)
    key_id: Mapped[str] = mapped_column(String(64))
    receipt: Mapped[str] = mapped_column(Text)
    audit: Mapped[int] = mapped_column(BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    withdrawal: Mapped[str] = mapped_column(String(500), default="")


class RecognisedIssuer(Travelling, Record):
    """Another issuer of signing certificates whose signatures count here, and its list of revoked serial numbers as JSON."""

    __tablename__ = "recognised_issuer"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    zh: Mapped[str] = mapped_column(String(200))
    en: Mapped[str] = mapped_column(String(200), default="")
    certificate: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(300))
    recognised_from: Mapped[datetime] = mapped_column(UtcDateTime)
    recognised_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revocations: Mapped[str] = mapped_column(Text, default="")


class CodeLookup(Travelling, Record):
    """A verification code that was tried and does not exist; the source is a pseudonym, and the row goes when its window is over."""

    __tablename__ = "code_lookup"

    source: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
