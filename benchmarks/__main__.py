"""Every promise of speed and memory, one table after another; exit code 1 when a ratio misses its limit.

    python -m benchmarks [NAME …]      all, or some of:
    identifiers codes waits trust audit keys rules addresses query lineage collect streams quality_truth build catalogue inventory linkage packs
    live next_items source_factors
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ORDER = (
    "identifiers", "codes", "waits", "trust", "audit", "keys", "rules", "addresses",
    "query", "lineage", "collect", "streams", "quality_truth", "build", "catalogue", "inventory", "linkage", "packs",
    "live", "next_items", "source_factors",
)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ORDER]
    if unknown:
        print(f"没有 there is no: {', '.join(unknown)}; {' '.join(ORDER)}", file=sys.stderr)
        return 2
    failed = []
    for name in names or ORDER:
        print(f"\n## {name}\n", flush=True)
        if subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\n未达标 beyond their limit: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
