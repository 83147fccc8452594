"""The tables of `jobs`."""

revision = "0002_jobs"
down_revision = "0001_storage"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
