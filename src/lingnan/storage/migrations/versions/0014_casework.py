"""The tables of `casework` for cases."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0014_casework"
down_revision = "0013_watch"


def upgrade() -> None:
    """Make flow versions, cases, their sides, timelines, deadlines and comments, and disputes."""
    op.create_table(
        "flow_version",
        *travelling_columns(),
        sa.Column("flow", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.UniqueConstraint("flow", "version"),
    )
    _make_case_file()
    op.create_table(
        "case_side",
        *travelling_columns(),
        _case(),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("organisation", sa.String(80), nullable=False, index=True),
        sa.Column("account", sa.String(80), nullable=False, index=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("case_id", "side", "organisation", "account"),
    )
    _make_entry_and_deadline()
    op.create_table(
        "case_comment",
        *travelling_columns(),
        _case(),
        sa.Column("at", UtcDateTime, nullable=False),
        *_who_and_where(),
        sa.Column("internal", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "dispute",
        *travelling_columns(),
        _case(),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("table_name", sa.String(130), nullable=False),
        sa.Column("key_digest", sa.String(80), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("sealed", sa.Boolean, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime, nullable=True),
        sa.UniqueConstraint("case_id", "table_name", "key_digest"),
    )
    op.create_index("ix_dispute_table_name_key_digest", "dispute", ["table_name", "key_digest"])


def downgrade() -> None:
    """Drop them."""
    for table in ("dispute", "case_comment", "case_deadline", "case_entry", "case_side", "case_file", "flow_version"):
        op.drop_table(table)


def _case(index: bool = True) -> "sa.Column[str]":
    return sa.Column("case_id", sa.String(36), sa.ForeignKey("case_file.id"), nullable=False, index=index)


def _who_and_where() -> list["sa.Column[str]"]:
    return [
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("organisation", sa.String(80), nullable=False),
    ]


def _make_case_file() -> None:
    sides = ("applicant_organisation", "handler", "provider", "assigned_organisation", "escalated_organisation")
    op.create_table(
        "case_file",
        *travelling_columns(),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("flow", sa.String(60), nullable=False, index=True),
        sa.Column("flow_version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("public_state", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("about_kind", sa.String(20), nullable=False),
        sa.Column("about", sa.String(200), nullable=False, index=True),
        sa.Column("division", sa.String(12), nullable=False),
        sa.Column("applicant_kind", sa.String(20), nullable=False),
        sa.Column("applicant", sa.String(80), nullable=False, index=True),
        sa.Column("assigned_account", sa.String(80), nullable=False, index=True),
        *(sa.Column(side, sa.String(80), nullable=False) for side in sides),
        sa.Column("assigned_role", sa.String(20), nullable=False),
        sa.Column("escalated_role", sa.String(20), nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("trace_hash", sa.String(64), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime, nullable=True, index=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("closed_by_role", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("stopped_on", sa.Date, nullable=True),
        sa.Column("stopped_days", sa.Integer, nullable=False),
    )
    op.create_index("ix_case_file_due_on_id", "case_file", ["due_on", "id"])


def _make_entry_and_deadline() -> None:
    op.create_table(
        "case_entry",
        *travelling_columns(),
        _case(index=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        *(sa.Column(name, sa.String(60), nullable=False) for name in ("transition", "from_state", "to_state")),
        sa.Column("at", UtcDateTime, nullable=False),
        *_who_and_where(),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("form", sa.JSON, nullable=False),
        sa.Column("form_digest", sa.String(80), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.UniqueConstraint("case_id", "place"),
    )
    op.create_table(
        "case_deadline",
        *travelling_columns(),
        _case(),
        sa.Column("deadline", sa.String(60), nullable=False),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("unit", sa.String(12), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("begun_on", sa.Date, nullable=False),
        sa.Column("counted_from", sa.Date, nullable=False),
        sa.Column("days_left", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        *(sa.Column(name, sa.Date, nullable=True) for name in ("paused_on", "extended_on", "ended_on")),
        sa.Column("extended_by", sa.Integer, nullable=False),
        sa.Column("missed_at", UtcDateTime, nullable=True),
        sa.Column("reminded", sa.JSON, nullable=False),
    )
    op.create_index("ix_case_deadline_state_due_on", "case_deadline", ["state", "due_on"])
