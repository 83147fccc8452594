"""Spark behind the engine door (extra `spark`): the same statements on a cluster, over the same tables."""

from lingnan.lake.spark.engine import SparkEngine

__all__ = ["SparkEngine"]
