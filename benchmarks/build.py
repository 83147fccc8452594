"""A whole build from nothing, by the command a person runs: time, memory, and how both grow with the province.

    python benchmarks/build.py [--scales 0.3 1 3] [--json FILE]

At scale 1 the hub alone, with the province, takes at most 60 s, and its packs at most 45 s more.
Growth is flat when the marginal cost per row from the middle to the largest scale is at most 1.2 times that from the
smallest to the middle, and peak memory at most 1.3 times; fixed costs are the intercept, printed apart.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_S, PACKS_S, GROWTH, MEMORY = 60.0, 45.0, 1.2, 1.3


def run(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds, peak resident MB of one command and its children."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = child.stderr.read() if child.stderr else b""
    _pid, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(errors.decode())
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def alone(folder: Path) -> float:
    """Seconds of the same at scale 1 without any pack."""
    home, lingnan = folder / "alone", str(Path(sys.executable).parent / "lingnan")
    os.environ["LINGNAN_PACKS"] = ""
    made = run([lingnan, "demo", "--no-serve", "--scale", "1", "--home", str(home)])
    del os.environ["LINGNAN_PACKS"]
    shutil.rmtree(home)
    return made[0]


def measure(scale: float, folder: Path) -> dict[str, float]:
    """One demo without pages, its status, and a second build that has nothing to do."""
    home, lingnan = folder / f"scale-{scale}", str(Path(sys.executable).parent / "lingnan")
    made = run([lingnan, "world", "make", "--scale", str(scale), "--home", str(home)])
    built = run([lingnan, "demo", "--no-serve", "--scale", str(scale), "--home", str(home)])
    status = json.loads(subprocess.run([lingnan, "status", "--json", "--home", str(home)], capture_output=True, check=True).stdout)
    again = run([lingnan, "build", "--home", str(home)])
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / 1e6
    shutil.rmtree(home)
    rows = status["rows"]["accepted"] + status["rows"]["quarantined"]
    return {
        "scale": scale, "rows": rows, "world s": made[0], "build s": built[0], "build CPU s": built[1], "peak MB": built[2],
        "again s": again[0], "disk MB": size,
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scales", type=float, nargs=3, default=[0.3, 1.0, 3.0])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lingnan-bench-") as folder:
        results = [measure(scale, Path(folder)) for scale in options.scales]
        hub = alone(Path(folder)) if 1.0 in options.scales else None
    names = list(results[0])
    print("".join(f"{name:>14}" for name in names))
    for result in results:
        print("".join(f"{result[name]:>14,.2f}" for name in names))
    small, middle, large = results
    first = (middle["build CPU s"] - small["build CPU s"]) / (middle["rows"] - small["rows"])
    second = (large["build CPU s"] - middle["build CPU s"]) / (large["rows"] - middle["rows"])
    memory = large["peak MB"] / middle["peak MB"]
    print(f"\nmarginal CPU per million rows: {first * 1e6:.1f} s, then {second * 1e6:.1f} s; ratio {second / first:.2f} (limit {GROWTH})")
    print(f"peak memory ratio {memory:.2f} (limit {MEMORY}); fixed cost about {small['build CPU s'] - first * small['rows']:.1f} CPU s")
    whole = next((result["world s"] + result["build s"] for result in results if result["scale"] == 1.0), None)
    packs = max(whole - hub, 0.0) if whole is not None and hub is not None else 0.0
    if hub is not None:
        print(f"scale 1 from nothing, province included: {hub:.1f} s (limit {LIMIT_S:.0f}); with packs {packs:.1f} s more (limit {PACKS_S:.0f})")
    if options.json:
        options.json.write_text(json.dumps(results))
    return 0 if second / first <= GROWTH and memory <= MEMORY and (hub or 0) <= LIMIT_S and packs <= PACKS_S else 1


if __name__ == "__main__":
    sys.exit(main())
