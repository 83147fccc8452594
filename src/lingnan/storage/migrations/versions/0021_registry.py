"""The register of data elements, code lists and standards of `catalogue`."""

revision = "0021_registry"
down_revision = "0020_search"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Drop them."""
