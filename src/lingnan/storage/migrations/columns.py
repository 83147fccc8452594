"""Columns that migrations of several rooms share."""

import sqlalchemy as sa

from lingnan.storage.records import UtcDateTime


def travelling_columns() -> list[sa.Column[object]]:
    """The columns of `Travelling`, fresh for one `create_table`."""
    return [
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, index=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime, nullable=True),
    ]
