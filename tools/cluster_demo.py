"""A whole hub as many machines run it, on this one: PostgreSQL, a Spark cluster of two workers, a build on it, the pages; Ctrl-C ends all.

    python tools/cluster_demo.py [--scale 0.1] [--home hub-cluster] [--from 1] [--port 8400] [--no-serve]
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

GRACE_S = 10.0
"""How long the hub may take to end by itself."""
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from lingnan.base import LingnanError, Unavailable, WrongUse  # noqa: E402
from lingnan.lake.spark.cluster import Cluster  # noqa: E402
from tests import postgres_server  # noqa: E402


def main() -> int:
    options = _asked()
    try:
        server = _present(options.home)
        with postgres_server.running(server) as postgres, Cluster() as cluster, tempfile.NamedTemporaryFile("w", prefix="lingnan-secret-") as secret:
            print(f"PostgreSQL {postgres.url}\nSpark {cluster.url}", flush=True)
            secret.write(cluster.secret)
            secret.flush()
            told = {
                "STORAGE_URL": postgres.url, "ENGINE": cluster.url, "ENGINE_FROM": options.above, "ENGINE_SECRET_FILE": secret.name,
                "MEMORY": f"{2 * int(cluster.memory[:-2])}MB", **({"PORT": options.port} if options.port else {}),
            }
            return _hub(options, {**os.environ, **{f"LINGNAN_{name}": value for name, value in told.items()}})
    except LingnanError as error:
        print(f"{error.zh}\n{error.en}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", default="0.1")
    parser.add_argument("--home", type=Path, default=Path("hub-cluster"))
    parser.add_argument("--from", dest="above", default="1", help="megabytes a step must read to run on the cluster; 0: every step")
    parser.add_argument("--port", help="where pages are served (8400)")
    parser.add_argument("--no-serve", action="store_true")
    return parser.parse_args()


def _present(home: Path) -> Path:
    """Where PostgreSQL's programs are; WrongUse or Unavailable when anything is missing that must be there first."""
    if home.exists():
        raise WrongUse(
            f"文件夹 {home} 已存在。本演示的数据库是新建的，与旧文件夹不相配；请删除它，或用 --home 换一个。",
            f"The folder {home} exists. The database of this demonstration is a new one, which does not go with it; remove it, or name another "
            "with --home.",
        )
    server = postgres_server.programs()
    if server is None:
        raise Unavailable(
            "未安装 PostgreSQL。请先安装（Debian：apt-get install postgresql）。",
            "PostgreSQL is not installed. Install it (Debian: apt-get install postgresql).",
        )
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise Unavailable(
            "未安装 Java。请先安装 Java 17（Debian：apt-get install openjdk-17-jre-headless）。",
            "Java is not installed. Install Java 17 (Debian: apt-get install openjdk-17-jre-headless).",
        )
    return server


def _hub(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Make, build and serve the hub until it ends; whatever asks this program to end asks the hub first, then everything else ends."""
    command = [str(Path(sys.executable).parent / "lingnan"), "demo", "--scale", options.scale, "--home", str(options.home)]
    hub = subprocess.Popen([*command, *(["--no-serve"] if options.no_serve else [])], env=environment)

    def pass_on(_number: int, _frame: object) -> None:
        hub.send_signal(signal.SIGINT)
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    try:
        return hub.wait()
    except KeyboardInterrupt:
        # The terminal has told the hub too, or the lines above have.
        with suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            hub.wait(GRACE_S)
        # A build waits for the statements that are under way on the cluster; with their database gone nobody would go on from them.
        hub.kill()
        hub.wait()
        return 130


if __name__ == "__main__":
    sys.exit(main())
