"""The tables of `collect`: received batches, digests of files."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0005_collect"
down_revision = "0004_catalogue"


def upgrade() -> None:
    """Make the batches and the digests."""
    op.create_table(
        "load_batch",
        *travelling_columns(),
        sa.Column("feed", sa.String(130), nullable=False, index=True),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("delivery", sa.String(64), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=True),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("alarms", sa.JSON, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.UniqueConstraint("feed", "batch", name="uq_load_batch_feed_batch"),
    )
    op.create_table(
        "source_file",
        sa.Column("path", sa.String(1000), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("changed_ns", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("source_file")
    op.drop_table("load_batch")
