"""What trust keeps of its policy: versions of the set, the negative list, grants, impact assessments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class PolicyState(Record):
    """One row: the number that grows with every change of policy, negative list or grants, so that decisions notice it."""

    __tablename__ = "policy_state"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(Integer, default=0)


class PolicySetVersion(Travelling, Record):
    """One content of the policy set 策略集: the hub's additions to the shipped policies, who wanted and who approved it."""

    __tablename__ = "policy_set"

    digest: Mapped[str] = mapped_column(String(64), index=True)
    additions: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="candidate", index=True)
    proposed_by: Mapped[str] = mapped_column(String(80))
    approved_by: Mapped[str] = mapped_column(String(80), default="")
    case_id: Mapped[str] = mapped_column(String(80), default="", index=True)
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class NegativeListEntry(Travelling, Record):
    """One line of the negative list 负面清单: a table, or columns or a data element of it, that nobody is given."""

    __tablename__ = "negative_list_entry"

    key: Mapped[str] = mapped_column(String(80), unique=True)
    version: Mapped[int] = mapped_column(Integer)
    table_name: Mapped[str] = mapped_column(String(127), default="")
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    element: Mapped[str] = mapped_column(String(80), default="")
    article: Mapped[str] = mapped_column(String(400))
    zh: Mapped[str] = mapped_column(String(400))
    en: Mapped[str] = mapped_column(String(400))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date, default=None)
    added_by: Mapped[str] = mapped_column(String(80))
    ended_by: Mapped[str] = mapped_column(String(80), default="")
    ending_approved_by: Mapped[str] = mapped_column(String(80), default="")
    ended_version: Mapped[int | None] = mapped_column(Integer, default=None)


class ImpactAssessment(Travelling, Record):
    """A personal information impact assessment 个人信息保护影响评估, kept for three years at least (PIPL 55, 56)."""

    __tablename__ = "impact_assessment"

    title: Mapped[str] = mapped_column(String(200))
    table_name: Mapped[str] = mapped_column(String(127), index=True)
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    purpose: Mapped[str] = mapped_column(String(80))
    template: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    assessor: Mapped[str] = mapped_column(String(80))
    conclusion: Mapped[str] = mapped_column(String(20), default="")
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class DataGrant(Travelling, Record):
    """A grant 授权: whom, which columns and rows of which table, under which masks, for what, until when, by whom."""

    __tablename__ = "data_grant"

    grantee_organisation: Mapped[str] = mapped_column(String(80), default="", index=True)
    grantee_account: Mapped[str] = mapped_column(String(80), default="", index=True)
    table_name: Mapped[str] = mapped_column(String(127), index=True)
    actions: Mapped[list[str]] = mapped_column(JSON, default=list)
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    purpose: Mapped[str] = mapped_column(String(80))
    article: Mapped[str] = mapped_column(String(400))
    matter: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime] = mapped_column(UtcDateTime)
    assessment_id: Mapped[str | None] = mapped_column(ForeignKey("impact_assessment.id"), default=None)
    case_id: Mapped[str] = mapped_column(String(80), default="", index=True)
    proposed_by: Mapped[str] = mapped_column(String(80))
    approved_by: Mapped[str] = mapped_column(String(80), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoked_by: Mapped[str] = mapped_column(String(80), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoked_reason: Mapped[str] = mapped_column(String(400), default="")
