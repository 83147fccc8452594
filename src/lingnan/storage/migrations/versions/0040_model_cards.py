"""What the card of a model tells of each fit: what it read, its further measures, and why nothing was learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0040_model_cards"
down_revision = "0039_subscriptions"
ADDED = (("read", sa.JSON(), "{}"), ("measures", sa.JSON(), "{}"), ("lacking", sa.String(40), ""))


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("model_fit") as table:
        for name, kind, before in ADDED:
            table.add_column(sa.Column(name, kind, nullable=False, server_default=before))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("model_fit") as table:
        for name, _kind, _before in ADDED:
            table.drop_column(name)
