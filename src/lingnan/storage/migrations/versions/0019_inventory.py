"""What `catalogue` keeps of systems, databases, their tables and columns, of duties and of sources of authority."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0019_inventory"
down_revision = "0018_resource_life"

TABLES = ("source_conflict", "authoritative_source", "database_column", "database_table", "system_database", "department_duty")
SYSTEM_COLUMNS = {
    "code": sa.String(40), "purpose": sa.Text(), "status": sa.String(20), "operator": sa.String(200), "builder": sa.String(200),
    "protection_grade": sa.String(10), "hosting": sa.String(20), "users": sa.Text(), "contact_unit": sa.String(200),
}


def upgrade() -> None:
    """Let systems grow and make the tables of the inventory."""
    for name, kind in SYSTEM_COLUMNS.items():
        default = "in_use" if name == "status" else ""
        op.add_column("business_system", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("business_system", sa.Column("in_service_since", sa.Date, nullable=True))
    _make_duties()
    _make_databases()
    _make_columns()
    _make_sources()


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_table(table)
    for name in (*SYSTEM_COLUMNS, "in_service_since"):
        op.drop_column("business_system", name)


def _text(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _belongs(name: str, table: str, index: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), sa.ForeignKey(f"{table}.id"), index=index, nullable=False)


def _make_duties() -> None:
    op.create_table(
        "department_duty", *travelling_columns(), _belongs("department_id", "department"), sa.Column("number", sa.Integer, nullable=False),
        _text("zh"), _text("en"), _text("basis"), _text("collects"), sa.UniqueConstraint("department_id", "number"),
    )


def _make_databases() -> None:
    op.create_table(
        "system_database", *travelling_columns(), sa.Column("key", sa.String(240), unique=True, nullable=False),
        _belongs("system_id", "business_system"), _text("name", 120), _text("kind", 40), _text("version", 120), _text("place", 300),
        sa.Column("discovered_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "database_table", *travelling_columns(), _belongs("database_id", "system_database"), _text("schema_name", 120), _text("name", 200),
        _text("kind", 10), _text("comment"), _text("zh", 300), _text("en", 300), _text("description"),
        sa.Column("rows", sa.BigInteger, nullable=True), _text("rows_are", 10), sa.Column("references", sa.JSON, nullable=False),
        _text("resource_key", 160), sa.UniqueConstraint("database_id", "schema_name", "name"),
    )


def _make_columns() -> None:
    op.create_table(
        "database_column", *travelling_columns(), _belongs("table_id", "database_table"), sa.Column("position", sa.Integer, nullable=False),
        _text("name", 200), _text("type", 120), sa.Column("length", sa.Integer, nullable=True), sa.Column("nullable", sa.Boolean, nullable=False),
        sa.Column("key", sa.Boolean, nullable=False), _text("comment"), _text("changed_from", 120), sa.Column("profile", sa.JSON, nullable=False),
        _text("suggested_element", 80), sa.Column("suggested_score", sa.Float, nullable=False),
        sa.Column("element_reasons", sa.JSON, nullable=False), _text("suggested_classification", 20),
        sa.Column("classification_reason", sa.JSON, nullable=False), sa.Column("free_text", sa.Boolean, nullable=False), _text("element", 80),
        _text("classification", 20), _text("mask", 40), _text("decided_by", 120), sa.Column("decided_at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("table_id", "name"),
    )


def _make_sources() -> None:
    op.create_table(
        "authoritative_source", *travelling_columns(), _text("element", 80), _text("division", 12), _belongs("department_id", "department"),
        _belongs("resource_id", "resource"), _text("basis"), _text("claimed_by", 120), sa.Column("claimed_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("element", "division"),
    )
    op.create_table(
        "source_conflict", *travelling_columns(), sa.Column("element", sa.String(80), nullable=False, index=True), _text("division", 12),
        _belongs("holder_id", "resource", index=False), _belongs("claimant_id", "resource"), _text("basis"), _text("claimed_by", 120),
        sa.Column("claimed_at", UtcDateTime, nullable=False), _text("state", 20), _text("reason"), _text("settled_by", 120),
        sa.Column("settled_at", UtcDateTime, nullable=True),
    )
