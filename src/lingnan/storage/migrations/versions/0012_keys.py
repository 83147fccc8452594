"""The tables of `trust` for signing keys and signatures."""

revision = "0012_keys"
down_revision = "0011_policy"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
