"""What else a word may stand as in the catalogue: offices write 公民身份号码 where people look for 身份证号."""

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import permutations
from pathlib import Path

from lingnan.base import load_yaml
from lingnan.catalogue.search.words import normal, runs

FILE = Path(__file__).parent / "synonyms.yaml"
MOST = 8
"""So many other ways to say one run are looked for; more would find anything."""


@lru_cache(maxsize=4096)
def other_ways(run: str) -> tuple[str, ...]:
    """The run said in other words, without itself; words within it are exchanged, the longest first."""
    exchanged: dict[str, None] = {}
    for word in sorted((word for word in _exchanges() if word in run), key=len, reverse=True):
        for other in _exchanges()[word]:
            # 住房公积金 holds 公积金 already and must not become 住房住房公积金.
            if not (word in other and other in run):
                exchanged.setdefault(run.replace(word, other))
    return tuple(exchanged)[:MOST]


@cache
def _exchanges() -> Mapping[str, tuple[str, ...]]:
    told = load_yaml(FILE.read_text(encoding="utf-8"))
    found: dict[str, dict[str, None]] = {}
    for group in told["alike"]:
        for word, other in permutations(map(_run, group), 2):
            found.setdefault(word, {}).setdefault(other)
    for word, others in told["leads"].items():
        for other in others:
            found.setdefault(_run(word), {}).setdefault(_run(other))
    return {word: tuple(others) for word, others in found.items()}


def _run(word: str) -> str:
    """The word as a run of the index; ValueError when it is none or several."""
    found = runs(normal(str(word)))
    if len(found) != 1:
        raise ValueError(f"{FILE.name}: “{word}” is no single run of letters, digits and ideographs")
    return found[0]
