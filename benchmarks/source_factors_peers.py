"""The same samples by the library of the US EPA, in an environment of its own: `make peers`, then `python benchmarks/source_factors.py`.

    PYTHON-OF-THE-PEER benchmarks/source_factors_peers.py FOLDER FACTORS STARTS
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from esat.model.sa import SA


def best(values: np.ndarray, uncertainties: np.ndarray, factors: int, starts: int, *, compiled: bool) -> dict:
    """The start with the least Q, worked out again from what it gave; by the library's own stopping rule."""
    begun, found = time.process_time(), []
    for seed in range(starts):
        made = SA(V=values, U=uncertainties, factors=factors, method="ls-nmf", seed=seed)
        made.optimized = compiled and made.optimized
        made.initialize()
        made.train()
        left = (values - made.W.astype(float) @ made.H.astype(float)) / uncertainties
        found.append((float((left ** 2).sum()), made.H.astype(float).tolist()))
    q, profiles = min(found, key=lambda each: each[0])
    return {"q": q, "profiles": profiles, "seconds": time.process_time() - begun}


def main() -> None:
    folder, factors, starts = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    given = np.load(folder / "given.npz")
    ways = {"esat 2025.0.1, compiled": True, "esat 2025.0.1, Python": False}
    told = {name: best(given["values"], given["uncertainties"], factors, starts, compiled=each) for name, each in ways.items()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
