"""What the catalogue keeps: departments, systems, resources, items, observations, and the words they are found by."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ColumnElement, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, and_, case, text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime

LISTED = ("published", "changing")
"""The states in which a resource stands in the catalogue for all to see."""
WITHDRAWN = "withdrawn"
"""The state of a tombstone; a draft that was thrown away is deleted without ever having been one."""


class Department(Travelling, Record):
    """A department 部门 that provides resources; `number` is its place in the resource codes of its level."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("level", "number"),)

    key: Mapped[str] = mapped_column(String(80), unique=True)
    code: Mapped[str] = mapped_column(String(40), default="")
    zh: Mapped[str] = mapped_column(String(200))
    en: Mapped[str] = mapped_column(String(200), default="")
    level: Mapped[str] = mapped_column(String(20))
    division: Mapped[str] = mapped_column(String(12), default="")
    duties: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[int] = mapped_column(Integer)


class System(Travelling, Record):
    """A business system 业务系统 of a department; `key` is `department.system`, `protection_grade` 等保等级 one to five, no person is named."""

    __tablename__ = "business_system"

    key: Mapped[str] = mapped_column(String(160), unique=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"), index=True)
    zh: Mapped[str] = mapped_column(String(200))
    en: Mapped[str] = mapped_column(String(200), default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default="in_use")
    operator: Mapped[str] = mapped_column(String(200), default="")
    builder: Mapped[str] = mapped_column(String(200), default="")
    protection_grade: Mapped[str] = mapped_column(String(10), default="")
    hosting: Mapped[str] = mapped_column(String(20), default="")
    in_service_since: Mapped[date | None] = mapped_column(Date, default=None)
    users: Mapped[str] = mapped_column(Text, default="")
    contact_unit: Mapped[str] = mapped_column(String(200), default="")


class Resource(Travelling, Record):
    """An information resource 信息资源 with the core fields of the 2017 compilation guide; `content` digests its registered form.

    `version` is the number of the version in force, 0 before the first; `stars` is 0 while nobody has rated it.
    """

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("category", "number"),
        Index("ix_resource_standing", "department_id", "update_cycle", "status", "deleted_at", "created_at", "id"),
    )

    key: Mapped[str] = mapped_column(String(160), unique=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    category: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"), index=True)
    system_id: Mapped[str | None] = mapped_column(ForeignKey("business_system.id"), index=True, default=None)
    zh: Mapped[str] = mapped_column(String(300))
    en: Mapped[str] = mapped_column(String(300), default="")
    abstract_zh: Mapped[str] = mapped_column(Text, default="")
    abstract_en: Mapped[str] = mapped_column(Text, default="")
    theme: Mapped[str] = mapped_column(String(80), default="")
    level: Mapped[str] = mapped_column(String(20), default="")
    division: Mapped[str] = mapped_column(String(12), default="")
    format: Mapped[str] = mapped_column(String(40))
    share_type: Mapped[str] = mapped_column(String(20))
    share_condition: Mapped[str] = mapped_column(Text, default="")
    share_basis: Mapped[str] = mapped_column(Text, default="")
    open_type: Mapped[str] = mapped_column(String(20))
    open_condition: Mapped[str] = mapped_column(Text, default="")
    update_cycle: Mapped[str] = mapped_column(String(20))
    published_on: Mapped[date | None] = mapped_column(Date, default=None)
    origin: Mapped[str] = mapped_column(String(20))
    licence: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    table_name: Mapped[str] = mapped_column(String(130), index=True, default="")
    contract_path: Mapped[str] = mapped_column(String(300), default="")
    contract_version: Mapped[str] = mapped_column(String(40), default="")
    extension: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    content: Mapped[str] = mapped_column(String(64))
    format_class: Mapped[str] = mapped_column(String(20), default="")
    share_way: Mapped[str] = mapped_column(String(20), default="")
    open_basis: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default="published", index=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    stars: Mapped[int] = mapped_column(Integer, default=0)
    reviewed_on: Mapped[date | None] = mapped_column(Date, default=None, index=True)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    withdrawn_case: Mapped[str] = mapped_column(String(40), default="")
    replaced_by: Mapped[str] = mapped_column(String(160), default="")


def listed() -> ColumnElement[bool]:
    """Whether a resource stands in the catalogue for all to see: published, with or without a change that is pending, and not withdrawn."""
    return and_(Resource.deleted_at.is_(None), Resource.status.in_(LISTED))


def listed_number() -> ColumnElement[int]:
    """The same as 1 or 0. A condition on the state leads SQLite to the index of states, which is nearly everything; this one leaves it the better."""
    return case((listed(), 1), else_=0)


class Item(Travelling, Record):
    """An information item 信息项 of a resource: one column with its meaning and classification.

    Most items of a province have neither element nor code list; the two indexes hold the others alone.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("resource_id", "name"),
        Index("ix_item_element", "element", sqlite_where=text("element <> ''"), postgresql_where=text("element <> ''")),
        Index("ix_item_code_list", "code_list", sqlite_where=text("code_list <> ''"), postgresql_where=text("code_list <> ''")),
    )

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(200), default="")
    zh: Mapped[str] = mapped_column(String(200), default="")
    en: Mapped[str] = mapped_column(String(200), default="")
    type: Mapped[str] = mapped_column(String(60))
    length: Mapped[int | None] = mapped_column(Integer, default=None)
    element: Mapped[str] = mapped_column(String(80), default="")
    code_list: Mapped[str] = mapped_column(String(80), default="")
    classification: Mapped[str] = mapped_column(String(20))
    share_level: Mapped[str] = mapped_column(String(20))
    required: Mapped[bool] = mapped_column(Boolean, default=False)
    key: Mapped[bool] = mapped_column(Boolean, default=False)
    mask: Mapped[str] = mapped_column(String(40), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    definition: Mapped[str] = mapped_column(Text, default="")


class Observation(Record):
    """A fact another room saw of a resource; `digest` keeps a fact told twice from standing twice."""

    __tablename__ = "observation"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class LatestObservation(Record):
    """The youngest observation of each kind, so that a page reads one row a kind."""

    __tablename__ = "latest_observation"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ResourceWords(Record):
    """The words a resource is found by, as bigrams; the full text index stands over this table.

    `length` counts the tokens of the three texts. `terms` holds the number of each live item's term in the order of the items, four bytes
    little-endian each, `classes` one byte each for the items' classifications: what memory needs of two million items, read with a hundred
    thousand rows.
    """

    __tablename__ = "resource_words"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), unique=True)
    title_zh: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    initials: Mapped[str] = mapped_column(String(300))
    spelled: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    other: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Text)
    length: Mapped[int] = mapped_column(Integer)
    terms: Mapped[bytes] = mapped_column(LargeBinary)
    classes: Mapped[bytes] = mapped_column(LargeBinary)


class ItemTerm(Record):
    """What items are called, once for all items that are called so; `digest` is of the five texts. A row never changes."""

    __tablename__ = "item_term"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    zh: Mapped[str] = mapped_column(String(200))
    en: Mapped[str] = mapped_column(String(200))
    item_name: Mapped[str] = mapped_column(String(80))
    element: Mapped[str] = mapped_column(String(80))
    code_list: Mapped[str] = mapped_column(String(80))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    initials: Mapped[str] = mapped_column(String(200))
    spelled: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    other: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Text)
