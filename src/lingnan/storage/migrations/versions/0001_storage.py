"""The tables of `storage`: the node's sequence and the outbox."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0001_storage"
down_revision = None


def upgrade() -> None:
    """Make the sequence and the outbox."""
    op.create_table(
        "node_sequence",
        sa.Column("node", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "outbox_event",
        *travelling_columns(),
        sa.Column("name", sa.String(80), nullable=False, index=True),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("delivered", sa.Boolean, nullable=False, index=True),
        sa.Column("delivered_at", UtcDateTime, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(500), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("outbox_event")
    op.drop_table("node_sequence")
