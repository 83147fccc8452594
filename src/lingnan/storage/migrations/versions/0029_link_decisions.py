"""What clerks of `registers` decide about pairs of records."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0029_link_decisions"
down_revision = "0028_resource_system"


def upgrade() -> None:
    """Make the table of decisions."""
    op.create_table(
        "link_decision",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, index=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime),
        sa.Column("register", sa.String(60), nullable=False),
        sa.Column("left_ref", sa.String(300), nullable=False),
        sa.Column("right_ref", sa.String(300), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("sampled", sa.Boolean, nullable=False),
        sa.Column("second_of", sa.String(36), nullable=False, index=True),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("taken_back_by", sa.String(120), nullable=False),
        sa.Column("taken_back_at", UtcDateTime),
    )
    op.create_index("ix_link_decision_pair", "link_decision", ["register", "left_ref", "right_ref"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("link_decision")
