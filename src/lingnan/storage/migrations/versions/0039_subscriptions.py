"""What people have sent to them on schedule, and what was delivered."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0039_subscriptions"
down_revision = "0038_saved_questions"


def upgrade() -> None:
    """Make the tables of subscriptions and their deliveries."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account", sa.String(36), index=True, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("rhythm", sa.String(10), nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("told_until", UtcDateTime, nullable=False),
    )
    op.create_table(
        "subscription_delivery",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("subscription_id", sa.String(36), sa.ForeignKey("subscription.id"), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("said_zh", sa.Text, nullable=False),
        sa.Column("said_en", sa.Text, nullable=False),
        sa.Column("link", sa.String(2000), nullable=False),
        sa.UniqueConstraint("subscription_id", "due_at"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("subscription_delivery")
    op.drop_table("subscription")
