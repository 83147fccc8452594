"""The register of data elements, code lists and standards of `catalogue`."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0021_registry"
down_revision = "0020_search"
NAMED = (("item", "element"), ("item", "code_list"), ("database_column", "element"))


def upgrade() -> None:
    """Make them, and index by which elements and code lists columns are found."""
    _make_elements()
    _make_documents()
    for table, column in NAMED:
        told = sa.text(f"{column} <> ''")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=told, postgresql_where=told)


def downgrade() -> None:
    """Drop them."""
    for table, column in NAMED:
        op.drop_index(f"ix_{table}_{column}", table)
    for table in ("standard_comment", "standard_document", "registered_element", "column_conformance"):
        op.drop_table(table)


def _travelling() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, index=True, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime, nullable=True),
    ]


def _make_elements() -> None:
    op.create_table(
        "column_conformance",
        sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), primary_key=True, nullable=False),
        sa.Column("item", sa.String(80), primary_key=True, nullable=False),
        sa.Column("element", sa.String(80), nullable=False),
        sa.Column("filled", sa.BigInteger, nullable=False),
        sa.Column("conforming", sa.BigInteger, nullable=False),
        sa.Column("faults", sa.JSON, nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("measured_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "registered_element",
        *_travelling(),
        sa.Column("element", sa.String(80), index=True, nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), index=True, nullable=False),
        sa.Column("shipped", sa.Boolean, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("concept", sa.String(200), index=True, nullable=False),
        sa.Column("code_list", sa.String(80), index=True, nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("submitter", sa.String(80), nullable=False),
        sa.Column("proposed_by", sa.String(120), nullable=False),
        sa.Column("case_number", sa.String(40), index=True, nullable=False),
        sa.Column("registered_at", UtcDateTime, nullable=True),
        sa.Column("replaced_by", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("element", "version"),
    )


def _make_documents() -> None:
    op.create_table(
        "standard_document",
        *_travelling(),
        sa.Column("key", sa.String(80), unique=True, nullable=False),
        sa.Column("number", sa.String(80), index=True, nullable=False),
        sa.Column("zh", sa.String(300), nullable=False),
        sa.Column("en", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(20), index=True, nullable=False),
        sa.Column("organisation", sa.String(80), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("replaces", sa.String(300), nullable=False),
        sa.Column("case_number", sa.String(40), index=True, nullable=False),
        *(sa.Column(name, sa.Date, nullable=True) for name in ("begun_on", "comments_from", "comments_until")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("experts", "agreed")),
        *(sa.Column(name, sa.Date, nullable=True) for name in ("approved_on", "published_on", "filed_on", "in_force_on")),
        sa.Column("review_by", sa.Date, index=True, nullable=True),
        *(sa.Column(name, sa.Date, nullable=True) for name in ("reviewed_on", "repealed_on")),
    )
    op.create_table(
        "standard_comment",
        *_travelling(),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("standard_document.id"), index=True, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("clause", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(2), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("comment", "proposal")),
        sa.Column("organisation", sa.String(80), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("disposition", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("disposed_by", sa.String(120), nullable=False),
        sa.Column("disposed_at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("document_id", "number"),
    )
