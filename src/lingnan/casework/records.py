"""What casework keeps of cases: the case, its sides, its timeline, its deadlines, comments, flow versions, disputes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.base import WrongUse
from lingnan.storage import Record, Travelling, UtcDateTime

NO_DUE = date(9999, 12, 31)
"""The due day of a case that no deadline runs for, so that it comes last."""


class FlowVersion(Travelling, Record):
    """A flow as it was when the first case began under this version; cases go on under theirs."""

    __tablename__ = "flow_version"
    __table_args__ = (UniqueConstraint("flow", "version"),)

    flow: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Case(Travelling, Record):
    """A matter on its way: where it stands, who has it, when it is due; `version` grows with every change."""

    __tablename__ = "case_file"
    __table_args__ = (Index("ix_case_file_due_on_id", "due_on", "id"),)

    number: Mapped[str] = mapped_column(String(40), unique=True)
    flow: Mapped[str] = mapped_column(String(60), index=True)
    flow_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(60))
    public_state: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    about_kind: Mapped[str] = mapped_column(String(20), default="other")
    about: Mapped[str] = mapped_column(String(200), default="", index=True)
    division: Mapped[str] = mapped_column(String(12), default="")
    applicant_kind: Mapped[str] = mapped_column(String(20))
    applicant: Mapped[str] = mapped_column(String(80), default="", index=True)
    applicant_organisation: Mapped[str] = mapped_column(String(80), default="")
    handler: Mapped[str] = mapped_column(String(80), default="")
    provider: Mapped[str] = mapped_column(String(80), default="")
    assigned_role: Mapped[str] = mapped_column(String(20), default="")
    assigned_organisation: Mapped[str] = mapped_column(String(80), default="")
    assigned_account: Mapped[str] = mapped_column(String(80), default="", index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    escalated_role: Mapped[str] = mapped_column(String(20), default="")
    escalated_organisation: Mapped[str] = mapped_column(String(80), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    trace_hash: Mapped[str] = mapped_column(String(64), default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    closed_by_role: Mapped[str] = mapped_column(String(20), default="")
    due_on: Mapped[date] = mapped_column(Date, default=NO_DUE)
    stopped_on: Mapped[date | None] = mapped_column(Date, default=None)
    stopped_days: Mapped[int] = mapped_column(Integer, default=0)


class CaseSide(Travelling, Record):
    """An organisation or account that has to do with a case: as applicant, handler, provider, assigned, concerned, or with a declared interest."""

    __tablename__ = "case_side"
    __table_args__ = (UniqueConstraint("case_id", "side", "organisation", "account"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    side: Mapped[str] = mapped_column(String(20))
    organisation: Mapped[str] = mapped_column(String(80), default="", index=True)
    account: Mapped[str] = mapped_column(String(80), default="", index=True)
    note: Mapped[str] = mapped_column(Text, default="")


class CaseEntry(Travelling, Record):
    """One line of a case's timeline, only ever added; `form` is what was filled in, `form_digest` a keyed hash of it."""

    __tablename__ = "case_entry"
    __table_args__ = (UniqueConstraint("case_id", "place"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    transition: Mapped[str] = mapped_column(String(60), default="")
    from_state: Mapped[str] = mapped_column(String(60), default="")
    to_state: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(120))
    account: Mapped[str] = mapped_column(String(80), default="")
    organisation: Mapped[str] = mapped_column(String(80), default="")
    role: Mapped[str] = mapped_column(String(20), default="")
    form: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    form_digest: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    signature: Mapped[str] = mapped_column(Text, default="")


class CaseDeadline(Travelling, Record):
    """A deadline of a case: running, paused, met, late (stopped after its day) or dropped; `estimated` beyond the known calendar."""

    __tablename__ = "case_deadline"
    __table_args__ = (Index("ix_case_deadline_state_due_on", "state", "due_on"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    deadline: Mapped[str] = mapped_column(String(60))
    rule: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(12))
    days: Mapped[int] = mapped_column(Integer)
    begun_on: Mapped[date] = mapped_column(Date)
    counted_from: Mapped[date] = mapped_column(Date)
    days_left: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(Date)
    estimated: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(12), default="running")
    paused_on: Mapped[date | None] = mapped_column(Date, default=None)
    extended_on: Mapped[date | None] = mapped_column(Date, default=None)
    extended_by: Mapped[int] = mapped_column(Integer, default=0)
    ended_on: Mapped[date | None] = mapped_column(Date, default=None)
    missed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    reminded: Mapped[list[int]] = mapped_column(JSON, default=list)


class CaseComment(Travelling, Record):
    """A remark on a case: internal among the offices, or for the applicant too."""

    __tablename__ = "case_comment"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(120))
    account: Mapped[str] = mapped_column(String(80), default="")
    organisation: Mapped[str] = mapped_column(String(80), default="")
    internal: Mapped[bool] = mapped_column(Boolean, default=True)
    text: Mapped[str] = mapped_column(Text)


class Dispute(Travelling, Record):
    """An entry of a table whose facts are disputed 异议中; `key_digest` finds it, `key` tells it, sealed when personal."""

    __tablename__ = "dispute"
    __table_args__ = (UniqueConstraint("case_id", "table_name", "key_digest"), Index("ix_dispute_table_name_key_digest", "table_name", "key_digest"))

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    case_number: Mapped[str] = mapped_column(String(40))
    table_name: Mapped[str] = mapped_column(String(130))
    key_digest: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(Text, default="")
    sealed: Mapped[bool] = mapped_column(Boolean, default=False)
    items: Mapped[list[str]] = mapped_column(JSON, default=list)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


def _only_added(_mapper: Any, _connection: Any, entry: CaseEntry) -> None:
    raise WrongUse(
        f"事项时间线只增不改（第 {entry.place} 条）。请另加一条。",
        f"A case's timeline is only added to (entry {entry.place}). Add another entry.", case=entry.case_id,
    )


for _change in ("before_update", "before_delete"):
    event.listen(CaseEntry, _change, _only_added)
