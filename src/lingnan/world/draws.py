"""Random draws that depend on the seed, the table and the block alone, never on what was drawn before."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Draws = np.random.Generator


def stream(seed: int, table: str, block: int = 0) -> Draws:
    """The generator of one block of one table (Philox: keyed by seed and table, counted by block)."""
    name = int.from_bytes(hashlib.blake2b(table.encode(), digest_size=8).digest(), "little")
    key = np.array([seed % 2**64, name], dtype=np.uint64)
    counter = np.array([0, 0, 0, block], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def pick(draws: Draws, weights: Sequence[float] | Array, size: int) -> Array:
    """`size` positions of `weights`, each drawn with its weight."""
    heights = np.cumsum(np.asarray(weights, dtype=np.float64))
    found = np.searchsorted(heights, draws.random(size) * heights[-1], side="right")
    return np.asarray(np.minimum(found, len(heights) - 1))


def spread(draws: Draws, weights: Sequence[float] | Array, size: int) -> Array:
    """Like `pick`, yet each position comes at least once where `size` allows and counts stay within one of their share."""
    shares = np.asarray(weights, dtype=np.float64)
    wanted = shares / shares.sum() * size
    counts = np.floor(wanted).astype(np.int64)
    if size >= len(shares):
        counts = np.maximum(counts, 1)
    missing = size - int(counts.sum())
    order = np.argsort(-(wanted - counts), kind="stable")
    step = 1 if missing > 0 else -1
    candidates = order if step > 0 else np.argsort(-counts, kind="stable")
    for turn in range(abs(missing)):
        counts[candidates[turn % len(candidates)]] += step
    placed = np.repeat(np.arange(len(shares)), counts)
    draws.shuffle(placed)
    return placed


def share(draws: Draws, rate: float, size: int) -> int:
    """How many of `size` a rate takes; the fraction left over is decided by a draw, so small blocks keep the rate."""
    return int(rate * size + draws.random())
