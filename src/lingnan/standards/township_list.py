"""Townships of the whole country, and names of zones that are no divisions, as addresses mention them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lingnan.standards.codes import divisions
from lingnan.standards.lists import read_rows, read_several

_FOLDER = Path(__file__).parent / "data" / "places"


class Township(NamedTuple):
    """A township-level division of 2023-06-30: its code of nine digits, its name, and the code of the county or city above it."""

    code: str
    zh: str
    county: str


class Zone(NamedTuple):
    """A development zone or customary name, the city it lies in and its county-level divisions; several when it spans them (proofed: false)."""

    zh: str
    city: str
    counties: tuple[str, ...]


@cache
def townships() -> tuple[Township, ...]:
    """Every township of the list of 2023-06-30, Guangdong's from the divisions list and the others from their own file."""
    return (*_of_guangdong(), *_of_others())


def _of_guangdong() -> Iterator[Township]:
    known = divisions()
    for county in {entry.parent for entry in known.entries if len(entry.code) > 6 and entry.parent}:
        for entry in known.townships(county):
            yield Township(entry.code, entry.zh, county)


def _of_others() -> Iterator[Township]:
    for row in read_rows(_FOLDER / "townships.csv"):
        for each in row["townships"].split("|"):
            yield Township(row["county"] + each[:3], each[3:], row["county"])


@cache
def zones() -> tuple[Zone, ...]:
    """Development zones and customary names that addresses give instead of a county."""
    return tuple(Zone(row["name"], row["city"], read_several(row["divisions"])) for row in read_rows(_FOLDER / "zones.csv"))
