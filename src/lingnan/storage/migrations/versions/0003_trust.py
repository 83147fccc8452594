"""The tables of `trust`."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0003_trust"
down_revision = "0002_jobs"


def upgrade() -> None:
    """Make organisations, accounts, sign-in links and sessions."""
    op.create_table(
        "organisation_unit",
        *travelling_columns(),
        sa.Column("key", sa.String(80), nullable=False, unique=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
        sa.Column("division", sa.String(12), nullable=False),
        sa.Column("parent_id", sa.String(36), sa.ForeignKey("organisation_unit.id"), nullable=True),
    )
    op.create_table(
        "account",
        *travelling_columns(),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("organisation_id", sa.String(36), sa.ForeignKey("organisation_unit.id"), nullable=True),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("disabled_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "sign_in_link",
        *travelling_columns(),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "sign_in_session",
        *travelling_columns(),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=True),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("sign_in_session", "sign_in_link", "account", "organisation_unit"):
        op.drop_table(table)
