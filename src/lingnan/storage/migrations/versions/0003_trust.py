"""The tables of `trust`."""

revision = "0003_trust"
down_revision = "0002_jobs"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
