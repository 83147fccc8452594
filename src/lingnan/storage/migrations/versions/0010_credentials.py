"""The tables of `trust` for passkeys, providers, tokens, authority."""

revision = "0010_credentials"
down_revision = "0009_identity"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
