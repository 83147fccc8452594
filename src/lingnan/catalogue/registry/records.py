"""What the registry keeps: measured conformance, registered elements with their states, standard documents with their comments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class ColumnConformance(Record):
    """How many values of a resource's item fit its element; `version` names the table's versions that were counted."""

    __tablename__ = "column_conformance"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(80), primary_key=True)
    element: Mapped[str] = mapped_column(String(80))
    filled: Mapped[int] = mapped_column(BigInteger)
    conforming: Mapped[int] = mapped_column(BigInteger)
    faults: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    version: Mapped[str] = mapped_column(String(80), default="")
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RegisteredElement(Travelling, Record):
    """One version of a data element in the register; `content` is written as in a file of elements.

    `shipped` rows hold no content: they say that an element that ships with the hub has another state than it came with.
    """

    __tablename__ = "registered_element"
    __table_args__ = (UniqueConstraint("element", "version"),)

    element: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), index=True)
    shipped: Mapped[bool] = mapped_column(Boolean, default=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    concept: Mapped[str] = mapped_column(String(200), index=True, default="")
    code_list: Mapped[str] = mapped_column(String(80), index=True, default="")
    area: Mapped[str] = mapped_column(String(40), default="")
    submitter: Mapped[str] = mapped_column(String(80), default="")
    proposed_by: Mapped[str] = mapped_column(String(120), default="")
    case_number: Mapped[str] = mapped_column(String(40), index=True, default="")
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    replaced_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class StandardDocument(Travelling, Record):
    """A standard that an office makes: where it stands from 立项 to 复审; `number` is empty until it is approved."""

    __tablename__ = "standard_document"

    key: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str] = mapped_column(String(80), index=True, default="")
    zh: Mapped[str] = mapped_column(String(300))
    en: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), index=True)
    organisation: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(Text, default="")
    replaces: Mapped[str] = mapped_column(String(300), default="")
    case_number: Mapped[str] = mapped_column(String(40), index=True, default="")
    begun_on: Mapped[date | None] = mapped_column(Date, default=None)
    comments_from: Mapped[date | None] = mapped_column(Date, default=None)
    comments_until: Mapped[date | None] = mapped_column(Date, default=None)
    experts: Mapped[int] = mapped_column(Integer, default=0)
    agreed: Mapped[int] = mapped_column(Integer, default=0)
    approved_on: Mapped[date | None] = mapped_column(Date, default=None)
    published_on: Mapped[date | None] = mapped_column(Date, default=None)
    filed_on: Mapped[date | None] = mapped_column(Date, default=None)
    in_force_on: Mapped[date | None] = mapped_column(Date, default=None)
    review_by: Mapped[date | None] = mapped_column(Date, index=True, default=None)
    reviewed_on: Mapped[date | None] = mapped_column(Date, default=None)
    repealed_on: Mapped[date | None] = mapped_column(Date, default=None)


class StandardComment(Travelling, Record):
    """A comment on a draft: the clause, its kind (ge general, te technical, ed editorial), what it proposes, and what was done with it."""

    __tablename__ = "standard_comment"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    document_id: Mapped[str] = mapped_column(ForeignKey("standard_document.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    clause: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(2))
    comment: Mapped[str] = mapped_column(Text)
    proposal: Mapped[str] = mapped_column(Text, default="")
    organisation: Mapped[str] = mapped_column(String(80), default="")
    made_by: Mapped[str] = mapped_column(String(120))
    disposition: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    disposed_by: Mapped[str] = mapped_column(String(120), default="")
    disposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class RegisteredCodeList(Travelling, Record):
    """One version of a code list that this hub registers; `codes` are its entries as in a file of codes, `digest` tells one content from another."""

    __tablename__ = "registered_code_list"
    __table_args__ = (UniqueConstraint("name", "version"),)

    name: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), index=True)
    zh: Mapped[str] = mapped_column(String(300))
    en: Mapped[str] = mapped_column(String(300), default="")
    standard: Mapped[str] = mapped_column(String(300), default="")
    edition: Mapped[str] = mapped_column(String(80), default="")
    valid_from: Mapped[date | None] = mapped_column(Date, default=None)
    valid_to: Mapped[date | None] = mapped_column(Date, default=None)
    source: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    successor_list: Mapped[str] = mapped_column(String(80), default="")
    codes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    digest: Mapped[str] = mapped_column(String(80), default="")
    submitter: Mapped[str] = mapped_column(String(80), default="")
    proposed_by: Mapped[str] = mapped_column(String(120), default="")
    case_number: Mapped[str] = mapped_column(String(40), index=True, default="")
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    replaced_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class ConformanceHistory(Record):
    """What one counting of a resource came to, all columns together; the newest by column stands in `column_conformance`."""

    __tablename__ = "conformance_history"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    columns: Mapped[int] = mapped_column(Integer)
    mapped: Mapped[int] = mapped_column(Integer)
    filled: Mapped[int] = mapped_column(BigInteger)
    conforming: Mapped[int] = mapped_column(BigInteger)
    faults: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    version: Mapped[str] = mapped_column(String(80), default="")
