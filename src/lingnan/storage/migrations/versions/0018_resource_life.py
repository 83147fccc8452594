"""What `catalogue` keeps of a resource's codes, relations, versions and life."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0018_resource_life"
down_revision = "0017_query_budget"

RESOURCE = (
    ("format_class", sa.String(20), "''"), ("share_way", sa.String(20), "''"), ("open_basis", sa.Text, "''"),
    ("status", sa.String(20), "'published'"), ("version", sa.Integer, "0"), ("stars", sa.Integer, "0"), ("reviewed_on", sa.Date, None),
    ("withdrawn_reason", sa.Text, "''"), ("withdrawn_case", sa.String(40), "''"), ("replaced_by", sa.String(160), "''"),
)
ITEM = (("mask", sa.String(40), "''"), ("unit", sa.String(40), "''"), ("definition", sa.Text, "''"))
SCHEMES = {"1": "base", "2": "theme", "3": "department"}


def upgrade() -> None:
    """Add what resources and items lacked, and make the tables of their life."""
    for table, columns in (("resource", RESOURCE), ("item", ITEM)):
        for name, kind, otherwise in columns:
            default = None if otherwise is None else sa.text(otherwise)
            op.add_column(table, sa.Column(name, kind, nullable=otherwise is None, server_default=default))
    for name in ("status", "reviewed_on"):
        op.create_index(f"ix_resource_{name}", "resource", [name])
    _make_codes()
    _make_versions()
    _carry_codes_over()


def downgrade() -> None:
    """Drop them."""
    for table in ("resource_review", "resource_draft", "resource_version", "resource_relation", "resource_classification"):
        op.drop_table(table)
    for name in ("status", "reviewed_on"):
        op.drop_index(f"ix_resource_{name}", "resource")
    for table, columns in (("resource", RESOURCE), ("item", ITEM)):
        for name, _kind, _otherwise in columns:
            op.drop_column(table, name)


def _of_resource() -> sa.Column[str]:
    return sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), primary_key=True, nullable=False)


def _make_codes() -> None:
    op.create_table(
        "resource_classification",
        _of_resource(),
        sa.Column("category", sa.String(40), primary_key=True, nullable=False),
        sa.Column("scheme", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("code", sa.String(60), unique=True, nullable=False),
        sa.Column("main", sa.Boolean, nullable=False),
        sa.Column("dropped", sa.Boolean, nullable=False),
        sa.UniqueConstraint("category", "number"),
    )
    op.create_table(
        "resource_relation",
        _of_resource(),
        sa.Column("kind", sa.String(20), primary_key=True, nullable=False),
        sa.Column("target", sa.String(160), primary_key=True, nullable=False, index=True),
    )


def _make_versions() -> None:
    op.create_table(
        "resource_version",
        _of_resource(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("valid_from", UtcDateTime, nullable=False),
        sa.Column("valid_until", UtcDateTime, nullable=True),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
    )
    op.create_table(
        "resource_draft",
        _of_resource(),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("batch", sa.String(36), index=True, nullable=False),
        sa.Column("case_number", sa.String(40), index=True, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "resource_review",
        _of_resource(),
        sa.Column("due_on", sa.Date, primary_key=True, nullable=False),
        sa.Column("batch", sa.String(36), index=True, nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("done_on", sa.Date, nullable=True),
    )


def _carry_codes_over() -> None:
    """Every resource that stands in the catalogue already has one code, which is its main one; its versions begin at the next registration."""
    resource = sa.table("resource", sa.column("id"), sa.column("category"), sa.column("number"), sa.column("code"))
    kept = sa.table(
        "resource_classification", *(sa.column(name) for name in ("resource_id", "category", "scheme", "number", "code")),
        sa.column("main", sa.Boolean), sa.column("dropped", sa.Boolean),
    )
    op.execute("update resource set status = 'withdrawn' where deleted_at is not null")
    rows = op.get_bind().execute(sa.select(resource.c.id, resource.c.category, resource.c.number, resource.c.code)).all()
    found = [
        {"resource_id": key, "category": category, "scheme": SCHEMES[category[0]], "number": number, "code": code, "main": True, "dropped": False}
        for key, category, number, code in rows
    ]
    if found:
        op.bulk_insert(kept, found)
