"""DuckDB behind the engine door: one private in-memory instance per task, over the lake's Parquet files."""

from lingnan.lake.duckdb.engine import DuckEngine

__all__ = ["DuckEngine"]
