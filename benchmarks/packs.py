"""Forty copies of a pack: the checker, reading them all, and the steps and classes that a hub makes of them.

    python benchmarks/packs.py [--copies 40]

The limit of the checker is 60 s; a hub with forty packs must be ready to serve within two seconds, of which reading them may take one; a build of
all of them with nothing to do may take three. Ready is when `lingnan serve`, a process of its own, has answered a visitor's first page.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

CHECK_S, READ_S, BUILD_S, READY_S = 60.0, 1.0, 3.0, 2.0
TURNS, PATIENCE_S = 5, 60.0
LINGNAN = Path(sys.executable).with_name("lingnan")


def seconds(action: Callable[[], object]) -> tuple[float, float]:
    """How long an action takes, by the clock and in processor time."""
    begun, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - begun, time.process_time() - cpu


def ready(home: Path, port: int = 8497) -> tuple[float, float]:
    """Seconds from starting `lingnan serve` to its first page, by the clock and in processor time, as the middle of several turns."""
    turns = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        site = subprocess.Popen([LINGNAN, "serve", "--home", home, "--port", str(port)], stdout=subprocess.DEVNULL)
        while not answered(f"http://127.0.0.1:{port}/"):
            if time.perf_counter() - begun > PATIENCE_S:
                raise RuntimeError(f"no page within {PATIENCE_S:g} s")
            time.sleep(0.01)
        wall, used = time.perf_counter() - begun, Path(f"/proc/{site.pid}/stat").read_text().rpartition(")")[2].split()
        turns.append((wall, (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")))
        site.terminate()
        site.wait()
    return statistics.median(wall for wall, _cpu in turns), statistics.median(cpu for _wall, cpu in turns)


def answered(address: str) -> bool:
    """Whether a page comes; a port that nobody listens on yet says no."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as page:
            return bool(page.read())
    except urllib.error.URLError:
        return False


def main() -> int:
    from lingnan.base import SystemClock, load_settings
    from lingnan.hub import Hub
    from lingnan.hub.packs import pack_classes
    from lingnan.packkit import check_packs, new_pack, pack_steps, packs, readings

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=40)
    copies = parser.parse_args().copies
    with tempfile.TemporaryDirectory(prefix="lingnan-packs-") as folder:
        home = Path(folder)
        for number in range(copies):
            new_pack(f"copy_{number:02}", "C12", home / "packs", home)
        found = readings(home)
        copies_alone = [each for each in found if each.place.origin == "folder"]
        assert all(standing.earned for standing in check_packs(copies_alone[:1]))  # what is opened when first used is no part of the job
        spent = {
            "read at first": seconds(lambda: packs(home)),  # what was parsed is kept beside the hub's data from then on
            "read": seconds(lambda: packs(home)), "check": seconds(lambda: check_packs(readings(home))),
            "steps": seconds(lambda: pack_steps(packs(home), {"registers.entities"}, SystemClock())),
            "classes": seconds(lambda: pack_classes(packs(home), {})),
        }
        with Hub.open(load_settings(home)) as hub:
            hub.build()
        with Hub.open(load_settings(home)) as hub:
            spent["build again"] = seconds(hub.build)
        spent["ready to serve"] = ready(home)
    print(f"{copies} packs{'':14}{'wall s':>8}{'CPU s':>8}")
    for name, (wall, cpu) in spent.items():
        print(f"{name:22}{wall:8.2f}{cpu:8.2f}")
    missed = [name for name, limit in (("check", CHECK_S), ("read", READ_S), ("build again", BUILD_S)) if spent[name][1] > limit]
    missed += ["ready to serve"] * (spent["ready to serve"][0] > READY_S)
    for name in missed:
        print(f"{name}: beyond its limit")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
