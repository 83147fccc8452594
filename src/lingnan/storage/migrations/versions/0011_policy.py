"""The tables of `trust` for policy sets, purposes, grants, assessments."""

revision = "0011_policy"
down_revision = "0010_credentials"


def upgrade() -> None:
    """Nothing kept yet."""


def downgrade() -> None:
    """Nothing kept yet."""
