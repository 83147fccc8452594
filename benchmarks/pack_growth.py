"""What a row more costs a pack: its tables made of its own sample at three, ten and thirty times a size.

    python benchmarks/pack_growth.py [PACK …] [--unit 300]

A row from the tenth to the thirtieth may cost at most 1.2 times one from the third to the tenth, in processor time, laying them out included.
"""

import argparse
import sys
import time
from datetime import date

from lingnan.packkit import bench, packs, sample_rows, try_pack

SIZES, LIMIT, DAY = (3, 10, 30), 1.2, date(2026, 6, 30)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("packs", nargs="*")
    asked.add_argument("--unit", type=int, default=300)
    told = asked.parse_args()
    missed = []
    print(f"{'pack':24}{'rows':>12}{'CPU s':>10}{'µs a row more':>16}")
    for pack in packs():
        if pack.origin != "wheel" or (told.packs and pack.id not in told.packs):
            continue
        counts, spent, costs = list[int](), list[float](), list[float]()
        with bench() as engine:
            try_pack(engine, pack, sample_rows(pack, 5, told.unit), DAY)
            for size in SIZES:
                rows = sample_rows(pack, 5, size * told.unit)
                begun = time.process_time()
                try_pack(engine, pack, rows, DAY)
                spent.append(time.process_time() - begun)
                counts.append(sum(len(each) for each in rows.values()))
                if len(spent) > 1:
                    costs.append((spent[-1] - spent[-2]) / (counts[-1] - counts[-2]))
                print(f"{pack.id:24}{counts[-1]:12,}{spent[-1]:10.2f}{f'{1e6 * costs[-1]:.1f}' if costs else '':>16}", flush=True)
        if costs[1] > LIMIT * costs[0]:
            missed.append(pack.id)
    for name in missed:
        print(f"{name}: beyond its limit")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
