"""The tables of `catalogue`."""

revision = "0004_catalogue"
down_revision = "0003_trust"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
