"""Measures what reading the divisions list costs beside a plain read of the same file, and what importing the door of standards costs."""

import csv
import subprocess
import sys
import time
from collections.abc import Callable

from pyarrow import csv as arrow_csv

from lingnan.standards.codes import divisions
from lingnan.standards.divisions import Divisions

REPEATS = 15
LIST_MS, LIST_RATIO, DOOR_MS = 60.0, 5.0, 300.0
PATH = divisions()._path
HEADER = sum(line.startswith("# ") for line in PATH.read_text(encoding="utf-8").splitlines())


def best(action: Callable[[], object]) -> float:
    """CPU milliseconds of the quickest of several runs."""
    times = []
    for _ in range(REPEATS):
        begin = time.process_time()
        action()
        times.append((time.process_time() - begin) * 1_000)
    return min(times)


def plain() -> list[list[str]]:
    """The rows as texts, by the standard library."""
    with PATH.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def by_arrow() -> list[dict[str, object]]:
    """The rows as Python values, by Arrow in one thread."""
    return arrow_csv.read_csv(PATH, read_options=arrow_csv.ReadOptions(skip_rows=HEADER, use_threads=False)).to_pylist()


def fresh(statement: str) -> float:
    """CPU milliseconds of a new process that runs one statement."""
    asked = f"import time; {statement}; print(time.process_time() * 1000)"
    return min(float(subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout) for _ in range(5))


def main() -> int:
    """Print the table; 1 when a limit is not held."""
    ours, rows, arrow = best(lambda: len(Divisions(PATH))), best(plain), best(by_arrow)
    door, bare = fresh("import lingnan.standards"), fresh("pass")
    print(f"divisions, {len(divisions()):,} entries   {ours:6.1f} ms   limit {LIST_MS:.0f} ms")
    print(f"  beside csv.reader          {rows:6.1f} ms   {ours / rows:.1f} times, limit {LIST_RATIO:.0f}")
    print(f"  beside Arrow to Python     {arrow:6.1f} ms   {ours / arrow:.1f} times")
    print(f"import lingnan.standards     {door:6.1f} ms   limit {DOOR_MS:.0f} ms; an interpreter alone {bare:.1f} ms, ratio {door / bare:.1f}")
    return 0 if ours <= LIST_MS and ours / rows <= LIST_RATIO and door <= DOOR_MS else 1


if __name__ == "__main__":
    sys.exit(main())
