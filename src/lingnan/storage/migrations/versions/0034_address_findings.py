"""What review of `registers` has settled about addresses."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0034_address_findings"
down_revision = "0033_register_snapshot"


def upgrade() -> None:
    """Make the table of findings."""
    op.create_table(
        "address_finding",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, index=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("place_name", sa.Text, nullable=False),
        sa.Column("scope", sa.String(6), nullable=False),
        sa.Column("division", sa.String(6), nullable=False),
        sa.Column("township", sa.String(9), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("taken_back_by", sa.String(120), nullable=False),
        sa.Column("taken_back_at", UtcDateTime),
    )
    op.create_index("ix_address_finding_name", "address_finding", ["kind", "place_name"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("address_finding")
