"""The tables of `casework` for alerts, notices, attachments."""

revision = "0015_notices"
down_revision = "0014_casework"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
