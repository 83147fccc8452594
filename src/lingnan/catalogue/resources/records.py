"""What is kept of a resource beside its own row: codes, relations, versions, drafts and reviews."""

import json
import zlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Dialect, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from lingnan.storage import Record, UtcDateTime

QUICK = 1
"""The compression level: forms of a bulk load are packed in it too."""


class PackedJson(TypeDecorator[dict[str, Any]]):
    """A JSON object kept compressed: versions hold every item anew and would outgrow the inventory tenfold."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> bytes | None:
        """Pack it."""
        return None if value is None else zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), QUICK)

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        """Unpack it."""
        return None if value is None else json.loads(zlib.decompress(value))


class ResourceClassification(Record):
    """A category of a resource and the code it has there; the one with `main` is the resource's own code.

    A category that a resource left is `dropped` but keeps its code: no code is given twice.
    """

    __tablename__ = "resource_classification"
    __table_args__ = (UniqueConstraint("category", "number"),)

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    main: Mapped[bool] = mapped_column(Boolean, default=False)
    dropped: Mapped[bool] = mapped_column(Boolean, default=False)


class ResourceRelation(Record):
    """That a resource has to do with another 关联资源; `target` is its key or code and need not be of this hub."""

    __tablename__ = "resource_relation"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    target: Mapped[str] = mapped_column(String(160), primary_key=True, index=True)


class ResourceVersion(Record):
    """A version of a resource, for good: its form, from when until when it was in force, and by which case or contract."""

    __tablename__ = "resource_version"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(PackedJson)
    digest: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    basis: Mapped[str] = mapped_column(Text, default="")
    case_number: Mapped[str] = mapped_column(String(40), default="")


class ResourceDraft(Record):
    """What is to become the next version; `base` is the version it was drawn from, `batch` the papers it was submitted with.

    `stage` is draft, checking or reviewing; only a draft may be amended.
    """

    __tablename__ = "resource_draft"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(PackedJson)
    digest: Mapped[str] = mapped_column(String(64))
    base: Mapped[int] = mapped_column(Integer, default=0)
    authors: Mapped[list[str]] = mapped_column(JSON, default=list)
    stage: Mapped[str] = mapped_column(String(20), default="draft")
    batch: Mapped[str] = mapped_column(String(36), default="", index=True)
    case_number: Mapped[str] = mapped_column(String(40), default="", index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResourceReview(Record):
    """A yearly review 年度复核 of a resource: when it was due, with which case, and what came of it."""

    __tablename__ = "resource_review"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(Date, primary_key=True)
    batch: Mapped[str] = mapped_column(String(36), index=True)
    case_number: Mapped[str] = mapped_column(String(40), default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    done_on: Mapped[date | None] = mapped_column(Date, default=None)


class BulkEdit(Record):
    """A change of many resources that one person plans, looks at and then applies; `content` holds the keys, what became of each, and the cases.

    `state` is checking, ready, applying, done or failed; what failed says why in `told`.
    """

    __tablename__ = "bulk_edit"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account: Mapped[str] = mapped_column(String(36), index=True)
    state: Mapped[str] = mapped_column(String(20))
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(PackedJson)
    told: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
