"""A whole hub as many machines run it, on this one: PostgreSQL, a Spark cluster of two workers, a build on it, the pages; Ctrl-C ends all.

    python tools/cluster_demo.py [--scale 0.1] [--home hub-cluster] [--from 0] [--no-serve]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from lingnan.lake.spark.cluster import Cluster  # noqa: E402
from tests.conftest import postgres_server  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", default="0.1")
    parser.add_argument("--home", type=Path, default=Path("hub-cluster"))
    parser.add_argument("--from", dest="above", default="0", help="megabytes a step must read to run on the cluster")
    parser.add_argument("--no-serve", action="store_true")
    options = parser.parse_args()
    if options.home.exists():
        # The database below is new; a home that remembers another one would not go with it.
        print(f"{options.home} 已存在，请换一个文件夹 exists, choose another folder", file=sys.stderr)
        return 2
    with postgres_server() as url, Cluster() as cluster, tempfile.NamedTemporaryFile("w", prefix="lingnan-secret-") as secret:
        print(f"PostgreSQL {url}\nSpark {cluster.url}", flush=True)
        secret.write(cluster.secret)
        secret.flush()
        told = {
            "STORAGE_URL": url, "ENGINE": cluster.url, "ENGINE_FROM": options.above, "ENGINE_SECRET_FILE": secret.name,
            "MEMORY": f"{2 * int(cluster.memory[:-2])}MB",
        }
        command = [str(Path(sys.executable).parent / "lingnan"), "demo", "--scale", options.scale, "--home", str(options.home)]
        environment = {**os.environ, **{f"LINGNAN_{name}": value for name, value in told.items()}}
        hub = subprocess.Popen([*command, *(["--no-serve"] if options.no_serve else [])], env=environment)
        while True:
            try:
                return hub.wait()
            except KeyboardInterrupt:
                continue  # the hub has heard it too, and ends; then everything else does


if __name__ == "__main__":
    sys.exit(main())
