"""Which columns of which tables a column of a query comes from, read off the SQL in one walk."""

from lingnan.govern.lineage.queries import column_lineage

__all__ = ["column_lineage"]
