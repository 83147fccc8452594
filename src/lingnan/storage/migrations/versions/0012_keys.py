"""The tables of `trust` for signing keys and signatures."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0012_keys"
down_revision = "0011_policy"


def upgrade() -> None:
    """Make signing keys, signatures and foreign issuers."""
    op.create_table(
        "signing_key",
        *travelling_columns(),
        sa.Column("key_id", sa.String(64), nullable=False, unique=True),
        sa.Column("purpose", sa.String(20), nullable=False, index=True),
        sa.Column("suite", sa.String(20), nullable=False),
        sa.Column("algorithm", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("slot", sa.String(60), nullable=True, unique=True),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column("place", sa.JSON, nullable=False),
        sa.Column("active_from", UtcDateTime, nullable=True),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.Column("retiring_from", UtcDateTime, nullable=True),
        sa.Column("verifies_until", UtcDateTime, nullable=True),
        sa.Column("compromised_from", UtcDateTime, nullable=True),
        sa.Column("compromise", sa.String(500), nullable=False),
    )
    op.create_table(
        "document_signature",
        *travelling_columns(),
        sa.Column("code", sa.String(12), nullable=False, unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False, index=True),
        sa.Column("organisation", sa.String(80), nullable=False),
        sa.Column("content_digest", sa.String(80), nullable=False, index=True),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("audit", sa.BigInteger, nullable=False),
        sa.Column("withdrawn_at", UtcDateTime, nullable=True),
        sa.Column("withdrawal", sa.String(500), nullable=False),
    )
    op.create_table(
        "recognised_issuer",
        *travelling_columns(),
        sa.Column("name", sa.String(120), nullable=False, unique=True),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
        sa.Column("certificate", sa.Text, nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("recognised_from", UtcDateTime, nullable=False),
        sa.Column("recognised_until", UtcDateTime, nullable=True),
        sa.Column("revocations", sa.Text, nullable=False),
    )
    op.create_table(
        "code_lookup",
        *travelling_columns(),
        sa.Column("source", sa.String(80), nullable=False, index=True),
        sa.Column("at", UtcDateTime, nullable=False, index=True),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("code_lookup", "recognised_issuer", "document_signature", "signing_key"):
        op.drop_table(table)
