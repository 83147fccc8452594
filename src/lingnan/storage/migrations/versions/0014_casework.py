"""The tables of `casework` for cases."""

revision = "0014_casework"
down_revision = "0013_watch"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
