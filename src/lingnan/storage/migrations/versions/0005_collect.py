"""The tables of `collect`."""

revision = "0005_collect"
down_revision = "0004_catalogue"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
