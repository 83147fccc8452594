"""What often follows what: an interpolated Markov chain over sequences of items, and how often its first few places hold what came."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from lingnan.base import WrongUse

Observed = Mapping[tuple[str, ...], int]
"""How often each item came after which: `(…, before, item)`, alone where nothing came before it."""
ROUNDS, CLOSE = 200, 1e-9
"""Expectation and maximisation: at most so many rounds, ended when the weight moves less than this."""


@dataclass(frozen=True)
class NextItems:
    """A fitted chain; `weights[d]` is how far what followed the last `d + 1` items is believed beside what is known of fewer."""

    popular: Mapping[str, int]
    followed: Mapping[tuple[str, ...], Mapping[str, int]]
    weights: tuple[float, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Every item that was met, by name."""
        return tuple(sorted(self.popular))

    def chances(self, before: tuple[str, ...]) -> dict[str, float]:
        """P(j | i) = λ·n_ij/n_i + (1 − λ)·n_j/N for every item, and so on for longer ways; a way never met backs off to the shorter one."""
        whole = sum(self.popular.values())
        found = {item: count / whole for item, count in self.popular.items()}
        for depth, weight in enumerate(self.weights, 1):
            told = self.followed.get(before[-depth:]) if len(before) >= depth else None
            if told:
                seen = sum(told.values())
                found = {item: weight * told.get(item, 0) / seen + (1 - weight) * chance for item, chance in found.items()}
        return found

    def ranked(self, before: tuple[str, ...], among: Collection[str] | None = None) -> list[str]:
        """Items from the likeliest on, those of equal chance by name; `among` leaves out what cannot be asked for."""
        chances = self.chances(before)
        return sorted((item for item in chances if among is None or item in among), key=lambda item: (-chances[item], item))


@dataclass(frozen=True)
class Hits:
    """How a ranking did on what came later: share within the first `k`, mean of 1/place, share of items that ever stood within the first `k`."""

    cases: int
    hit_rate: float
    reciprocal: float
    coverage: float


def popularity(learnt: Observed) -> NextItems:
    """The baseline: the most frequent items first, whatever came before; WrongUse where nothing was met."""
    popular: Counter[str] = Counter()
    for way, count in learnt.items():
        popular[way[-1]] += count
    if not popular:
        raise WrongUse("没有可供学习的序列。", "There are no sequences to learn from.")
    return NextItems(dict(sorted(popular.items())), {})


def fit_next(learnt: Observed, held_out: Observed, depth: int = 1) -> NextItems:
    """A chain of that depth: counts from what was learnt, weights the likeliest on later sequences held out (Jelinek and Mercer 1980)."""
    chain, followed = popularity(learnt), dict[tuple[str, ...], Counter[str]]()
    for way, count in learnt.items():
        for length in range(1, min(depth, len(way) - 1) + 1):
            followed.setdefault(way[-1 - length:-1], Counter())[way[-1]] += count
    for _length in range(depth):
        chain = NextItems(chain.popular, followed, (*chain.weights, 0.0))
        chain = NextItems(chain.popular, followed, (*chain.weights[:-1], _weight(chain, held_out)))
    return chain


def _weight(chain: NextItems, held_out: Observed) -> float:
    """The last weight by expectation and maximisation; nought where nothing held out can tell."""
    depth, pairs = len(chain.weights), list[tuple[float, float, int]]()
    for way, count in held_out.items():
        told = chain.followed.get(way[-1 - depth:-1]) if len(way) > depth else None
        shorter = chain.chances(way[:-1]).get(way[-1], 0.0) if told else 0.0
        if told and (shorter or told.get(way[-1])):
            pairs.append((told.get(way[-1], 0) / sum(told.values()), shorter, count))
    whole, weight = sum(count for *_chances, count in pairs), 0.5
    for _round in range(ROUNDS if whole else 0):
        better = fsum(count * weight * own / (weight * own + (1 - weight) * shorter) for own, shorter, count in pairs) / whole
        moved, weight = abs(better - weight), min(max(better, 1e-6), 1 - 1e-6)
        if moved < CLOSE:
            break
    return weight if whole else 0.0


def judge_next(chain: NextItems, came: Observed, k: int = 5) -> Hits:
    """HitRate@k, mean reciprocal place and coverage over what came later; items that nobody had asked for before are misses."""
    ranks: dict[tuple[str, ...], dict[str, int]] = {}
    cases, hits, places, offered = 0, 0, list[float](), set[str]()
    for way, count in _after_something(came):
        before = way[:-1][-max(len(chain.weights), 1):]
        if before not in ranks:
            ranks[before] = {item: place for place, item in enumerate(chain.ranked(before), 1)}
        offered |= {item for item, place in ranks[before].items() if place <= k}
        place = ranks[before].get(way[-1])
        cases, hits = cases + count, hits + (count if place is not None and place <= k else 0)
        places += [count / place] if place else []
    return Hits(cases, hits / cases if cases else 0.0, fsum(places) / cases if cases else 0.0, len(offered) / len(chain.items))


def _after_something(came: Observed) -> Iterable[tuple[tuple[str, ...], int]]:
    return ((way, count) for way, count in came.items() if len(way) > 1)
