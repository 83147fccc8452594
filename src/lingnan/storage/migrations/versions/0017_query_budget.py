"""The tables of `trust` for what an account's queries may still ask."""

revision = "0017_query_budget"
down_revision = "0016_intent_marks"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Drop them."""
