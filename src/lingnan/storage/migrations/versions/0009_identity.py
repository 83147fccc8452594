"""The tables of `trust` for people, passwords, second factors."""

revision = "0009_identity"
down_revision = "0008_insight"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
