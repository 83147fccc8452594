"""What `catalogue` keeps of a resource's codes, relations, versions and life."""

revision = "0018_resource_life"
down_revision = "0017_query_budget"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Drop them."""
