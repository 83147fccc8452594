"""The places from which a hub may collect: those of made departments on this machine, and what two people have allowed."""

from collections.abc import Iterable

from lingnan.casework import Sources
from lingnan.collect import Feed, live_place

COLLECTING = "collect"
"""The purpose under which a place is allowed for data to be fetched from."""


def register_made(sources: Sources, feeds: Iterable[Feed]) -> None:
    """Register interfaces and databases of made departments, which live on this machine; every other place needs two people."""
    for feed in feeds:
        place = live_place(feed)
        if feed.file.origin == "made" and place.startswith("127.0.0.1:"):
            sources.register(place, COLLECTING, feed.file.title.zh)
