"""Pairs brought to the review desk of `registers`, and who is deciding about what."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0032_review_desk"
down_revision = "0031_forms"


def upgrade() -> None:
    """Make the tables of imports, pairs and leases."""
    op.create_table(
        "review_import",
        *_travelling(),
        sa.Column("register", sa.String(60), nullable=False, index=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("pairs", sa.Integer, nullable=False),
        sa.Column("imported_by", sa.String(120), nullable=False),
    )
    op.create_table(
        "review_pair",
        *_travelling(),
        sa.Column("import_id", sa.String(36), sa.ForeignKey("review_import.id"), nullable=False, index=True),
        sa.Column("register", sa.String(60), nullable=False),
        sa.Column("left_ref", sa.String(300), nullable=False),
        sa.Column("right_ref", sa.String(300), nullable=False),
        sa.Column("first_id", sa.String(300), nullable=False),
        sa.Column("second_id", sa.String(300), nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
    )
    op.create_index("ix_review_pair_pair", "review_pair", ["register", "left_ref", "right_ref"])
    op.create_table(
        "review_lease",
        sa.Column("register", sa.String(60), primary_key=True),
        sa.Column("item", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("review_lease", "review_pair", "review_import"):
        op.drop_table(table)


def _travelling() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, index=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime),
    ]
