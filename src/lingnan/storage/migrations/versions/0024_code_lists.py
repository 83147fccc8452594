"""The code lists that a hub registers, and how well resources kept to their elements each time they were counted."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0024_code_lists"
down_revision = "0023_saved_searches"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "registered_code_list",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, index=True, nullable=False),
        *(sa.Column(name, UtcDateTime, nullable=name == "deleted_at") for name in ("created_at", "changed_at", "deleted_at")),
        sa.Column("name", sa.String(80), index=True, nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), index=True, nullable=False),
        *(sa.Column(name, sa.String(300), nullable=False) for name in ("zh", "en", "standard")),
        sa.Column("edition", sa.String(80), nullable=False),
        *(sa.Column(name, sa.Date, nullable=True) for name in ("valid_from", "valid_to")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "note")),
        sa.Column("successor_list", sa.String(80), nullable=False),
        sa.Column("codes", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("submitter", sa.String(80), nullable=False),
        sa.Column("proposed_by", sa.String(120), nullable=False),
        sa.Column("case_number", sa.String(40), index=True, nullable=False),
        sa.Column("registered_at", UtcDateTime, nullable=True),
        sa.Column("replaced_by", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("name", "version"),
    )
    op.create_table(
        "conformance_history",
        sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), primary_key=True, nullable=False),
        sa.Column("measured_at", UtcDateTime, primary_key=True, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("columns", "mapped")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("filled", "conforming")),
        sa.Column("faults", sa.JSON, nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("conformance_history")
    op.drop_table("registered_code_list")
