"""What casework keeps of alerts, notices, mails, webhooks, places that may be called, and attachments."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingnan.storage import Record, Travelling, UtcDateTime


class Alert(Travelling, Record):
    """Something that somebody must look at; `count` grows while it repeats within its cool-down, `stage` with every escalation."""

    __tablename__ = "alert"
    __table_args__ = (Index("ix_alert_state_escalate_at", "state", "escalate_at"),)

    rule: Mapped[str] = mapped_column(String(60), index=True)
    key: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20), default="open")
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    quiet_until: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int] = mapped_column(Integer, default=1)
    stage: Mapped[int] = mapped_column(Integer, default=0)
    escalate_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    case_number: Mapped[str] = mapped_column(String(60), default="")


class AlertAudience(Travelling, Record):
    """Whom an alert concerns from a stage on: one account, or whoever holds the role in the organisation; empty words do not narrow."""

    __tablename__ = "alert_audience"
    __table_args__ = (UniqueConstraint("alert_id", "stage", "role", "organisation", "account"),)

    alert_id: Mapped[str] = mapped_column(ForeignKey("alert.id"), index=True)
    stage: Mapped[int] = mapped_column(Integer, default=0)
    role: Mapped[str] = mapped_column(String(40), default="")
    organisation: Mapped[str] = mapped_column(String(80), default="")
    account: Mapped[str] = mapped_column(String(36), default="")


class AlertStep(Travelling, Record):
    """One line of an alert's history: raised, escalated, acknowledged, resolved, case."""

    __tablename__ = "alert_step"

    alert_id: Mapped[str] = mapped_column(ForeignKey("alert.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")


class AlertSighting(Travelling, Record):
    """An event that was counted into an alert; the same event counts once, however often it comes."""

    __tablename__ = "alert_sighting"

    event_id: Mapped[str] = mapped_column(String(60), unique=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alert.id"), index=True)


class AlertTurn(Record):
    """The newest alert of a rule and key; its row is locked while an event is counted in."""

    __tablename__ = "alert_turn"

    rule: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    alert_id: Mapped[str] = mapped_column(String(36))


class Notice(Travelling, Record):
    """A notice in an account's inbox, worded when it was made."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("account", "event_id"), Index("ix_notice_account_read_at", "account", "read_at"))

    account: Mapped[str] = mapped_column(String(36))
    event_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    title_zh: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class NoticePreference(Travelling, Record):
    """How an account wants its notices: its address, each at once, daily, or none by mail; kinds it does not want mailed."""

    __tablename__ = "notice_preference"

    account: Mapped[str] = mapped_column(String(36), unique=True)
    address: Mapped[str] = mapped_column(String(254), default="")
    lang: Mapped[str] = mapped_column(String(2), default="zh")
    mail: Mapped[str] = mapped_column(String(10), default="each")
    muted: Mapped[list[str]] = mapped_column(JSON, default=list)
    digested_until: Mapped[datetime] = mapped_column(UtcDateTime)


class MailMessage(Travelling, Record):
    """A mail on its way: waiting, handing (the server has it, its answer is awaited), sent, uncertain or failed."""

    __tablename__ = "mail_message"
    __table_args__ = (UniqueConstraint("account", "event_id"), Index("ix_mail_message_state_due_at", "state", "due_at"))

    account: Mapped[str] = mapped_column(String(36))
    event_id: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    lines: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    message_id: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    error: Mapped[str] = mapped_column(Text, default="")


class OutgoingSource(Travelling, Record):
    """A place (`host:port`) that the hub may call for one purpose once a second person has approved it."""

    __tablename__ = "outgoing_source"
    __table_args__ = (Index("ix_outgoing_source_purpose_state", "purpose", "state"),)

    place: Mapped[str] = mapped_column(String(300))
    purpose: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str] = mapped_column(String(80), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoked_by: Mapped[str] = mapped_column(String(80), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class WebhookEndpoint(Travelling, Record):
    """An address that is told of events; its secret is derived from the hub's key and the generation, so none is kept."""

    __tablename__ = "webhook_endpoint"

    url: Mapped[str] = mapped_column(String(500))
    organisation: Mapped[str] = mapped_column(String(80), default="")
    events: Mapped[list[str]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(12), default="hmac")
    state: Mapped[str] = mapped_column(String(12), default="proposed", index=True)
    proposed_by: Mapped[str] = mapped_column(String(80))
    approved_by: Mapped[str] = mapped_column(String(80), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    generation: Mapped[int] = mapped_column(Integer, default=1)
    overlap_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    disabled_because: Mapped[str] = mapped_column(Text, default="")


class WebhookDelivery(Travelling, Record):
    """One event on its way to one endpoint: waiting, sent, failed or dropped."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (UniqueConstraint("endpoint_id", "event_id"), Index("ix_webhook_delivery_state_due_at", "state", "due_at"))

    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoint.id"))
    event_id: Mapped[str] = mapped_column(String(60))
    event_sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    status: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")


class Attachment(Travelling, Record):
    """A file that belongs to an object of another room; deleted ones keep their digest. `name` is told to people, never to the disk."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_owner_kind_owner_id", "owner_kind", "owner_id"),)

    owner_kind: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(255))
    type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    algorithm: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[str] = mapped_column(String(80))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scanned: Mapped[bool] = mapped_column(Boolean, default=False)
    removed_by: Mapped[str] = mapped_column(String(80), default="")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    removed_because: Mapped[str] = mapped_column(Text, default="")
