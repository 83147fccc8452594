"""The searches that people of `catalogue` keep, and up to when they were told of what is new."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0023_saved_searches"
down_revision = "0022_stars"


def upgrade() -> None:
    """Make the table of saved searches."""
    op.create_table(
        "saved_search",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account", sa.String(36), index=True, nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("words", sa.String(100), nullable=False),
        sa.Column("filters", sa.JSON, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("looked_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("saved_search")
