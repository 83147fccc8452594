"""The one profiler: what the values of columns look like, and which columns tell rows apart."""

from lingnan.lake.profiling.columns import SAMPLE_ROWS, ColumnProfile, profile_columns, profile_rows
from lingnan.lake.profiling.keys import candidate_keys
from lingnan.lake.profiling.spread import divergence, shares_between

__all__ = ["SAMPLE_ROWS", "ColumnProfile", "candidate_keys", "divergence", "profile_columns", "profile_rows", "shares_between"]
