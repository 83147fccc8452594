"""A driver that ended by itself, or whose virtual machine was killed, is let go of: the next session starts another."""

from pathlib import Path

import pytest

from lingnan.base import SystemClock
from lingnan.lake import Lake

pytestmark = pytest.mark.spark


@pytest.mark.parametrize("end", ["context", "machine"])
def test_a_driver_that_is_gone_gives_way_to_another(tmp_path: Path, spark_local: str, end: str) -> None:
    engine = Lake(tmp_path / "lake", SystemClock()).engine(spark_local, threads=1)
    assert engine.query("select 1 as one", {}).to_pylist() == [{"one": 1}]
    from pyspark import SparkContext

    if end == "context":
        SparkContext._active_spark_context._jsc.stop()
    else:
        SparkContext._gateway.proc.kill()
        SparkContext._gateway.proc.wait()
    assert engine.query("select 2 as two", {}).to_pylist() == [{"two": 2}]
