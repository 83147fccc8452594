"""Spark for tests: one driver inside the process for most, a real cluster of processes for what only a cluster can show."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lingnan.lake.spark.cluster import Cluster

ENGINES = ("duckdb", pytest.param("spark", marks=pytest.mark.spark))
"""For `pytest.mark.parametrize("engine_name", ENGINES, indirect=True)`: a test that runs on both."""


def needs_spark() -> None:
    """Skip where Spark or Java is missing."""
    pytest.importorskip("pyspark", reason="Spark is not installed (extra spark)")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed (Debian package openjdk-17-jre-headless)")


@pytest.fixture(scope="session")
def spark_local() -> Iterator[str]:
    """The name of the engine inside this process, for `lake.engine(spark_local, threads=2)`; its driver starts once."""
    needs_spark()
    # For statements over a few rows the first compiler alone costs two thirds of the processor time of both.
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    yield "spark"
    from lingnan.lake.spark import driver

    driver.stop()


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine a test runs on, by `ENGINES`; the embedded one when nothing is said."""
    name = str(getattr(request, "param", "duckdb"))
    return str(request.getfixturevalue("spark_local")) if name == "spark" else name


@pytest.fixture(scope="session")
def spark_cluster() -> "Iterator[Cluster]":
    """A master and two workers as processes, started once; a test that kills a worker starts another."""
    needs_spark()
    from lingnan.lake.spark import driver
    from lingnan.lake.spark.cluster import Cluster

    with Cluster() as cluster:
        yield cluster
        driver.stop()
