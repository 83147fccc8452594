"""The terms items are found by, and saved searches."""

revision = "0020_search"
down_revision = "0019_inventory"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Drop them."""
