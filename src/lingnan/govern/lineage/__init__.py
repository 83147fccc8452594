"""Which columns of which tables a column comes from: read off SQL in one walk, declared by steps, and walked as one graph."""

from typing import TYPE_CHECKING

from lingnan.base import opened_later
from lingnan.govern.lineage.declared import governed_columns
from lingnan.govern.lineage.graph import ColumnGraph

if TYPE_CHECKING:
    from lingnan.govern.lineage.queries import column_lineage

__getattr__ = opened_later(__name__, {"queries": "column_lineage"})

__all__ = ["ColumnGraph", "column_lineage", "governed_columns"]
