"""The tables of `trust` for people, passwords, second factors."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0009_identity"
down_revision = "0008_insight"

ADDED = {
    "organisation_unit": (("level", 20), ("disabled_at", 0)),
    "account": (("post", 80), ("division", 12)),
    "sign_in_session": (("method", 40), ("device", 120), ("seen_at", 0), ("confirmed_at", 0)),
}
"""Columns added to older tables: the length of a text, 0 for a moment that may be missing."""
MADE = ("set_up_code", "failed_sign_in", "pending_sign_in", "recovery_code", "account_totp", "account_password", "account_identity")


def upgrade() -> None:
    """Add what accounts, units and sessions lacked; make tables for identities, passwords, second factors and failures."""
    for table, columns in ADDED.items():
        for name, length in columns:
            op.add_column(table, _text(name, length) if length else sa.Column(name, UtcDateTime, nullable=True))
    op.add_column("sign_in_session", sa.Column("assurance", sa.Integer, nullable=False, server_default="1"))
    op.add_column("sign_in_link", sa.Column("purpose", sa.String(20), nullable=False, server_default="sign_in"))
    op.create_table(
        "account_identity",
        *travelling_columns(),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.UniqueConstraint("issuer", "subject"),
    )
    _make_secrets()
    _make_passing()


def downgrade() -> None:
    """Take them away again."""
    for table in MADE:
        op.drop_table(table)
    op.drop_column("sign_in_link", "purpose")
    op.drop_column("sign_in_session", "assurance")
    for table, columns in ADDED.items():
        for name, _length in columns:
            op.drop_column(table, name)


def _make_secrets() -> None:
    op.create_table(
        "account_password",
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("hash", sa.String(300), nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "account_totp",
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("secret", sa.LargeBinary, nullable=True),
        sa.Column("fresh", sa.LargeBinary, nullable=True),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("used_at", UtcDateTime, nullable=True),
    )


def _make_passing() -> None:
    op.create_table(
        "pending_sign_in",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("assurance", sa.Integer, nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("device", sa.String(120), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
        sa.Column("used_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at", UtcDateTime, nullable=False, index=True),
        sa.Column("blocked_until", UtcDateTime, nullable=True),
    )
    op.create_table(
        "set_up_code",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=True),
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")
