"""The tables of `trust` for overrides and what watching found."""

revision = "0013_watch"
down_revision = "0012_keys"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
