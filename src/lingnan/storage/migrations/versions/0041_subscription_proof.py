"""With what proof of who asks, and how narrowed, something was subscribed to; what stood before counts as without second factor."""

import sqlalchemy as sa
from alembic import op

revision = "0041_subscription_proof"
down_revision = "0040_model_cards"


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("subscription") as table:
        table.add_column(sa.Column("assurance", sa.Integer, nullable=False, server_default="1"))
        table.add_column(sa.Column("scope", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("subscription") as table:
        table.drop_column("assurance")
        table.drop_column("scope")
