"""The tables of `insight`."""

revision = "0008_insight"
down_revision = "0007_registers"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
