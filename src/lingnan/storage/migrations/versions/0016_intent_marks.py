"""The table that tells, of a write whose process died, whether it was committed."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0016_intent_marks"
down_revision = "0015_notices"


def upgrade() -> None:
    """Make the marks of intents."""
    op.create_table(
        "intent_mark",
        sa.Column("log", sa.String(200), primary_key=True),
        sa.Column("intent", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, primary_key=True),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("intent_mark")
