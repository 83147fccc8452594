"""The resources of a system are looked for by it."""

from alembic import op

revision = "0028_resource_system"
down_revision = "0027_counting"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_resource_system_id", "resource", ["system_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_resource_system_id", "resource")
