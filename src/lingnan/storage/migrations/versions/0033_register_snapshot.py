"""The yearly snapshots of registers that were taken."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0033_register_snapshot"
down_revision = "0032_review_desk"


def upgrade() -> None:
    """Make the table of snapshots."""
    op.create_table(
        "register_snapshot",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, index=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime),
        sa.Column("register", sa.String(60), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("known_at", UtcDateTime, nullable=False),
        sa.Column("table_version", sa.Integer, nullable=False),
        sa.Column("words_version", sa.Integer, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("taken_by", sa.String(120), nullable=False),
        sa.UniqueConstraint("register", "year", "edition"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("register_snapshot")
