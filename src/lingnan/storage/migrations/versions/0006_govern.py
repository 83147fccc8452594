"""The tables of `govern`."""

revision = "0006_govern"
down_revision = "0005_collect"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
