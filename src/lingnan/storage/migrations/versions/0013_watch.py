"""The tables of `trust` for co-signed checkpoints, overrides and what watching found."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0013_watch"
down_revision = "0012_keys"


def upgrade() -> None:
    """Make witnessed checkpoints, the mark of watching, what is usual, findings and overrides."""
    op.create_table(
        "witnessed_checkpoint",
        *travelling_columns(),
        sa.Column("origin", sa.String(200), nullable=False, unique=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("algorithm", sa.String(20), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("key_algorithm", sa.String(20), nullable=False),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    _make_usual()
    op.create_table(
        "abnormal_access",
        *travelling_columns(),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False, index=True),
        sa.Column("begins_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("counted", sa.BigInteger, nullable=False),
        sa.Column("allowed", sa.BigInteger, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.UniqueConstraint("rule", "subject", "begins_at", name="uq_abnormal_access_rule_subject_begins_at"),
    )
    op.create_table(
        "emergency_override",
        *travelling_columns(),
        sa.Column("subject", sa.String(120), nullable=False, index=True),
        sa.Column("organisation", sa.String(36), nullable=False),
        sa.Column("table_name", sa.String(200), nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("purpose", sa.JSON, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("settled_by", sa.String(120), nullable=False),
        sa.Column("approved_at", UtcDateTime, nullable=True),
        sa.Column("ends_at", UtcDateTime, nullable=True),
        sa.Column("approval", sa.BigInteger, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("emergency_override", "abnormal_access", "token_client", "account_seen", "account_hour", "watch_mark", "witnessed_checkpoint"):
        op.drop_table(table)


def _make_usual() -> None:
    op.create_table(
        "watch_mark",
        sa.Column("log", sa.String(200), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "account_hour",
        sa.Column("subject", sa.String(120), primary_key=True),
        sa.Column("hour", UtcDateTime, primary_key=True),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("tables", sa.Integer, nullable=False),
    )
    op.create_table(
        "account_seen",
        sa.Column("subject", sa.String(120), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "token_client",
        sa.Column("token", sa.String(120), primary_key=True),
        sa.Column("client", sa.String(120), primary_key=True),
        sa.Column("first_at", UtcDateTime, nullable=False),
    )
