"""How the listeners of streams fare."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0030_streams"
down_revision = "0029_link_decisions"


def upgrade() -> None:
    """Make the table of listeners."""
    op.create_table(
        "stream_status",
        sa.Column("feed", sa.String(130), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("session", sa.String(80), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("heard_at", UtcDateTime, nullable=False),
        sa.Column("last_message_at", UtcDateTime),
        sa.Column("last_event_at", UtcDateTime),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("late", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("duplicates", sa.BigInteger, nullable=False),
        sa.Column("rate", sa.Float, nullable=False),
        sa.Column("lag_s", sa.Float),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("stream_status")
