"""Windows of streams, as their listeners tell them to pages."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0036_stream_windows"
down_revision = "0035_word_lengths"


def upgrade() -> None:
    """Make the table of windows."""
    op.create_table(
        "stream_window",
        sa.Column("feed", sa.String(130), primary_key=True),
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("begins_at", UtcDateTime, primary_key=True),
        sa.Column("part", sa.String(100), primary_key=True),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("total", sa.Float, nullable=False),
        sa.Column("least", sa.Float),
        sa.Column("greatest", sa.Float),
        sa.Column("latest", sa.Float),
        sa.Column("latest_at", UtcDateTime),
        sa.Column("late", sa.BigInteger, nullable=False),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.Column("told_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_stream_window_change", "stream_window", ["feed", "change"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("stream_window")
