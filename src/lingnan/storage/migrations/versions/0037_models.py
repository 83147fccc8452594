"""Models that learn: their versions with what was decided of them, and every fit beside its baseline."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0037_models"
down_revision = "0036_stream_windows"


def upgrade() -> None:
    """Make the tables of versions and fits."""
    op.create_table(
        "model_version",
        sa.Column("pack", sa.String(63), primary_key=True),
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("libraries", sa.JSON, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("reference", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "model_fit",
        sa.Column("pack", sa.String(63), primary_key=True),
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("learnt_at", UtcDateTime, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("folds", sa.JSON, nullable=False),
        sa.Column("error", sa.Float),
        sa.Column("baseline_error", sa.Float),
        sa.Column("beats", sa.Boolean, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("spreads", sa.JSON, nullable=False),
        sa.Column("drift", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("model_fit")
    op.drop_table("model_version")
