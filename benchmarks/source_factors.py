"""Sources of particles without profiles: how little is left over, how like what was planted, at what cost, beside the library of the US EPA.

    python benchmarks/source_factors.py [--samples 150 300 600] [--starts 5] [--seed 7] [--no-peers]

Planted: seven sources that come and go by themselves, fifteen components measured within five percent. `esat` takes single versions of what it
needs, so it runs in an environment of its own, made by `make peers`: its compiled way and its way in Python. Told are Q over what is expected (one:
as much as the uncertainties), the likeness of the found profiles to the planted (mean and least cosine), and processor seconds for all starts.
Exit code 1 where ours leaves more over than a hundredth beyond the least that any tool found, or the mean likeness is below 0.9.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from lingnan.methods import factorise

PEER = Path(__file__).parent.parent / ".peers-pmf" / "bin" / "python"
SHARES = {
    "dust": {"si": 0.22, "al": 0.075, "ca": 0.06, "fe": 0.04, "oc": 0.05, "k": 0.012, "so4": 0.01},
    "coal": {"oc": 0.2, "ec": 0.06, "so4": 0.15, "si": 0.08, "al": 0.07, "ca": 0.015, "cl": 0.02, "fe": 0.02, "as": 0.004},
    "vehicle": {"oc": 0.36, "ec": 0.34, "no3": 0.02, "so4": 0.02, "fe": 0.012, "zn": 0.006},
    "sulphate": {"so4": 0.727, "nh4": 0.273}, "nitrate": {"no3": 0.775, "nh4": 0.225},
    "biomass": {"oc": 0.45, "ec": 0.07, "k": 0.07, "cl": 0.05}, "sea": {"na": 0.31, "cl": 0.55, "so4": 0.078, "k": 0.011, "ca": 0.012},
}
USUAL = (4.0, 3.5, 9.0, 6.0, 5.0, 2.5, 1.5)
NAMES = sorted({name for each in SHARES.values() for name in each})
MORE, LIKE = 1.01, 0.9


def planted(samples: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values and uncertainties of the samples, and the profiles behind them."""
    drawn = np.random.default_rng(seed)
    profiles = np.array([[each.get(name, 0.0) for name in NAMES] for each in SHARES.values()])
    exact = (np.array(USUAL) * np.exp(drawn.normal(0, 0.6, (samples, len(USUAL))))) @ profiles
    return np.maximum(exact * drawn.normal(1, 0.05, exact.shape), 0.0), 0.05 * exact + 0.002, profiles


def like(found: np.ndarray, profiles: np.ndarray) -> np.ndarray:
    """Cosines of the found profiles with the planted ones, each with another."""
    sizes = np.linalg.norm(found, axis=1)[:, None] * np.linalg.norm(profiles, axis=1)[None, :]
    cosines = np.divide(found @ profiles.T, sizes, out=np.zeros_like(sizes), where=sizes > 0)
    return cosines[linear_sum_assignment(-cosines)]


def ours(values: np.ndarray, uncertainties: np.ndarray, starts: int) -> tuple[float, np.ndarray, float]:
    """Q, profiles and processor seconds."""
    samples = [
        {name: (float(value), float(blur)) for name, value, blur in zip(NAMES, row, each, strict=True)}
        for row, each in zip(values, uncertainties, strict=True)
    ]
    begun = time.process_time()
    found = factorise(samples, len(SHARES), starts=starts)
    return found.q, np.array(found.profiles), time.process_time() - begun


def peers(values: np.ndarray, uncertainties: np.ndarray, starts: int) -> dict[str, tuple[float, np.ndarray, float]]:
    """The same of the library, by its two ways."""
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "given.npz", values=values, uncertainties=uncertainties)
        command = [str(PEER), str(Path(__file__).with_name("source_factors_peers.py")), folder, str(len(SHARES)), str(starts)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return {name: (each["q"], np.array(each["profiles"]), each["seconds"]) for name, each in told.items()}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--samples", type=int, nargs="+", default=[150, 300, 600])
    asked.add_argument("--starts", type=int, default=5)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--no-peers", action="store_true")
    given = asked.parse_args()
    with_peers = PEER.exists() and not given.no_peers
    if not with_peers:
        print("the library is not measured; its environment is made by: make peers", file=sys.stderr)
    missed = False
    print(f"{'samples':>8}  {'':24}{'Q/expected':>14}{'mean like':>11}{'least like':>12}{'CPU s':>8}")
    for samples in given.samples:
        values, uncertainties, profiles = planted(samples, given.seed)
        expected = values.size - len(SHARES) * sum(values.shape)
        found = {"ours": ours(values, uncertainties, given.starts), **(peers(values, uncertainties, given.starts) if with_peers else {})}
        for name, (q, held, seconds) in found.items():
            cosines = like(held, profiles)
            print(f"{samples:8}  {name:24}{q / expected:14.3f}{cosines.mean():11.3f}{cosines.min():12.3f}{seconds:8.2f}")
        least = min(q for q, _held, _seconds in found.values())
        missed |= found["ours"][0] > MORE * least or bool(like(found["ours"][1], profiles).mean() < LIKE)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
