"""The tables of `casework` for alerts, notices, attachments."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0015_notices"
down_revision = "0014_casework"


def upgrade() -> None:
    """Make alerts, notices, mails, webhooks, places that may be called, attachments."""
    _alerts()
    _notices()
    _outside()
    _attachments()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "attachment", "webhook_delivery", "webhook_endpoint", "outgoing_source", "mail_message", "notice_preference", "notice",
        "alert_turn", "alert_sighting", "alert_step", "alert_audience", "alert",
    ):
        op.drop_table(table)


def _alerts() -> None:
    op.create_table(
        "alert",
        *travelling_columns(),
        sa.Column("rule", sa.String(60), nullable=False, index=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("zh", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("raised_at", UtcDateTime, nullable=False, index=True),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.Column("quiet_until", UtcDateTime, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("escalate_at", UtcDateTime, nullable=True),
        sa.Column("acknowledged_at", UtcDateTime, nullable=True),
        sa.Column("resolved_at", UtcDateTime, nullable=True),
        sa.Column("case_number", sa.String(60), nullable=False),
    )
    op.create_index("ix_alert_state_escalate_at", "alert", ["state", "escalate_at"])
    op.create_table(
        "alert_audience",
        *travelling_columns(),
        sa.Column("alert_id", sa.String(36), sa.ForeignKey("alert.id"), nullable=False, index=True),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organisation", sa.String(80), nullable=False),
        sa.Column("account", sa.String(36), nullable=False),
        sa.UniqueConstraint(
            "alert_id", "stage", "role", "organisation", "account", name="uq_alert_audience_alert_id_stage_role_organisation_account"
        ),
    )
    op.create_table(
        "alert_step",
        *travelling_columns(),
        sa.Column("alert_id", sa.String(36), sa.ForeignKey("alert.id"), nullable=False, index=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "alert_sighting",
        *travelling_columns(),
        sa.Column("event_id", sa.String(60), nullable=False, unique=True),
        sa.Column("alert_id", sa.String(36), sa.ForeignKey("alert.id"), nullable=False, index=True),
    )
    op.create_table(
        "alert_turn",
        sa.Column("rule", sa.String(60), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("alert_id", sa.String(36), nullable=False),
    )


def _notices() -> None:
    op.create_table(
        "notice",
        *travelling_columns(),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title_zh", sa.String(300), nullable=False),
        sa.Column("title_en", sa.String(300), nullable=False),
        sa.Column("text_zh", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("link", sa.String(300), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("read_at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("account", "event_id", name="uq_notice_account_event_id"),
    )
    op.create_index("ix_notice_account_read_at", "notice", ["account", "read_at"])
    op.create_table(
        "notice_preference",
        *travelling_columns(),
        sa.Column("account", sa.String(36), nullable=False, unique=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("mail", sa.String(10), nullable=False),
        sa.Column("muted", sa.JSON, nullable=False),
        sa.Column("digested_until", UtcDateTime, nullable=False),
    )
    op.create_table(
        "mail_message",
        *travelling_columns(),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(60), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=True),
        sa.Column("error", sa.Text, nullable=False),
        sa.UniqueConstraint("account", "event_id", name="uq_mail_message_account_event_id"),
    )
    op.create_index("ix_mail_message_state_due_at", "mail_message", ["state", "due_at"])


def _outside() -> None:
    op.create_table(
        "outgoing_source",
        *travelling_columns(),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.Column("approved_by", sa.String(80), nullable=False),
        sa.Column("approved_at", UtcDateTime, nullable=True),
        sa.Column("revoked_by", sa.String(80), nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
    )
    op.create_index("ix_outgoing_source_purpose_state", "outgoing_source", ["purpose", "state"])
    op.create_table(
        "webhook_endpoint",
        *travelling_columns(),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("organisation", sa.String(80), nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("signature", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("approved_by", sa.String(80), nullable=False),
        sa.Column("approved_at", UtcDateTime, nullable=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("overlap_until", UtcDateTime, nullable=True),
        sa.Column("disabled_at", UtcDateTime, nullable=True),
        sa.Column("disabled_because", sa.Text, nullable=False),
    )
    op.create_table(
        "webhook_delivery",
        *travelling_columns(),
        sa.Column("endpoint_id", sa.String(36), sa.ForeignKey("webhook_endpoint.id"), nullable=False),
        sa.Column("event_id", sa.String(60), nullable=False),
        sa.Column("event_sequence", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=True),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.UniqueConstraint("endpoint_id", "event_id", name="uq_webhook_delivery_endpoint_id_event_id"),
    )
    op.create_index("ix_webhook_delivery_state_due_at", "webhook_delivery", ["state", "due_at"])


def _attachments() -> None:
    op.create_table(
        "attachment",
        *travelling_columns(),
        sa.Column("owner_kind", sa.String(40), nullable=False),
        sa.Column("owner_id", sa.String(80), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("algorithm", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("uploaded_by", sa.String(80), nullable=False),
        sa.Column("uploaded_at", UtcDateTime, nullable=False),
        sa.Column("scanned", sa.Boolean, nullable=False),
        sa.Column("removed_by", sa.String(80), nullable=False),
        sa.Column("removed_at", UtcDateTime, nullable=True),
        sa.Column("removed_because", sa.Text, nullable=False),
    )
    op.create_index("ix_attachment_owner_kind_owner_id", "attachment", ["owner_kind", "owner_id"])
