"""The tables of `registers`."""

revision = "0007_registers"
down_revision = "0006_govern"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
