"""What an applicant is likely to need next, on planted sequences split by time: popularity, chains of one and two steps, and what was planted.

    python benchmarks/next_items.py [--applicants 50000] [--items 300] [--seed 7]

Learns from the first 60 % of days, weighs on the next 20 %, is judged on the last 20 %. Exit code 1 when the chain of one step does not beat
popularity on HitRate@5.
"""

import argparse
import random
import sys
import time
from collections import Counter
from itertools import accumulate

from lingnan.methods import Hits, NextItems, fit_next, judge_next, popularity

DAYS, STEPS, FAITHFUL = 1000, 6, 0.6
"""Length of the history, cases of an applicant, and how often the next item is one of the planted ones."""
SPLIT = (600, 800)


def planted(applicants: int, items: int, seed: int) -> tuple[list[Counter[tuple[str, ...]]], NextItems]:
    """Counts of ways in the three spans of time, and the chain that drew them."""
    drawn, names = random.Random(seed), [f"I{each:03}" for each in range(items)]
    weights = list(accumulate(1 / (each + 1) for each in range(items)))
    after = {name: drawn.choices(names, cum_weights=weights, k=3) for name in names}
    parts: list[Counter[tuple[str, ...]]] = [Counter(), Counter(), Counter()]
    for _applicant in range(applicants):
        way = list[str]()
        for day in sorted(drawn.sample(range(DAYS), drawn.randint(1, STEPS))):
            follows = way and drawn.random() < FAITHFUL
            way.append(drawn.choices(after[way[-1]], (6, 3, 1))[0] if follows else drawn.choices(names, cum_weights=weights)[0])
            parts[sum(day >= each for each in SPLIT)][tuple(way[-3:])] += 1
    followed = {(name,): Counter(dict.fromkeys(listed, 0)) for name, listed in after.items()}
    for name, listed in after.items():
        for item, count in zip(listed, (6, 3, 1), strict=True):
            followed[name,][item] += count
    popular = {name: round(1e6 / (place + 1)) for place, name in enumerate(names)}
    return parts, NextItems(popular, followed, (FAITHFUL,))


def told(name: str, hits: Hits) -> None:
    print(f"{name:24}{hits.cases:10}{hits.hit_rate:12.4f}{hits.reciprocal:8.4f}{hits.coverage:10.3f}")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--applicants", type=int, default=50_000)
    asked.add_argument("--items", type=int, default=300)
    asked.add_argument("--seed", type=int, default=7)
    given = asked.parse_args()
    (learnt, held_out, later), true = planted(given.applicants, given.items, given.seed)
    begun = time.process_time()
    one, two, plain = fit_next(learnt, held_out), fit_next(learnt, held_out, depth=2), popularity(learnt)
    print(f"{'':24}{'cases':>10}{'HitRate@5':>12}{'MRR':>8}{'coverage':>10}")
    chains = {"popularity": plain, "one step": one, "two steps": two, "what was planted": true}
    found = {name: judge_next(chain, later) for name, chain in chains.items()}
    for name, hits in found.items():
        told(name, hits)
    print(f"weights {', '.join(f'{each:.3f}' for each in two.weights)}; {time.process_time() - begun:.1f} s of processor time")
    return 0 if found["one step"].hit_rate > found["popularity"].hit_rate else 1


if __name__ == "__main__":
    sys.exit(main())
