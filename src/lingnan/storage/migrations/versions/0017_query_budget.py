"""The tables of `trust` for what tokens spend in sliding windows, and for what an account's queries may still ask."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0017_query_budget"
down_revision = "0016_intent_marks"
_FIXED = ("minute", "minute_calls", "day", "day_calls", "day_rows")


def upgrade() -> None:
    """Count in slots instead of fixed windows, beginning anew; make the tables of aggregate questions."""
    with op.batch_alter_table("token_use") as table:
        for name in _FIXED:
            table.drop_column(name)
    op.create_table(
        "token_spending",
        sa.Column("token_id", sa.String(36), sa.ForeignKey("api_token.id"), primary_key=True),
        sa.Column("window", sa.String(10), primary_key=True),
        sa.Column("slot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "asking_account",
        sa.Column("account", sa.String(120), primary_key=True),
        sa.Column("questions", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "aggregate_question",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_aggregate_question_account_at", "aggregate_question", ["account", "at"])
    op.create_table(
        "answered_support",
        sa.Column("question_id", sa.String(36), primary_key=True),
        sa.Column("table_name", sa.String(200), primary_key=True),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("supports", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_answered_support_account_table_name_version", "answered_support", ["account", "table_name", "version"])


def downgrade() -> None:
    """Drop them and give the fixed windows their columns back."""
    for made in ("answered_support", "aggregate_question", "asking_account", "token_spending"):
        op.drop_table(made)
    with op.batch_alter_table("token_use") as table:
        for name in _FIXED:
            table.add_column(sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
