"""The one Spark driver of a process: started when first asked for, quiet, on one address, without a page of its own."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lingnan.base import Conflict, Unavailable

LOOPBACK = "127.0.0.1"
TASK_MEGABYTES = 64
"""How much one task of a shuffle should read; less is joined, so that small steps have few tasks and few files."""
LOST_S = 60.0
"""How long a cluster that has given executors may be without any before its driver gives up."""
LOOK_S = 2.0
_lock = threading.RLock()
_running: dict[str, Any] = {}


class Lease:
    """Holds the driver of one master while a session is open, so that no other master takes its place."""

    def __init__(self, master: str, memory: str, secret: str = "") -> None:
        self.master, self.memory = master, memory
        self._secret = secret

    def __enter__(self) -> Any:
        with _lock:
            session = _driver(self.master, self.memory, self._secret)
            _running["open"] += 1
            return session.newSession()

    def __exit__(self, *_ended: object) -> None:
        with _lock:
            _running["open"] -= 1


def stop() -> None:
    """End the driver of this process and let its cluster go; the next session starts another."""
    with _lock:
        if "session" in _running:
            _running.pop("session").stop()
        _running.clear()


def _driver(master: str, memory: str, secret: str) -> Any:
    if "session" in _running and _ended(_running["session"]):
        _forget(_running["session"])
        _running.clear()
    if _running.get("master", master) != master:
        if _running["open"]:
            raise Conflict(
                f"本进程正在使用 {_running['master']}，不能同时使用 {master}。",
                f"This process works on {_running['master']}; it cannot use {master} at the same time.", master=master,
            )
        stop()
    if "session" not in _running:
        _running.update(session=_started(master, memory, secret), master=master, open=0)
    return _running["session"]


def _ended(session: Any) -> bool:
    """Whether the driver has given up, because its cluster went away or its virtual machine died."""
    from py4j.protocol import Py4JError

    try:
        return bool(session.sparkContext._jsc.sc().isStopped())
    except (AttributeError, OSError, Py4JError):
        return True


def _forget(session: Any) -> None:
    """Let go of a driver that ended by itself: Python still holds it for the only one, and its virtual machine for alive."""
    from py4j.protocol import Py4JError
    from pyspark import SparkContext

    with suppress(AttributeError, OSError, Py4JError):
        session.sparkContext.stop()
    with suppress(AttributeError, OSError, Py4JError):
        session.stop()
    SparkContext._active_spark_context = None
    machine = getattr(SparkContext._gateway, "proc", None)
    if machine is not None and machine.poll() is not None:
        SparkContext._gateway = SparkContext._jvm = None


def _started(master: str, memory: str, secret: str) -> Any:
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkException
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Unavailable(
            "缺少 Spark。请安装附加包 spark（pip install 'lingnan[spark]'）和 Java 17。",
            "Spark is missing. Install the extra spark (pip install 'lingnan[spark]') and Java 17.", package="pyspark",
        ) from error
    conf = SparkConf(loadDefaults=False).setAll(list(configuration(master, memory).items()))
    os.environ.setdefault("SPARK_LOCAL_IP", own_address(master))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        if SparkContext._gateway is None:
            # The virtual machine warns on its standard error before any setting can hold it back.
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            SparkContext._ensure_initialized(gateway=launch_gateway(conf, quiet))  # type: ignore[no-untyped-call]
        # Said only now: what the virtual machine is started with stands in the list of processes.
        conf.setAll(list(guarded(secret).items()))
        session = SparkSession(SparkContext(conf=conf, gateway=SparkContext._gateway))
        if "://" in master:
            threading.Thread(target=_watch, args=(session.sparkContext._jsc.sc(),), name="spark-watch", daemon=True).start()
        return session
    except (PySparkException, OSError) as error:
        raise _no_driver(master, error) from error
    except Exception as error:
        if type(error).__module__.startswith("py4j"):
            raise _no_driver(master, error) from error
        raise


def _watch(context: Any) -> None:
    """End a driver whose cluster is gone: by itself it would wait for a master that never comes back, and a build with it."""
    from py4j.protocol import Py4JError

    seen = float("inf")
    # A virtual machine that died is noticed by whoever asks it next.
    with suppress(AttributeError, OSError, Py4JError):
        while not context.isStopped():
            # The driver itself is among them.
            if context.getExecutorMemoryStatus().size() > 1:
                seen = time.monotonic()
            elif time.monotonic() - seen > LOST_S:
                context.stop()
                return
            time.sleep(LOOK_S)


def _no_driver(master: str, error: Exception) -> Unavailable:
    told = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    return Unavailable(
        f"无法启动 Spark（{master}）：{told}。请检查 Java 17（Debian 包 openjdk-17-jre-headless）和集群地址。",
        f"Spark ({master}) did not start: {told}. Check Java 17 (Debian package openjdk-17-jre-headless) and the cluster's address.", master=master,
    )


def configuration(master: str, memory: str) -> dict[str, str]:
    """The settings of a driver; memory is the driver's own for a local master, each executor's on a cluster."""
    local, megabytes = master.startswith("local"), _megabytes(memory)
    return {
        "spark.master": master, "spark.app.name": "lingnan", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": own_address(master), "spark.driver.bindAddress": own_address(master),
        "spark.driver.memory": f"{max(megabytes, 1024) if local else 1024}m", "spark.executor.memory": f"{max(megabytes, 512)}m",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={Path(__file__).with_name('logging.json').as_uri()}",
        "spark.sql.catalogImplementation": "in-memory", "spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.timestampType": "TIMESTAMP_LTZ", "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.parquet.compression.codec": "zstd", "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": f"{TASK_MEGABYTES}m",
        # Footers carry the bounds that prune files; texts are kept whole there, because a cut bound would be wrong.
        "spark.sql.parquet.aggregatePushdown": "false", "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",
        "spark.sql.shuffle.partitions": str(4 * (os.cpu_count() or 1)), "spark.sql.execution.arrow.pyspark.enabled": "true",
        # A worker that dies takes its shuffle files with it; the stage is run again rather than the build stopped.
        "spark.task.maxFailures": "8", "spark.stage.maxConsecutiveAttempts": "8", "spark.network.timeout": "120s",
        "spark.executor.heartbeatInterval": "5s",
    }


def guarded(secret: str) -> dict[str, str]:
    """How the machines of a cluster know each other and hide what they say: by a secret they share; without one, not at all."""
    if not secret:
        return {}
    return {"spark.authenticate": "true", "spark.authenticate.secret": secret, "spark.network.crypto.enabled": "true"}


def own_address(master: str) -> str:
    """The address a driver binds: loopback, unless its master is another machine, then the one that leads there."""
    host = urlsplit(master).hostname if "://" in master else None
    if host is None or host in (LOOPBACK, "localhost"):
        return LOOPBACK
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))  # a datagram socket only chooses its route here, nothing is sent
        except OSError as error:
            raise _no_driver(master, error) from error
        return str(probe.getsockname()[0])


def _megabytes(memory: str) -> int:
    return int(memory[:-2]) * (1024 if memory.endswith("GB") else 1)
