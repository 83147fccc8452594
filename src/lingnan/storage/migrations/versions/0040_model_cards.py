"""What the card of a model tells of each fit: what it read, its further measures, and why nothing was learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0040_model_cards"
down_revision = "0039_subscriptions"
ADDED = (
    sa.Column("read", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("measures", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("lacking", sa.String(40), nullable=False, server_default=""),
)


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("model_fit") as table:
        for column in ADDED:
            table.add_column(column.copy())


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("model_fit") as table:
        for column in ADDED:
            table.drop_column(column.name)
