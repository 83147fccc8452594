"""Asks whether a statement keeps to the subset that every engine answers alike; the parser is opened when somebody asks."""

from functools import cache
from pathlib import Path

from lingnan.base import content_digest


@cache
def portable_digest() -> str:
    """What changes when the subset does, for who keeps what was found of a text."""
    return content_digest((Path(__file__).parent / "spark" / "portable.py").read_text(encoding="utf-8"))


def outside_portable(sql: str) -> list[tuple[str, str, str]]:
    """What lies outside: the construct, the place it stands at, and why; empty for a portable text."""
    from lingnan.lake.spark.portable import EXCLUDED, outside

    return [(name, place, EXCLUDED[name][1]) for name, place in outside(sql)]
