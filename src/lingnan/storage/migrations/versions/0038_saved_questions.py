"""The questions that people of `insight` keep."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0038_saved_questions"
down_revision = "0037_models"


def upgrade() -> None:
    """Make the table of saved questions."""
    op.create_table(
        "saved_question",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account", sa.String(36), index=True, nullable=False),
        sa.Column("unit", sa.String(80), index=True, nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("chart", sa.JSON, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("saved_question")
