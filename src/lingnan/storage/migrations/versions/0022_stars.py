"""The star ratings of resources with their evidence."""

revision = "0022_stars"
down_revision = "0021_registry"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Drop them."""
