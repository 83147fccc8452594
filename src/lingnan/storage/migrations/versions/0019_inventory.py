"""What `catalogue` keeps of systems, databases, their tables and columns, and of duties."""

revision = "0019_inventory"
down_revision = "0018_resource_life"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Drop them."""
