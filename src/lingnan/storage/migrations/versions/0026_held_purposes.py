"""The purposes of `trust` that hold for a session and a table."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0026_held_purposes"
down_revision = "0025_bulk_edits"


def upgrade() -> None:
    """Make the table of held purposes."""
    op.create_table(
        "held_purpose",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, index=True, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime),
        sa.Column("session_id", sa.String(36), sa.ForeignKey("sign_in_session.id"), index=True, nullable=False),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("table_name", sa.String(200), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("article", sa.String(400), nullable=False),
        sa.Column("matter", sa.String(200), nullable=False),
        sa.Column("stated_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("held_purpose")
