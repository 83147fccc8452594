"""Made personal names: surnames and characters as often as in Guangdong, rare characters, dotted names, homophones."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.world.columns import Text, choose, join, take
from lingnan.world.draws import Array, Draws, pick
from lingnan.world.places import table

RARE_SHARE = 0.002
HAN = "01"


@dataclass(frozen=True)
class Names:
    """The tables names are drawn from."""

    surnames: list[str]
    surname_weights: list[float]
    given: dict[str, list[str]]
    rare: list[str]
    dotted: dict[str, list[str]]
    nationalities: list[str]
    nationality_weights: list[float]
    homophones: dict[str, str]


@cache
def names() -> Names:
    """The tables of names.yaml."""
    listed: dict[str, Any] = table("names.yaml")
    sounds = {c: group.replace(c, "") for group in listed["homophones"] if len(group) > 1 for c in group}
    return Names(
        list(listed["surnames"]), list(listed["surnames"].values()), listed["given"], listed["rare"], listed["dotted"],
        list(listed["nationalities"]), list(listed["nationalities"].values()), sounds,
    )


def surnames(draws: Draws, size: int) -> Array:
    """Positions in the surname table."""
    return pick(draws, names().surname_weights, size)


def given_names(draws: Draws, sex: Array, birth_year: Array) -> Text:
    """Given names of one or two characters in the fashion of the birth year."""
    size = len(sex)
    era = np.where(birth_year < 1970, 0, np.where(birth_year < 1995, 1, 2))
    pools = [*names().given["male"], *names().given["female"]]
    starts = np.concatenate([[0], np.cumsum([len(pool) for pool in pools])[:-1]])
    lengths = np.array([len(pool) for pool in pools])
    pool = era + np.where(sex == 1, 0, 3)
    characters = pa.array(list("".join(pools)))
    # A character's frequency falls with its rank: squaring a uniform draw favours the first ones.
    first = take(characters, starts[pool] + (draws.random(size) ** 1.6 * lengths[pool]).astype(np.int64))
    second = take(characters, starts[pool] + (draws.random(size) ** 1.6 * lengths[pool]).astype(np.int64))
    rare = draws.random(size) < RARE_SHARE
    first = choose(rare, take(names().rare, draws.integers(0, len(names().rare), size)), first)
    two = draws.random(size) < np.array([0.72, 0.62, 0.86])[era]
    return choose(two, join(first, second), first)


def dotted_names(draws: Draws, size: int) -> Text:
    """Names of several parts with the middle dot U+00B7."""
    tables = names().dotted
    first = take(tables["first"], draws.integers(0, len(tables["first"]), size))
    second = take(tables["second"], draws.integers(0, len(tables["second"]), size))
    return join(first, "·", second)


def nationalities(draws: Draws, size: int) -> Text:
    """Codes of GB/T 3304."""
    return take(names().nationalities, pick(draws, names().nationality_weights, size))


def misheard(name: str, draw: float) -> str:
    """The name with one given character written as another of the same sound; unchanged when none is known."""
    sounds = names().homophones
    places = [i for i, c in enumerate(name) if i and c in sounds]
    if not places:
        return name
    place = places[int(draw * len(places))]
    other = sounds[name[place]]
    return name[:place] + other[int(draw * 997) % len(other)] + name[place + 1 :]
