"""A whole Spark cluster on this machine: a master and its workers as processes of their own, to try and to test what many machines do."""

import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from lingnan.base import Unavailable
from lingnan.lake.spark.driver import LOOPBACK

START_S = 180.0
_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"


class Cluster:
    """Processes on the loopback address; ends them and removes their folder when it closes. Who does not hold its secret is not answered."""

    def __init__(self, workers: int = 2, *, cores: int = 1, megabytes: int = 1536) -> None:
        self.secret = secrets.token_urlsafe(32)
        self.url = ""
        self.workers: list[subprocess.Popen[bytes]] = []
        self._wanted, self._cores, self._megabytes = workers, cores, megabytes
        self._folder = tempfile.TemporaryDirectory(prefix="lingnan-cluster-")
        self._started = 0
        self._master: subprocess.Popen[bytes] | None = None

    @property
    def memory(self) -> str:
        """What an executor may take of a worker, as the memory setting names it."""
        return f"{self._megabytes * 2 // 3}MB"

    def __enter__(self) -> Self:
        try:
            (self._path / "spark.properties").touch(mode=0o600)
            (self._path / "spark.properties").write_text(self._properties())
            self._master = self._process("master", _MASTER, "--host", LOOPBACK, "--port", "0", "--webui-port", "0")
            self.url = self._told("master", r"Starting Spark master at (spark://\S+)", self._master)
            for _ in range(self._wanted):
                self.add_worker()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Start one more worker and wait until the master knows it."""
        self._started += 1
        name = f"worker-{self._started}"
        worker = self._process(
            name, _WORKER, "--host", LOOPBACK, "--webui-port", "0", "-c", str(self._cores), "-m", f"{self._megabytes}m",
            "-d", str(self._path / name), self.url,
        )
        self.workers.append(worker)
        self._told(name, r"(Successfully registered with master)", worker)
        return worker

    def kill_worker(self, number: int = 0) -> None:
        """Kill one worker and its executors as a power cut would."""
        _kill(self.workers.pop(number))

    def close(self) -> None:
        """End every process; nothing of the cluster stays."""
        for process in (*self.workers, *([self._master] if self._master else [])):
            _kill(process)
        self.workers, self._master = [], None
        self._folder.cleanup()

    @property
    def _path(self) -> Path:
        return Path(self._folder.name)

    def _properties(self) -> str:
        return "\n".join((
            "spark.authenticate true", f"spark.authenticate.secret {self.secret}", "spark.network.crypto.enabled true", "spark.ui.killEnabled false",
            "spark.master.ui.decommission.allow.mode DENY", "spark.worker.cleanup.enabled true", "spark.worker.timeout 20", "",
        ))

    def _process(self, name: str, kind: str, *words: str) -> subprocess.Popen[bytes]:
        home = _spark_home()
        environment = {
            **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": LOOPBACK, "PYSPARK_PYTHON": sys.executable, "SPARK_DAEMON_MEMORY": "256m",
        }
        with (self._path / f"{name}.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - words of our own
                [str(home / "bin" / "spark-class"), kind, "--properties-file", str(self._path / "spark.properties"), *words],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self._path, start_new_session=True,
            )

    def _told(self, name: str, pattern: str, process: subprocess.Popen[bytes]) -> str:
        """Wait until a process has written what it writes when it is ready; gives the part in brackets."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            said = (self._path / f"{name}.log").read_text(errors="replace")
            if found := re.search(pattern, said):
                return found[1].rstrip('",')
            if process.poll() is not None:
                break
            time.sleep(0.1)
        last = next(iter(reversed(said.strip().splitlines())), "")[:300]
        raise Unavailable(
            f"Spark 进程 {name} 未能启动：{last}。请检查 Java 17。", f"The Spark process {name} did not start: {last}. Check Java 17.", process=name,
        )


def _spark_home() -> Path:
    try:
        import pyspark
    except ImportError as error:
        raise Unavailable(
            "缺少 Spark。请安装附加包 spark（pip install 'lingnan[spark]'）和 Java 17。",
            "Spark is missing. Install the extra spark (pip install 'lingnan[spark]') and Java 17.", package="pyspark",
        ) from error
    return Path(pyspark.__file__).parent


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process with all it started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
