"""Bulk edits of resources that people plan, look at and apply."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0025_bulk_edits"
down_revision = "0024_code_lists"


def upgrade() -> None:
    """Make the table of bulk edits."""
    op.create_table(
        "bulk_edit",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account", sa.String(36), index=True, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("moved_at", UtcDateTime, index=True, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("bulk_edit")
