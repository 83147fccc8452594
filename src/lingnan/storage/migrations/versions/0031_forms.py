"""Entries of forms in `collect`: words, batches and counts."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0031_forms"
down_revision = "0030_streams"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "form_entry",
        *_travelling(),
        sa.Column("form", sa.String(130), nullable=False),
        sa.Column("entry", sa.String(36), nullable=False),
        sa.Column("state", sa.String(20), index=True, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account", sa.String(120), index=True, nullable=False),
        sa.Column("organisation", sa.String(80), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("batch", sa.Integer),
        sa.Column("terms", sa.String(80), nullable=False),
        sa.Column("case", sa.String(40), index=True, nullable=False),
        sa.Column("withdrawn_at", UtcDateTime),
        sa.UniqueConstraint("form", "entry", name="uq_form_entry_form_entry"),
    )
    op.create_table(
        "form_word",
        *_travelling(),
        sa.Column("entry_id", sa.String(36), sa.ForeignKey("form_entry.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("given_at", UtcDateTime, nullable=False),
        sa.Column("filled_at", UtcDateTime),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("pictures", sa.JSON, nullable=False),
        sa.UniqueConstraint("entry_id", "revision", name="uq_form_word_entry_id_revision"),
    )
    op.create_table(
        "form_batch",
        sa.Column("form", sa.String(130), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("written", sa.Integer, nullable=False),
    )
    op.create_table(
        "form_count",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("window", sa.String(20), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("form_count", "form_batch", "form_word", "form_entry"):
        op.drop_table(table)


def _travelling() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, index=True, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime),
    ]
