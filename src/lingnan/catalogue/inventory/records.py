"""What the inventory keeps: duties, databases, tables, columns with their stewards' decisions, and who is the source of which figure."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class Duty(Travelling, Record):
    """A duty 职责 of a department, its legal basis, and what must be collected to fulfil it (采集范围)."""

    __tablename__ = "department_duty"
    __table_args__ = (UniqueConstraint("department_id", "number"),)

    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    collects: Mapped[str] = mapped_column(Text, default="")


class SystemDatabase(Travelling, Record):
    """A database of a business system; `place` is host, port and name in words, never an account or a password."""

    __tablename__ = "system_database"

    key: Mapped[str] = mapped_column(String(240), unique=True)
    system_id: Mapped[str] = mapped_column(ForeignKey("business_system.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(120), default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    discovered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class DatabaseTable(Travelling, Record):
    """A table or view found in a database; `rows_are` says whether the count is exact, an estimate or at least that many."""

    __tablename__ = "database_table"
    __table_args__ = (UniqueConstraint("database_id", "schema_name", "name"),)

    database_id: Mapped[str] = mapped_column(ForeignKey("system_database.id"), index=True)
    schema_name: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str] = mapped_column(Text, default="")
    zh: Mapped[str] = mapped_column(String(300), default="")
    en: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    rows: Mapped[int | None] = mapped_column(BigInteger, default=None)
    rows_are: Mapped[str] = mapped_column(String(10), default="")
    references: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    resource_key: Mapped[str] = mapped_column(String(160), default="", index=True)


class TableColumn(Travelling, Record):
    """A column of a found table: what the database says, what is suggested, and what a steward decided; `changed_from` flags a changed type."""

    __tablename__ = "database_column"
    __table_args__ = (
        UniqueConstraint("table_id", "name"),
        Index("ix_database_column_decided", "table_id", "deleted_at", "decided_at"),
        Index("ix_database_column_element", "element", sqlite_where=text("element <> ''"), postgresql_where=text("element <> ''")),
    )

    table_id: Mapped[str] = mapped_column(ForeignKey("database_table.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(120))
    length: Mapped[int | None] = mapped_column(Integer, default=None)
    nullable: Mapped[bool] = mapped_column(Boolean, default=True)
    key: Mapped[bool] = mapped_column(Boolean, default=False)
    comment: Mapped[str] = mapped_column(Text, default="")
    changed_from: Mapped[str] = mapped_column(String(120), default="")
    profile: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    suggested_element: Mapped[str] = mapped_column(String(80), default="")
    suggested_score: Mapped[float] = mapped_column(Float, default=0.0)
    element_reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    suggested_classification: Mapped[str] = mapped_column(String(20), default="")
    classification_reason: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    free_text: Mapped[bool] = mapped_column(Boolean, default=False)
    element: Mapped[str] = mapped_column(String(80), default="")
    classification: Mapped[str] = mapped_column(String(20), default="")
    mask: Mapped[str] = mapped_column(String(40), default="")
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class AuthoritativeSource(Travelling, Record):
    """The one department and resource that a figure comes from (一数一源), for a division and all within it; an empty division is everywhere."""

    __tablename__ = "authoritative_source"
    __table_args__ = (UniqueConstraint("element", "division"),)

    element: Mapped[str] = mapped_column(String(80))
    division: Mapped[str] = mapped_column(String(12), default="")
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"), index=True)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    basis: Mapped[str] = mapped_column(Text, default="")
    claimed_by: Mapped[str] = mapped_column(String(120))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SourceConflict(Travelling, Record):
    """A further claim to be the source of a figure that has one; open until somebody settles it for one of the two."""

    __tablename__ = "source_conflict"

    element: Mapped[str] = mapped_column(String(80), index=True)
    division: Mapped[str] = mapped_column(String(12), default="")
    holder_id: Mapped[str] = mapped_column(ForeignKey("resource.id"))
    claimant_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    basis: Mapped[str] = mapped_column(Text, default="")
    claimed_by: Mapped[str] = mapped_column(String(120))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="open")
    reason: Mapped[str] = mapped_column(Text, default="")
    settled_by: Mapped[str] = mapped_column(String(120), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
