"""Joins the records of one component step by step, best first, by all the evidence between them: for and against."""

import heapq
from collections.abc import Iterable, Sequence

Edge = tuple[int, int, float]
_CAP = 20.0
"""Bits beyond which a pair's evidence counts no further, so that one pair does not outvote all others."""


def agglomerate(nodes: Sequence[int], edges: Iterable[Edge], identified: frozenset[int]) -> list[tuple[int, int]]:
    """Node → cluster, named after its least node; weights are above or below the threshold, and two identified nodes never meet.

    Greedy additive edge contraction: the two clusters with the greatest sum of weights between them are joined while it is positive.
    """
    near: dict[int, dict[int, float]] = {node: {} for node in nodes}
    for a, b, weight in edges:
        capped = max(-_CAP, min(_CAP, weight))
        near[a][b] = near[b][a] = near[a].get(b, 0.0) + capped
    named = {node for node in nodes if node in identified}
    members: dict[int, list[int]] = {node: [node] for node in nodes}
    waiting = [(-weight, a, b) for a in near for b, weight in near[a].items() if a < b and weight > 0]
    heapq.heapify(waiting)
    while waiting:
        weight, a, b = heapq.heappop(waiting)
        if a not in members or b not in members or near[a].get(b) != -weight or (a in named and b in named):
            continue
        _join(near, members, a, b)
        if b in named:
            named.add(a)
        for other, sum_ in near[a].items():
            if sum_ > 0:
                heapq.heappush(waiting, (-sum_, min(a, other), max(a, other)))
    return [(node, min(cluster)) for cluster in members.values() for node in cluster]


def _join(near: dict[int, dict[int, float]], members: dict[int, list[int]], a: int, b: int) -> None:
    members[a] += members.pop(b)
    for other, weight in near.pop(b).items():
        del near[other][b]
        if other != a:
            near[a][other] = near[other][a] = near[a].get(other, 0.0) + weight
