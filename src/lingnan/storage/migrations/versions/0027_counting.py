"""Indexes that boards are counted from: what stands in the catalogue by department, columns decided on by table, tables by resource."""

from alembic import op

revision = "0027_counting"
down_revision = "0026_held_purposes"


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_resource_standing", "resource", ["department_id", "update_cycle", "status", "deleted_at", "created_at", "id"])
    op.create_index("ix_database_column_decided", "database_column", ["table_id", "deleted_at", "decided_at"])
    op.create_index("ix_database_table_resource_key", "database_table", ["resource_key"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_database_table_resource_key", "database_table")
    op.drop_index("ix_database_column_decided", "database_column")
    op.drop_index("ix_resource_standing", "resource")
