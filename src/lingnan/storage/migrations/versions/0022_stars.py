"""The star ratings of resources with their evidence."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0022_stars"
down_revision = "0021_registry"


def upgrade() -> None:
    """Make the table of ratings."""
    op.create_table(
        "star_rating",
        sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), primary_key=True),
        sa.Column("edition", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("stars", sa.Integer, index=True, nullable=False),
        sa.Column("given", sa.Float, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("star_rating")
