"""The tables of `trust` for passkeys, providers, tokens, authority."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0010_credentials"
down_revision = "0009_identity"


def upgrade() -> None:
    """Make passkeys, ceremonies, invitations, tokens with their use, authority."""
    _make_passkeys()
    _make_invitations()
    _make_tokens()
    _make_authority()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "acting_session", "agency_authority", "token_use", "api_token", "provider_invitation", "ceremony", "passkey",
    ):
        op.drop_table(table)


def _account(nullable: bool = False) -> sa.Column[object]:
    return sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=nullable, index=not nullable)


def _make_passkeys() -> None:
    op.create_table(
        "passkey",
        *travelling_columns(),
        _account(),
        sa.Column("credential", sa.String(1400), nullable=False, unique=True),
        sa.Column("public_key", sa.String(2000), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("model", sa.String(36), nullable=False),
        sa.Column("backed_up", sa.Boolean, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("last_used_at", UtcDateTime, nullable=True),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "ceremony",
        sa.Column("question_hash", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(30), nullable=False),
        _account(nullable=True),
        sa.Column("provider", sa.String(80), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("invitation_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
    )


def _make_invitations() -> None:
    op.create_table(
        "provider_invitation",
        *travelling_columns(),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("provider", sa.String(80), nullable=False),
        _account(),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=True),
    )


def _make_tokens() -> None:
    op.create_table(
        "api_token",
        *travelling_columns(),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        _account(),
        sa.Column("credit_code", sa.String(18), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("purpose_code", sa.String(80), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("matter", sa.String(120), nullable=False),
        sa.Column("grant_id", sa.String(36), nullable=False),
        sa.Column("assurance", sa.Integer, nullable=False),
        sa.Column("addresses", sa.JSON, nullable=False),
        sa.Column("calls_a_minute", sa.Integer, nullable=False),
        sa.Column("calls_a_day", sa.Integer, nullable=False),
        sa.Column("rows_a_day", sa.BigInteger, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "token_use",
        sa.Column("token_id", sa.String(36), sa.ForeignKey("api_token.id"), primary_key=True),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("minute_calls", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("day_calls", sa.Integer, nullable=False),
        sa.Column("day_rows", sa.BigInteger, nullable=False),
        sa.Column("last_used_at", UtcDateTime, nullable=True),
    )


def _make_authority() -> None:
    op.create_table(
        "agency_authority",
        *travelling_columns(),
        sa.Column("case_id", sa.String(80), nullable=False, unique=True),
        sa.Column("credit_code", sa.String(18), nullable=False, index=True),
        _account(),
        sa.Column("document_digest", sa.String(80), nullable=False),
        sa.Column("matters", sa.JSON, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("confirmed_by", sa.String(120), nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
        sa.Column("revoking_case", sa.String(80), nullable=False),
        sa.Column("revoked_by", sa.String(120), nullable=False),
    )
    op.create_table(
        "acting_session",
        sa.Column("session_id", sa.String(36), primary_key=True),
        sa.Column("credit_code", sa.String(18), nullable=False),
        sa.Column("bound", sa.Boolean, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
    )
